/* SPDX-License-Identifier: ISC */
#ifndef ECS_LANG_H
#define ECS_LANG_H
/*
 * The 24 official languages of the EU, by index: what labels, stems and
 * detection are about.
 */
#include <stddef.h>

enum { ECS_LANG_NONE = -1, ECS_LANGS = 24 };

/* Index of a BCP 47 tag ("fr", "fr-BE", "FR"), or ECS_LANG_NONE. */
int ecs_lang_find(const char *tag, size_t len);
/* "fr" of an index; "und" of ECS_LANG_NONE. */
const char *ecs_lang_code(int lang);
#endif
