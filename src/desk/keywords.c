/* SPDX-License-Identifier: ISC */
/*
 * keywords - what one part of a corpus says more often than another.
 *
 * All runs of the part are counted, then those that are frequent enough in the
 * other; so the first of them are exact.
 */
#include <stdlib.h>
#include <string.h>

#include "ecsearch/err.h"

#include "corpus.h"
#include "grams.h"
#include "measures.h"

enum { HERE, THERE, LOOK_EVERY = 256 };

struct count {
	const struct ecs_desk *desk;
	const struct ecs_desk_ask *ask;
	uint32_t n; /* words of a run */
	struct grams grams;
	struct ecs_keywords *keywords;
	uint64_t words[GRAM_SIDES];
	uint32_t documents[GRAM_SIDES];
	uint32_t langs; /* of the units here, a bit for each */
	struct ecs_err *err;
};

/* ---- counting ---- */

static bool
count_unit(struct count *in, const struct desk_at *at, int side)
{
	const struct ecs_corpus *corpus = in->desk->corpus;
	uint32_t forms[GRAM_WORDS] = {0};

	for (uint32_t i = 0; i + in->n <= at->n; i++) {
		struct gram *gram;

		for (uint32_t k = 0; k < in->n; k++)
			forms[k] = desk_form_of(corpus, at->words[i + k]) + 1;
		gram = grams_get(&in->grams, forms, side == HERE);
		if (gram != NULL)
			gram_count(gram, side, at->unit->row);
		else if (in->grams.memory == 0)
			return ecs_err_set(in->err, 503, "desk_full",
			    "there are more runs of %u words than desk-bytes "
			    "has room for; choose fewer documents",
			    in->n);
	}
	if (at->n >= in->n)
		in->words[side] += at->n - in->n + 1;
	return true;
}

static bool
count_block(struct count *in, const struct desk_block *block,
    const struct ecs_bitmap *rows, int side)
{
	for (uint32_t i = 0; block != NULL && i < block->nunits; i++) {
		struct desk_at at = {block, &block->units[i],
		    block->words + block->units[i].first,
		    block->units[i].words};

		if (i % LOOK_EVERY == 0 && !desk_in_time(in->desk, in->err))
			return false;
		if (!ecs_bitmap_test(rows, at.unit->row))
			continue;
		if (side == HERE && at.unit->lang >= 0)
			in->langs |= UINT32_C(1) << at.unit->lang;
		if (!count_unit(in, &at, side))
			return false;
	}
	return true;
}

static void
forget_rows(struct grams *grams)
{
	for (size_t i = 0; i < grams->room; i++)
		grams->table[i].row = UINT32_MAX;
}

static bool
count_side(struct count *in, const struct ecs_bitmap *rows, int side)
{
	const struct ecs_corpus *corpus = in->desk->corpus;

	in->documents[side] = ecs_bitmap_count(rows);
	for (size_t b = 0; b < corpus->nblocks; b++)
		if (!count_block(in, corpus->blocks[b], rows, side))
			return false;
	if (side != HERE)
		return true;
	if (!grams_prune(&in->grams, in->ask->least))
		return ecs_err_memory(in->err);
	forget_rows(&in->grams);
	return true;
}

/* ---- choosing ---- */

static bool
is_stop(const struct count *in, uint32_t form)
{
	return (desk_form(in->desk->corpus->dictionary, form)->stop_langs &
		   in->langs) != 0;
}

static bool
is_told(const struct count *in, const struct gram *gram)
{
	double here = (double)gram->count[HERE];
	double there = (double)gram->count[THERE];

	if (gram->forms[0] == 0 || gram->count[HERE] < in->ask->least ||
	    gram->documents[HERE] < in->ask->least_documents)
		return false;
	for (uint32_t k = 0; k < in->n; k++)
		if (gram->forms[k] == 1)
			return false; /* a word of which folding leaves nothing
				       */
	if (!in->ask->stop_words &&
	    (is_stop(in, gram->forms[0] - 1) ||
		is_stop(in, gram->forms[in->n - 1] - 1)))
		return false;
	return here * (double)in->words[THERE] >
	    there * (double)in->words[HERE];
}

static const char *
gram_text(const struct count *in, const struct gram *gram)
{
	struct ecs_buf text = {0};
	const char *kept = NULL;

	for (uint32_t k = 0; k < in->n; k++) {
		if (k > 0)
			ecs_buf_putc(&text, ' ');
		ecs_buf_puts(&text,
		    desk_form(in->desk->corpus->dictionary, gram->forms[k] - 1)
			->text);
	}
	if (!text.failed)
		kept =
		    ecs_arena_strndup(in->keywords->arena, text.data, text.len);
	ecs_buf_fini(&text);
	return kept;
}

static bool
add_keyword(struct count *in, const struct gram *gram)
{
	struct ecs_keyword *keyword = &in->keywords->list[in->keywords->n++];
	double a = (double)gram->count[HERE];
	double b = (double)gram->count[THERE];
	double c = (double)in->words[HERE];
	double d = (double)in->words[THERE];

	*keyword = (struct ecs_keyword){.text = gram_text(in, gram),
	    .here = gram->count[HERE],
	    .there = gram->count[THERE],
	    .documents_here = gram->documents[HERE],
	    .documents_there = gram->documents[THERE],
	    .ll = desk_keyness(a, c, b, d),
	    .diff = desk_diff(a, c, b, d)};
	keyword->p = desk_p_step(keyword->ll);
	return keyword->text != NULL;
}

static int
by_ll(const void *a, const void *b)
{
	const struct ecs_keyword *x = a;
	const struct ecs_keyword *y = b;

	if (x->ll != y->ll)
		return x->ll > y->ll ? -1 : 1;
	return strcmp(x->text, y->text);
}

static int
by_diff(const void *a, const void *b)
{
	const struct ecs_keyword *x = a;
	const struct ecs_keyword *y = b;

	if (x->diff != y->diff)
		return x->diff > y->diff ? -1 : 1;
	return by_ll(a, b);
}

static bool
choose(struct count *in, enum ecs_keyword_order order)
{
	struct ecs_keywords *keywords = in->keywords;
	size_t room = 1;

	for (size_t i = 0; i < in->grams.room; i++)
		room += is_told(in, &in->grams.table[i]);
	keywords->list = calloc(room, sizeof(*keywords->list));
	if (keywords->list == NULL)
		return ecs_err_memory(in->err);
	for (size_t i = 0; i < in->grams.room; i++)
		if (is_told(in, &in->grams.table[i]) &&
		    !add_keyword(in, &in->grams.table[i]))
			return ecs_err_memory(in->err);
	qsort(keywords->list, keywords->n, sizeof(*keywords->list),
	    order == ECS_KEYWORDS_BY_DIFF ? by_diff : by_ll);
	keywords->found = keywords->n;
	if (keywords->n > in->ask->limit)
		keywords->n = in->ask->limit;
	return true;
}

bool
ecs_desk_keywords(const struct ecs_desk *desk, const struct ecs_desk_ask *ask,
    uint32_t words, enum ecs_keyword_order order, const struct ecs_bitmap *here,
    const struct ecs_bitmap *there, struct ecs_keywords *keywords,
    struct ecs_err *err)
{
	struct count in = {.desk = desk,
	    .ask = ask,
	    .n = words,
	    .keywords = keywords,
	    .err = err};
	bool ok;

	memset(keywords, 0, sizeof(*keywords));
	keywords->arena = ecs_arena_new();
	ok = grams_init(&in.grams, ask->memory) && keywords->arena != NULL;
	if (!ok)
		ecs_err_memory(err);
	ok = ok && count_side(&in, here, HERE) &&
	    count_side(&in, there, THERE) && choose(&in, order);
	grams_fini(&in.grams);
	keywords->words_here = in.words[HERE];
	keywords->words_there = in.words[THERE];
	keywords->documents_here = in.documents[HERE];
	keywords->documents_there = in.documents[THERE];
	if (!ok)
		ecs_keywords_free(keywords);
	return ok;
}

void
ecs_keywords_free(struct ecs_keywords *keywords)
{
	ecs_arena_free(keywords->arena);
	free(keywords->list);
	memset(keywords, 0, sizeof(*keywords));
}
