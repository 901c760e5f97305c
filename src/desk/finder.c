/* SPDX-License-Identifier: ISC */
/*
 * finder - which words of a corpus a set of sought words stands for.
 *
 * A type goes through the same marking as a text would (text/spans.c), so what
 * is found here is what is marked there.
 */
#include <stdlib.h>
#include <string.h>

#include "finder.h"

enum { KNOWN = 1, FOUND = 2, BEGINS_RUN = 4 };

static bool
add_run(struct finder *in, const struct ecs_sought_run *run)
{
	uint32_t *forms = calloc(run->n, sizeof(*forms));

	if (forms == NULL)
		return false;
	for (size_t i = 0; i < run->n; i++) {
		forms[i] = desk_words_find(
		    in->corpus->dictionary, run->pieces[i], run->lens[i]);
		if (forms[i] >= in->corpus->nforms) {
			free(forms); /* a word that is nowhere */
			return true;
		}
	}
	in->runs[in->nruns++] = (struct finder_run){forms, (uint32_t)run->n};
	return true;
}

bool
finder_init(struct finder *in, const struct ecs_desk *desk,
    const struct ecs_sought_words *words)
{
	memset(in, 0, sizeof(*in));
	in->corpus = desk->corpus;
	in->analyzer = desk->analyzer;
	in->marks = words->marks;
	in->runs = calloc(words->nruns + 1, sizeof(*in->runs));
	if (in->runs == NULL)
		return false;
	for (size_t i = 0; i < words->nruns; i++)
		if (!add_run(in, &words->runs[i]))
			return false;
	return true;
}

void
finder_fini(struct finder *in)
{
	for (size_t i = 0; in->runs != NULL && i < in->nruns; i++)
		free(in->runs[i].forms);
	free(in->runs);
	for (size_t i = 0; i <= ECS_LANGS; i++)
		free(in->known[i]);
	free(in->spans);
}

static bool
is_found(struct finder *in, const struct desk_type *type, int lang)
{
	long n = ecs_find_spans(in->analyzer, in->marks, type->text, type->len,
	    lang, &in->spans, &in->span_room);

	in->failed |= n < 0;
	if (type->tokens == 1)
		return n > 0;
	/* A name is found as one word, or not at all. */
	return n == 1 && in->spans[0].start == 0 &&
	    in->spans[0].end == type->len;
}

static unsigned char
look(struct finder *in, uint32_t number, int lang)
{
	const struct desk_type *type =
	    desk_type(in->corpus->dictionary, number);
	unsigned char known = KNOWN;

	if (is_found(in, type, lang))
		known |= FOUND;
	for (size_t i = 0; type->tokens == 1 && i < in->nruns; i++)
		if (in->runs[i].forms[0] == type->form)
			known |= BEGINS_RUN;
	return known;
}

static unsigned char
what_is(struct finder *in, uint32_t number, int lang)
{
	unsigned char **known =
	    &in->known[lang == ECS_LANG_NONE ? ECS_LANGS : lang];

	if (*known == NULL)
		*known = calloc(in->corpus->ntypes + 1, 1);
	if (*known == NULL) {
		in->failed = true;
		return KNOWN;
	}
	if ((*known)[number] == 0)
		(*known)[number] = look(in, number, lang);
	return (*known)[number];
}

static uint32_t
name_at(const struct desk_at *at, uint32_t i)
{
	const struct desk_block *block = at->block;
	uint32_t wanted = at->unit->first + i;
	size_t low = at->unit->first_name;
	size_t high = block->nnames;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (block->names[middle].at < wanted)
			low = middle + 1;
		else
			high = middle;
	}
	return block->names[low].type;
}

static bool
reads_as(const struct finder *in, const struct desk_at *at, uint32_t i,
    const struct finder_run *run)
{
	if (run->n > at->n - i)
		return false;
	for (uint32_t k = 0; k < run->n; k++)
		if (desk_form_of(in->corpus, at->words[i + k]) != run->forms[k])
			return false;
	return true;
}

static void
better(uint32_t *best, uint32_t n, bool shortest)
{
	if (*best == 0 || (shortest ? n < *best : n > *best))
		*best = n;
}

uint32_t
finder_length(
    struct finder *in, const struct desk_at *at, uint32_t i, bool shortest)
{
	uint32_t word = at->words[i];
	int lang = (int)at->unit->lang;
	unsigned char known = what_is(in, word & WORD_TYPE, lang);
	uint32_t best = (known & FOUND) != 0;

	if ((word & WORD_NAME) != 0) {
		uint32_t name = name_at(at, i);

		if ((what_is(in, name, lang) & FOUND) != 0)
			better(&best,
			    desk_type(in->corpus->dictionary, name)->tokens,
			    shortest);
	}
	for (size_t r = 0; (known & BEGINS_RUN) != 0 && r < in->nruns; r++)
		if (reads_as(in, at, i, &in->runs[r]))
			better(&best, in->runs[r].n, shortest);
	return best;
}
