/* SPDX-License-Identifier: ISC */
/*
 * compare - what became of the passages of one edition in another.
 */
#include <stdlib.h>
#include <string.h>

#include "ecsearch/compare.h"
#include "ecsearch/err.h"
#include "ecsearch/query.h"
#include "ecsearch/text.h"

#include "bag.h"

/* Same headings win where two are nearly as like. */
static const double SAME_SECTION = 0.1;
static const double REWORDED = 0.5;

struct side {
	const struct ecs_edition *edition;
	struct desk_bag *bags; /* sorted */
	uint64_t *whole;       /* hash of all words in their order */
	uint32_t *mate;        /* in the other edition */
	enum ecs_fate *fate;
	double *likeness;
};

struct candidate {
	double rank;
	double likeness;
	uint32_t from;
	uint32_t to;
};

struct work {
	struct side from;
	struct side to;
	struct candidate *list;
	size_t n;
	size_t room;
	struct ecs_deadline *deadline;
	struct ecs_err *err;
};

const char *
ecs_fate_name(enum ecs_fate fate)
{
	static const char *const names[ECS_FATES] = {
	    "unchanged", "moved", "reworded", "removed", "added"};

	return names[fate];
}

static bool
in_time(struct work *in)
{
	return !ecs_deadline_passed(in->deadline) ||
	    ecs_err_set(in->err, 503, "timeout",
		"the editions could not be compared in the time allowed");
}

static bool
take_side(struct work *in, struct side *side, const struct ecs_edition *edition,
    struct ecs_analyzer *analyzer, enum ecs_fate fate)
{
	size_t n = edition->n + 1;

	side->edition = edition;
	side->bags = calloc(n, sizeof(*side->bags));
	side->whole = calloc(n, sizeof(*side->whole));
	side->mate = calloc(n, sizeof(*side->mate));
	side->fate = calloc(n, sizeof(*side->fate));
	side->likeness = calloc(n, sizeof(*side->likeness));
	if (side->bags == NULL || side->whole == NULL || side->mate == NULL ||
	    side->fate == NULL || side->likeness == NULL)
		return ecs_err_memory(in->err);
	for (size_t i = 0; i < edition->n; i++) {
		const struct ecs_edition_passage *p = &edition->list[i];
		struct desk_bag *bag = &side->bags[i];

		side->mate[i] = ECS_NO_PASSAGE;
		side->fate[i] = fate;
		if (!desk_bag_fill(bag, analyzer, p->text, p->len, in->err))
			return false;
		side->whole[i] = bag->n;
		for (size_t w = 0; w < bag->n; w++)
			side->whole[i] = (side->whole[i] ^ bag->words[w]) *
			    UINT64_C(0x9e3779b97f4a7c15);
		desk_bag_sort(bag);
	}
	return true;
}

static void
fini_side(struct side *side)
{
	for (size_t i = 0; side->bags != NULL && i < side->edition->n; i++)
		desk_bag_fini(&side->bags[i]);
	free(side->bags);
	free(side->whole);
	free(side->mate);
	free(side->fate);
	free(side->likeness);
}

static bool
same_section(const struct work *in, size_t from, size_t to)
{
	return strcmp(in->from.edition->list[from].section,
		   in->to.edition->list[to].section) == 0;
}

static void
join(struct work *in, size_t from, size_t to, enum ecs_fate fate,
    double likeness)
{
	in->from.mate[from] = (uint32_t)to;
	in->to.mate[to] = (uint32_t)from;
	in->from.fate[from] = in->to.fate[to] = fate;
	in->from.likeness[from] = in->to.likeness[to] = likeness;
}

/* Equal texts, in order; first those under the same headings. */
static bool
join_equal(struct work *in, bool anywhere)
{
	for (size_t f = 0; f < in->from.edition->n; f++) {
		if (!in_time(in))
			return false;
		for (size_t t = 0; t < in->to.edition->n &&
		     in->from.mate[f] == ECS_NO_PASSAGE;
		     t++)
			if (in->to.mate[t] == ECS_NO_PASSAGE &&
			    in->from.whole[f] == in->to.whole[t] &&
			    (anywhere ? in->from.bags[f].n > 0
				      : same_section(in, f, t)))
				join(in, f, t,
				    anywhere ? ECS_FATE_MOVED
					     : ECS_FATE_UNCHANGED,
				    1);
	}
	return true;
}

/*
 * Of those under the same headings, the ones out of order have moved: all that
 * are not in the longest ascending chain (patience: M. L. Fredman, On computing
 * the length of longest increasing subsequences, Discrete Mathematics 11,
 * 1975).
 */
static bool
find_moved(struct work *in)
{
	size_t n = in->from.edition->n;
	uint32_t *ends =
	    calloc(n + 1, sizeof(*ends)); /* of chains, by length */
	uint32_t *before = calloc(n + 1, sizeof(*before));
	size_t longest = 0;

	if (ends == NULL || before == NULL) {
		free(ends);
		free(before);
		return ecs_err_memory(in->err);
	}
	for (uint32_t f = 0; f < n; f++) {
		size_t low = 0;
		size_t high = longest;

		if (in->from.fate[f] != ECS_FATE_UNCHANGED)
			continue;
		while (low < high) {
			size_t half = (low + high) / 2;

			if (in->from.mate[ends[half]] < in->from.mate[f])
				low = half + 1;
			else
				high = half;
		}
		before[f] = low == 0 ? ECS_NO_PASSAGE : ends[low - 1];
		ends[low] = f;
		if (low == longest)
			longest++;
	}
	for (uint32_t f = 0; f < n; f++)
		if (in->from.fate[f] == ECS_FATE_UNCHANGED)
			join(in, f, in->from.mate[f], ECS_FATE_MOVED, 1);
	for (uint32_t f = longest == 0 ? ECS_NO_PASSAGE : ends[longest - 1];
	     f != ECS_NO_PASSAGE; f = before[f])
		join(in, f, in->from.mate[f], ECS_FATE_UNCHANGED, 1);
	free(ends);
	free(before);
	return true;
}

/* ---- rewordings ---- */

static bool
propose(struct work *in, uint32_t from, uint32_t to)
{
	const struct desk_bag *a = &in->from.bags[from];
	const struct desk_bag *b = &in->to.bags[to];
	double likeness;

	/* The lesser over the greater is the most that it can be. */
	if (a->n == 0 || (double)a->n < REWORDED * (double)b->n ||
	    (double)b->n < REWORDED * (double)a->n)
		return true;
	likeness = desk_bag_likeness(a, b);
	if (likeness < REWORDED)
		return true;
	if (in->n == in->room) {
		size_t room = in->room * 2 + 256;
		struct candidate *larger =
		    realloc(in->list, room * sizeof(*larger));

		if (larger == NULL)
			return ecs_err_memory(in->err);
		in->list = larger;
		in->room = room;
	}
	in->list[in->n++] = (struct candidate){
	    likeness + (same_section(in, from, to) ? SAME_SECTION : 0),
	    likeness, from, to};
	return true;
}

static int
best_first(const void *a, const void *b)
{
	const struct candidate *x = a;
	const struct candidate *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? 1 : -1;
	if (x->from != y->from)
		return x->from > y->from ? 1 : -1;
	return (x->to > y->to) - (x->to < y->to);
}

static bool
join_reworded(struct work *in)
{
	for (uint32_t f = 0; f < in->from.edition->n; f++) {
		if (in->from.mate[f] != ECS_NO_PASSAGE)
			continue;
		if (!in_time(in))
			return false;
		for (uint32_t t = 0; t < in->to.edition->n; t++)
			if (in->to.mate[t] == ECS_NO_PASSAGE &&
			    !propose(in, f, t))
				return false;
	}
	if (in->n > 1)
		qsort(in->list, in->n, sizeof(*in->list), best_first);
	for (size_t i = 0; i < in->n; i++) {
		const struct candidate *c = &in->list[i];

		if (in->from.mate[c->from] == ECS_NO_PASSAGE &&
		    in->to.mate[c->to] == ECS_NO_PASSAGE)
			join(
			    in, c->from, c->to, ECS_FATE_REWORDED, c->likeness);
	}
	return true;
}

/* ---- the answer ---- */

static bool
list_pairs(struct work *in, struct ecs_pair **pairs, size_t *n)
{
	size_t nfrom = in->from.edition->n;
	size_t nto = in->to.edition->n;
	struct ecs_pair *list = malloc((nfrom + nto + 1) * sizeof(*list));
	uint32_t f = 0;

	*pairs = list;
	*n = 0;
	if (list == NULL)
		return ecs_err_memory(in->err);
	for (uint32_t t = 0; t <= nto; t++) {
		bool ordered = t < nto && in->to.mate[t] != ECS_NO_PASSAGE &&
		    in->to.fate[t] != ECS_FATE_MOVED;
		size_t until = ordered ? in->to.mate[t] : t == nto ? nfrom : 0;

		for (; f < until; f++)
			if (in->from.fate[f] == ECS_FATE_REMOVED)
				list[(*n)++] = (struct ecs_pair){
				    ECS_FATE_REMOVED, f, ECS_NO_PASSAGE, 0};
		if (t < nto)
			list[(*n)++] = (struct ecs_pair){in->to.fate[t],
			    in->to.mate[t], t, in->to.likeness[t]};
	}
	return true;
}

bool
ecs_editions_compare(const struct ecs_edition *from,
    const struct ecs_edition *to, struct ecs_analyzer *analyzer,
    struct ecs_deadline *deadline, struct ecs_pair **pairs, size_t *n,
    struct ecs_err *err)
{
	struct work in = {.from = {.edition = from},
	    .to = {.edition = to},
	    .deadline = deadline,
	    .err = err};
	bool ok;

	*pairs = NULL;
	ok = take_side(&in, &in.from, from, analyzer, ECS_FATE_REMOVED) &&
	    take_side(&in, &in.to, to, analyzer, ECS_FATE_ADDED) &&
	    join_equal(&in, false) && find_moved(&in) &&
	    join_equal(&in, true) && join_reworded(&in) &&
	    list_pairs(&in, pairs, n);
	fini_side(&in.from);
	fini_side(&in.to);
	free(in.list);
	return ok;
}
