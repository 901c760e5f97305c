/* SPDX-License-Identifier: ISC */
/*
 * word_diff - what of one text became what of another, word by word.
 *
 * The frontier of each number of differences is kept, so that the way back can
 * be walked: D is small where texts are alike, and bounded.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/compare.h"
#include "ecsearch/err.h"
#include "ecsearch/text.h"

#include "bag.h"

enum { MOST_EDITS = 2000 };

struct side {
	const struct ecs_edition_passage *passage;
	struct desk_bag bag;
	struct ecs_token *tokens;
	size_t n;
};

struct diff {
	struct side from;
	struct side to;
	int32_t **frontiers;   /* of d: its 2d + 1 furthest places in from */
	long edits;            /* how many frontiers there are, less one */
	enum ecs_edit *script; /* backwards */
	size_t steps;
	struct ecs_diff_part *parts;
	size_t nparts;
};

static bool
take_side(struct side *side, struct ecs_analyzer *analyzer,
    const struct ecs_edition_passage *passage, struct ecs_err *err)
{
	size_t cap = 0;
	long n = ecs_text_cut(passage->text, passage->len, &side->tokens, &cap);

	side->passage = passage;
	if (n < 0)
		return ecs_err_memory(err);
	side->n = (size_t)n;
	if (!desk_bag_fill(
		&side->bag, analyzer, passage->text, passage->len, err))
		return false;
	/* The analysis gives one exact form a token. */
	if (side->bag.n < side->n)
		side->n = side->bag.n;
	return true;
}

/* How far one can go along equal words from x on diagonal k. */
static int32_t
slide(const struct diff *in, int32_t x, long k)
{
	while (x < (int32_t)in->from.n && x - k < (long)in->to.n &&
	    in->from.bag.words[x] == in->to.bag.words[x - k])
		x++;
	return x;
}

/* Did the way to diagonal k of d come by putting in a word of to? */
static bool
came_down(const int32_t *before, long d, long k)
{
	return k == -d ||
	    (k != d && before[k - 1 + d - 1] < before[k + 1 + d - 1]);
}

static int32_t
step_from(const int32_t *before, long d, long k)
{
	if (before == NULL) /* d is 0 */
		return 0;
	return came_down(before, d, k) ? before[k + 1 + d - 1]
				       : before[k - 1 + d - 1] + 1;
}

/* Frontier d; *done when the end of both texts is reached. */
static bool
advance(struct diff *in, long d, bool *done, struct ecs_err *err)
{
	int32_t *row = calloc((size_t)(2 * d + 1), sizeof(*row));
	const int32_t *before = d == 0 ? NULL : in->frontiers[d - 1];
	long goal = (long)in->from.n - (long)in->to.n;

	if (row == NULL)
		return ecs_err_memory(err);
	in->frontiers[d] = row;
	in->edits = d;
	for (long k = -d; k <= d; k += 2) {
		int32_t x = step_from(before, d, k);

		/* What left the texts on this diagonal goes no further. */
		if (x <= (int32_t)in->from.n && x - k <= (long)in->to.n)
			x = slide(in, x, k);
		row[k + d] = x;
		if (k == goal && x >= (int32_t)in->from.n) {
			*done = true;
			return true;
		}
	}
	return true;
}

/* Walk back from the end of both. */
static void
trace(struct diff *in)
{
	int32_t x = (int32_t)in->from.n;
	long k = (long)in->from.n - (long)in->to.n;

	for (long d = in->edits; d >= 0; d--) {
		const int32_t *before = d == 0 ? NULL : in->frontiers[d - 1];
		int32_t begun = step_from(before, d, k);
		bool down = before != NULL && came_down(before, d, k);

		for (; x > begun; x--)
			in->script[in->steps++] = ECS_EDIT_SAME;
		if (d == 0)
			break;
		in->script[in->steps++] =
		    down ? ECS_EDIT_ADDED : ECS_EDIT_REMOVED;
		x -= !down;
		k += down ? 1 : -1;
	}
}

/* Too different: as if no word were the same. */
static void
replace_all(struct diff *in)
{
	for (size_t i = 0; i < in->to.n; i++)
		in->script[in->steps++] = ECS_EDIT_ADDED;
	for (size_t i = 0; i < in->from.n; i++)
		in->script[in->steps++] = ECS_EDIT_REMOVED;
}

/* From a word to where the next begins; the first also what stands before. */
static void
add_part(
    struct diff *in, enum ecs_edit edit, const struct side *side, size_t at)
{
	uint32_t start = at == 0 ? 0 : side->tokens[at].start;
	uint32_t end = at + 1 < side->n ? side->tokens[at + 1].start
					: (uint32_t)side->passage->len;
	struct ecs_diff_part *last =
	    in->nparts == 0 ? NULL : &in->parts[in->nparts - 1];

	assert(in->parts != NULL);
	if (last != NULL && last->edit == edit && last->end == start)
		last->end = end;
	else
		in->parts[in->nparts++] =
		    (struct ecs_diff_part){edit, start, end};
}

static void
write_parts(struct diff *in)
{
	size_t old = 0;
	size_t new = 0;

	while (in->steps > 0) {
		enum ecs_edit edit = in->script[--in->steps];

		if (edit == ECS_EDIT_REMOVED)
			add_part(in, edit, &in->from, old);
		else
			add_part(in, edit, &in->to, new);
		old += edit != ECS_EDIT_ADDED;
		new += edit != ECS_EDIT_REMOVED;
	}
}

static bool
run(struct diff *in, struct ecs_err *err)
{
	size_t words = in->from.n + in->to.n;
	bool done = false;

	in->frontiers = calloc(MOST_EDITS + 1, sizeof(*in->frontiers));
	in->script = malloc((words + 1) * sizeof(*in->script));
	in->parts = calloc(words + 1, sizeof(*in->parts));
	if (in->frontiers == NULL || in->script == NULL || in->parts == NULL)
		return ecs_err_memory(err);
	for (long d = 0; !done && d <= MOST_EDITS; d++)
		if (!advance(in, d, &done, err))
			return false;
	if (done)
		trace(in);
	else
		replace_all(in);
	write_parts(in);
	return true;
}

static void
fini(struct diff *in)
{
	for (long d = 0; in->frontiers != NULL && d <= MOST_EDITS; d++)
		free(in->frontiers[d]);
	free(in->frontiers);
	free(in->script);
	free(in->parts);
	desk_bag_fini(&in->from.bag);
	desk_bag_fini(&in->to.bag);
	free(in->from.tokens);
	free(in->to.tokens);
}

bool
ecs_words_diff(struct ecs_analyzer *analyzer,
    const struct ecs_edition_passage *from,
    const struct ecs_edition_passage *to, struct ecs_diff_part **parts,
    size_t *n, struct ecs_err *err)
{
	struct diff in = {.edits = 0};
	bool ok = take_side(&in.from, analyzer, from, err) &&
	    take_side(&in.to, analyzer, to, err) && run(&in, err);

	*parts = NULL;
	*n = 0;
	if (ok) {
		*parts = in.parts;
		*n = in.nparts;
		in.parts = NULL;
	}
	fini(&in);
	return ok;
}
