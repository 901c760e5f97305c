/* SPDX-License-Identifier: ISC */
#ifndef ECS_QUERY_COMPLETING_H
#define ECS_QUERY_COMPLETING_H
/*
 * One request for suggestions at work: what it may offer, before it is chosen.
 */
#include "ecsearch/suggest.h"

#include "labels.h"
#include "phrases.h"
#include "stock.h"

struct completing {
	const struct ecs_suggest *suggest;
	const struct ecs_source *sources;
	size_t nsources;
	struct stock *stocks[ECS_MAX_COLLECTIONS]; /* of each source */
	/* Rows of each source that the key lets through; NULL: all. */
	struct ecs_bitmap *seen[ECS_MAX_COLLECTIONS];
	struct phrases *phrases[ECS_MAX_COLLECTIONS]; /* NULL: none yet */
	const struct labels *labels;
	struct typed typed;
	int lang; /* of labels */
	struct ecs_analyzer *analyzer;
	struct ecs_arena *arena;
	struct ecs_err *err;
};

/* Something that may be suggested. */
struct offer {
	enum ecs_suggestion_type type;
	bool whole;
	bool begins;
	bool asked; /* of a value: by a label in the language asked for */
	float score;
	size_t source;
	const char *text; /* not NUL-terminated */
	size_t len;
	const char *matched; /* the other name that was typed; NULL: text */
	size_t matched_len;
	uint32_t row; /* of a name */
	/* Of a value: */
	const char *field;
	const char *value;
	size_t value_len;
	uint32_t count;
	uint32_t counts[ECS_MAX_COLLECTIONS];
};

/* The best offers of one type, best first. */
struct offers {
	struct offer *list; /* room for most + 1 */
	size_t n;
	size_t most;
	/* Less than 0: a is better; 0 only when it does not matter. */
	int (*compare)(const struct offer *a, const struct offer *b);
};
bool ecs_offers_init(struct offers *offers, struct ecs_arena *arena,
    size_t most, int (*compare)(const struct offer *a, const struct offer *b));
/* Would it be kept? */
static inline bool
ecs_offers_want(const struct offers *offers, const struct offer *offer)
{
	return offers->n < offers->most ||
	    offers->compare(offer, &offers->list[offers->n - 1]) < 0;
}
/* Put it where it belongs; the worst may fall out. */
void ecs_offers_put(struct offers *offers, const struct offer *offer);

/* ---- suggester.c ---- */
const struct labels *
ecs_suggester_labels(const struct ecs_suggester *suggester);
/* The stock of a source's table, one reference more; made if need be. */
struct stock *ecs_suggester_stock(struct ecs_suggester *suggester,
    const struct ecs_source *source, struct ecs_analyzer *analyzer,
    struct ecs_err *err);

/* The phrases of a collection, one reference more; NULL: none yet. */
struct phrases *
ecs_suggester_phrases(struct ecs_suggester *suggester, int collection);

/* ---- suggest_names.c, suggest_phrases.c, suggest_values.c ---- */
bool ecs_offer_names(struct completing *in, struct offers *offers);
bool ecs_offer_values(struct completing *in, struct offers *offers);
bool ecs_offer_phrases(struct completing *in, struct offers *offers);

/* ---- suggest_mix.c ---- */
/* Fill the list from the offers of each type. */
bool ecs_suggestions_mix(struct completing *in, const struct offers *offers,
    struct ecs_suggestions *made);
#endif
