/* SPDX-License-Identifier: ISC */
/*
 * fingerprint - one number for all that decides which documents a search finds
 * and in what order, the filter of the key included.
 *
 * What only decides how an answer looks (facets, passages, marks, the length of
 * a page) may change while a list is walked.  A cryptographic hash, because a
 * list made with one key must not be shown to another.
 */
#include <string.h>

#include <sodium.h>

#include "internal.h"

typedef crypto_generichash_state hash_state;

static void
add_bytes(hash_state *state, const void *bytes, size_t len)
{
	crypto_generichash_update(state, bytes, len);
}

static void
add_number(hash_state *state, double number)
{
	add_bytes(state, &number, sizeof(number));
}

/* The terminating zero keeps neighbours apart. */
static void
add_text(hash_state *state, const char *text)
{
	const char *it = text == NULL ? "" : text;

	add_bytes(state, it, strlen(it) + 1);
}

static void
add_filter(hash_state *state, const struct ecs_filter *filter)
{
	if (filter == NULL) {
		add_number(state, -1);
		return;
	}
	add_number(state, filter->kind);
	add_text(state, filter->field);
	add_text(state, filter->value);
	add_number(state, filter->numeric ? filter->low : 0);
	add_number(state, filter->numeric ? filter->high : 0);
	add_number(state, (double)filter->nchildren);
	for (size_t i = 0; i < filter->nchildren; i++)
		add_filter(state, filter->children[i]);
}

static void
add_words(hash_state *state, const struct ecs_search *search)
{
	add_text(state, search->q);
	add_number(state, search->expert != NULL);
	add_number(state, search->match);
	add_number(state, search->prefix_last);
	add_number(state, search->typo);
	add_number(state, search->lang);
	add_number(state, (double)search->nfields);
	for (size_t i = 0; i < search->nfields; i++) {
		add_text(state, search->fields[i].field);
		add_number(state, search->fields[i].weight);
	}
}

static void
add_place(hash_state *state, const struct ecs_search *search)
{
	add_number(state, search->has_near);
	add_number(state, search->near_lat);
	add_number(state, search->near_lon);
	add_number(state, search->radius_m);
	add_number(state, search->has_box);
	for (size_t i = 0; i < 4; i++)
		add_number(state, search->box[i]);
	for (size_t i = 0; i < search->nboxes; i++)
		for (size_t k = 0; k < 4; k++)
			add_number(state, search->boxes[i][k]);
}

uint64_t
ecs_search_words_fingerprint(const struct ecs_search *search)
{
	unsigned char digest[crypto_generichash_BYTES];
	hash_state state;
	uint64_t number;

	crypto_generichash_init(&state, NULL, 0, sizeof(digest));
	add_bytes(&state, search->in, sizeof(search->in));
	add_words(&state, search);
	add_filter(&state, search->embedded);
	crypto_generichash_final(&state, digest, sizeof(digest));
	memcpy(&number, digest, sizeof(number));
	return number;
}

uint64_t
ecs_search_fingerprint(const struct ecs_search *search)
{
	unsigned char digest[crypto_generichash_BYTES];
	hash_state state;
	uint64_t number;

	crypto_generichash_init(&state, NULL, 0, sizeof(digest));
	add_bytes(&state, search->in, sizeof(search->in));
	add_words(&state, search);
	add_filter(&state, search->filter);
	add_filter(&state, search->embedded);
	add_place(&state, search);
	for (size_t i = 0; i < search->nsorts; i++) {
		add_number(&state, search->sorts[i].kind);
		add_text(&state, search->sorts[i].field);
		add_number(&state, search->sorts[i].descending);
	}
	crypto_generichash_final(&state, digest, sizeof(digest));
	memcpy(&number, digest, sizeof(number));
	return number;
}
