/* SPDX-License-Identifier: ISC */
#ifndef ECS_EXTRACT_OFFICE_H
#define ECS_EXTRACT_OFFICE_H
#include "read.h"
#include "xml.h"
#include "zip.h"

/* The parts of an unpacked DOCX: styles and notes may be empty. */
bool ecs_read_docx(const struct ecs_buf *body, const struct ecs_buf *styles,
    const struct ecs_buf *notes, struct paper *paper);
/* The content of an unpacked ODT. */
bool ecs_read_odt(const struct ecs_buf *body, struct paper *paper);
#endif
