/* SPDX-License-Identifier: ISC */
/*
 * scratch.h - what the tests of the index share: a directory that goes away and
 * calls that must succeed.
 */
#ifndef ECS_TESTS_XAPIAN_SCRATCH_H
#define ECS_TESTS_XAPIAN_SCRATCH_H
#include <stdint.h>

#include "ecsearch/xapian.h"

/* cmocka fixtures: *state becomes the path of an index that does not exist. */
int make_scratch(void **state);
int drop_scratch(void **state);
#define SCRATCH_TEST(f) \
	cmocka_unit_test_setup_teardown(f, make_scratch, drop_scratch)

struct ecs_index_writer *open_writer(const char *path);
struct ecs_index_reader *open_reader(const char *path);
/* An entry of the words of text, a space between two, with positions from 1. */
struct ecs_index_entry *words_entry(const char *text);
void put_words(struct ecs_index_writer *writer, uint32_t docid, const char *);
void commit(struct ecs_index_writer *writer);
/* The docids of a term's postings as "1 5 9"; the caller frees it. */
char *docids_of(struct ecs_index_reader *reader, const char *term);
uint32_t count_documents(struct ecs_index_reader *reader);
#endif
