/* SPDX-License-Identifier: ISC */
/*
 * suggest_mix - from the offers to the list that is shown: whose turn it is,
 * what has been listed, what is marked.
 */
#include <stdlib.h>
#include <string.h>

#include "ecsearch/records.h"

#include "completing.h"

enum { NAMES_FIRST = 5, VALUE_PLACE = 2 };

/* ---- marks ---- */

struct marking {
	const struct typed *typed;
	const struct ecs_token *tokens;
	long ntokens;
	struct ecs_span *spans;
	size_t n;
	unsigned begun; /* which of the words typed, a bit each */
};

/* Forms come in the order of tokens; a word has several. */
static bool
mark_form(void *user, const struct ecs_form *form)
{
	struct marking *in = user;
	uint32_t last = form->token + form->tokens - 1;
	unsigned begun = form->kind == ECS_FORM_STEM
	    ? 0
	    : ecs_typed_begun(in->typed, form->text, form->len);
	struct ecs_span span;

	if (begun == 0 || (long)last >= in->ntokens)
		return true;
	in->begun |= begun;
	span = (struct ecs_span){.start = in->tokens[form->token].start,
	    .end = in->tokens[last].end};
	if (in->n > 0 && in->spans[in->n - 1].end > span.start) {
		if (span.end > in->spans[in->n - 1].end)
			in->spans[in->n - 1].end = span.end;
		return true;
	}
	in->spans[in->n++] = span;
	return true;
}

/*
 * The text as HTML, the words that were begun in <mark>; *all says whether each
 * word typed begins some of it.
 */
static const char *
mark(const struct completing *in, const char *text, size_t len, bool *all)
{
	static const struct ecs_mark_style style = {
	    .pre = "<mark>", .post = "</mark>", .html = true};
	struct marking marking = {.typed = &in->typed};
	struct ecs_token *tokens = NULL;
	struct ecs_buf buf = {0};
	size_t cap = 0;
	const char *marked = NULL;

	marking.ntokens = ecs_text_cut(text, len, &tokens, &cap);
	marking.tokens = tokens;
	marking.spans = marking.ntokens < 0
	    ? NULL
	    : ecs_arena_alloc(in->arena,
		  ((size_t)marking.ntokens + 1) * sizeof(*marking.spans));
	if (marking.spans != NULL &&
	    ecs_analyze(in->analyzer, text, len, ECS_LANG_NONE, mark_form,
		&marking) >= 0)
		ecs_write_marked(
		    &buf, text, len, 0, len, marking.spans, marking.n, &style);
	if (!buf.failed && buf.data != NULL)
		marked = ecs_arena_strndup(in->arena, buf.data, buf.len);
	*all = marking.begun == (1U << in->typed.n) - 1;
	ecs_buf_fini(&buf);
	free(tokens);
	return marked;
}

/* ---- the list ---- */

struct mixing {
	struct completing *in;
	struct ecs_suggestions *made;
	const char **folded; /* of the texts that are listed */
};

/* What the record says of a name; id stays NULL when the document has gone. */
static bool
read_record(
    struct completing *in, const struct offer *offer, struct ecs_suggestion *to)
{
	const struct ecs_source *source = &in->sources[offer->source];
	struct ecs_record record;
	bool found;

	to->id = NULL;
	if (!ecs_record_hit_by_number(source->records,
		source->records_collection, offer->row, source->revision,
		&record, &found, in->err))
		return false;
	if (!found)
		return true;
	to->id = ecs_arena_strndup(in->arena, record.id, record.id_len);
	if (!in->suggest->documents)
		return to->id != NULL || ecs_err_memory(in->err);
	to->document = record.hit == NULL
	    ? ecs_arena_strndup(in->arena, record.json, record.json_len)
	    : ecs_arena_strndup(in->arena, record.hit, record.hit_len);
	return (to->id != NULL && to->document != NULL) ||
	    ecs_err_memory(in->err);
}

/*
 * Are they the like: names of one text in one collection, values of one text
 * with the same documents (an author who publishes), a phrase and anything?
 */
static bool
is_like(const struct ecs_suggestion *listed, const struct offer *offer)
{
	if (offer->type == ECS_SUGGEST_PHRASE ||
	    listed->type == ECS_SUGGEST_PHRASE)
		return true;
	if (listed->type != offer->type)
		return false;
	if (offer->type == ECS_SUGGEST_NAME)
		return listed->source == (int)offer->source;
	return memcmp(listed->counts, offer->counts, sizeof(offer->counts)) ==
	    0;
}

/* The place of the like in the list, or the end of it. */
static size_t
find_like(
    const struct mixing *in, const struct offer *offer, const char *folded)
{
	size_t i = 0;

	while (i < in->made->n &&
	    (strcmp(in->folded[i], folded) != 0 ||
		!is_like(&in->made->list[i], offer)))
		i++;
	return i;
}

static const char *
fold(struct completing *in, const char *text, size_t len)
{
	struct ecs_buf buf = {0};
	const char *folded = NULL;

	ecs_fold_text(in->analyzer, text, len, &buf);
	if (!buf.failed)
		folded = ecs_arena_strndup(
		    in->arena, buf.data == NULL ? "" : buf.data, buf.len);
	ecs_buf_fini(&buf);
	if (folded == NULL)
		ecs_err_memory(in->err);
	return folded;
}

static bool
write_suggestion(
    struct completing *in, const struct offer *offer, struct ecs_suggestion *to)
{
	bool ok = true;
	bool all;

	to->type = offer->type;
	to->source = (int)offer->source;
	to->field = offer->field;
	to->count = offer->count;
	memcpy(to->counts, offer->counts, sizeof(to->counts));
	to->text = ecs_arena_strndup(in->arena, offer->text, offer->len);
	to->highlight = mark(in, offer->text, offer->len, &all);
	if (offer->value != NULL)
		to->value = ecs_arena_strndup(
		    in->arena, offer->value, offer->value_len);
	/* The text may speak for itself: then its other name is not told. */
	if (offer->matched != NULL && !all) {
		to->matched =
		    mark(in, offer->matched, offer->matched_len, &all);
		ok = to->matched != NULL;
	}
	ok = ok && to->text != NULL && to->highlight != NULL &&
	    (offer->value == NULL || to->value != NULL);
	return ok || ecs_err_memory(in->err);
}

/*
 * List one offer unless the like is there; *took says whether there is one
 * more. A name or value takes the place of a phrase of the same text: it says
 * more.
 */
static bool
list_offer(struct mixing *mixing, const struct offer *offer, bool *took)
{
	struct completing *in = mixing->in;
	struct ecs_suggestions *made = mixing->made;
	const char *folded = fold(in, offer->text, offer->len);
	struct ecs_suggestion made_of = {0};
	size_t place;

	*took = false;
	if (folded == NULL)
		return false;
	place = find_like(mixing, offer, folded);
	if (place < made->n &&
	    (made->list[place].type != ECS_SUGGEST_PHRASE ||
		offer->type == ECS_SUGGEST_PHRASE))
		return true;
	if (offer->type == ECS_SUGGEST_NAME &&
	    !read_record(in, offer, &made_of))
		return false;
	/* The document went while we looked: the next view is without it. */
	if (offer->type == ECS_SUGGEST_NAME && made_of.id == NULL)
		return true;
	if (!write_suggestion(in, offer, &made_of))
		return false;
	made->list[place] = made_of;
	mixing->folded[place] = folded;
	*took = place == made->n;
	made->n += *took;
	return true;
}

/*
 * Whose turn it is at this place of the list.  A value that begins as typed, in
 * the language of the reader, is so likely meant that it stands among the
 * names.
 */
static enum ecs_suggestion_type
turn_of(size_t place, const struct offers *values)
{
	static const enum ecs_suggestion_type after[ECS_SUGGESTION_TYPES] = {
	    ECS_SUGGEST_VALUE, ECS_SUGGEST_PHRASE, ECS_SUGGEST_NAME};

	if (place == VALUE_PLACE && values->n > 0 && values->list[0].asked &&
	    values->list[0].begins)
		return ECS_SUGGEST_VALUE;
	return place < NAMES_FIRST
	    ? ECS_SUGGEST_NAME
	    : after[(place - NAMES_FIRST) % ECS_SUGGESTION_TYPES];
}

/* List the next offer of this type that is not there yet. */
static bool
list_next(
    struct mixing *in, const struct offers *offers, size_t *next, bool *took)
{
	*took = false;
	while (!*took && *next < offers->n)
		if (!list_offer(in, &offers->list[(*next)++], took))
			return false;
	return true;
}

static bool
mix(struct mixing *in, const struct offers *offers)
{
	size_t next[ECS_SUGGESTION_TYPES] = {0};
	size_t limit = in->in->suggest->limit;
	bool took;

	for (int type = 0; type < ECS_SUGGESTION_TYPES; type++)
		while (in->made->n < limit && next[type] < offers[type].n &&
		    offers[type].list[next[type]].whole)
			if (!list_offer(
				in, &offers[type].list[next[type]++], &took))
				return false;
	while (in->made->n < limit) {
		enum ecs_suggestion_type turn =
		    turn_of(in->made->n, &offers[ECS_SUGGEST_VALUE]);

		took = false;
		for (int i = 0; i < ECS_SUGGESTION_TYPES && !took; i++) {
			int type = ((int)turn + i) % ECS_SUGGESTION_TYPES;

			if (!list_next(in, &offers[type], &next[type], &took))
				return false;
		}
		if (!took)
			break;
	}
	return true;
}

bool
ecs_suggestions_mix(struct completing *in, const struct offers *offers,
    struct ecs_suggestions *made)
{
	struct mixing mixing = {.in = in, .made = made};
	size_t room = in->suggest->limit + (size_t)1;

	made->list = ecs_arena_alloc(in->arena, room * sizeof(*made->list));
	mixing.folded =
	    ecs_arena_alloc(in->arena, room * sizeof(*mixing.folded));
	if (made->list == NULL || mixing.folded == NULL)
		return ecs_err_memory(in->err);
	return mix(&mixing, offers);
}
