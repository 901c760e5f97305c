/* SPDX-License-Identifier: ISC */
/*
 * ranking - sort a growing dictionary by merging what is new into what was.
 *
 * Each item carries the first eight bytes of its key as a number, which decides
 * nearly all comparisons without touching the key; for a double it is the whole
 * key.  Values whose keys are equal are ordered by their bytes, so that the
 * order never depends on which of them came first.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/arena.h"
#include "ecsearch/buf.h"
#include "ecsearch/err.h"

#include "dictionary.h"
#include "ranking.h"

struct item {
	uint64_t prefix;
	uint32_t ordinal;
};

struct key {
	const char *bytes;
	size_t len;
};

struct ranking {
	pthread_mutex_t lock; /* all below but the first four */
	const struct dictionary *dict;
	enum ecs_column_kind kind;
	ecs_sort_key *sort_key;
	void *user;
	struct key *keys; /* COLLATED only */
	uint32_t nkeys;
	struct ecs_arena *key_bytes;
	struct item *items; /* in order */
	uint32_t len;
	struct ranks *current;
	atomic_size_t bytes;
};

struct ranking *
ecs_ranking_new(const struct dictionary *dict, enum ecs_column_kind kind,
    ecs_sort_key *sort_key, void *user)
{
	struct ranking *ranking = calloc(1, sizeof(*ranking));

	if (ranking == NULL)
		return NULL;
	if (pthread_mutex_init(&ranking->lock, NULL) != 0) {
		free(ranking);
		return NULL;
	}
	ranking->dict = dict;
	ranking->kind = kind;
	ranking->sort_key = sort_key;
	ranking->user = user;
	ranking->key_bytes = ecs_arena_new();
	if (ranking->key_bytes == NULL) {
		ecs_ranking_free(ranking);
		return NULL;
	}
	return ranking;
}

void
ecs_ranking_free(struct ranking *ranking)
{
	if (ranking == NULL)
		return;
	ecs_ranks_unref(ranking->current);
	ecs_arena_free(ranking->key_bytes);
	free(ranking->keys);
	free(ranking->items);
	pthread_mutex_destroy(&ranking->lock);
	free(ranking);
}

void
ecs_ranks_unref(struct ranks *ranks)
{
	if (ranks != NULL && atomic_fetch_sub(&ranks->refs, 1) == 1)
		free(ranks);
}

size_t
ecs_ranking_bytes(const struct ranking *ranking)
{
	return sizeof(*ranking) +
	    atomic_load_explicit(&ranking->bytes, memory_order_relaxed);
}

static struct key
key_of(const struct ranking *ranking, uint32_t ordinal)
{
	struct key key;

	if (ranking->kind == ECS_COLUMN_COLLATED)
		return ranking->keys[ordinal];
	key.bytes = ecs_dictionary_text(ranking->dict, ordinal, &key.len);
	return key;
}

static int
compare_bytes(struct key a, struct key b)
{
	int order = memcmp(a.bytes, b.bytes, a.len < b.len ? a.len : b.len);

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* Less than 0, or more; 0 only for an item and itself. */
static int
compare(
    const struct ranking *ranking, const struct item *a, const struct item *b)
{
	struct key x, y;
	int order;

	if (a->prefix != b->prefix)
		return a->prefix < b->prefix ? -1 : 1;
	if (ranking->kind == ECS_COLUMN_NUMBER)
		return 0;
	order = compare_bytes(
	    key_of(ranking, a->ordinal), key_of(ranking, b->ordinal));
	if (order != 0 || ranking->kind != ECS_COLUMN_COLLATED)
		return order;
	x.bytes = ecs_dictionary_text(ranking->dict, a->ordinal, &x.len);
	y.bytes = ecs_dictionary_text(ranking->dict, b->ordinal, &y.len);
	return compare_bytes(x, y);
}

/* The bits of a double, changed so that they compare as it does. */
static uint64_t
number_prefix(double number)
{
	uint64_t bits;

	memcpy(&bits, &number, sizeof(bits));
	return bits >> 63 != 0 ? ~bits : bits | UINT64_C(1) << 63;
}

static uint64_t
bytes_prefix(struct key key)
{
	uint64_t prefix = 0;
	size_t i;

	for (i = 0; i < sizeof(prefix); i++) {
		prefix <<= 8;
		if (i < key.len)
			prefix |= (unsigned char)key.bytes[i];
	}
	return prefix;
}

static struct item
item_of(const struct ranking *ranking, uint32_t ordinal)
{
	struct item item = {.ordinal = ordinal};

	if (ranking->kind == ECS_COLUMN_NUMBER)
		item.prefix = number_prefix(
		    ecs_dictionary_number(ranking->dict, ordinal));
	else
		item.prefix = bytes_prefix(key_of(ranking, ordinal));
	return item;
}

static void
merge(const struct ranking *ranking, const struct item *a, size_t na,
    const struct item *b, size_t nb, struct item *out)
{
	while (na > 0 && nb > 0) {
		if (compare(ranking, a, b) <= 0) {
			*out++ = *a++;
			na--;
		} else {
			*out++ = *b++;
			nb--;
		}
	}
	if (na > 0)
		memcpy(out, a, na * sizeof(*out));
	/* In sort() what is left of b may stand in its place already. */
	if (nb > 0)
		memmove(out, b, nb * sizeof(*out));
}

/* Merge sort; scratch has room for as many items. */
static void
sort(const struct ranking *ranking, struct item *items, size_t len,
    struct item *scratch)
{
	size_t half = len / 2;

	if (len < 2)
		return;
	sort(ranking, items, half, scratch);
	sort(ranking, items + half, len - half, scratch);
	memcpy(scratch, items, half * sizeof(*items));
	merge(ranking, scratch, half, items + half, len - half, items);
}

/* Make the sort keys that are still missing among the first len. */
static bool
make_keys(struct ranking *ranking, uint32_t len, struct ecs_err *err)
{
	struct ecs_buf buf = {0};
	struct key *keys;
	bool ok = false;

	keys = realloc(ranking->keys, len * sizeof(*keys));
	if (keys == NULL)
		return ecs_err_memory(err);
	ranking->keys = keys;
	while (ranking->nkeys < len) {
		struct key *key = &keys[ranking->nkeys];
		size_t size;
		const char *text =
		    ecs_dictionary_text(ranking->dict, ranking->nkeys, &size);

		ecs_buf_reset(&buf);
		if (!ranking->sort_key(ranking->user, text, size, &buf) ||
		    buf.failed)
			goto out;
		key->len = buf.len;
		key->bytes =
		    ecs_arena_strndup(ranking->key_bytes, buf.data, buf.len);
		if (key->bytes == NULL)
			goto out;
		ranking->nkeys++;
	}
	ok = true;
out:
	ecs_buf_fini(&buf);
	return ok || ecs_err_memory(err);
}

static struct ranks *
ranks_of(const struct item *items, uint32_t len)
{
	struct ranks *ranks;
	uint32_t i;

	ranks = malloc(sizeof(*ranks) + len * sizeof(ranks->of[0]));
	if (ranks == NULL)
		return NULL;
	atomic_init(&ranks->refs, 1);
	ranks->len = len;
	for (i = 0; i < len; i++)
		ranks->of[items[i].ordinal] = i;
	return ranks;
}

/* Bring items and current up to the dictionary's first len values. */
static bool
extend(struct ranking *ranking, uint32_t len, struct ecs_err *err)
{
	size_t added = len - ranking->len;
	struct item *fresh = NULL, *merged = NULL;
	struct ranks *ranks = NULL;
	size_t i;

	if (ranking->kind == ECS_COLUMN_COLLATED && len > 0 &&
	    !make_keys(ranking, len, err))
		return false;
	fresh = malloc((added + 1) * sizeof(*fresh));
	merged = malloc(((size_t)len + 1) * sizeof(*merged));
	if (fresh == NULL || merged == NULL)
		goto out;
	for (i = 0; i < added; i++)
		fresh[i] = item_of(ranking, ranking->len + (uint32_t)i);
	sort(ranking, fresh, added, merged);
	merge(ranking, ranking->items, ranking->len, fresh, added, merged);
	ranks = ranks_of(merged, len);
	if (ranks == NULL)
		goto out;
	free(ranking->items);
	ranking->items = merged;
	merged = NULL;
	ranking->len = len;
	ecs_ranks_unref(ranking->current);
	ranking->current = ranks;
	atomic_store(&ranking->bytes,
	    len * (sizeof(*fresh) + sizeof(ranks->of[0])) +
		ranking->nkeys * sizeof(struct key) +
		ecs_arena_used(ranking->key_bytes));
out:
	free(fresh);
	free(merged);
	return ranks != NULL || ecs_err_memory(err);
}

struct ranks *
ecs_ranking_get(struct ranking *ranking, struct ecs_err *err)
{
	uint32_t len = ecs_dictionary_length(ranking->dict);
	struct ranks *ranks = NULL;

	pthread_mutex_lock(&ranking->lock);
	/* Another reader may have gone further meanwhile: that will do. */
	if ((ranking->current != NULL && ranking->len >= len) ||
	    extend(ranking, len, err)) {
		ranks = ranking->current;
		atomic_fetch_add(&ranks->refs, 1);
	}
	pthread_mutex_unlock(&ranking->lock);
	return ranks;
}
