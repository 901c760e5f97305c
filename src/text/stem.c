/* SPDX-License-Identifier: ISC */
/*
 * stem - what inflected forms of a word have in common.
 *
 * Stemmers read accents and people leave them out, and stemming first or
 * folding first gives two results (sécurité: secur, securit).  So both are
 * stems, and where umlauts have a spelling in two letters that one's too:
 * whichever way a word is written, it meets itself.
 */
#include <string.h>

#include <libstemmer.h>

#include "stem.h"
#include "words.h"

/*
 * Who stems a language.  NULL: nobody yet.
 */
static const struct method {
	const char *lang;
	const char *snowball;
} methods[] = {
    {"bg", NULL},
    {"cs", NULL},
    {"da", "danish"},
    {"de", "german"},
    {"el", "greek"},
    {"en", "english"},
    {"es", "spanish"},
    {"et", NULL},
    {"fi", "finnish"},
    {"fr", "french"},
    {"ga", "irish"},
    {"hr", NULL},
    {"hu", "hungarian"},
    {"it", "italian"},
    {"lt", "lithuanian"},
    {"lv", NULL},
    {"mt", NULL},
    {"nl", "dutch"},
    {"pl", NULL},
    {"pt", "portuguese"},
    {"ro", "romanian"},
    {"sk", NULL},
    {"sl", NULL},
    {"sv", "swedish"},
};

void
text_stemmers_fini(struct text_stemmers *stemmers)
{
	for (int i = 0; i < ECS_LANGS; i++)
		if (stemmers->snowball[i] != NULL)
			sb_stemmer_delete(stemmers->snowball[i]);
	memset(stemmers, 0, sizeof(*stemmers));
}

static const struct method *
find_method(int lang)
{
	const char *code = ecs_lang_code(lang);

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (strcmp(methods[i].lang, code) == 0)
			return &methods[i];
	return NULL;
}

/* Keep a stem if it is new. */
static void
keep(struct text_stems *stems, const struct text_piece *stem)
{
	if (stem->len == 0 || stems->count == TEXT_STEMS)
		return;
	for (int i = 0; i < stems->count; i++)
		if (stems->stem[i].len == stem->len &&
		    memcmp(stems->stem[i].text, stem->text, stem->len) == 0)
			return;
	stems->stem[stems->count++] = *stem;
}

/* A library without the algorithm leaves the language without stems. */
static struct sb_stemmer *
open_snowball(struct text_stemmers *stemmers, int lang)
{
	const struct method *method;

	if (stemmers->snowball[lang] == NULL) {
		method = find_method(lang);
		if (method != NULL && method->snowball != NULL)
			stemmers->snowball[lang] =
			    sb_stemmer_new(method->snowball, "UTF_8");
	}
	return stemmers->snowball[lang];
}

static bool
stem_one(struct sb_stemmer *snowball, const struct text_piece *word,
    struct text_stems *stems)
{
	const sb_symbol *stemmed;
	struct text_folded folded;

	if (word->len == 0)
		return true;
	stemmed =
	    sb_stemmer_stem(snowball, (const sb_symbol *)word->text, word->len);
	if (stemmed == NULL)
		return false;
	text_fold((const char *)stemmed, (size_t)sb_stemmer_length(snowball),
	    &folded);
	keep(stems, &folded.exact);
	return true;
}

/* The stem that the tables say, instead of the rules'. */
static bool
use_exception(const struct ecs_words *words, int lang,
    const struct text_folded *folded, struct text_stems *stems)
{
	struct text_piece *stem = &stems->stem[0];
	const char *found =
	    text_words_stem(words, lang, folded->exact.text, folded->exact.len);

	if (found == NULL && folded->alternate.len > 0)
		found = text_words_stem(
		    words, lang, folded->alternate.text, folded->alternate.len);
	if (found == NULL)
		return false;
	stem->len = (uint8_t)strlen(found);
	memcpy(stem->text, found, stem->len + 1U);
	stems->count = 1;
	return true;
}

bool
text_stem(struct text_stemmers *stemmers, const struct ecs_words *words,
    int lang, const char *word, size_t len, const struct text_folded *folded,
    struct text_stems *stems)
{
	struct sb_stemmer *snowball;
	struct text_piece lower;

	stems->count = 0;
	if (use_exception(words, lang, folded, stems))
		return true;
	snowball = open_snowball(stemmers, lang);
	if (snowball == NULL)
		return true;
	text_lower(word, len, &lower);
	return stem_one(snowball, &lower, stems) &&
	    stem_one(snowball, &folded->exact, stems) &&
	    stem_one(snowball, &folded->alternate, stems);
}
