/* SPDX-License-Identifier: ISC */
/*
 * cursor - lists of rows, kept so that a walk sees every document once.
 *
 * A token is the list's random name and how far the walk has come, so that a
 * page can be asked for again.  Lists are bounded in number, size and age; the
 * one unused longest goes first.
 */
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sodium.h>

#include "internal.h"

enum {
	MOST_LISTS = 64,
	MOST_ENTRIES = 4000000,
	LONGEST_IDLE = 600, /* seconds */
	NAME_BYTES = 16
};

struct kept {
	char name[NAME_BYTES * 2 + 1]; /* "" when free */
	struct cursor_entry *list;
	uint32_t n;
	uint64_t revision;
	uint64_t query;
	int64_t used;  /* monotonic seconds */
	uint64_t turn; /* of use, to tell which of one second was first */
};

struct ecs_cursors {
	pthread_mutex_t mutex;
	struct kept lists[MOST_LISTS];
	size_t entries;
	uint64_t turns;
};

struct ecs_cursors *
ecs_cursors_new(struct ecs_err *err)
{
	struct ecs_cursors *cursors = calloc(1, sizeof(*cursors));

	if (cursors == NULL)
		ecs_err_memory(err);
	else
		pthread_mutex_init(&cursors->mutex, NULL);
	return cursors;
}

static void
drop(struct ecs_cursors *cursors, struct kept *kept)
{
	free(kept->list);
	cursors->entries -= kept->n;
	memset(kept, 0, sizeof(*kept));
}

void
ecs_cursors_free(struct ecs_cursors *cursors)
{
	if (cursors == NULL)
		return;
	for (int i = 0; i < MOST_LISTS; i++)
		drop(cursors, &cursors->lists[i]);
	pthread_mutex_destroy(&cursors->mutex);
	free(cursors);
}

static int64_t
now_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static void
touch(struct ecs_cursors *cursors, struct kept *kept)
{
	kept->used = now_seconds();
	kept->turn = ++cursors->turns;
}

/* Make room for n entries: expired lists first, then the longest unused. */
static struct kept *
make_room(struct ecs_cursors *cursors, uint32_t n)
{
	int64_t now = now_seconds();
	struct kept *room = NULL;

	for (;;) {
		struct kept *oldest = NULL;

		room = NULL;
		for (int i = 0; i < MOST_LISTS; i++) {
			struct kept *kept = &cursors->lists[i];

			if (kept->list != NULL &&
			    now - kept->used > LONGEST_IDLE)
				drop(cursors, kept);
			if (kept->list == NULL)
				room = kept;
			else if (oldest == NULL || kept->turn < oldest->turn)
				oldest = kept;
		}
		if (oldest == NULL ||
		    (room != NULL && cursors->entries + n <= MOST_ENTRIES))
			return room;
		drop(cursors, oldest);
	}
}

static bool
make_token(struct ecs_arena *arena, const char *name, uint32_t offset,
    const char **token, struct ecs_err *err)
{
	char text[NAME_BYTES * 2 + 16];

	snprintf(text, sizeof(text), "%s-%u", name, offset);
	*token = ecs_arena_strdup(arena, text);
	return *token != NULL || ecs_err_memory(err);
}

bool
ecs_cursor_keep(struct ecs_cursors *cursors, struct cursor_entry *list,
    uint32_t n, uint64_t revision, uint64_t query, struct ecs_arena *arena,
    const char **token, struct ecs_err *err)
{
	unsigned char bytes[NAME_BYTES];
	char name[NAME_BYTES * 2 + 1];
	struct kept *kept;

	randombytes_buf(bytes, sizeof(bytes));
	sodium_bin2hex(name, sizeof(name), bytes, sizeof(bytes));
	pthread_mutex_lock(&cursors->mutex);
	kept = make_room(cursors, n);
	assert(kept != NULL); /* with no list kept there is room */
	memcpy(kept->name, name, sizeof(name));
	kept->list = list;
	kept->n = n;
	kept->revision = revision;
	kept->query = query;
	touch(cursors, kept);
	cursors->entries += n;
	pthread_mutex_unlock(&cursors->mutex);
	return make_token(arena, name, 0, token, err);
}

/* Split a token; false when it was never one of ours. */
static bool
read_token(const char *token, char *name, uint32_t *offset)
{
	char *end;
	unsigned long number;

	if (strlen(token) < NAME_BYTES * 2 + 2 ||
	    strspn(token, "0123456789abcdef") != NAME_BYTES * 2 ||
	    token[NAME_BYTES * 2] != '-' || token[NAME_BYTES * 2 + 1] < '0' ||
	    token[NAME_BYTES * 2 + 1] > '9')
		return false;
	memcpy(name, token, NAME_BYTES * 2);
	name[NAME_BYTES * 2] = '\0';
	number = strtoul(token + NAME_BYTES * 2 + 1, &end, 10);
	*offset = (uint32_t)number;
	return *end == '\0' && number <= MOST_ENTRIES;
}

static struct kept *
find(struct ecs_cursors *cursors, const char *name)
{
	for (int i = 0; i < MOST_LISTS; i++) {
		struct kept *kept = &cursors->lists[i];

		if (kept->list != NULL && strcmp(kept->name, name) == 0 &&
		    now_seconds() - kept->used <= LONGEST_IDLE)
			return kept;
	}
	return NULL;
}

static bool
bad_cursor(struct ecs_err *err, const char *why)
{
	ecs_err_set(err, 400, "bad_cursor", "cursor: %s", why);
	return ecs_err_at(err, ECS_WHERE_PARAMETER, "cursor", 0, 0);
}

/* Copy a page out while the list cannot be dropped. */
static bool
copy_page(struct kept *kept, uint32_t offset, uint32_t count,
    struct ecs_arena *arena, struct cursor_entry **list, uint32_t *n,
    struct ecs_err *err)
{
	uint32_t left = offset < kept->n ? kept->n - offset : 0;

	*n = count < left ? count : left;
	*list = ecs_arena_alloc(arena, ((size_t)*n + 1) * sizeof(**list));
	if (*list == NULL)
		return ecs_err_memory(err);
	if (*n > 0)
		memcpy(*list, kept->list + offset, *n * sizeof(**list));
	return true;
}

bool
ecs_cursor_read(struct ecs_cursors *cursors, const char *token, uint64_t query,
    uint32_t count, struct ecs_arena *arena, struct cursor_entry **list,
    uint32_t *n, uint32_t *total, uint64_t *revision, const char **next,
    struct ecs_err *err)
{
	char name[NAME_BYTES * 2 + 1];
	uint32_t offset;
	struct kept *kept;
	bool ok;

	*next = NULL;
	if (!read_token(token, name, &offset))
		return bad_cursor(err, "this is no cursor of ours");
	pthread_mutex_lock(&cursors->mutex);
	kept = find(cursors, name);
	if (kept == NULL)
		ok = ecs_err_set(err, 410, "cursor_expired",
		    "the walk was too long ago; begin again with cursor=*");
	else if (kept->query != query)
		ok = bad_cursor(err, "it belongs to another query");
	else
		ok = copy_page(kept, offset, count, arena, list, n, err);
	if (ok && kept != NULL) {
		touch(cursors, kept);
		*total = kept->n;
		*revision = kept->revision;
		if (offset + *n < kept->n)
			ok = make_token(arena, name, offset + *n, next, err);
	}
	pthread_mutex_unlock(&cursors->mutex);
	return ok;
}

bool
ecs_cursor_skip(const char *token, uint32_t entries, struct ecs_arena *arena,
    const char **next, struct ecs_err *err)
{
	char name[NAME_BYTES * 2 + 1];
	uint32_t offset;

	if (!read_token(token, name, &offset))
		return bad_cursor(err, "this is no cursor of ours");
	return make_token(arena, name, offset + entries, next, err);
}
