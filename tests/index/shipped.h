/* SPDX-License-Identifier: ISC */
#ifndef SHIPPED_H
#define SHIPPED_H
/* The schema that is shipped, and the includes that every test here needs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ecsearch/err.h"
#include "ecsearch/schema.h"

/* Fail the test with what err says unless ok. */
#define MUST(ok, err) must((ok), (err), __FILE__, __LINE__)

static inline void
must(bool ok, const struct ecs_err *err, const char *file, int line)
{
	if (!ok)
		print_error("%d %s: %s\n", err->status, err->code, err->text);
	_assert_true(ok, "ok", file, line);
}

static inline struct ecs_schema *
load_shipped(void)
{
	char path[1024];
	const char *srcdir = getenv("srcdir");
	struct ecs_err err = {0};
	struct ecs_schema *schema;

	snprintf(path, sizeof(path), "%s/corpus/schema.json",
	    srcdir == NULL ? "." : srcdir);
	schema = ecs_schema_load(path, &err);
	MUST(schema != NULL, &err);
	return schema;
}
#endif
