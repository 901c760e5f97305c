/* SPDX-License-Identifier: ISC */
#ifndef ECS_RECORDS_READER_H
#define ECS_RECORDS_READER_H
/* What is behind struct ecs_record_reader. */
#include "ecsearch/buf.h"

#include "sql.h"

struct ecs_record_reader {
	struct ecs_sql sql;
	struct ecs_buf row;
};
#endif
