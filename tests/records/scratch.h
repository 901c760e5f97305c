/* SPDX-License-Identifier: ISC */
#ifndef SCRATCH_H
#define SCRATCH_H
/*
 * A file of records in a folder of its own, for one test.  Every step that the
 * test is not about must succeed, and says so when it does not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ecsearch/err.h"
#include "ecsearch/records.h"

struct scratch {
	char folder[64];
	char path[512];
	struct ecs_records *records;
	struct ecs_record_reader *reader;
	int collection; /* "news" */
};

/* Group fixtures are per test: cmocka_unit_test_setup_teardown. */
int scratch_setup(void **state);
int scratch_teardown(void **state);

#define CLAIM(function)                  \
	cmocka_unit_test_setup_teardown( \
	    function, scratch_setup, scratch_teardown)
/* Fail the test with what err says unless ok. */
#define MUST(ok, err) must((ok), (err), __FILE__, __LINE__)
void must(bool ok, const struct ecs_err *err, const char *file, int line);

void scratch_open(struct scratch *scratch);
void scratch_close(struct scratch *scratch);
/* path of a file beside the records, good until the next call */
const char *scratch_beside(struct scratch *scratch, const char *name);

uint64_t begin(struct scratch *scratch);
void commit(struct scratch *scratch);
/* inside a transaction */
uint32_t put(struct scratch *scratch, const char *id, const char *json);
uint32_t drop(struct scratch *scratch, const char *id);
/* transactions of their own; the number the document has or had */
uint32_t put_alone(struct scratch *scratch, const char *id, const char *json);
uint32_t drop_alone(struct scratch *scratch, const char *id);
void trim(struct scratch *scratch, uint64_t oldest);
/* json as of sequence, or NULL; good until the reader's next call */
const char *
text_by_id(struct scratch *scratch, const char *id, uint64_t sequence);
const char *
text_by_number(struct scratch *scratch, uint32_t number, uint64_t sequence);
#endif
