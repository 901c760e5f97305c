/* SPDX-License-Identifier: ISC */
#ifndef ECS_EXTRACT_ZIP_H
#define ECS_EXTRACT_ZIP_H
#include "read.h"

/* A part that is wanted, and what there is of it: empty when there is none. */
struct zip_part {
	const char *name;
	struct ecs_buf data; /* the caller's to free */
};

/*
 * Unpack the n parts, and no others.  422 for a bomb ("too_large": by sizes,
 * entries and ratio), "encrypted", "damaged".
 */
bool ecs_zip_read(const struct file *file, struct zip_part *parts, size_t n,
    struct ecs_err *err);
#endif
