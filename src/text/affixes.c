/* SPDX-License-Identifier: ISC */
/*
 * affixes - the suffix rules of a dictionary in Hunspell's format.
 */
#include <stdlib.h>
#include <string.h>

#include "ecsearch/arena.h"

#include "affixes.h"

enum { MAX_WORDS = 6 };

/* Cut a line into words; returns how many were found, at most MAX_WORDS. */
static size_t
split_line(char *line, char *words[MAX_WORDS])
{
	static const char blank[] = " \t\r";
	size_t n = 0;

	while (n < MAX_WORDS) {
		line += strspn(line, blank);
		if (*line == '\0' || *line == '#')
			break;
		words[n++] = line;
		line += strcspn(line, blank);
		if (*line != '\0')
			*line++ = '\0';
	}
	return n;
}

static void
add_flag(struct text_flags *flags, text_flag flag)
{
	if (flags->count < TEXT_FLAGS)
		flags->flag[flags->count++] = flag;
}

static void
read_numbers(const char *text, size_t len, struct text_flags *flags)
{
	text_flag number = 0;

	for (size_t i = 0; i < len; i++) {
		if (text[i] >= '0' && text[i] <= '9') {
			number = (text_flag)(number * 10 + (text[i] - '0'));
			continue;
		}
		add_flag(flags, number);
		number = 0;
	}
	add_flag(flags, number);
}

static void
read_flags(const struct text_affixes *affixes, const char *text, size_t len,
    struct text_flags *flags)
{
	const unsigned char *bytes = (const unsigned char *)text;

	switch (affixes->kind) {
	case TEXT_FLAG_BYTE:
		for (size_t i = 0; i < len; i++)
			add_flag(flags, bytes[i]);
		break;
	case TEXT_FLAG_LONG:
		for (size_t i = 0; i + 1 < len; i += 2)
			add_flag(flags,
			    (text_flag)((unsigned)bytes[i] << 8 |
				bytes[i + 1]));
		break;
	case TEXT_FLAG_NUMBER:
		read_numbers(text, len, flags);
		break;
	}
}

void
text_affixes_flags(const struct text_affixes *affixes, const char *text,
    size_t len, struct text_flags *flags)
{
	size_t number = 0;

	flags->count = 0;
	if (affixes->naliases == 0) {
		read_flags(affixes, text, len, flags);
		return;
	}
	for (size_t i = 0; i < len; i++)
		if (text[i] >= '0' && text[i] <= '9')
			number = number * 10 + (size_t)(text[i] - '0');
	if (number >= 1 && number <= affixes->naliases)
		read_flags(affixes, affixes->aliases[number - 1],
		    strlen(affixes->aliases[number - 1]), flags);
}

bool
text_flags_have(const struct text_flags *flags, text_flag flag)
{
	for (size_t i = 0; i < flags->count; i++)
		if (flags->flag[i] == flag)
			return true;
	return false;
}

/* Room for one more element of an array; false when memory ran out. */
static bool
make_room(void **array, size_t size, size_t used, size_t *room)
{
	size_t wider = *room == 0 ? 256 : *room * 2;
	void *grown;

	if (used < *room)
		return true;
	grown = realloc(*array, wider * size);
	if (grown == NULL)
		return false;
	*array = grown;
	*room = wider;
	return true;
}

/* The first line with AF gives their number, which is not needed. */
static bool
read_alias(struct text_affixes *affixes, const char *flags, bool *counted)
{
	const char *copy;

	if (!*counted) {
		*counted = true;
		return true;
	}
	if (!make_room((void **)&affixes->aliases, sizeof(*affixes->aliases),
		affixes->naliases, &affixes->alias_room))
		return false;
	copy = ecs_arena_strdup(affixes->arena, flags);
	if (copy == NULL)
		return false;
	affixes->aliases[affixes->naliases++] = copy;
	return true;
}

/* A string of the file; "0" is the empty one. */
static const char *
keep_part(struct text_affixes *affixes, const char *text, uint8_t *len)
{
	size_t n = strcspn(text, "/");

	if (n == 1 && text[0] == '0')
		n = 0;
	*len = (uint8_t)(n > UINT8_MAX ? UINT8_MAX : n);
	return ecs_arena_strndup(affixes->arena, text, *len);
}

static bool
add_suffix(struct text_affixes *affixes, char *words[MAX_WORDS], size_t n)
{
	struct text_flags flags = {.count = 0};
	struct text_suffix *suffix;

	if (!make_room((void **)&affixes->suffixes, sizeof(*affixes->suffixes),
		affixes->count, &affixes->room))
		return false;
	suffix = &affixes->suffixes[affixes->count];
	read_flags(affixes, words[1], strlen(words[1]), &flags);
	suffix->flag = flags.flag[0];
	suffix->strip = keep_part(affixes, words[2], &suffix->strip_len);
	suffix->append = keep_part(affixes, words[3], &suffix->append_len);
	suffix->condition =
	    ecs_arena_strdup(affixes->arena, n > 4 ? words[4] : ".");
	if (suffix->strip == NULL || suffix->append == NULL ||
	    suffix->condition == NULL)
		return false;
	if (suffix->append_len > affixes->longest)
		affixes->longest = suffix->append_len;
	affixes->count++;
	return true;
}

static int
compare_parts(const char *a, size_t alen, const char *b, size_t blen)
{
	if (alen != blen)
		return alen < blen ? -1 : 1;
	return memcmp(a, b, alen);
}

static int
compare_suffixes(const void *a, const void *b)
{
	const struct text_suffix *first = a;
	const struct text_suffix *second = b;
	int order = compare_parts(first->append, first->append_len,
	    second->append, second->append_len);

	return order != 0 ? order
			  : compare_parts(first->strip, first->strip_len,
				second->strip, second->strip_len);
}

/* What a line needs to know of those before it. */
struct reading {
	long left; /* lines of the suffix class in hand */
	bool aliases_counted;
};

static bool
read_line(struct text_affixes *affixes, struct reading *reading, char *line)
{
	char *words[MAX_WORDS];
	size_t n = split_line(line, words);

	if (n < 2)
		return true;
	if (strcmp(words[0], "SET") == 0) {
		strncpy(
		    affixes->encoding, words[1], sizeof(affixes->encoding) - 1);
		affixes->utf8 = strcmp(words[1], "UTF-8") == 0;
	} else if (strcmp(words[0], "FLAG") == 0) {
		if (strcmp(words[1], "long") == 0)
			affixes->kind = TEXT_FLAG_LONG;
		else if (strcmp(words[1], "num") == 0)
			affixes->kind = TEXT_FLAG_NUMBER;
	} else if (strcmp(words[0], "FORBIDDENWORD") == 0 ||
	    strcmp(words[0], "ONLYINCOMPOUND") == 0) {
		read_flags(
		    affixes, words[1], strlen(words[1]), &affixes->hidden);
	} else if (strcmp(words[0], "AF") == 0) {
		return read_alias(affixes, words[1], &reading->aliases_counted);
	} else if (strcmp(words[0], "SFX") == 0 && n >= 4) {
		if (reading->left-- > 0)
			return add_suffix(affixes, words, n);
		reading->left = strtol(words[3], NULL, 10);
	}
	return true;
}

bool
text_affixes_read(struct text_affixes *affixes, char *text)
{
	struct reading reading = {0};
	char *next = NULL;

	memset(affixes, 0, sizeof(*affixes));
	strcpy(affixes->encoding, "ISO-8859-1");
	affixes->arena = ecs_arena_new();
	if (affixes->arena == NULL)
		return false;
	for (char *line = strtok_r(text, "\n", &next); line != NULL;
	     line = strtok_r(NULL, "\n", &next))
		if (!read_line(affixes, &reading, line)) {
			text_affixes_fini(affixes);
			return false;
		}
	if (affixes->count > 0)
		qsort(affixes->suffixes, affixes->count,
		    sizeof(*affixes->suffixes), compare_suffixes);
	return true;
}

void
text_affixes_fini(struct text_affixes *affixes)
{
	ecs_arena_free(affixes->arena);
	free(affixes->suffixes);
	free(affixes->aliases);
	memset(affixes, 0, sizeof(*affixes));
}

const struct text_suffix *
text_affixes_find(const struct text_affixes *affixes, const char *append,
    size_t len, size_t *count)
{
	size_t low = 0;
	size_t high = affixes->count;
	size_t end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct text_suffix *at = &affixes->suffixes[middle];

		if (compare_parts(at->append, at->append_len, append, len) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < affixes->count; end++) {
		const struct text_suffix *at = &affixes->suffixes[end];

		if (compare_parts(at->append, at->append_len, append, len) != 0)
			break;
	}
	*count = end - low;
	return &affixes->suffixes[low];
}

/* The bytes of the character at text. */
static size_t
character_len(const struct text_affixes *affixes, const char *text)
{
	unsigned char first = (unsigned char)*text;

	if (!affixes->utf8 || first < 0xC0)
		return 1;
	return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

/* How many characters a condition is about: [..] is one. */
static size_t
condition_length(const struct text_affixes *affixes, const char *condition)
{
	size_t n = 0;

	while (*condition != '\0') {
		size_t len = *condition == '['
		    ? strcspn(condition, "]") + 1
		    : character_len(affixes, condition);

		if (strnlen(condition, len) < len)
			break;
		condition += len;
		n++;
	}
	return n;
}

/* Is the character at text one that [set] names?  set is behind the "[". */
static bool
in_set(const struct text_affixes *affixes, const char *set, const char *text)
{
	size_t len = character_len(affixes, text);
	bool negated = *set == '^';
	bool found = false;

	if (negated)
		set++;
	while (*set != ']' && *set != '\0') {
		size_t one = character_len(affixes, set);

		if (strnlen(set, one) < one)
			break;
		found = found || (one == len && memcmp(set, text, len) == 0);
		set += one;
	}
	return found != negated;
}

bool
text_suffix_fits(const struct text_affixes *affixes,
    const struct text_suffix *suffix, const char *root, size_t len)
{
	const char *condition = suffix->condition;
	size_t n = condition_length(affixes, condition);
	size_t at = len;

	if (condition[0] == '.' && condition[1] == '\0')
		return true;
	for (size_t i = 0; i < n; i++) {
		if (at == 0)
			return false;
		at--;
		while (affixes->utf8 && at > 0 &&
		    ((unsigned char)root[at] & 0xC0) == 0x80)
			at--;
	}
	for (size_t i = 0; i < n; i++) {
		size_t one = character_len(affixes, root + at);

		if (at + one > len)
			return false;
		if (*condition == '[') {
			if (!in_set(affixes, condition + 1, root + at))
				return false;
			condition += strcspn(condition, "]") + 1;
		} else {
			if (*condition != '.' &&
			    strncmp(condition, root + at, one) != 0)
				return false;
			condition += character_len(affixes, condition);
		}
		at += one;
	}
	return true;
}
