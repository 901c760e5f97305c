/* SPDX-License-Identifier: ISC */
/*
 * parts - what words are made of.
 *
 * The corpus says which words there are: a word comes apart into parts that
 * are all words of the corpus themselves, of the same language, of
 * PART_SHORTEST letters or more, with no letter left over but the language's
 * linking elements.
 */
#include "config.h" /* _GNU_SOURCE */

#include <math.h>
#include <string.h>

#include "ecsearch/layout.h"
#include "ecsearch/lexicon.h"

#include "parts.h"

static const struct part_joining joinings[] = {
    {"de", {"s", "es", "n", "en", "e", "er", "ens", "ns", NULL}, {"e", NULL},
	" unter wieder nieder zuruck zusammen ober hinter gegen voll fehl "
	"miss weise haft schaft heit keit lich massig fahig reich arm los "
	"frei mal "},
    {"nl", {"s", "e", "en", "n", NULL}, {"e", NULL},
	" onder over voor door tegen achter binnen buiten samen weer heid "
	"schap loos baar zaam vol rijk lijk "},
    {"sv", {"s", "o", "u", "a", "e", NULL}, {"a", "e", NULL},
	" under over efter fram fore genom mellan till ater sam upp skap het "
	"lig sam full fria "},
    {"da", {"s", "e", "er", NULL}, {"e", NULL},
	" under over efter frem mellem igennem til gennem igen skab hed lig "
	"fuld fri "},
    {"fi", {NULL}, {NULL}, " yli ali esi sisa ulko etta "},
    {"hu", {NULL}, {NULL}, " vissza ossze tovabb "},
    {"et", {NULL}, {NULL}, " ule alla ette taga vahe "},
};

_Static_assert(
    sizeof(joinings) / sizeof(joinings[0]) == PART_LANGS, "a row a language");

const struct part_joining *
ecs_parts_joining(size_t index)
{
	return &joinings[index];
}

struct stem_look {
	const struct part_reader *in;
	bool found;
};

static bool
is_in_index(const struct part_reader *in, const struct ecs_form *form)
{
	const struct ecs_collection *collection = in->source->collection;

	for (int place = 0; place < collection->ntexts; place++) {
		const struct ecs_field *field = collection->texts[place];
		char term[ECS_TERM_BYTES];
		size_t len = ecs_term_make(term, place, form);

		if ((field->type == ECS_TEXT || field->type == ECS_SECTIONS) &&
		    !field->is_private &&
		    ecs_termset_maybe(in->source->terms, term, len))
			return true;
	}
	return false;
}

static bool
look_at_stem(void *user, const struct ecs_form *form)
{
	struct stem_look *look = user;

	if (form->kind != ECS_FORM_STEM || form->tokens != 1)
		return true;
	look->found = is_in_index(look->in, form);
	return !look->found;
}

bool
ecs_parts_is_of_lang(const struct part_reader *in, const char *text, size_t len)
{
	struct stem_look look = {.in = in};

	ecs_analyze(in->analyzer, text, len, in->lang, look_at_stem, &look);
	return look.found;
}

bool
ecs_parts_is_debris(const struct part_reader *in, const char *text, size_t len)
{
	const char *at = in->joining->debris;

	if ((ecs_stop_langs(in->analyzer, text, len) >> in->lang & 1) != 0)
		return true;
	for (; (at = memmem(at, strlen(at), text, len)) != NULL; at++)
		if (at[-1] == ' ' && at[len] == ' ')
			return true;
	return false;
}

/* In how many documents a word of the language stands; 0: it is none. */
static uint32_t
documents_of(const struct part_reader *in, const char *text, size_t len)
{
	uint32_t documents;

	if (len < PART_SHORTEST || len > ECS_LEXICON_BYTES)
		return 0;
	documents = ecs_lexicon_documents(in->source->lexicon, text, len);
	return documents == 0 || ecs_parts_is_debris(in, text, len) ||
		!ecs_parts_is_of_lang(in, text, len)
	    ? 0
	    : documents;
}

/* ---- parts ---- */

/* A part before another: with a linking element, or without its end. */
static uint32_t
first_documents(
    const struct part_reader *in, const char *text, size_t len, size_t *word)
{
	uint32_t most = documents_of(in, text, len);

	*word = len;
	for (const char *const *link = in->joining->links; *link != NULL;
	     link++) {
		size_t n = strlen(*link);
		uint32_t documents = 0;

		if (len > n && memcmp(text + len - n, *link, n) == 0)
			documents = documents_of(in, text, len - n);
		if (documents > most) {
			most = documents;
			*word = len - n;
		}
	}
	for (const char *const *drop = in->joining->drops;
	     most == 0 && *drop != NULL; drop++) {
		char whole[ECS_FORM_BYTES + 8];
		size_t n = strlen(*drop);

		if (len > ECS_FORM_BYTES)
			return 0;
		memcpy(whole, text, len);
		memcpy(whole + len, *drop, n);
		most = documents_of(in, whole, len + n);
	}
	return most;
}

/* The last part may be in any form that the language has of it. */
static uint32_t
last_documents(const struct part_reader *in, const char *text, size_t len)
{
	uint32_t documents = documents_of(in, text, len);

	return documents > 0 || len < PART_SHORTEST ||
		ecs_parts_is_debris(in, text, len) ||
		!ecs_parts_is_of_lang(in, text, len)
	    ? documents
	    : 1;
}

bool
ecs_parts_come_apart(const struct part_reader *in, const char *text,
    size_t from, size_t to, bool final, struct part_split *split)
{
	struct part_split before = *split;

	if (from == to)
		return true;
	if (split->n == PART_MOST)
		return false;
	for (size_t end = to; end >= from + PART_SHORTEST; end--) {
		size_t word;
		uint32_t documents = end == to && final
		    ? last_documents(in, text + from, end - from)
		    : first_documents(in, text + from, end - from, &word);

		if (documents == 0)
			continue;
		split->logs = before.logs + log(documents);
		split->n = before.n + 1;
		if (ecs_parts_come_apart(in, text, end, to, final, split))
			return true;
		*split = before;
	}
	return false;
}

size_t
ecs_parts_seam(
    const struct part_reader *in, const char *text, size_t len, size_t *word)
{
	double itself =
	    ecs_lexicon_documents(in->source->lexicon, text, len) / PART_LEEWAY;
	double best = itself * itself;
	size_t seam = 0;

	for (size_t at = PART_SHORTEST; at + PART_SHORTEST <= len; at++) {
		size_t first;
		double documents = first_documents(in, text, at, &first);

		if (documents > 0)
			documents *= last_documents(in, text + at, len - at);
		if (documents > best) {
			best = documents;
			seam = at;
			*word = first;
		}
	}
	return seam;
}

bool
ecs_parts_are_plausible(const struct part_split *split, uint32_t documents)
{
	return exp(split->logs / split->n) * PART_LEEWAY >= documents;
}

bool
ecs_parts_is_listed(const struct part_reader *in, const char *text, size_t len)
{
	return ecs_lexicon_documents(in->source->lexicon, text, len) > 0;
}
