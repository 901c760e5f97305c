/* SPDX-License-Identifier: ISC */
/*
 * showing_test - the "page" of a schema: what the website shows of a
 * collection.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "ecsearch/buf.h"
#include "ecsearch/err.h"
#include "ecsearch/schema.h"

/* A schema of one collection with these fields and this page, or NULL. */
static struct ecs_schema *
load(const char *page, struct ecs_err *err)
{
	char path[] = "/tmp/ecs-showing-XXXXXX";
	int fd = mkstemp(path);
	FILE *file = fdopen(fd, "w");
	struct ecs_schema *schema;

	fprintf(file,
	    "{\"version\": 1, \"collections\": [{\"name\": \"c\","
	    " \"title\": \"name\"%s%s, \"fields\": ["
	    "{\"name\": \"id\", \"type\": \"keyword\", \"required\": true},"
	    "{\"name\": \"name\", \"type\": \"text\", \"weight\": 1,"
	    " \"sort\": true},"
	    "{\"name\": \"town\", \"type\": \"keyword\", \"facet\": true},"
	    "{\"name\": \"size\", \"type\": \"number\", \"facet\": true,"
	    " \"sort\": true},"
	    "{\"name\": \"since\", \"type\": \"date\", \"facet\": true},"
	    "{\"name\": \"pay\", \"type\": \"number\", \"facet\": true,"
	    " \"sort\": true, \"private\": true}]}]}",
	    page == NULL ? "" : ", \"page\": ", page == NULL ? "" : page);
	fclose(file);
	schema = ecs_schema_load(path, err);
	unlink(path);
	return schema;
}

static struct ecs_schema *
loaded(const char *page)
{
	struct ecs_err err = {0};
	struct ecs_schema *schema = load(page, &err);

	if (schema == NULL)
		fail_msg("%s", err.text);
	return schema;
}

static void
all_is_shown_in_the_order_it_is_named(void **state)
{
	struct ecs_schema *schema =
	    loaded("{\"facets\": [{\"field\": \"size\", \"interval\": 10},"
		   " \"town\"], \"facts\": [\"town\", \"name\"],"
		   " \"summary\": \"name\", \"sort\": [\"-size\", \"name\"]}");
	const struct ecs_showing *showing = &schema->collections[0].showing;

	(void)state;
	assert_int_equal(showing->nfacets, 2);
	assert_string_equal(showing->facets[0].field->name, "size");
	assert_true(showing->facets[0].interval == 10);
	assert_string_equal(showing->facets[1].field->name, "town");
	assert_true(showing->facets[1].interval == 0);
	assert_int_equal(showing->nfacts, 2);
	assert_string_equal(showing->facts[0]->name, "town");
	assert_string_equal(showing->summary->name, "name");
	assert_int_equal(showing->nsorts, 2);
	assert_true(showing->sorts[0].descending);
	assert_string_equal(showing->sorts[0].field->name, "size");
	assert_false(showing->sorts[1].descending);
	ecs_schema_free(schema);
}

static void
without_a_page_numbers_and_dates_are_facets_but_not_what_is_private(
    void **state)
{
	static const char *const pages[] = {NULL, "{}", "{\"facts\": []}"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct ecs_schema *schema = loaded(pages[i]);
		const struct ecs_showing *showing =
		    &schema->collections[0].showing;

		assert_int_equal(showing->nfacets, 2);
		assert_string_equal(showing->facets[0].field->name, "size");
		assert_string_equal(showing->facets[1].field->name, "since");
		assert_int_equal(showing->nfacts, 0);
		assert_int_equal(showing->nsorts, 0);
		assert_null(showing->summary);
		ecs_schema_free(schema);
	}
}

static void
an_empty_list_of_facets_means_none(void **state)
{
	struct ecs_schema *schema = loaded("{\"facets\": []}");

	(void)state;
	assert_int_equal(schema->collections[0].showing.nfacets, 0);
	ecs_schema_free(schema);
}

static void
a_private_field_may_be_named_and_is_left_out(void **state)
{
	struct ecs_schema *schema =
	    loaded("{\"facets\": [\"pay\", \"town\"], \"facts\": [\"pay\"],"
		   " \"summary\": \"pay\", \"sort\": [\"pay\", \"-pay\"]}");
	const struct ecs_showing *showing = &schema->collections[0].showing;

	(void)state;
	assert_int_equal(showing->nfacets, 1);
	assert_string_equal(showing->facets[0].field->name, "town");
	assert_int_equal(showing->nfacts, 0);
	assert_int_equal(showing->nsorts, 0);
	assert_null(showing->summary);
	ecs_schema_free(schema);
}

static void
what_is_wrong_is_told_with_its_place(void **state)
{
	static const struct {
		const char *page;
		const char *place;
		const char *reason;
	} rows[] = {
	    {"7", "/page", ""},
	    {"{\"colour\": 1}", "/page", "colour"},
	    {"{\"facets\": {}}", "/page", "facets"},
	    {"{\"facets\": [\"nobody\"]}", "/page/facets/0", "nobody"},
	    {"{\"facets\": [\"town\", 7]}", "/page/facets/1",
		"name of a field"},
	    {"{\"facets\": [\"name\"]}", "/page/facets/0", "no facet"},
	    {"{\"facets\": [{\"interval\": 5}]}", "/page/facets/0", "field"},
	    {"{\"facets\": [{\"field\": \"town\", \"interval\": 5}]}",
		"/page/facets/0/interval", "numbers"},
	    {"{\"facets\": [{\"field\": \"size\", \"interval\": -1}]}",
		"/page/facets/0/interval", "above 0"},
	    {"{\"facets\": [{\"field\": \"size\", \"x\": 1}]}",
		"/page/facets/0", "x"},
	    {"{\"facts\": [\"nobody\"]}", "/page/facts/0", "nobody"},
	    {"{\"facts\": [null]}", "/page/facts/0", "name of a field"},
	    {"{\"summary\": \"nobody\"}", "/page/summary", "nobody"},
	    {"{\"summary\": 7}", "/page", "summary"},
	    {"{\"sort\": [\"town\"]}", "/page/sort/0", "sorted by"},
	    {"{\"sort\": [\"-nobody\"]}", "/page/sort/0", "nobody"},
	    {"{\"sort\": [\"\"]}", "/page/sort/0", ""},
	    {"{\"sort\": [7]}", "/page/sort/0", "name of a field"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ecs_err err = {0};

		assert_null(load(rows[i].page, &err));
		assert_int_equal(err.status, 400);
		assert_string_equal(err.code, "bad_schema");
		if (strstr(err.text, rows[i].place) == NULL ||
		    strstr(err.text, rows[i].reason) == NULL)
			fail_msg("%s: %s", rows[i].page, err.text);
	}
}

/* {"NAME": ["ITEM", "ITEM", ...]} of n items. */
static bool
loads_with(const char *name, const char *item, int n)
{
	struct ecs_buf page = {0};
	struct ecs_err err = {0};
	struct ecs_schema *schema;

	ecs_buf_printf(&page, "{\"%s\": [", name);
	for (int i = 0; i < n; i++)
		ecs_buf_printf(&page, "%s\"%s\"", i == 0 ? "" : ", ", item);
	ecs_buf_puts(&page, "]}");
	schema = load(page.data, &err);
	ecs_buf_fini(&page);
	ecs_schema_free(schema);
	return schema != NULL;
}

static void
as_many_as_there_is_room_for_and_no_more_are_read(void **state)
{
	static const char *const lists[][2] = {
	    {"facets", "town"}, {"facts", "town"}, {"sort", "-size"}};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_true(
		    loads_with(lists[i][0], lists[i][1], ECS_MAX_SHOWN));
		assert_false(
		    loads_with(lists[i][0], lists[i][1], ECS_MAX_SHOWN + 1));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_is_shown_in_the_order_it_is_named),
	    cmocka_unit_test(
		without_a_page_numbers_and_dates_are_facets_but_not_what_is_private),
	    cmocka_unit_test(an_empty_list_of_facets_means_none),
	    cmocka_unit_test(a_private_field_may_be_named_and_is_left_out),
	    cmocka_unit_test(what_is_wrong_is_told_with_its_place),
	    cmocka_unit_test(as_many_as_there_is_room_for_and_no_more_are_read),
	};

	return cmocka_run_group_tests_name("showing", tests, NULL, NULL);
}
