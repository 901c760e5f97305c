/* SPDX-License-Identifier: ISC */
/*
 * The description of the interface says what the table of routes says.
 */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/api/app.h"

static int
read_description(void **state)
{
	const char *srcdir = getenv("srcdir");
	char path[1024];
	json_error_t why;

	snprintf(path, sizeof(path), "%s/src/api/openapi.json",
	    srcdir == NULL ? "." : srcdir);
	*state = json_load_file(path, JSON_REJECT_DUPLICATES, &why);
	if (*state == NULL)
		print_error("%s: line %d: %s\n", path, why.line, why.text);
	return *state == NULL ? -1 : 0;
}

static int
forget_description(void **state)
{
	json_decref(*state);
	return 0;
}

/* What a reference within the description leads to, or NULL. */
static json_t *
follow(json_t *description, const char *reference)
{
	json_t *at = description;

	if (strncmp(reference, "#/", 2) != 0)
		return NULL;
	reference += 2;
	while (at != NULL && *reference != '\0') {
		size_t len = strcspn(reference, "/");
		char member[64];

		snprintf(member, sizeof(member), "%.*s", (int)len, reference);
		at = json_object_get(at, member);
		reference += len + (reference[len] == '/');
	}
	return at;
}

/* The operation that stands for a route, or NULL. */
static json_t *
operation_of(json_t *description, const struct route *route)
{
	char method[16] = "";
	const char *name = ecs_method_name(route->method);

	for (size_t i = 0; name[i] != '\0' && i + 1 < sizeof(method); i++)
		method[i] = (char)tolower((unsigned char)name[i]);
	return json_object_get(
	    json_object_get(json_object_get(description, "paths"), route->path),
	    method);
}

static void
every_route_is_described_in_its_own_words(void **state)
{
	static const char *const rights[] = {
	    [RIGHT_WRITE] = "write:{c}", [RIGHT_ADMIN] = "admin"};

	for (size_t i = 0; i < ecs_nroutes; i++) {
		const struct route *route = &ecs_routes[i];
		json_t *operation = operation_of(*state, route);

		if (operation == NULL)
			fail_msg("%s %s is not described",
			    ecs_method_name(route->method), route->path);
		assert_string_equal(
		    json_string_value(json_object_get(operation, "summary")),
		    route->summary);
		if (route->right > RIGHT_SEARCH)
			assert_string_equal(json_string_value(json_object_get(
						operation, "x-right")),
			    rights[route->right]);
		else
			assert_null(json_object_get(operation, "security"));
	}
}

static void
nothing_is_described_that_is_no_route(void **state)
{
	const char *path;
	json_t *operations;
	size_t described = 0;

	json_object_foreach (
	    json_object_get(*state, "paths"), path, operations) {
		assert_true(json_object_size(operations) > 0);
		described += json_object_size(operations);
	}
	/* Each route has one of its own, so there is none besides. */
	assert_int_equal(described, ecs_nroutes);
}

/* Is there a parameter in the path that is called so? */
static bool
declares(json_t *description, json_t *operation, const char *name, size_t len)
{
	size_t i;
	json_t *item;

	json_array_foreach (json_object_get(operation, "parameters"), i, item) {
		json_t *parameter = follow(description,
		    json_string_value(json_object_get(item, "$ref")));
		const char *is =
		    json_string_value(json_object_get(parameter, "name"));

		if (strcmp(json_string_value(json_object_get(parameter, "in")),
			"path") == 0 &&
		    strlen(is) == len && strncmp(is, name, len) == 0)
			return true;
	}
	return false;
}

static void
every_part_of_a_path_is_a_parameter(void **state)
{
	size_t parts = 0;

	for (size_t i = 0; i < ecs_nroutes; i++) {
		json_t *operation = operation_of(*state, &ecs_routes[i]);
		const char *at = ecs_routes[i].path;

		while ((at = strchr(at, '{')) != NULL) {
			size_t len = strcspn(++at, "}");

			if (!declares(*state, operation, at, len))
				fail_msg("%s: %.*s is not described",
				    ecs_routes[i].path, (int)len, at);
			parts++;
		}
	}
	assert_true(parts > 0);
}

static size_t
check_references(json_t *description, json_t *at)
{
	const char *member;
	size_t n = 0;
	size_t i;
	json_t *value;

	json_object_foreach (at, member, value) {
		if (strcmp(member, "$ref") != 0) {
			n += check_references(description, value);
			continue;
		}
		if (follow(description, json_string_value(value)) == NULL)
			fail_msg("%s leads nowhere", json_string_value(value));
		n++;
	}
	json_array_foreach (at, i, value) {
		n += check_references(description, value);
	}
	return n;
}

static void
every_reference_leads_somewhere(void **state)
{
	assert_true(check_references(*state, *state) > ecs_nroutes);
}

static void
every_refusal_is_a_problem_document(void **state)
{
	const char *status;
	json_t *response;
	size_t seen = 0;

	for (size_t i = 0; i < ecs_nroutes; i++) {
		json_object_foreach (
		    json_object_get(
			operation_of(*state, &ecs_routes[i]), "responses"),
		    status, response) {
			if (status[0] < '4')
				continue;
			assert_non_null(json_object_get(
			    json_object_get(response, "content"),
			    "application/problem+json"));
			seen++;
		}
	}
	assert_true(seen > 0);
}

static void
every_operation_has_a_name_of_its_own(void **state)
{
	json_t *names = json_object();

	for (size_t i = 0; i < ecs_nroutes; i++) {
		const char *name = json_string_value(json_object_get(
		    operation_of(*state, &ecs_routes[i]), "operationId"));

		assert_non_null(name);
		assert_null(json_object_get(names, name));
		json_object_set_new(names, name, json_true());
	}
	json_decref(names);
}

static void
what_needs_a_key_says_so_and_how_it_refuses(void **state)
{
	for (size_t i = 0; i < ecs_nroutes; i++) {
		json_t *operation = operation_of(*state, &ecs_routes[i]);
		json_t *answers = json_object_get(operation, "responses");

		if (ecs_routes[i].right <= RIGHT_SEARCH)
			continue;
		assert_non_null(json_object_get(operation, "security"));
		assert_non_null(json_object_get(answers, "401"));
		assert_non_null(json_object_get(answers, "403"));
	}
}

/* Mark in used what the references below at lead to. */
static void
mark_references(json_t *at, json_t *used)
{
	const char *member;
	size_t i;
	json_t *value;

	json_object_foreach (at, member, value) {
		if (strcmp(member, "$ref") == 0)
			json_object_set_new(
			    used, json_string_value(value), json_true());
		mark_references(value, used);
	}
	json_array_foreach (at, i, value) {
		mark_references(value, used);
	}
}

static void
nothing_is_described_that_is_never_used(void **state)
{
	static const char *const kinds[] = {"parameters", "schemas"};
	json_t *components = json_object_get(*state, "components");
	json_t *used = json_object();

	mark_references(*state, used);
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		const char *name;
		json_t *value;

		json_object_foreach (
		    json_object_get(components, kinds[k]), name, value) {
			char reference[128];

			snprintf(reference, sizeof(reference),
			    "#/components/%s/%s", kinds[k], name);
			if (json_object_get(used, reference) == NULL)
				fail_msg("%s is never used", reference);
		}
	}
	json_decref(used);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_route_is_described_in_its_own_words),
	    cmocka_unit_test(nothing_is_described_that_is_no_route),
	    cmocka_unit_test(every_part_of_a_path_is_a_parameter),
	    cmocka_unit_test(every_reference_leads_somewhere),
	    cmocka_unit_test(every_refusal_is_a_problem_document),
	    cmocka_unit_test(every_operation_has_a_name_of_its_own),
	    cmocka_unit_test(what_needs_a_key_says_so_and_how_it_refuses),
	    cmocka_unit_test(nothing_is_described_that_is_never_used),
	};

	return cmocka_run_group_tests(
	    tests, read_description, forget_description);
}
