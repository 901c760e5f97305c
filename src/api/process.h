/* SPDX-License-Identifier: ISC */
#ifndef ECS_API_PROCESS_H
#define ECS_API_PROCESS_H
#include "app.h"

/* Memory of this process that is in RAM, from /proc; 0 when unknown. */
uint64_t ecs_resident_bytes(void);
#endif
