/* SPDX-License-Identifier: ISC */
/*
 * texts - the words of the interface and how numbers are said.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "html.h"
#include "texts.h"

static const struct {
	const char *code;
	const char *name;
	const char *thousands;
	uint64_t one_from; /* from here to 1 the singular is said */
} tongues[TONGUES] = {
    [TONGUE_EN] = {"en", "English", ",", 1},
    [TONGUE_FR] = {"fr", "Français", "\xe2\x80\xaf", 0},
    [TONGUE_DE] = {"de", "Deutsch", ".", 1},
};

static const char *const texts[NTEXTS][TONGUES] = {
#define TEXT(name, en, fr, de) [TEXT_##name] = {en, fr, de},
#include "texts.inc"
#undef TEXT
};

const char *
ecs_tongue_code(enum tongue tongue)
{
	return tongues[tongue].code;
}

const char *
ecs_tongue_name(enum tongue tongue)
{
	return tongues[tongue].name;
}

enum tongue
ecs_tongue_find(const char *tag)
{
	for (int i = 0; i < TONGUES; i++) {
		size_t len = strlen(tongues[i].code);

		if (strncasecmp(tag, tongues[i].code, len) == 0 &&
		    strchr("-,; ", tag[len]) != NULL)
			return (enum tongue)i;
	}
	return TONGUES;
}

const char *
ecs_words(enum tongue tongue, enum text text)
{
	return texts[text][tongue];
}

/* value is HTML already. */
static void
fill(struct ecs_buf *out, const char *text, const char *value)
{
	const char *hole = strstr(text, "{}");

	if (hole == NULL) {
		ecs_html_text(out, text);
		return;
	}
	ecs_buf_html(out, text, (size_t)(hole - text));
	ecs_buf_puts(out, value);
	ecs_html_text(out, hole + 2);
}

void
ecs_words_with(
    struct ecs_buf *out, enum tongue tongue, enum text text, const char *value)
{
	struct ecs_buf escaped = {0};

	ecs_html_text(&escaped, value);
	fill(
	    out, texts[text][tongue], escaped.data == NULL ? "" : escaped.data);
	out->failed |= escaped.failed;
	ecs_buf_fini(&escaped);
}

void
ecs_words_number(struct ecs_buf *out, enum tongue tongue, uint64_t n)
{
	char digits[24];
	size_t len = (size_t)snprintf(
	    digits, sizeof(digits), "%llu", (unsigned long long)n);

	for (size_t i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			ecs_buf_puts(out, tongues[tongue].thousands);
		ecs_buf_putc(out, digits[i]);
	}
}

void
ecs_words_count(struct ecs_buf *out, enum tongue tongue, enum text one,
    enum text many, uint64_t n)
{
	bool single = n <= 1 && n >= tongues[tongue].one_from;
	struct ecs_buf number = {0};

	ecs_words_number(&number, tongue, n);
	fill(out, texts[single ? one : many][tongue],
	    number.data == NULL ? "" : number.data);
	out->failed |= number.failed;
	ecs_buf_fini(&number);
}
