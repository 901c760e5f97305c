/* SPDX-License-Identifier: ISC */
/*
 * marks - what a query looks for, by form.
 *
 * An EXACT form of a query may be an ALTERNATE of a text's word and the other
 * way round (Boehme, Böhme), so both are one kind here, the surface; stems
 * are of a language.
 */
#include <stdlib.h>
#include <string.h>

#include "ecsearch/arena.h"
#include "ecsearch/pattern.h"

#include "chars.h"
#include "marks.h"
#include "words.h"

enum { SURFACE = -1, FIRST_ROOM = 64, PHRASE_CHAINS = 64 };

struct mark {
	const char *text; /* NULL: a free place */
	uint32_t hash;
	uint8_t len;
	int8_t lang; /* of a stem, or SURFACE */
	struct text_find find;
};

/* First letters: small ASCII ones, and whether Greek and Cyrillic ones. */
struct text_beginnings {
	uint32_t letters;
	bool others;
};

struct prefix {
	struct prefix *next;
	const char *text;
	size_t len;
	bool pattern; /* not a prefix, but with * and ? in it */
	struct text_find find;
};

struct ecs_marks {
	struct ecs_arena *arena;
	struct mark *table; /* open addressing, a power of two */
	size_t room;
	size_t used;
	struct prefix *prefixes;
	struct text_phrase *phrases[PHRASE_CHAINS];
	bool any_phrase;
	/* How what is looked for begins, and what stems of it do. */
	struct text_beginnings surface;
	struct text_beginnings stems;
};

struct ecs_marks *
ecs_marks_new(void)
{
	struct ecs_marks *marks = calloc(1, sizeof(*marks));

	if (marks == NULL)
		return NULL;
	marks->arena = ecs_arena_new();
	marks->table = calloc(FIRST_ROOM, sizeof(*marks->table));
	marks->room = FIRST_ROOM;
	if (marks->arena == NULL || marks->table == NULL) {
		ecs_marks_free(marks);
		return NULL;
	}
	return marks;
}

void
ecs_marks_free(struct ecs_marks *marks)
{
	if (marks == NULL)
		return;
	ecs_arena_free(marks->arena);
	free(marks->table);
	free(marks);
}

bool
ecs_marks_empty(const struct ecs_marks *marks)
{
	return marks->used == 0 && marks->prefixes == NULL &&
	    !marks->any_phrase;
}

void
text_find_better(struct text_find *best, struct text_find other)
{
	if (other.weight > best->weight)
		*best = other;
}

static int
kind_of(enum ecs_form_kind kind, int lang)
{
	return kind == ECS_FORM_STEM ? lang : SURFACE;
}

static struct mark *
find_mark(
    struct mark *table, size_t room, const struct text_form *form, int lang)
{
	size_t at = form->hash & (room - 1);

	while (table[at].text != NULL &&
	    (table[at].hash != form->hash || table[at].lang != lang ||
		table[at].len != form->len ||
		memcmp(table[at].text, form->text, form->len) != 0))
		at = (at + 1) & (room - 1);
	return &table[at];
}

static bool
grow(struct ecs_marks *marks)
{
	size_t room = marks->room * 2;
	struct mark *table = calloc(room, sizeof(*table));

	if (table == NULL)
		return false;
	for (size_t i = 0; i < marks->room; i++) {
		const struct mark *old = &marks->table[i];
		const struct text_form form = {
		    .text = old->text, .hash = old->hash, .len = old->len};

		if (old->text != NULL)
			*find_mark(table, room, &form, old->lang) = *old;
	}
	free(marks->table);
	marks->table = table;
	marks->room = room;
	return true;
}

static struct text_find
make_find(unsigned word, float weight)
{
	const struct text_find find = {
	    .weight = weight, .word = (uint8_t)(word & 63)};

	return find;
}

static void
note_beginning(struct text_beginnings *beginnings, char first)
{
	beginnings->letters |= text_letter_bit(first);
	beginnings->others |= ((unsigned char)first & 0x80) != 0;
}

/* A form of the asker's as one of ours; its text is copied. */
static bool
copy_form(struct ecs_marks *marks, const char *text, size_t len,
    struct text_form *form)
{
	len = text_cut_at_character(text, len, ECS_FORM_BYTES);
	form->text = ecs_arena_strndup(marks->arena, text, len);
	form->len = (uint8_t)len;
	note_beginning(&marks->surface, text[0]);
	form->hash = text_hash(TEXT_HASH_SEED, text, len);
	form->kind = ECS_FORM_EXACT;
	return form->text != NULL;
}

static bool
add_form(
    struct ecs_marks *marks, const struct ecs_form *form, struct text_find find)
{
	struct text_form copy;
	struct mark *mark;
	int lang = kind_of(form->kind, form->lang);

	if (marks->used * 2 >= marks->room && !grow(marks))
		return false;
	if (!copy_form(marks, form->text, form->len, &copy))
		return false;
	if (form->kind == ECS_FORM_STEM)
		note_beginning(&marks->stems, form->text[0]);
	mark = find_mark(marks->table, marks->room, &copy, lang);
	if (mark->text == NULL) {
		mark->text = copy.text;
		mark->hash = copy.hash;
		mark->len = copy.len;
		mark->lang = (int8_t)lang;
		marks->used++;
	}
	text_find_better(&mark->find, find);
	return true;
}

bool
ecs_marks_add(struct ecs_marks *marks, const struct ecs_form *form,
    unsigned word, float weight)
{
	return add_form(marks, form, make_find(word, weight));
}

bool
ecs_marks_add_part(struct ecs_marks *marks, const struct ecs_form *form,
    size_t from, size_t to, unsigned word, float weight)
{
	struct text_find find = make_find(word, weight);

	find.from = (uint8_t)(from < ECS_FORM_BYTES ? from : 0);
	find.to = (uint8_t)(to <= ECS_FORM_BYTES ? to : 0);
	return add_form(marks, form, find);
}

static struct prefix *
add_prefix(struct ecs_marks *marks, const char *text, size_t len,
    struct text_find find)
{
	struct prefix *prefix = ecs_arena_alloc(marks->arena, sizeof(*prefix));

	if (prefix == NULL)
		return NULL;
	prefix->text = ecs_arena_strndup(marks->arena, text, len);
	if (prefix->text == NULL)
		return NULL;
	prefix->len = len;
	prefix->find = find;
	/* Any word may fit what begins with a star. */
	if (len == 0 || *text == '*' || *text == '?')
		marks->surface = (struct text_beginnings){UINT32_MAX, true};
	else
		note_beginning(&marks->surface, *text);
	prefix->next = marks->prefixes;
	marks->prefixes = prefix;
	return prefix;
}

bool
ecs_marks_add_prefix(struct ecs_marks *marks, const char *text, size_t len,
    unsigned word, float weight)
{
	return add_prefix(marks, text, len, make_find(word, weight)) != NULL;
}

bool
ecs_marks_add_pattern(struct ecs_marks *marks, const char *pattern, size_t len,
    unsigned word, float weight)
{
	struct prefix *prefix =
	    add_prefix(marks, pattern, len, make_find(word, weight));

	if (prefix == NULL)
		return false;
	prefix->pattern = true;
	return true;
}

bool
ecs_marks_add_phrase(struct ecs_marks *marks, const char *const *forms,
    const size_t *lens, size_t n, unsigned word, float weight)
{
	struct text_phrase *phrase;
	struct text_phrase **chain;

	if (n == 0)
		return true;
	phrase = ecs_arena_alloc(marks->arena, sizeof(*phrase));
	if (phrase == NULL)
		return false;
	phrase->forms =
	    ecs_arena_alloc(marks->arena, n * sizeof(*phrase->forms));
	if (phrase->forms == NULL)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!copy_form(marks, forms[i], lens[i], &phrase->forms[i]))
			return false;
	phrase->count = n;
	phrase->hash = phrase->forms[0].hash;
	phrase->find = make_find(word, weight);
	chain = &marks->phrases[phrase->hash % PHRASE_CHAINS];
	phrase->next = *chain;
	*chain = phrase;
	marks->any_phrase = true;
	return true;
}

static bool
is_other(unsigned char first)
{
	/* U+0340 to U+053F in UTF-8: Greek and Cyrillic, which stay that. */
	return first >= 0xCD && first <= 0xD4;
}

static bool
begins(const struct text_beginnings *beginnings, unsigned char first)
{
	return is_other(first)
	    ? beginnings->others
	    : (beginnings->letters & text_letter_bit((char)first)) != 0;
}

enum text_need
text_marks_need(const struct ecs_marks *marks, unsigned char first)
{
	/* Digits are few; of other letters it is not known what is left. */
	if (!is_other(first) && text_letter_bit((char)first) == 0)
		return TEXT_NEED_ALL;
	if (begins(&marks->stems, first))
		return TEXT_NEED_ALL;
	return begins(&marks->surface, first) ? TEXT_NEED_SURFACE
					      : TEXT_NEED_NOTHING;
}

void
text_marks_form(const struct ecs_marks *marks, const struct text_form *form,
    int lang, struct text_find *best)
{
	const struct mark *mark = find_mark(marks->table, marks->room, form,
	    kind_of((enum ecs_form_kind)form->kind, lang));

	if (mark->text != NULL)
		text_find_better(best, mark->find);
}

void
text_marks_prefix(const struct ecs_marks *marks, const struct text_form *exact,
    struct text_find *best)
{
	for (const struct prefix *p = marks->prefixes; p != NULL; p = p->next)
		if (p->pattern ? ecs_pattern_fits(
				     p->text, p->len, exact->text, exact->len)
			       : exact->len >= p->len &&
			    memcmp(exact->text, p->text, p->len) == 0)
			text_find_better(best, p->find);
}

const struct text_phrase *
text_marks_phrases(const struct ecs_marks *marks, const struct text_form *first)
{
	return marks->phrases[first->hash % PHRASE_CHAINS];
}
