/* SPDX-License-Identifier: ISC */
/*
 * query_tally - counts of queries in memory.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1 /* a failed add leaves hh.tbl NULL */
#include <uthash.h>

#include "query_tally.h"
#include "query_text.h"

enum { PLACE_BYTES = 64, KEY_BYTES = 48 + PLACE_BYTES + QUERY_BYTES };

/* The key is "day rank", the place and the query, each with its NUL. */
struct tally_entry {
	UT_hash_handle hh;
	struct ecs_query_count count; /* its strings are in key */
	char key[];
};

/* Makes the key; where place and query begin in it.  0 when it is too long. */
static size_t
make_key(const struct ecs_query_count *count, char key[KEY_BYTES], size_t *in,
    size_t *q)
{
	size_t in_size = strlen(count->in) + 1;
	size_t q_size = strlen(count->q) + 1;

	if (in_size > PLACE_BYTES || q_size > QUERY_BYTES)
		return 0;
	*in = (size_t)snprintf(
		  key, 48, "%lld %u", (long long)count->day, count->rank) +
	    1;
	*q = *in + in_size;
	memcpy(key + *in, count->in, in_size);
	memcpy(key + *q, count->q, q_size);
	return *q + q_size;
}

static bool
is_total(const struct ecs_query_count *count)
{
	return count->q[0] == '\0';
}

static struct tally_entry *
new_entry(struct query_tally *tally, const struct ecs_query_count *count,
    const char *key, size_t len)
{
	struct tally_entry *entry;

	if (tally->n >= TALLY_MOST && !is_total(count))
		return NULL;
	entry = malloc(sizeof(*entry) + len);
	if (entry == NULL)
		return NULL;
	memset(entry, 0, sizeof(*entry));
	memcpy(entry->key, key, len);
	HASH_ADD_KEYPTR(hh, tally->entries, entry->key, len, entry);
	if (entry->hh.tbl == NULL) {
		free(entry);
		return NULL;
	}
	tally->n += !is_total(count);
	return entry;
}

static bool
add(struct query_tally *tally, const struct ecs_query_count *count)
{
	struct tally_entry *entry = NULL;
	char key[KEY_BYTES];
	size_t in;
	size_t q;
	size_t len = make_key(count, key, &in, &q);

	if (len == 0)
		return false;
	HASH_FIND(hh, tally->entries, key, len, entry);
	if (entry == NULL) {
		entry = new_entry(tally, count, key, len);
		if (entry == NULL)
			return false;
		entry->count.day = count->day;
		entry->count.rank = count->rank;
		entry->count.in = entry->key + in;
		entry->count.q = entry->key + q;
	}
	entry->count.count += count->count;
	entry->count.without_hits += count->without_hits;
	entry->count.left_out += count->left_out;
	return true;
}

void
ecs_tally_add(struct query_tally *tally, const struct ecs_query_count *count)
{
	const struct ecs_query_count out = {
	    .day = count->day, .q = "", .in = "", .left_out = count->count};

	if (!add(tally, count) && count->rank == 0 && !is_total(count))
		add(tally, &out);
}

void
ecs_tally_merge(struct query_tally *tally, const struct query_tally *from)
{
	for (const struct tally_entry *entry = from->entries; entry != NULL;
	     entry = entry->hh.next)
		ecs_tally_add(tally, &entry->count);
}

struct ecs_query_count *
ecs_tally_list(const struct query_tally *tally, size_t *n)
{
	size_t room = HASH_COUNT(tally->entries);
	struct ecs_query_count *list =
	    room == 0 ? NULL : malloc(room * sizeof(*list));

	*n = 0;
	if (list == NULL)
		return NULL;
	for (const struct tally_entry *entry = tally->entries; entry != NULL;
	     entry = entry->hh.next)
		list[(*n)++] = entry->count;
	return list;
}

void
ecs_tally_fini(struct query_tally *tally)
{
	struct tally_entry *entry = tally->entries;

	HASH_CLEAR(hh, tally->entries); /* leaves the list as it was */
	while (entry != NULL) {
		struct tally_entry *next = entry->hh.next;

		free(entry);
		entry = next;
	}
	tally->n = 0;
}

bool
ecs_tally_forget(struct query_tally *tally, const char *q)
{
	struct query_tally rest = {0};
	bool found = false;

	for (const struct tally_entry *entry = tally->entries; entry != NULL;
	     entry = entry->hh.next) {
		if (q == NULL || strcmp(entry->count.q, q) == 0)
			found = true;
		else
			ecs_tally_add(&rest, &entry->count);
	}
	ecs_tally_fini(tally);
	*tally = rest;
	return found;
}
