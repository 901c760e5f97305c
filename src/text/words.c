/* SPDX-License-Identifier: ISC */
/*
 * words - words as data: stem exceptions and elided articles.
 *
 * A stemmer's rules join what a reader keeps apart.  There are built-in
 * exceptions; whoever runs the service can add more.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <sodium.h>
#include <unicode/uchar.h>
#include <unicode/uversion.h>

#include "config.h" /* DICTIONARIES */

#include "ecsearch/arena.h"
#include "ecsearch/err.h"
#include "ecsearch/text.h"

#include "chars.h"
#include "dictionaries.h"
#include "exceptions.h"
#include "fold.h"
#include "stopwords.h"
#include "words.h"

/* Folded articles and pronouns that lose their end before a vowel. */
static const char *const elisions[] = {
    /* French */
    "c", "d", "j", "l", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu",
    "quoiqu", "quelqu", "presqu",
    /* Italian */
    "un", "dell", "all", "dall", "nell", "sull", "coll", "gl", "quell", "quest",
    "bell", "sant", "cent", "anch", "dev", "tutt", "nessun", "senz",
    /* Maltese and Irish */
    "b", "f", "x", "g"};

/* One form and its stem. */
struct exception {
	int lang;
	size_t len;
	const char *form; /* NULL: a free place */
	const char *stem;
};

enum { VERSION_BYTES = 512 };

struct ecs_words {
	atomic_int refs;
	char fingerprint[17]; /* of the exceptions that were given */
	struct ecs_arena *arena;
	struct text_stops *stops;
	/* Letters that forms with another one in their stem begin with. */
	uint32_t changing[ECS_LANGS];
	struct exception *table; /* open addressing, a power of two */
	size_t room;
	size_t used;
	struct text_dictionaries *dictionaries;
	char version[VERSION_BYTES];
};

/* Where a form is, or the free place where it would be. */
static struct exception *
find_place(struct exception *table, size_t room, uint32_t hash,
    const struct exception *wanted)
{
	size_t at = hash & (room - 1);

	while (table[at].form != NULL &&
	    (table[at].lang != wanted->lang || table[at].len != wanted->len ||
		memcmp(table[at].form, wanted->form, wanted->len) != 0))
		at = (at + 1) & (room - 1);
	return &table[at];
}

static uint32_t
hash_exception(const struct exception *exception)
{
	return text_hash(TEXT_HASH_SEED ^ (uint32_t)exception->lang,
	    exception->form, exception->len);
}

static bool
grow_table(struct ecs_words *words)
{
	size_t room = words->room == 0 ? 512 : words->room * 2;
	struct exception *table = calloc(room, sizeof(*table));

	if (table == NULL)
		return false;
	for (size_t i = 0; i < words->room; i++) {
		const struct exception *old = &words->table[i];

		if (old->form != NULL)
			*find_place(table, room, hash_exception(old), old) =
			    *old;
	}
	free(words->table);
	words->table = table;
	words->room = room;
	return true;
}

/* A later exception for a form takes the place of an earlier one. */
static bool
add_exception(struct ecs_words *words, int lang, const struct text_piece *form,
    const struct text_piece *stem)
{
	struct exception new = {.lang = lang, .len = form->len};
	struct exception *place;

	if (words->used * 2 >= words->room && !grow_table(words))
		return false;
	new.form = ecs_arena_strndup(words->arena, form->text, form->len);
	new.stem = ecs_arena_strndup(words->arena, stem->text, stem->len);
	if (form->text[0] != stem->text[0])
		words->changing[lang] |= text_letter_bit(form->text[0]);
	if (new.form == NULL || new.stem == NULL)
		return false;
	place =
	    find_place(words->table, words->room, hash_exception(&new), &new);
	if (place->form == NULL)
		words->used++;
	*place = new;
	return true;
}

static bool
add_group(struct ecs_words *words, const struct text_exception *group)
{
	int lang = ecs_lang_find(group->lang, 2);
	const char *at = group->forms;
	struct text_folded stem;

	text_fold(group->stem, strlen(group->stem), &stem);
	while (*at != '\0') {
		size_t len = strcspn(at, " ");
		struct text_folded form;

		text_fold(at, len, &form);
		if (!add_exception(words, lang, &form.exact, &stem.exact))
			return false;
		at += len;
		at += strspn(at, " ");
	}
	return true;
}

static bool
bad_stem(
    struct ecs_err *err, const char *lang, const char *form, const char *why)
{
	char pointer[96];

	snprintf(pointer, sizeof(pointer), "/%s%s%.64s", lang,
	    form[0] == '\0' ? "" : "/", form);
	ecs_err_set(err, 400, "bad_stems", "stem exceptions: %s", why);
	return ecs_err_at(err, ECS_WHERE_POINTER, pointer, 0, 0);
}

static bool
read_lang(struct ecs_words *words, const char *tag, json_t *forms,
    struct ecs_err *err)
{
	int lang = ecs_lang_find(tag, strlen(tag));
	const char *form;
	json_t *value;

	if (lang == ECS_LANG_NONE)
		return bad_stem(err, tag, "", "no language of the EU");
	if (!json_is_object(forms))
		return bad_stem(err, tag, "", "not an object");
	json_object_foreach (forms, form, value) {
		struct text_folded from;
		struct text_folded to;

		if (!json_is_string(value))
			return bad_stem(err, tag, form, "not a string");
		text_fold(form, strlen(form), &from);
		text_fold(
		    json_string_value(value), json_string_length(value), &to);
		if (from.exact.len == 0 || to.exact.len == 0)
			return bad_stem(err, tag, form, "no word");
		if (!add_exception(words, lang, &from.exact, &to.exact))
			return ecs_err_memory(err);
	}
	return true;
}

static bool
read_stems(struct ecs_words *words, const char *stems, struct ecs_err *err)
{
	json_error_t why;
	json_t *root = json_loads(stems, JSON_REJECT_DUPLICATES, &why);
	const char *tag;
	json_t *forms;
	bool ok = false;

	if (root == NULL) {
		ecs_err_set(
		    err, 400, "bad_json", "stem exceptions: %s", why.text);
		ecs_err_at(err, ECS_WHERE_LINE, "", (uint32_t)why.line,
		    (uint32_t)why.column);
		goto out;
	}
	if (!json_is_object(root)) {
		ecs_err_set(err, 400, "bad_stems",
		    "stem exceptions: not an object of languages");
		goto out;
	}
	json_object_foreach (root, tag, forms)
		if (!read_lang(words, tag, forms, err))
			goto out;
	ok = true;
out:
	json_decref(root);
	return ok;
}

static void
set_fingerprint(struct ecs_words *words, const char *stems)
{
	unsigned char digest[crypto_generichash_BYTES];
	const char *text = stems == NULL ? "" : stems;

	crypto_generichash(digest, sizeof(digest), (const unsigned char *)text,
	    strlen(text), NULL, 0);
	sodium_bin2hex(words->fingerprint, sizeof(words->fingerprint), digest,
	    (sizeof(words->fingerprint) - 1) / 2);
}

/* Raise the first number whenever a text may get other forms than before. */
static void
note_version(struct ecs_words *words)
{
	snprintf(words->version, sizeof(words->version),
	    "text 2, ICU " U_ICU_VERSION ", Unicode " U_UNICODE_VERSION
	    ", Snowball 2, dictionaries: %s",
	    text_dictionaries_version(words->dictionaries));
}

struct ecs_words *
ecs_words_new_in(
    const char *dictionaries, const char *stems, struct ecs_err *err)
{
	struct ecs_words *words = calloc(1, sizeof(*words));
	bool ok = false;

	if (words == NULL)
		goto out;
	atomic_init(&words->refs, 1);
	set_fingerprint(words, stems);
	words->arena = ecs_arena_new();
	words->stops = text_stops_new();
	words->dictionaries = text_dictionaries_open(dictionaries);
	if (words->arena == NULL || words->stops == NULL ||
	    words->dictionaries == NULL)
		goto out;
	for (size_t i = 0; i < text_exception_count; i++)
		if (!add_group(words, &text_exceptions[i]))
			goto out;
	note_version(words);
	ok = stems == NULL || read_stems(words, stems, err);
out:
	if (ok)
		return words;
	ecs_err_memory(err); /* unless it is known better */
	ecs_words_free(words);
	return NULL;
}

bool
ecs_words_set_stops(struct ecs_words *words, const char *json,
    const char *source, struct ecs_err *err)
{
	return text_stops_read(words->stops, json, source, err);
}

struct ecs_words *
ecs_words_ref(struct ecs_words *words)
{
	atomic_fetch_add(&words->refs, 1);
	return words;
}

const char *
ecs_words_fingerprint(const struct ecs_words *words)
{
	return words->fingerprint;
}

struct ecs_words *
ecs_words_new(const char *stems, struct ecs_err *err)
{
	return ecs_words_new_in(DICTIONARIES, stems, err);
}

void
ecs_words_free(struct ecs_words *words)
{
	if (words == NULL || atomic_fetch_sub(&words->refs, 1) != 1)
		return;
	text_dictionaries_close(words->dictionaries);
	ecs_arena_free(words->arena);
	text_stops_free(words->stops);
	free(words->table);
	free(words);
}

const char *
ecs_analysis_version(const struct ecs_words *words)
{
	return words->version;
}

const char *
text_words_stem(
    const struct ecs_words *words, int lang, const char *form, size_t len)
{
	const struct exception wanted = {
	    .lang = lang, .len = len, .form = form};

	return find_place(
	    words->table, words->room, hash_exception(&wanted), &wanted)
	    ->stem;
}

bool
text_words_change(const struct ecs_words *words, int lang, char first)
{
	return lang != ECS_LANG_NONE &&
	    (words->changing[lang] & text_letter_bit(first)) != 0;
}

uint32_t
text_words_stop(const struct ecs_words *words, const char *form, size_t len)
{
	return text_stops_langs(words->stops, form, len);
}

bool
text_words_dictionary(const struct ecs_words *words, int lang,
    const struct text_dictionary **dictionary)
{
	return text_dictionaries_get(words->dictionaries, lang, dictionary);
}

bool
ecs_is_elision(const char *folded, size_t len)
{
	for (size_t i = 0; i < sizeof(elisions) / sizeof(elisions[0]); i++)
		if (strlen(elisions[i]) == len &&
		    memcmp(elisions[i], folded, len) == 0)
			return true;
	return false;
}
