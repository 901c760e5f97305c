/* SPDX-License-Identifier: ISC */
/*
 * scratch - what the tests of the index share.
 */
#include "config.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ecsearch/buf.h"
#include "ecsearch/err.h"
#include "ecsearch/xapian.h"

#include "scratch.h"

int
make_scratch(void **state)
{
	const char *tmp = getenv("TMPDIR");
	char dir[400];
	char *path = malloc(sizeof(dir) + 8);

	snprintf(dir, sizeof(dir), "%s/ecs-xapian-XXXXXX",
	    tmp == NULL ? "/tmp" : tmp);
	if (path == NULL || mkdtemp(dir) == NULL) {
		free(path);
		return -1;
	}
	sprintf(path, "%s/index", dir);
	*state = path;
	return 0;
}

static int
remove_one(
    const char *path, const struct stat *info, int kind, struct FTW *where)
{
	(void)info;
	(void)kind;
	(void)where;
	return remove(path);
}

int
drop_scratch(void **state)
{
	char *path = *state;

	*strrchr(path, '/') = '\0';
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(path);
	return 0;
}

struct ecs_index_writer *
open_writer(const char *path)
{
	struct ecs_err err = {0};
	struct ecs_index_writer *writer = ecs_index_writer_open(path, &err);

	assert_string_equal(err.text, "");
	assert_non_null(writer);
	return writer;
}

struct ecs_index_reader *
open_reader(const char *path)
{
	struct ecs_err err = {0};
	struct ecs_index_reader *reader = ecs_index_reader_open(path, &err);

	assert_string_equal(err.text, "");
	assert_non_null(reader);
	return reader;
}

struct ecs_index_entry *
words_entry(const char *text)
{
	struct ecs_err err = {0};
	struct ecs_index_entry *entry = ecs_index_entry_new(&err);
	uint32_t position = 0;

	assert_non_null(entry);
	while (*text != '\0') {
		size_t len = strcspn(text, " ");

		assert_true(ecs_index_entry_posting(
		    entry, text, len, ++position, &err));
		text += len;
		text += strspn(text, " ");
	}
	return entry;
}

void
put_words(struct ecs_index_writer *writer, uint32_t docid, const char *text)
{
	struct ecs_err err = {0};
	struct ecs_index_entry *entry = words_entry(text);

	assert_true(ecs_index_put(writer, docid, entry, &err));
	ecs_index_entry_free(entry);
}

void
commit(struct ecs_index_writer *writer)
{
	struct ecs_err err = {0};

	assert_true(ecs_index_commit(writer, NULL, &err));
}

char *
docids_of(struct ecs_index_reader *reader, const char *term)
{
	struct ecs_err err = {0};
	struct ecs_postings postings = {0};
	struct ecs_buf text = {0};

	assert_true(ecs_index_postings(
	    reader, term, strlen(term), &postings, NULL, NULL, &err));
	ecs_buf_puts(&text, "");
	for (size_t i = 0; i < postings.len; i++)
		ecs_buf_printf(&text, "%s%u", i == 0 ? "" : " ",
		    (unsigned)postings.list[i].docid);
	ecs_postings_fini(&postings);
	assert_false(text.failed);
	return ecs_buf_take(&text, NULL);
}

uint32_t
count_documents(struct ecs_index_reader *reader)
{
	struct ecs_err err = {0};
	uint32_t documents = 0;
	uint32_t last = 0;

	assert_true(ecs_index_counts(reader, &documents, &last, &err));
	return documents;
}
