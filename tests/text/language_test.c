/* SPDX-License-Identifier: ISC */
/*
 * Which language a text is in, and how a language orders names.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ecsearch/err.h"
#include "ecsearch/text.h"

static void
a_sentence_or_two_tell_the_language(void **state)
{
	static const struct {
		const char *lang;
		const char *text;
	} rows[] = {
	    {"bg",
		"Организацията обединява предприятия и университети, "
		"които работят заедно за по-сигурни мрежи в Европа."},
	    {"cs",
		"Organizace sdružuje podniky a univerzity, které společně "
		"pracují na bezpečnějších sítích v celé Evropě."},
	    {"da",
		"Organisationen samler virksomheder og universiteter, som "
		"arbejder sammen om at gøre netværkene mere sikre."},
	    {"de",
		"Der Verband vereint Unternehmen und Hochschulen, die "
		"gemeinsam an sichereren Netzen in ganz Europa arbeiten."},
	    {"el",
		"Ο οργανισμός φέρνει κοντά επιχειρήσεις και πανεπιστήμια "
		"που εργάζονται μαζί για ασφαλέστερα δίκτυα."},
	    {"en",
		"The organisation brings together companies and "
		"universities that work on safer networks in Europe."},
	    {"es",
		"La organización reúne a empresas y universidades que "
		"trabajan juntas para lograr redes más seguras."},
	    {"et",
		"Organisatsioon ühendab ettevõtteid ja ülikoole, kes "
		"töötavad koos turvalisemate võrkude nimel Euroopas."},
	    {"fi",
		"Järjestö kokoaa yhteen yrityksiä ja yliopistoja, jotka "
		"tekevät yhdessä työtä turvallisempien verkkojen eteen."},
	    {"fr",
		"L'organisation rassemble des entreprises et des "
		"universités qui travaillent à des réseaux plus sûrs."},
	    {"ga",
		"Tugann an eagraíocht cuideachtaí agus ollscoileanna le "
		"chéile a bhíonn ag obair ar líonraí níos sábháilte."},
	    {"hu",
		"A szervezet olyan vállalatokat és egyetemeket fog össze, "
		"amelyek együtt dolgoznak a biztonságosabb hálózatokért."},
	    {"it",
		"L'organizzazione riunisce imprese e università che "
		"lavorano insieme per reti più sicure in tutta Europa."},
	    {"lt",
		"Organizacija vienija įmones ir universitetus, kurie "
		"kartu dirba, kad tinklai visoje Europoje būtų saugesni."},
	    {"lv",
		"Organizācija apvieno uzņēmumus un universitātes, kas "
		"kopā strādā pie drošākiem tīkliem visā Eiropā."},
	    {"mt",
		"L-organizzazzjoni tgħaqqad kumpaniji u universitajiet li "
		"jaħdmu flimkien għal netwerks aktar siguri fl-Ewropa."},
	    {"nl",
		"De organisatie brengt bedrijven en universiteiten samen "
		"die werken aan veiligere netwerken in heel Europa."},
	    {"pl",
		"Organizacja skupia przedsiębiorstwa i uczelnie, które "
		"wspólnie pracują nad bezpieczniejszymi sieciami."},
	    {"pt",
		"A organização reúne empresas e universidades que "
		"trabalham em conjunto para redes mais seguras."},
	    {"ro",
		"Organizația reunește companii și universități care "
		"lucrează împreună pentru rețele mai sigure în Europa."},
	    {"sl",
		"Organizacija združuje podjetja in univerze, ki skupaj "
		"delajo za varnejša omrežja po vsej Evropi."},
	    {"sv",
		"Organisationen samlar företag och universitet som "
		"tillsammans arbetar för säkrare nätverk i hela Europa."},
	};
	struct ecs_err err = {0};
	struct ecs_detector *detector = ecs_detector_new(&err);

	(void)state;
	assert_non_null(detector);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(ecs_lang_code(ecs_detect_lang(detector,
					rows[i].text, strlen(rows[i].text))),
		    rows[i].lang);
	ecs_detector_free(detector);
}

static void
short_or_foreign_texts_have_no_language(void **state)
{
	static const char *const rows[] = {"", "Cyber Solutions GmbH",
	    "12345 67890 12345 67890 12345 67890 12345 67890",
	    "Организация объединяет предприятия и университеты, которые "
	    "вместе работают над более безопасными сетями в Европе.",
	    "この組織は企業と大学を集め、ヨーロッパのより安全な"
	    "ネットワークのために一緒に働いています。そしてさらに"};
	struct ecs_err err = {0};
	struct ecs_detector *detector = ecs_detector_new(&err);

	(void)state;
	assert_non_null(detector);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(
		    ecs_detect_lang(detector, rows[i], strlen(rows[i])),
		    ECS_LANG_NONE);
	ecs_detector_free(detector);
}

static int
compare(struct ecs_collator *collator, const char *a, const char *b)
{
	struct ecs_buf first = {0};
	struct ecs_buf second = {0};
	size_t shorter;
	int order;

	assert_true(ecs_collation_key(collator, a, strlen(a), &first));
	assert_true(ecs_collation_key(collator, b, strlen(b), &second));
	shorter = first.len < second.len ? first.len : second.len;
	order = memcmp(first.data, second.data, shorter);
	if (order == 0)
		order = (first.len > second.len) - (first.len < second.len);
	ecs_buf_fini(&first);
	ecs_buf_fini(&second);
	return order;
}

static void
names_are_ordered_as_the_language_has_it(void **state)
{
	static const struct {
		const char *lang;
		const char *first;
		const char *second;
	} rows[] = {
	    {NULL, "Abel", "Žižka"},
	    {NULL, "abel", "Abel"},
	    {NULL, "Eclair", "Éclair"},
	    {"", "Éclair", "Eclairs"},
	    {"", "Älva", "Zebra"},
	    {"sv", "Zebra", "Älva"},
	    {"de", "Ärzte", "Zebra"},
	    {"cs", "hora", "chata"},
	    {"da", "Zebra", "Århus"},
	    {"", "", "a"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ecs_err err = {0};
		struct ecs_collator *collator =
		    ecs_collator_new(rows[i].lang, &err);

		assert_non_null(collator);
		assert_true(
		    compare(collator, rows[i].first, rows[i].second) < 0);
		assert_true(
		    compare(collator, rows[i].second, rows[i].first) > 0);
		assert_int_equal(
		    compare(collator, rows[i].first, rows[i].first), 0);
		ecs_collator_free(collator);
	}
}

static void
composed_and_decomposed_names_are_the_same(void **state)
{
	struct ecs_err err = {0};
	struct ecs_collator *collator = ecs_collator_new("fr", &err);

	(void)state;
	assert_int_equal(
	    compare(collator, "\xC3\xA9t\xC3\xA9", "e\xCC\x81te\xCC\x81"), 0);
	ecs_collator_free(collator);
}

static void
freeing_nothing_is_allowed(void **state)
{
	(void)state;
	ecs_detector_free(NULL);
	ecs_collator_free(NULL);
	ecs_words_free(NULL);
	ecs_analyzer_free(NULL);
	ecs_marks_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_sentence_or_two_tell_the_language),
	    cmocka_unit_test(short_or_foreign_texts_have_no_language),
	    cmocka_unit_test(names_are_ordered_as_the_language_has_it),
	    cmocka_unit_test(composed_and_decomposed_names_are_the_same),
	    cmocka_unit_test(freeing_nothing_is_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
