/* SPDX-License-Identifier: ISC */
/*
 * term - the terms of the index, and how many lengths a unit has.
 */
#include <string.h>

#include "ecsearch/layout.h"
#include "ecsearch/text.h"

static const char kind_letter[] = {
    [ECS_FORM_EXACT] = 'e',
    [ECS_FORM_ALTERNATE] = 'a',
    [ECS_FORM_STEM] = 's',
};

size_t
ecs_term_make(char *term, int place, const struct ecs_form *form)
{
	size_t len = 0;

	term[len++] = (char)('A' + place);
	term[len++] = kind_letter[form->kind];
	if (form->kind == ECS_FORM_STEM) {
		memcpy(term + len, ecs_lang_code(form->lang), 2);
		len += 2;
	}
	memcpy(term + len, form->text, form->len);
	return len + form->len;
}

bool
ecs_term_is_exact(const char *term, size_t len, int *place, const char **word,
    size_t *word_len)
{
	if (len < 2 || term[1] != kind_letter[ECS_FORM_EXACT])
		return false;
	*place = term[0] - 'A';
	*word = term + 2;
	*word_len = len - 2;
	return *place >= 0;
}

size_t
ecs_unit_lengths(const struct ecs_collection *collection)
{
	return (size_t)collection->ntexts + 1;
}
