/* SPDX-License-Identifier: ISC */
/*
 * What forms words have, in many languages.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ecsearch/err.h"
#include "ecsearch/text.h"

struct fixture {
	struct ecs_words *words;
	struct ecs_analyzer *analyzer;
};

static int
setup(void **state)
{
	static struct fixture fixture;
	struct ecs_err err = {0};

	fixture.words = ecs_words_new(NULL, &err);
	assert_non_null(fixture.words);
	fixture.analyzer = ecs_analyzer_new(fixture.words, &err);
	assert_non_null(fixture.analyzer);
	*state = &fixture;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *fixture = *state;

	ecs_analyzer_free(fixture->analyzer);
	ecs_words_free(fixture->words);
	return 0;
}

static struct ecs_analyzer *
analyzer_of(void **state)
{
	return ((struct fixture *)*state)->analyzer;
}

/* Forms as text: "=exact ~alternate *stem", joined ones with their span. */
static bool
print_form(void *user, const struct ecs_form *form)
{
	struct ecs_buf *buf = user;

	if (buf->len > 0)
		ecs_buf_putc(buf, ' ');
	ecs_buf_putc(buf, "=~*"[form->kind]);
	ecs_buf_add(buf, form->text, form->len);
	if (form->tokens > 1)
		ecs_buf_printf(buf, "@%u+%u", form->token, form->tokens);
	return true;
}

struct row {
	const char *lang;
	const char *text;
	const char *forms;
};

static void
check_rows(void **state, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct ecs_buf buf = {0};
		int lang = ecs_lang_find(rows[i].lang, strlen(rows[i].lang));

		assert_true(
		    ecs_analyze(analyzer_of(state), rows[i].text,
			strlen(rows[i].text), lang, print_form, &buf) >= 0);
		assert_string_equal(buf.data, rows[i].forms);
		ecs_buf_fini(&buf);
	}
}

#define CHECK(rows) check_rows(state, rows, sizeof(rows) / sizeof((rows)[0]))

static void
accents_fall_where_readers_drop_them(void **state)
{
	static const struct row rows[] = {
	    {"-", "Sécurité", "=securite"},
	    {"-",
		"Se\xCC\x81"
		"curite\xCC\x81",
		"=securite"},
	    {"-", "Łódź", "=lodz"},
	    {"-", "ČESKÝ", "=cesky"},
	    {"-", "Ċirku Ħal Għarb Żebbuġ", "=cirku =hal =gharb =zebbug"},
	    {"-", "Brâncuși Brâncuşi", "=brancusi =brancusi"},
	    {"-", "ÞÓR Ðuro đak", "=thor =duro =dak"},
	    {"-", "Œuvre Æsir", "=oeuvre =aesir"},
	    {"-", "ΑΣΦΆΛΕΙΑ ασφάλειας Οδός", "=ασφαλεια =ασφαλειασ =οδοσ"},
	    {"-", "Български Край", "=български =край"},
	    {"-", "Краи\xCC\x86", "=край"},
	    {"-", "Ещё ѝ", "=еще =и"},
	    {"-", "İstanbul ırmak", "=istanbul =irmak"},
	    {"-", "ﬁrma ＮＩＳ２ m²", "=firma =nis2 =m2"},
	};

	CHECK(rows);
}

static void
umlauts_have_a_second_spelling(void **state)
{
	static const struct row rows[] = {
	    {"-", "Böhme", "=bohme ~boehme"},
	    {"-", "Boehme", "=boehme"},
	    {"-", "Ärzte", "=arzte ~aerzte"},
	    {"-", "Müller", "=muller ~mueller"},
	    {"-", "Søgård", "=sogard ~soegaard"},
	    {"-", "Straße", "=strasse"},
	};

	CHECK(rows);
}

static void
each_language_folds_its_own_letters(void **state)
{
	static const struct row rows[] = {
	    {"-", "ПРЕДПРИЯТИЙ Й", "=предприятий =й"}, /* bg */
	    {"-", "Příliš žluťoučký kůň", "=prilis =zlutoucky =kun"},
	    {"-", "Ærø Århus", "=aero ~aeroe =arhus ~aarhus"}, /* da */
	    {"-", "GRÖSSE größe", "=grosse ~groesse =grosse ~groesse"},
	    {"-", "ΝΌΜΟΣ νόμος προϋπόθεση", "=νομοσ =νομοσ =προυποθεση"},
	    {"-", "naïve", "=naive"}, /* en */
	    {"-", "España pingüino", "=espana =pinguino ~pingueino"},
	    {"-", "õppimine žürii", "=oppimine =zurii ~zuerii"}, /* et */
	    {"-", "Häme Åland", "=hame ~haeme =aland ~aaland"},  /* fi */
	    {"-", "garçon où œuvre", "=garcon =ou =oeuvre"},
	    {"-", "Éireannach fás", "=eireannach =fas"}, /* ga */
	    {"-", "Šibenik đak žlijezda", "=sibenik =dak =zlijezda"},
	    {"-", "őrség tűzfal", "=orseg =tuzfal"}, /* hu */
	    {"-", "città perché", "=citta =perche"},
	    {"-", "Šiauliai ąžuolų ėjimas", "=siauliai =azuolu =ejimas"},
	    {"-", "Rīga ķīmija ņēma", "=riga =kimija =nema"}, /* lv */
	    {"-", "Ħamrun ġodda ċans żgħar", "=hamrun =godda =cans =zghar"},
	    {"-", "coördinatie ruïne", "=coordinatie ~cooerdinatie =ruine"},
	    {"-", "Łączność źródło", "=lacznosc =zrodlo"}, /* pl */
	    {"-", "informação avô", "=informacao =avo"},
	    {"-", "știință ţară", "=stiinta =tara"}, /* ro, old and new */
	    {"-", "ľudská ôsmy päť", "=ludska =osmy =pat ~paet"}, /* sk */
	    {"-", "češnja žabica", "=cesnja =zabica"},
	    {"-", "Göteborg få", "=goteborg ~goeteborg =fa ~faa"}, /* sv */
	};

	CHECK(rows);
}

static void
joined_names_have_a_joined_form(void **state)
{
	static const struct row rows[] = {
	    {"-", "post-quantum", "=post ~postquantum@0+2 =quantum"},
	    {"-", "CVE-2021-44228", "=cve ~cve202144228@0+3 =2021 =44228"},
	    {"-", "2022/2555", "=2022 ~20222555@0+2 =2555"},
	    {"-", "ISO/IEC 27001", "=iso ~isoiec@0+2 =iec =27001"},
	    {"-", "AT&T", "=at ~att@0+2 =t"},
	    {"-", "state-of-the-art",
		"=state ~stateoftheart@0+4 =of =the =art"},
	    {"-", "e\xE2\x80\x91ID", "=e ~eid@0+2 =id"},
	    {"-", "O'Brien", "=o ~obrien@0+2 =brien"},
	    {"-", "a - b, c--d", "=a =b =c =d"},
	    {"-", "a-b-c-d-e-f-g-h-i", "=a =b =c =d =e =f =g =h =i"},
	};

	CHECK(rows);
}

static void
elided_articles_are_words_of_their_own(void **state)
{
	static const struct row rows[] = {
	    {"-", "l'énergie", "=l =energie"},
	    {"-", "d’Actium", "=d =actium"},
	    {"-", "dell'informazione", "=dell =informazione"},
	    {"-", "l'état-major", "=l =etat ~etatmajor@1+2 =major"},
	    {"-", "f'Malta x'inhu b'mod", "=f =malta =x =inhu =b =mod"},
	    {"-", "d'Éirinn m'athair", "=d =eirinn =m =athair"},
	};

	CHECK(rows);
	assert_true(ecs_is_elision("x", 1));
	assert_true(ecs_is_elision("b", 1));
	assert_true(ecs_is_elision("dell", 4));
	assert_true(ecs_is_elision("qu", 2));
	assert_false(ecs_is_elision("del", 3));
	assert_false(ecs_is_elision("", 0));
}

static void
stemming_and_folding_both_ways_are_stems(void **state)
{
	static const struct row rows[] = {
	    {"fr", "sécurité", "=securite *secur *securit"},
	    {"fr", "securite", "=securite *securit"},
	    {"es", "información", "=informacion *inform *informacion"},
	    {"de", "Behörden", "=behorden ~behoerden *behord *behoerd"},
	    {"de", "Behoerde", "=behoerde *behoerd"},
	    {"en", "attacks", "=attacks *attack"},
	    {"el", "ασφάλειας", "=ασφαλειασ *ασφαλει *ασφαλε"},
	    {"en", "NIS2 27001", "=nis2 =27001"},
	    {"mt", "sigurtà", "=sigurta *sgrt"},
	};

	CHECK(rows);
}

/* The last stem of each: of the rules for Irish. */
static void
irish_words_meet_themselves_after_a_mutation(void **state)
{
	static const char *const rows[][2] = {{"Frainc", "bhFrainc"},
	    {"Frainc", "bhfrainc"}, {"Acht", "tAcht"}, {"acht", "t-acht"},
	    {"Éireannach", "nÉireannach"}, {"Éireannach", "hÉireannach"},
	    {"cuideachta", "gcuideachtaí"}, {"slándáil", "tslándáil"},
	    {"bord", "mBord"}, {"oifig", "hoifigí"}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ecs_buf forms[2] = {{0}, {0}};

		for (int j = 0; j < 2; j++)
			ecs_analyze(analyzer_of(state), rows[i][j],
			    strlen(rows[i][j]), ecs_lang_find("ga", 2),
			    print_form, &forms[j]);
		assert_non_null(strchr(forms[0].data, '*'));
		assert_string_equal(
		    strrchr(forms[0].data, '*'), strrchr(forms[1].data, '*'));
		ecs_buf_fini(&forms[0]);
		ecs_buf_fini(&forms[1]);
	}
}

static void
exceptions_keep_words_of_the_subject_apart(void **state)
{
	static const struct row rows[] = {
	    {"de", "Sicherheit Sicherheiten",
		"=sicherheit *sicherheit =sicherheiten *sicherheit"},
	    {"de", "sich sichere", "=sich *sich =sichere *sicher"},
	    {"en", "organisation organs",
		"=organisation *organis =organs *organ"},
	    {"en", "universities universal",
		"=universities *university =universal *univers"},
	    {"en", "Directives directed",
		"=directives *directive =directed *direct"},
	    {"en", "authorisation author's",
		"=authorisation *authoris =author *author =s *s"},
	    {"fr", "communications", "=communications *communication"},
	};

	CHECK(rows);
}

static void
exceptions_can_be_added_as_data(void **state)
{
	struct ecs_err err = {0};
	struct ecs_words *words =
	    ecs_words_new("{\"pl\": {\"Bezpieczeństwa\": \"bezpieczeństwo\"},"
			  " \"de\": {\"sich\": \"selbst\"}}",
		&err);
	struct ecs_analyzer *analyzer;
	struct ecs_buf buf = {0};

	(void)state;
	assert_non_null(words);
	analyzer = ecs_analyzer_new(words, &err);
	ecs_analyze(analyzer, "bezpieczenstwa", 14, ecs_lang_find("pl", 2),
	    print_form, &buf);
	ecs_analyze(
	    analyzer, "Sich", 4, ecs_lang_find("de", 2), print_form, &buf);
	assert_string_equal(
	    buf.data, "=bezpieczenstwa *bezpieczenstwo =sich *selbst");
	ecs_buf_fini(&buf);
	ecs_analyzer_free(analyzer);
	ecs_words_free(words);
}

static void
wrong_exceptions_are_refused_with_their_place(void **state)
{
	static const struct {
		const char *json;
		const char *code;
		const char *where;
	} rows[] = {
	    {"{\"de\": {\"a\": 1}}", "bad_stems", "/de/a"},
	    {"{\"xx\": {}}", "bad_stems", "/xx"},
	    {"{\"de\": []}", "bad_stems", "/de"},
	    {"{\"de\": {\"-\": \"a\"}}", "bad_stems", "/de/-"},
	    {"{\n,", "bad_json", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ecs_err err = {0};

		assert_null(ecs_words_new(rows[i].json, &err));
		assert_int_equal(err.status, 400);
		assert_string_equal(err.code, rows[i].code);
		assert_int_equal(err.places, 1);
		assert_string_equal(err.where[0].name, rows[i].where);
	}
}

static void
scripts_without_spaces_are_cut_by_dictionary(void **state)
{
	static const struct row rows[] = {
	    {"-", "网络安全abc", "=网络 =安全 =abc"},
	    {"-", "ความปลอดภัย x", "=ความ =ปลอดภัย =x"},
	};

	CHECK(rows);
}

static void
soft_hyphens_do_not_part_words(void **state)
{
	static const struct row rows[] = {
	    {"-", "Sicher\xC2\xADheit\xC2\xAD x", "=sicherheit =x"},
	};

	CHECK(rows);
}

static void
invalid_bytes_part_words(void **state)
{
	static const struct row rows[] = {
	    {"-",
		"ab\xFF"
		"cd \xC3",
		"=ab =cd"},
	};

	CHECK(rows);
}

static void
an_empty_text_has_no_words(void **state)
{
	assert_int_equal(
	    ecs_analyze(analyzer_of(state), "", 0, 5, print_form, NULL), 0);
}

static void
long_words_are_cut_at_a_character(void **state)
{
	char word[2000];
	char folded[ECS_FORM_BYTES + 1];

	for (size_t i = 0; i < sizeof(word); i += 2)
		memcpy(word + i, "\xD0\xB9", 2);
	assert_int_equal(
	    ecs_fold_word(analyzer_of(state), word, sizeof(word), folded),
	    ECS_FORM_BYTES);
	word[0] = 'x';
	word[1] = 'x';
	word[2] = 'x';
	memmove(word + 3, word + 4, sizeof(word) - 4);
	assert_int_equal(
	    ecs_fold_word(analyzer_of(state), word, sizeof(word) - 2, folded),
	    ECS_FORM_BYTES - 1);
	memset(word + 2, 'z', sizeof(word) - 2);
	memcpy(word, "\xCE\xB1", 2);
	assert_int_equal(
	    ecs_fold_word(analyzer_of(state), word, sizeof(word), folded),
	    ECS_FORM_BYTES);
	memset(word, 'A', sizeof(word));
	assert_int_equal(
	    ecs_fold_word(analyzer_of(state), word, sizeof(word), folded),
	    ECS_FORM_BYTES);
}

static void
texts_fold_to_words_with_single_spaces(void **state)
{
	struct ecs_buf buf = {0};
	static const char text[] = "  «L'Énergie», -- S.A.\n(Luxembourg) ";

	ecs_fold_text(analyzer_of(state), text, sizeof(text) - 1, &buf);
	assert_string_equal(buf.data, "l energie s a luxembourg");
	ecs_buf_fini(&buf);
}

static bool
stop_at_once(void *user, const struct ecs_form *form)
{
	(void)form;
	++*(int *)user;
	return false;
}

static void
a_sink_can_stop_the_analysis(void **state)
{
	int calls = 0;

	assert_int_equal(ecs_analyze(analyzer_of(state), "a b c", 5, 5,
			     stop_at_once, &calls),
	    -1);
	assert_int_equal(calls, 1);
}

struct kept {
	const char *text[40000];
	size_t count;
};

static bool
keep_form(void *user, const struct ecs_form *form)
{
	struct kept *kept = user;

	kept->text[kept->count++] = form->text;
	return true;
}

static void
forms_live_until_the_next_call(void **state)
{
	struct kept *kept = calloc(1, sizeof(*kept));
	struct ecs_buf buf = {0};

	for (int round = 0; round < 8; round++) {
		ecs_buf_reset(&buf);
		kept->count = 0;
		for (int i = 0; i < 20000; i++)
			ecs_buf_printf(&buf, "w%dx%d ", round, i);
		assert_int_equal(ecs_analyze(analyzer_of(state), buf.data,
				     buf.len, ECS_LANG_NONE, keep_form, kept),
		    20000);
		for (int i = 0; i < 20000; i++) {
			char want[32];

			snprintf(want, sizeof(want), "w%dx%d", round, i);
			assert_string_equal(kept->text[i], want);
		}
	}
	ecs_buf_fini(&buf);
	free(kept);
}

static void
language_tags_are_read_leniently(void **state)
{
	(void)state;
	assert_int_equal(ecs_lang_find("fr-BE", 5), ecs_lang_find("FR", 2));
	assert_int_equal(ecs_lang_find("no", 2), ECS_LANG_NONE);
	assert_int_equal(ecs_lang_find("fra", 3), ECS_LANG_NONE);
	assert_int_equal(ecs_lang_find("", 0), ECS_LANG_NONE);
	for (int i = 0; i < ECS_LANGS; i++)
		assert_int_equal(ecs_lang_find(ecs_lang_code(i), 2), i);
	assert_string_equal(ecs_lang_code(ECS_LANG_NONE), "und");
}

static bool
is_stop(void **state, const char *word, const char *lang)
{
	char folded[ECS_FORM_BYTES + 1];
	size_t len =
	    ecs_fold_word(analyzer_of(state), word, strlen(word), folded);
	uint32_t langs = ecs_stop_langs(analyzer_of(state), folded, len);

	return (langs >> ecs_lang_find(lang, 2) & 1) != 0;
}

static void
every_language_has_its_stop_words(void **state)
{
	static const char *const words[][2] = {{"bg", "който"}, {"cs", "Který"},
	    {"da", "hvordan"}, {"de", "FÜR"}, {"de", "fur"}, {"el", "είναι"},
	    {"el", "ΕΙΝΑΙ"}, {"en", "what"}, {"es", "cuándo"}, {"et", "kuidas"},
	    {"fi", "mikä"}, {"fr", "où"}, {"ga", "agus"}, {"hr", "što"},
	    {"hu", "hogyan"}, {"it", "perché"}, {"lt", "kuris"},
	    {"lv", "kāpēc"}, {"mt", "għal"}, {"nl", "waarom"}, {"pl", "który"},
	    {"pt", "não"}, {"ro", "și"}, {"ro", "\xC5\x9Fi"}, {"sk", "ktorý"},
	    {"sl", "kateri"}, {"sv", "när"}};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!is_stop(state, words[i][1], words[i][0]))
			fail_msg("%s: %s", words[i][0], words[i][1]);
}

static void
words_that_name_a_thing_are_no_stop_words(void **state)
{
	static const char *const words[] = {"security", "Sicherheit", "réseau",
	    "NIS2", "agenda", "membre", "SMEs", "cloud", "energy", "group"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		for (int lang = 0; lang < ECS_LANGS; lang++)
			assert_false(
			    is_stop(state, words[i], ecs_lang_code(lang)));
	assert_true(is_stop(state, "die", "de"));
	assert_false(is_stop(state, "die", "en"));
}

static bool
is_stop_in(struct ecs_words *with, const char *word, const char *lang)
{
	struct ecs_err err = {0};
	struct ecs_analyzer *analyzer = ecs_analyzer_new(with, &err);
	uint32_t langs;

	assert_non_null(analyzer);
	langs = ecs_stop_langs(analyzer, word, strlen(word));
	ecs_analyzer_free(analyzer);
	return (langs >> ecs_lang_find(lang, 2) & 1) != 0;
}

static void
stop_words_can_be_changed_or_replaced_as_data(void **state)
{
	struct ecs_err err = {0};
	struct ecs_words *with = ecs_words_new(NULL, &err);
	struct ecs_words *plain = ecs_words_new(NULL, &err);

	(void)state;
	assert_true(ecs_words_set_stops(with,
	    "{\"en\": {\"add\": [\"FOO\"], \"remove\": [\"what\"]},"
	    " \"fr\": [\"Où\"]}",
	    "these", &err));
	assert_true(is_stop_in(with, "foo", "en"));
	assert_true(is_stop_in(with, "the", "en"));
	assert_false(is_stop_in(with, "what", "en"));
	assert_true(is_stop_in(with, "ou", "fr"));
	assert_false(is_stop_in(with, "les", "fr"));
	assert_true(is_stop_in(with, "die", "de"));
	/* They are no forms: nothing has to be indexed anew. */
	assert_string_equal(
	    ecs_words_fingerprint(with), ecs_words_fingerprint(plain));
	ecs_words_free(plain);
	ecs_words_free(with);
}

static void
wrong_stop_words_are_refused_with_their_place(void **state)
{
	static const struct {
		const char *json;
		int status;
		const char *pointer;
	} rows[] = {
	    {"{", 400, ""},
	    {"[]", 422, ""},
	    {"{\"xx\": []}", 422, "/xx"},
	    {"{\"en\": \"the\"}", 422, "/en"},
	    {"{\"en\": [\"a\", 1]}", 422, "/en/1"},
	    {"{\"en\": [\"of the\"]}", 422, "/en/0"},
	    {"{\"en\": [\"?\"]}", 422, "/en/0"},
	    {"{\"en\": {\"drop\": [\"a\"]}}", 422, "/en/drop"},
	    {"{\"en\": {\"add\": \"a\"}}", 422, "/en/add"},
	    {"{\"en\": {\"remove\": [\"a\", \"\"]}}", 422, "/en/remove/1"},
	    {"{\"en\": [\"abcdefghijklmnopqrstuvwxyzabcdefgh\"]}", 422,
		"/en/0"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ecs_err err = {0};
		struct ecs_words *with = ecs_words_new(NULL, &err);

		if (ecs_words_set_stops(with, rows[i].json, "these", &err) ||
		    err.status != rows[i].status)
			fail_msg("%s: %d", rows[i].json, err.status);
		if (err.status == 422)
			assert_string_equal(err.where[0].name, rows[i].pointer);
		ecs_words_free(with);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(accents_fall_where_readers_drop_them),
	    cmocka_unit_test(umlauts_have_a_second_spelling),
	    cmocka_unit_test(each_language_folds_its_own_letters),
	    cmocka_unit_test(joined_names_have_a_joined_form),
	    cmocka_unit_test(elided_articles_are_words_of_their_own),
	    cmocka_unit_test(stemming_and_folding_both_ways_are_stems),
	    cmocka_unit_test(irish_words_meet_themselves_after_a_mutation),
	    cmocka_unit_test(exceptions_keep_words_of_the_subject_apart),
	    cmocka_unit_test(exceptions_can_be_added_as_data),
	    cmocka_unit_test(wrong_exceptions_are_refused_with_their_place),
	    cmocka_unit_test(scripts_without_spaces_are_cut_by_dictionary),
	    cmocka_unit_test(soft_hyphens_do_not_part_words),
	    cmocka_unit_test(invalid_bytes_part_words),
	    cmocka_unit_test(an_empty_text_has_no_words),
	    cmocka_unit_test(long_words_are_cut_at_a_character),
	    cmocka_unit_test(texts_fold_to_words_with_single_spaces),
	    cmocka_unit_test(a_sink_can_stop_the_analysis),
	    cmocka_unit_test(forms_live_until_the_next_call),
	    cmocka_unit_test(every_language_has_its_stop_words),
	    cmocka_unit_test(stop_words_can_be_changed_or_replaced_as_data),
	    cmocka_unit_test(wrong_stop_words_are_refused_with_their_place),
	    cmocka_unit_test(words_that_name_a_thing_are_no_stop_words),
	    cmocka_unit_test(language_tags_are_read_leniently),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
