/* SPDX-License-Identifier: ISC */
/*
 * near_test - groups of words near each other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/desk/near.h"

enum { MOST = 32 };

/* Groups among the letters of text: place 0 is a, 1 is b ...; . is none. */
static size_t
groups_in(const char *text, size_t n, uint32_t window, bool ordered,
    struct near_group *groups)
{
	struct near_find finds[MOST];
	size_t nfinds = 0;

	for (uint32_t i = 0; text[i] != '\0'; i++)
		if (text[i] != '.')
			finds[nfinds++] = (struct near_find){
			    i, i + 1, (uint32_t)(text[i] - 'a')};
	return near_groups(finds, nfinds, n, window, ordered, groups);
}

static void
the_narrowest_group_is_found(void **state)
{
	struct near_group groups[MOST];

	(void)state;
	assert_int_equal(groups_in("a.a..b", 2, 6, false, groups), 1);
	assert_int_equal(groups[0].begin, 2);
	assert_int_equal(groups[0].end, 6);
}

static void
a_group_wider_than_the_window_is_none(void **state)
{
	struct near_group groups[MOST];

	(void)state;
	assert_int_equal(groups_in("a..b", 2, 3, false, groups), 0);
	assert_int_equal(groups_in("a..b", 2, 4, false, groups), 1);
}

static void
order_matters_only_where_it_is_asked(void **state)
{
	struct near_group groups[MOST];

	(void)state;
	assert_int_equal(groups_in("b.a", 2, 5, true, groups), 0);
	assert_int_equal(groups_in("b.a", 2, 5, false, groups), 1);
	assert_int_equal(groups_in("b.a.b", 2, 5, true, groups), 1);
	assert_int_equal(groups[0].begin, 2);
}

static void
one_word_fills_one_place_only(void **state)
{
	struct near_group groups[MOST];
	const struct near_find twice[] = {{0, 1, 0}, {0, 1, 1}, {2, 3, 0}};

	(void)state;
	assert_int_equal(near_groups(twice, 2, 2, 9, false, groups), 0);
	/* The first place takes the other word, so that both have one. */
	assert_int_equal(near_groups(twice, 3, 2, 9, false, groups), 1);
	assert_int_equal(groups[0].end, 3);
}

static void
phrases_in_order_do_not_overlap(void **state)
{
	struct near_group groups[MOST];
	const struct near_find over[] = {{0, 3, 0}, {2, 3, 1}};
	const struct near_find after[] = {{0, 3, 0}, {3, 4, 1}};

	(void)state;
	assert_int_equal(near_groups(over, 2, 2, 9, true, groups), 0);
	assert_int_equal(near_groups(after, 2, 2, 9, true, groups), 1);
}

static void
every_narrowest_group_of_a_text_is_found(void **state)
{
	struct near_group groups[MOST];

	(void)state;
	assert_int_equal(groups_in("ab.ab.c", 3, 7, false, groups), 1);
	assert_int_equal(groups[0].begin, 3);
	assert_int_equal(groups_in("a.b.a.b", 2, 3, false, groups), 3);
	assert_int_equal(groups_in("a.b.a.b", 2, 3, true, groups), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_narrowest_group_is_found),
	    cmocka_unit_test(a_group_wider_than_the_window_is_none),
	    cmocka_unit_test(order_matters_only_where_it_is_asked),
	    cmocka_unit_test(one_word_fills_one_place_only),
	    cmocka_unit_test(phrases_in_order_do_not_overlap),
	    cmocka_unit_test(every_narrowest_group_of_a_text_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
