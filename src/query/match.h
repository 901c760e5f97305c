/* SPDX-License-Identifier: ISC */
#ifndef ECS_QUERY_MATCH_H
#define ECS_QUERY_MATCH_H
/*
 * From the leaves of a query to the rows of a source, with weights.
 */
#include "concepts.h"

/*
 * Constants of ranking.  K1 and B are those of BM25 (Robertson and Zaragoza,
 * The Probabilistic Relevance Framework: BM25 and Beyond, 2009, section 3),
 * applied to a frequency summed over weighted fields (BM25F, section 3.6).
 */
#define ECS_K1 1.2f
#define ECS_B 0.6f
/* Of a word's weight, the part that any inflected form earns. */
#define ECS_STEM_SHARE 0.7f
/* Another spelling against the one that was typed. */
#define ECS_ALTERNATE_SHARE 0.9f
/*
 * Another form of a word that was probably meant, against the word: so little
 * that what has the word itself comes first whatever the fields.
 */
#define ECS_MEANT_STEM_SHARE 0.03f
/* A word that only begins with what was typed. */
#define ECS_PREFIX_SHARE 0.6f
/* A piece of a joined name against a word. */
#define ECS_PART_SHARE 0.7f
/*
 * Two neighbours of the question side by side in a text, against a word: the
 * sequential dependence model (Metzler and Croft, A Markov random field model
 * for term dependencies, SIGIR 2005) with its weight of ordered windows.
 */
#define ECS_PAIR_SHARE 0.1f
/* Of the words' rareness, what their being the whole name adds. */
#define ECS_NAME_SHARE 0.3f
/* A document that carries the id of a concept that was named. */
#define ECS_CONCEPT_WEIGHT 0.5f

enum {
	PREFIX_TERMS = 10000, /* the most words that a leaf stands for */
	LETTER_TERMS = 64     /* that one letter does while being typed */
};
/* Near something else a pattern stands for fewer: all are walked together. */
enum { NEAR_TERMS = 1000 };

/* How a posting list counts towards its leaf in its field. */
enum list_kind {
	LIST_EXACT,
	LIST_ALTERNATE,
	LIST_STEM,
	LIST_PREFIX,
	LIST_VARIANT /* and the kind of variant */
};
enum { LIST_KINDS = LIST_VARIANT + VARIANT_KINDS };

/* The units of one slot in one text place, merged from all its forms. */
struct place_hits {
	uint8_t slot;
	uint8_t place;
	uint32_t *docid; /* ascending */
	float *tf;
	/* Which lists had the unit, 1 << enum list_kind; NULL: not asked. */
	uint16_t *kinds;
	size_t n;
};

/* What a variant was found in, kept for the explanation. */
struct variant_hits {
	const struct variant *variant;
	uint32_t *docid;
	size_t n;
};

/* The rows that carry a concept that the question names. */
struct concept_hits {
	struct concept_match match;
	struct ecs_bitmap *rows;
};

/* ---- expand.c: the words that a leaf stands for ---- */

/* A folded surface form. */
struct word {
	const char *text;
	size_t len;
};
/* Words side by side, commonly one. */
struct word_run {
	const struct word *words;
	size_t n;
};
struct word_runs {
	struct word_run *list;
	size_t n;
	size_t room;
};
/* A LEAF_NEAR has a group for each operand, others one. */
struct expansion {
	struct ecs_arena *arena; /* of one leaf's words */
	struct word_runs groups[MAX_NEAR];
	size_t n;
};

struct match_state {
	const struct ecs_search *search;
	const struct ecs_source *source;
	const struct query_tree *tree;
	const struct ecs_query_context *context;
	struct ecs_result *result;
	struct ecs_err *err;
	double weights[ECS_MAX_TEXTS]; /* of the text places; 0: not searched */
	int langs[ECS_LANGS];
	int nlangs;
	float *acc; /* by row, zero between leaves */
	struct ecs_bitmap *touched;
	struct matches *matches;
	struct expansion expansion; /* of the leaf in hand */
};

/* ---- match.c ---- */

/* Room for what a slot found in a place; NULL when memory ran out. */
struct place_hits *ecs_place_new(struct match_state *in);
/* Add its units to their rows, weighted by place and length. */
void ecs_place_add(struct match_state *in, const struct place_hits *hits);
/* Take the rows added since the last call; false when memory ran out. */
bool ecs_rows_take(struct match_state *in, struct leaf_hits *hits);

/* ---- proximity.c: words that stand as they were typed ---- */

/* Two neighbours in one unit, and no more than a stop word's room between. */
bool ecs_match_pairs(struct match_state *in);
/* Rows of which the words are the whole name. */
bool ecs_match_name(struct match_state *in);

/* Is this leaf looked for in this place? */
bool ecs_is_asked_in(
    const struct match_state *in, const struct leaf *leaf, int place);
/* Fill in->expansion; nothing to do for words and phrases. */
bool ecs_expand_leaf(struct match_state *in, const struct leaf *leaf);
/* Append the units in which the leaf in hand stands in this place. */
bool ecs_find_expanded(struct match_state *in, const struct leaf *leaf,
    int place, struct ecs_postings *postings);

/* ---- lists.c: posting lists of one leaf in one place ---- */

struct list_set {
	struct ecs_postings lists[64];
	int kinds[64]; /* enum list_kind, of variants plus their kind */
	int langs[64];
	float weights[64]; /* of an occurrence */
	size_t n;
};

/* The term of a surface form in a place; false when the index lacks it. */
bool ecs_find_piece(const struct match_state *in, int place, const char *piece,
    size_t len, char bytes[ECS_TERM_BYTES], struct ecs_term *term);
/* Collect every list that may hold the leaf in this place. */
bool ecs_collect_lists(struct match_state *in, const struct leaf *leaf,
    int place, struct list_set *set);
void ecs_list_set_fini(struct list_set *set);
/* Sum what several terms have for one docid. */
void ecs_fold_postings(struct ecs_postings *postings);
/* Has the time of the search run out?  user is its deadline. */
bool ecs_match_stop(void *user);
/* Append the units in which the surface forms stand side by side. */
bool
ecs_append_surface(struct match_state *in, int place, const char *const *pieces,
    const size_t *lens, size_t n, struct ecs_postings *all);

/* ---- merge.c ---- */

/* Merge the lists into one list of units and frequencies (malloc'ed). */
bool ecs_merge_lists(struct match_state *in, const struct list_set *set,
    struct place_hits *hits);
#endif
