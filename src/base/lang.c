/* SPDX-License-Identifier: ISC */
/*
 * lang - the official languages of the EU and their tags.
 */
#include "ecsearch/lang.h"

static const char codes[ECS_LANGS][3] = {"bg", "cs", "da", "de", "el", "en",
    "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "lt", "lv", "mt", "nl",
    "pl", "pt", "ro", "sk", "sl", "sv"};

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

int
ecs_lang_find(const char *tag, size_t len)
{
	if (len < 2 || (len > 2 && tag[2] != '-' && tag[2] != '_'))
		return ECS_LANG_NONE;
	for (int i = 0; i < ECS_LANGS; i++)
		if (codes[i][0] == lower(tag[0]) &&
		    codes[i][1] == lower(tag[1]))
			return i;
	return ECS_LANG_NONE;
}

const char *
ecs_lang_code(int lang)
{
	return lang >= 0 && lang < ECS_LANGS ? codes[lang] : "und";
}
