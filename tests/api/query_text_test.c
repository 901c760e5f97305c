/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/api/query_text.h"

static void
what_is_typed_otherwise_is_the_same_query(void **state)
{
	static const struct {
		const char *typed;
		const char *kept;
	} rows[] = {
	    {"smart grid", "smart grid"},
	    {"  Smart\t\u00A0 GRID\n", "smart grid"},
	    {"SÉCURITÉ", "sécurité"},
	    {"se\u0301curite\u0301", "sécurité"},
	    {"E\u0301", "é"},
	    {"Straße", "strasse"},
	    {"ΣΟΦΌΣ", "σοφόσ"},
	    {"cyber\u00ADsecurity\u200B", "cybersecurity"},
	    {"\"Supply Chain\" -automotive", "\"supply chain\" -automotive"},
	    {"\U0001F512 lock", "\U0001F512 lock"},
	};
	char kept[QUERY_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
		    ecs_query_text(rows[i].typed, kept), QUERY_KEPT);
		assert_string_equal(kept, rows[i].kept);
	}
}

static void
nothing_to_see_is_no_query(void **state)
{
	static const char *const rows[] = {"", " ", "\t\n", "\u00AD\u200B"};
	char kept[QUERY_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(ecs_query_text(rows[i], kept), QUERY_EMPTY);
}

static void
names_of_things_are_kept_though_they_have_digits(void **state)
{
	static const char *const rows[] = {
	    "CVE-2021-44228",
	    "cve-2021-1234567 log4j",
	    "ISO 27001",
	    "ISO/IEC 27001:2022",
	    "ISO/IEC 27001:2022, 27002:2022",
	    "2022/2555",
	    "EU 2016/679 2018/1725",
	    "COM(2020) 823",
	    "32022L2555",
	    "2014-2020 2021-2027",
	    "2019 2020 2021 2022",
	    "ETSI EN 303 645",
	    "TS 50701",
	    "AES-256 SHA-512",
	    "H2020 5G 4.0",
	    "Bundesamt für Sicherheit in der Informationstechnik",
	    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk",
	};
	char kept[QUERY_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (ecs_query_text(rows[i], kept) != QUERY_KEPT)
			fail_msg("\"%s\" is not kept", rows[i]);
}

static void
what_may_name_a_person_or_is_a_secret_is_not_kept(void **state)
{
	static const char *const rows[] = {
	    "jane.doe@example.org",
	    "jane＠example.org",
	    "4915123",
	    "call 0475123456 now",
	    "+32 2 555 12 34",
	    "(02) 555.12.34",
	    "+49 (0)30 901820",
	    "tel. 555–12–34",
	    "020 7946 2012",
	    "٠٤٧٥١٢٣٤٥٦",
	    "BE68 5390 0754 7034",
	    "BE68539007547034",
	    "85.07.30-033.28",
	    "19850730",
	    "2021-1234567",
	    "tel-2021-0475123456",
	    "CVE-2021-44228 0475 123456",
	    "CVE-2021-44228-1234567",
	    "0475\u200B123456",
	    "ecs_Q3xvYmFyYmF6Zm9vYmFyYmF6",
	    "password hunter2hunter2hunter2hunter2",
	};
	char kept[QUERY_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (ecs_query_text(rows[i], kept) != QUERY_UNKEPT)
			fail_msg("\"%s\" is kept", rows[i]);
		assert_string_equal(kept, "");
	}
}

/* n times character. */
static void
repeat(char *text, const char *character, int n)
{
	text[0] = '\0';
	for (int i = 0; i < n; i++)
		strcat(text, character);
}

static void
a_query_of_more_than_100_characters_is_not_kept(void **state)
{
	static const char *const characters[] = {
	    "a", "é", "\U0001F512", "e\u0301"};
	char kept[QUERY_BYTES];
	char text[4200];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		repeat(text, characters[i], QUERY_CHARACTERS);
		assert_int_equal(ecs_query_text(text, kept), QUERY_KEPT);
		repeat(text, characters[i], QUERY_CHARACTERS + 1);
		assert_int_equal(ecs_query_text(text, kept), QUERY_UNKEPT);
	}
	repeat(text, "a", 4096);
	assert_int_equal(ecs_query_text(text, kept), QUERY_UNKEPT);
	/* What is longest when folded: U+0390 becomes three characters. */
	repeat(text, "\u0390", 1023);
	assert_int_equal(ecs_query_text(text, kept), QUERY_UNKEPT);
	repeat(text, " ", 500);
	strcat(text, "a");
	assert_int_equal(ecs_query_text(text, kept), QUERY_KEPT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_typed_otherwise_is_the_same_query),
	    cmocka_unit_test(nothing_to_see_is_no_query),
	    cmocka_unit_test(names_of_things_are_kept_though_they_have_digits),
	    cmocka_unit_test(what_may_name_a_person_or_is_a_secret_is_not_kept),
	    cmocka_unit_test(a_query_of_more_than_100_characters_is_not_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
