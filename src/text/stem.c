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
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "dictionary.h"
#include "endings.h"
#include "stem.h"
#include "words.h"

/* The languages that Snowball stems; the others have tables of endings. */
static const struct method {
	const char *lang;
	const char *snowball;
} methods[] = {
    {"da", "danish"},
    {"de", "german"},
    {"el", "greek"},
    {"en", "english"},
    {"es", "spanish"},
    {"fi", "finnish"},
    {"fr", "french"},
    {"ga", "irish"},
    {"hu", "hungarian"},
    {"it", "italian"},
    {"lt", "lithuanian"},
    {"nl", "dutch"},
    {"pt", "portuguese"},
    {"ro", "romanian"},
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
		if (method != NULL)
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

/* What the word loses by the language's rules, folded. */
static bool
stem_by_rules(struct text_stemmers *stemmers, int lang,
    const struct text_piece *lower, const struct text_folded *folded,
    struct text_stems *stems)
{
	struct sb_stemmer *snowball = open_snowball(stemmers, lang);
	struct text_piece cut;

	if (snowball != NULL &&
	    (!stem_one(snowball, lower, stems) ||
		!stem_one(snowball, &folded->exact, stems) ||
		!stem_one(snowball, &folded->alternate, stems)))
		return false;
	if (text_has_endings(lang)) {
		cut = folded->exact;
		text_cut_endings(lang, &cut);
		keep(stems, &cut);
	}
	return true;
}

/* The stems of what the dictionary says a word is a form of. */
static bool
stem_by_dictionary(struct text_stemmers *stemmers,
    const struct ecs_words *words, int lang, const struct text_piece *lower,
    struct text_stems *stems)
{
	const struct text_dictionary *dictionary;
	struct text_roots roots;

	if (!text_words_dictionary(words, lang, &dictionary))
		return false;
	if (dictionary == NULL)
		return true;
	text_dictionary_find(dictionary, lower->text, lower->len, &roots);
	for (int i = 0; i < roots.count; i++) {
		struct text_folded folded;
		struct text_piece root;

		text_fold(roots.root[i].text, roots.root[i].len, &folded);
		text_lower(roots.root[i].text, roots.root[i].len, &root);
		if (!stem_by_rules(stemmers, lang, &root, &folded, stems))
			return false;
	}
	return true;
}

/*
 * The letters that Irish puts before a capital (bhFrainc, tAcht, hEireann),
 * where they are surely no part of the word.
 */
static size_t
count_mutation(int lang, const char *word, size_t len)
{
	int32_t at = 0;
	UChar32 c;

	if (strcmp(ecs_lang_code(lang), "ga") != 0)
		return 0;
	while ((size_t)at < len && at < 3 && word[at] >= 'a' && word[at] <= 'z')
		at++;
	if (at == 0 || (size_t)at == len)
		return 0;
	U8_GET((const uint8_t *)word, 0, at, (int32_t)len, c);
	return u_isupper(c) ? (size_t)at : 0;
}

bool
text_stem(struct text_stemmers *stemmers, const struct ecs_words *words,
    int lang, const char *word, size_t len, const struct text_folded *folded,
    struct text_stems *stems)
{
	size_t mutation = count_mutation(lang, word, len);
	struct text_folded rest;
	struct text_piece lower;

	stems->count = 0;
	if (mutation > 0) {
		word += mutation;
		len -= mutation;
		text_fold(word, len, &rest);
		folded = &rest;
	}
	if (use_exception(words, lang, folded, stems))
		return true;
	text_lower(word, len, &lower);
	return stem_by_rules(stemmers, lang, &lower, folded, stems) &&
	    stem_by_dictionary(stemmers, words, lang, &lower, stems);
}
