/* SPDX-License-Identifier: ISC */
/*
 * results_test - the search page made of answers: whole, well formed, and
 * without a word of theirs that becomes markup.
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

#include "../../src/web/results.h"

#include "asked.h"
#include "wellformed.h"

static struct ecs_buf page;

/* Answers of members, groups and agenda; '' stands for "" in them. */
static void
answers_from(const char *text, json_t *answers[3])
{
	char *quoted = strdup(text);
	json_t *list;

	for (char *at = quoted; *at != '\0'; at++)
		if (*at == '\'')
			*at = '"';
	list = json_loads(quoted, 0, NULL);
	if (list == NULL || json_array_size(list) != 3)
		fail_msg("no answers: %s", quoted);
	for (size_t i = 0; i < 3; i++) {
		json_t *answer = json_array_get(list, i);

		answers[i] = json_is_null(answer) ? NULL : json_incref(answer);
	}
	json_decref(list);
	free(quoted);
}

/* The page of an address and of these answers, which must be well formed. */
static const char *
shown(const char *query, const char *text)
{
	const struct ecs_site site = {.schema = asked_schema,
	    .title = "A & B",
	    .prefix = "/search",
	    .origin = ""};
	json_t *answers[3];
	const char *fault;

	answers_from(text, answers);
	ecs_buf_reset(&page);
	ecs_page_write(&site, asked(query), answers, &page);
	assert_false(page.failed);
	for (size_t i = 0; i < 3; i++)
		json_decref(answers[i]);
	fault = html_fault(page.data, page.len);
	if (fault != NULL)
		fail_msg("%s: %s", query, fault);
	return page.data;
}

static void
has(const char *part)
{
	if (strstr(page.data, part) == NULL)
		fail_msg("no %s", part);
}

static void
lacks(const char *part)
{
	if (strstr(page.data, part) != NULL)
		fail_msg("%s is there", part);
}

static size_t
count_of(const char *part)
{
	size_t n = 0;

	for (const char *at = page.data; (at = strstr(at, part)) != NULL; at++)
		n++;
	return n;
}

#define TOTAL(n) "'total':{'value':" #n ",'exact':true}"
#define NONE "{" TOTAL(0) ",'hits':[],'facets':[],'pages':0}"
#define PAGES(n, of)                                \
	"[{" TOTAL(n) ",'per_page':20,'pages':" #of \
		      ",'hits':[],'facets':[]}," NONE "," NONE "]"

/* ---- what is always there ---- */

static void
the_checker_finds_what_is_wrong(void **state)
{
	static const char *const wrong[] = {"<p>", "</p>", "<p></div>",
	    "<a href=\"/\"><a href=\"/\"></a></a>", "<p style=\"x\"></p>",
	    "<p onclick=\"x\"></p>", "<p id=\"a b\"></p>",
	    "<p id=\"a\"></p><p id=\"a\"></p>", "<label for=\"x\"></label>",
	    "<a href=\"//x\"></a>", "<a href=\"javascript:x\"></a>", "a & b",
	    "a > b", "<p a=b></p>", "<p a=\"<\"></p>", "<li></li>",
	    "<ul><p></p></ul>", "<p><div></div></p>", "<p a a></p>",
	    "<a href=\"/\xc3\xa9\"></a>", "<form><form></form></form>"};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (html_fault(wrong[i], strlen(wrong[i])) == NULL)
			fail_msg("%s passes", wrong[i]);
	assert_null(html_fault("<ul><li><br>&amp;</li></ul>", 27));
}

static void
a_page_is_whole_and_a_part_is_only_what_changes(void **state)
{
	(void)state;
	shown("q=x", "[" NONE "," NONE "," NONE "]");
	has("<!DOCTYPE html>\n<html lang=\"en\">");
	has("<title>x – A &amp; B</title>");
	has("</html>\n");
	has("action=\"/search/\"");
	shown("q=x&part=results", "[" NONE "," NONE "," NONE "]");
	assert_ptr_equal(strstr(page.data, "<div id=\"results\""), page.data);
	has("data-title=\"x – A &amp; B\"");
	has("data-address=\"/search/?q=x\"");
}

static void
words_that_were_typed_are_never_markup(void **state)
{
	(void)state;
	shown("q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E%26amp;",
	    "[" NONE "," NONE "," NONE "]");
	lacks("<script>");
	has("value=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;"
	    "\"");
}

/* ---- tabs ---- */

static void
tabs_say_how_many_there_are_of_each_that_may_be_seen(void **state)
{
	(void)state;
	shown("q=x&country=BE",
	    "[{" TOTAL(1234) ",'hits':[]},null,{" TOTAL(1) ",'hits':[]}]");
	has(">All <span class=\"n\">1,235</span>");
	has(">Members <span class=\"n\">1,234</span>");
	has(">Research agenda <span class=\"n\">1</span>");
	lacks("Working groups");
}

static void
another_tab_is_without_the_choices_of_this_one(void **state)
{
	(void)state;
	shown("q=x&in=members&country=BE&sort=name&page=2&map=1", PAGES(50, 3));
	has("href=\"/search/?q=x&amp;in=agenda&amp;map=1\" id=\"tab-3\"");
	has("href=\"/search/?q=x&amp;in=members&amp;country=BE&amp;sort=name"
	    "&amp;map=1\" id=\"tab-1\" aria-current=\"page\"");
}

/* ---- hits ---- */

#define HIT(id, rest)                                                  \
	"[" NONE "," NONE                                              \
	",{" TOTAL(1) ",'per_page':20,'pages':1,'facets':[],'hits':[{" \
		      "'id':'" id "'," rest "}]}]"

static void
a_hit_shows_its_marks_and_escapes_what_is_not_marked(void **state)
{
	(void)state;
	shown("q=x&in=agenda",
	    HIT("a/b?<c>",
		"'document':{'title':'<b>&','kind':'law','lang':'en'},"
		"'highlight':{'authors':['<mark>Ann</mark> &amp; Bob','Cy']}"));
	has("href=\"/search/show/agenda/a%2Fb%3F%3Cc%3E?q=x");
	has("&lt;b&gt;&amp;</a></h2>");
	has("<span>Authors:</span> <mark>Ann</mark> &amp; Bob</p>");
	lacks("Cy");
	has("</span>Legal act</li>");
}

static void
a_document_without_a_title_that_is_text_breaks_nothing(void **state)
{
	(void)state;
	shown("q=x&in=agenda",
	    HIT("",
		"'document':{'title':7,'kind':{},'year':null},"
		"'highlight':null,'passages':7"));
	shown("q=x&in=agenda", HIT("y", "'document':null"));
}

static void
text_of_another_language_says_so_and_the_page_around_it_does_not(void **state)
{
	static const char answers[] = HIT("d",
	    "'document':{'title':'Loi','lang':'fr'},'passages':[{'id':'1',"
	    "'text':'le <mark>x</mark>','section':'Titre','page':3}],"
	    "'more_passages':2");

	(void)state;
	shown("q=x&in=agenda&ui=en", answers);
	has("\" lang=\"fr\">Loi</a>");
	has("<p lang=\"fr\">le <mark>x</mark></p>");
	has("<span lang=\"fr\">Titre</span>, p. 3</a>");
	has(">2 more passages in this document</a>");
	shown("q=x&in=agenda&ui=fr", answers);
	lacks("lang=\"fr\">Loi");
}

static void
a_hit_of_all_is_one_level_below_its_section(void **state)
{
	(void)state;
	shown("q=x", HIT("d", "'document':{'title':'T'}"));
	has("<h2 id=\"s-agenda\">Research agenda</h2>");
	has("<h3><a href=\"/search/show/agenda/d?q=x");
	lacks("s-members");
	lacks("Show all");
	shown("q=x",
	    "[" NONE "," NONE ",{" TOTAL(4) ",'hits':[{'id':'d',"
					    "'document':{'title':'T'}}]}]");
	has("href=\"/search/?q=x&amp;in=agenda\">Show all 4");
}

/* ---- pages ---- */

static void
pages_are_linked_around_this_one_and_at_the_ends(void **state)
{
	(void)state;
	shown("in=members", PAGES(19, 1));
	lacks("class=\"paging\"");
	shown("in=members", PAGES(2000, 100));
	has(">1</a></li>");
	has("aria-label=\"Page 1\" aria-current=\"page\"");
	has(">3</a></li><li class=\"gap\">…</li><li><a "
	    "href=\"/search/?in=members&amp;page=100\"");
	lacks("Previous");
	has("page=2\">Next</a>");
	shown("in=members&page=50", PAGES(2000, 100));
	assert_int_equal(count_of("class=\"gap\""), 2);
	assert_int_equal(count_of("aria-label=\"Page "), 7);
	has("page=49\">Previous</a>");
	has("page=51\">Next</a>");
	shown("in=members&page=100", PAGES(2000, 100));
	lacks(">Next<");
	assert_int_equal(count_of("class=\"gap\""), 1);
	shown("in=members&page=4", PAGES(140, 7));
	lacks("class=\"gap\"");
}

static void
beyond_the_last_page_there_is_a_way_back(void **state)
{
	(void)state;
	shown("in=members&page=9", PAGES(41, 3));
	lacks("class=\"paging\"");
	has("href=\"/search/?in=members&amp;page=3\">To the last page</a>");
}

/* ---- chips ---- */

static void
each_choice_is_a_link_to_be_without_it(void **state)
{
	(void)state;
	shown("in=members&country=BE&founded=2010..2020&city=%3Cb%3E",
	    PAGES(50, 3));
	has("href=\"/search/?in=members&amp;founded=2010..2020&amp;"
	    "city=%3Cb%3E\" id=\"chip-0\"");
	has("Country:</span> Belgium<span");
	has("Founded:</span> 2010–2020<span");
	has("City:</span> &lt;b&gt;<span");
	has("class=\"clear\" href=\"/search/?in=members\"");
	shown("in=members&founded=2010..", PAGES(50, 3));
	has("Founded:</span> from 2010<span");
	lacks("class=\"clear\"");
	shown("in=members&founded=..2010", PAGES(50, 3));
	has("Founded:</span> up to 2010<span");
	shown("in=members&founded=2010", PAGES(50, 3));
	has("Founded:</span> 2010<span");
}

/* ---- facets ---- */

#define FACET(name, total, values)                                     \
	"[{" TOTAL(50) ",'per_page':20,'pages':3,'hits':[],'facets':[" \
		       "{'field':'" name "','total_values':" #total    \
		       ",'values':[" values "]}]}," NONE "," NONE "]"
#define VALUE(value, label, selected)                            \
	"{'value':'" value "','label':'" label "','count':1200," \
	"'selected':" #selected "}"

static void
a_value_is_a_box_with_its_count(void **state)
{
	(void)state;
	shown("in=members&city=Gent",
	    FACET("city", 2,
		VALUE("Gent", "Gent", true) "," VALUE(
		    "Den <Haag>", "Den <Haag>", false)));
	has("<input type=\"checkbox\" name=\"city\" value=\"Gent\" "
	    "id=\"f-city-Gent\" checked> <span class=\"name\">Gent</span> "
	    "<span class=\"n\">1,200</span>");
	has("value=\"Den &lt;Haag&gt;\" id=\"f-city-Den%20%3CHaag%3E\">");
}

static void
a_choice_that_has_no_box_is_sent_along_unseen(void **state)
{
	(void)state;
	shown("in=members&city=Gent&city=Z&all=city&find=br",
	    FACET("city", 1, VALUE("Brno", "Brno", false)));
	has("<input type=\"hidden\" name=\"city\" value=\"Gent\">");
	has("<input type=\"hidden\" name=\"city\" value=\"Z\">");
	shown("in=members&city=Gent",
	    FACET("city", 1, VALUE("Gent", "Gent", true)));
	lacks("type=\"hidden\" name=\"city\"");
}

static void
the_order_is_sent_along_when_it_cannot_be_chosen(void **state)
{
	(void)state;
	shown("q=x&in=members&sort=-founded", "[" NONE "," NONE "," NONE "]");
	has("<input type=\"hidden\" name=\"sort\" value=\"-founded\">");
	shown("q=x&in=members&sort=-founded", PAGES(9, 1));
	lacks("type=\"hidden\" name=\"sort\"");
	has("<option value=\"-founded\" selected>");
}

static void
a_long_facet_leads_to_all_of_it_and_back(void **state)
{
	(void)state;
	shown("in=members&city=Gent",
	    FACET("city", 900, VALUE("Gent", "Gent", true)));
	has("href=\"/search/?in=members&amp;city=Gent&amp;all=city\" "
	    "id=\"more-city\">All 900 values");
	shown("in=members&city=Gent&all=city&find=%22g",
	    FACET("city", 900, VALUE("Gent", "Gent", true)));
	has("name=\"find\" id=\"find-city\" value=\"&quot;g\"");
	has("href=\"/search/?in=members&amp;city=Gent\" id=\"less-city\"");
	shown("in=members&all=city&find=zz", FACET("city", 900, ""));
	has("<p class=\"none\">No such value</p>");
}

static void
a_list_is_short_but_shows_what_is_chosen(void **state)
{
	(void)state;
	shown("in=members&city=i",
	    FACET("city", 10,
		VALUE("a", "a", false) "," VALUE("b", "b", false) "," VALUE(
		    "c", "c", false) "," VALUE("d", "d", false) "," VALUE("e",
		    "e", false) "," VALUE("f", "f", false) "," VALUE("g", "g",
		    false) "," VALUE("h", "h", false) "," VALUE("x", "x",
		    false) "," VALUE("i", "i", true)));
	assert_int_equal(count_of("type=\"checkbox\""), 9);
	lacks("value=\"x\"");
	has("value=\"i\" id=\"f-city-i\" checked");
}

#define NODE(value, depth, selected)                                         \
	"{'value':'" value "','label':'" value "','count':1,'depth':" #depth \
	",'selected':" #selected "}"

static void
a_tree_nests_and_unfolds_to_what_is_chosen(void **state)
{
	(void)state;
	shown("in=members&topics=c",
	    FACET("topics", 5,
		NODE("a", 0, false) "," NODE("b", 1, false) "," NODE(
		    "c", 2, true) "," NODE("d", 1, false) "," NODE("e", 0,
		    false) "," NODE("f", 1, false)));
	has("<details id=\"t-topics-a\" open>");
	has("<details id=\"t-topics-b\" open>");
	has("<details id=\"t-topics-e\"><summary>");
	has("Narrower than e</span></summary><ul><li>");
}

static void
a_tree_that_lies_about_its_depths_stays_well_formed(void **state)
{
	(void)state;
	shown("in=members",
	    FACET("topics", 3,
		NODE("a", 5, false) "," NODE("b", 1, false) "," NODE(
		    "c", 9, false) "," NODE("d", 0, false)));
	assert_int_equal(count_of("type=\"checkbox\""), 4);
}

static void
a_range_says_its_ends_and_takes_any_number(void **state)
{
	static const char answers[] =
	    "[{" TOTAL(50) ",'per_page':20,'pages':3,'hits':[],"
			   "'facets':[{'field':'employees','total_values':9,"
			   "'values':[],'stats':{'min':1,'max':9}}]}," NONE
			   "," NONE "]";

	(void)state;
	shown("in=members&employees=1.5..", answers);
	has("<span>From</span> <input type=\"number\" step=\"any\" "
	    "name=\"employees.from\" id=\"f-employees-from\" value=\"1.5\">");
	has("id=\"f-employees-to\" value=\"\">");
	shown("in=members&employees=7", answers);
	has("id=\"f-employees-from\" value=\"7\">");
	has("id=\"f-employees-to\" value=\"7\">");
	lacks("type=\"hidden\" name=\"employees\"");
}

/* ---- notes ---- */

static void
a_correction_is_told_and_can_be_refused(void **state)
{
	(void)state;
	shown("q=cryto&in=members&page=2",
	    "[{" TOTAL(30) ",'pages':2,'per_page':20,'hits':[],'facets':[],"
			   "'query':{'corrected':{'q':'crypto'}}}," NONE
			   "," NONE "]");
	has("Also showing results for “crypto”.");
	has("href=\"/search/?q=cryto&amp;in=members&amp;exact=1\">"
	    "Search only for “cryto”</a>");
}

static void
nothing_found_says_what_can_be_done_and_no_more(void **state)
{
	(void)state;
	shown("q=x%20&in=members", "[" NONE "," NONE "," NONE "]");
	has("Nothing found for “x ”");
	has("Check the spelling");
	lacks("Use fewer words");
	lacks("Remove a filter above");
	has("href=\"/search/?q=x%20\">Look in everything</a>");
	shown("q=x%20y&in=members&country=BE", "[" NONE "," NONE "," NONE "]");
	has("Use fewer words");
	has("Remove a filter above");
	shown("in=members&country=BE", "[" NONE "," NONE "," NONE "]");
	has("<h1 id=\"count\">Nothing found</h1>");
	lacks("Check the spelling");
}

static void
a_search_that_was_cut_says_so(void **state)
{
	(void)state;
	shown("q=x&in=members",
	    "[{'total':{'value':5,'exact':false},'per_page':20,'pages':1,"
	    "'hits':[],'facets':[]}," NONE "," NONE "]");
	has("took too long");
}

/* ---- tongues ---- */

static void
a_page_speaks_one_tongue_and_its_links_keep_it(void **state)
{
	static const struct {
		const char *query;
		const char *count;
	} cases[] = {
	    {"q=x&in=members&ui=en", "1,234 results for “x”"},
	    {"q=x&in=members&ui=fr",
		"1\u202f234 résultats pour «\u00a0x\u00a0»"},
	    {"q=x&in=members&ui=de", "1.234 Treffer für „x“"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char lang[32];
		char link[100];
		const char *code = cases[i].query + strlen(cases[i].query) - 2;

		shown(cases[i].query, PAGES(1234, 62));
		snprintf(lang, sizeof(lang), "<html lang=\"%s\">", code);
		snprintf(link, sizeof(link),
		    "href=\"/search/?q=x&amp;in=members&amp;page=2&amp;ui=%s\"",
		    code);
		has(lang);
		has(link);
		has(cases[i].count);
	}
}

/* ---- excerpts ---- */

static void
excerpt(const char *marked, size_t limit, const char *wanted)
{
	struct ecs_buf out = {0};

	ecs_buf_puts(&out, "");
	ecs_excerpt_write(&out, marked, limit);
	assert_string_equal(out.data == NULL ? "" : out.data, wanted);
	ecs_buf_fini(&out);
}

static void
an_excerpt_is_cut_between_words_around_its_first_mark(void **state)
{
	(void)state;
	excerpt("", 9, "");
	excerpt("short", 9, "short");
	excerpt("one two three four", 9, "one two three …");
	excerpt("one two three <mark>four</mark> five six seven", 9,
	    "… <mark>four</mark> five …");
	excerpt("aa bb\ncc <mark>dd</mark>", 12, "… cc <mark>dd</mark>");
}

static void
an_entity_and_a_letter_count_once_and_are_never_cut(void **state)
{
	(void)state;
	excerpt("&amp;&amp;&amp;&amp; &lt;", 5, "&amp;&amp;&amp;&amp; &lt;");
	excerpt("éééé éé ö", 6, "éééé éé …");
	excerpt("&amp;&amp;&amp;&amp; &lt;", 4, "&amp;&amp;&amp;&amp; …");
}

static void
a_mark_is_never_left_open(void **state)
{
	(void)state;
	excerpt("<mark>one two three</mark> four", 4,
	    "<mark>one two three</mark> …");
}

static void
text_without_spaces_is_cut_all_the_same(void **state)
{
	struct ecs_buf text = {0};
	struct ecs_buf out = {0};

	(void)state;
	for (int i = 0; i < 1000; i++)
		ecs_buf_puts(&text, "\xe6\xbc\xa2");
	ecs_excerpt_write(&out, text.data, 100);
	assert_in_range(out.len, 300, 500);
	assert_string_equal(out.data + out.len - 7, "\xe6\xbc\xa2 …");
	ecs_buf_fini(&text);
	ecs_buf_fini(&out);
}

static void
an_excerpt_of_broken_markup_ends_with_it(void **state)
{
	(void)state;
	excerpt("a &amp", 9, "a &amp");
	excerpt("a <mark", 9, "a <mark");
}

/* ---- the property ---- */

static void
any_address_of_any_answer_is_a_page_that_is_well_formed(void **state)
{
	static const char *const answers[] = {
	    "[" NONE "," NONE "," NONE "]",
	    "[null,null,null]",
	    PAGES(2000, 100),
	    FACET("city", 900,
		VALUE("\\'", "<\\\\>&", true) "," VALUE("a b", "a b", false)),
	    FACET("topics", 4, NODE("a", 0, false) "," NODE("b", 3, true)),
	    FACET("country", 9, VALUE("BE", "Belgium", true)),
	    HIT("x y",
		"'document':{'title':'&'},'passages':[{'id':'p','text':"
		"'<mark>a</mark>'}]"),
	};
	enum { NANSWERS = sizeof(answers) / sizeof(answers[0]) };

	(void)state;
	for (unsigned seed = 1; seed <= 2000; seed++) {
		unsigned at = seed * 15485863;

		shown(random_query(&at), answers[seed % NANSWERS]);
	}
}

static int
begin(void **state)
{
	(void)state;
	asked_begin();
	return 0;
}

static int
end(void **state)
{
	(void)state;
	asked_end();
	ecs_buf_fini(&page);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_checker_finds_what_is_wrong),
	    cmocka_unit_test(a_page_is_whole_and_a_part_is_only_what_changes),
	    cmocka_unit_test(words_that_were_typed_are_never_markup),
	    cmocka_unit_test(
		tabs_say_how_many_there_are_of_each_that_may_be_seen),
	    cmocka_unit_test(another_tab_is_without_the_choices_of_this_one),
	    cmocka_unit_test(
		a_hit_shows_its_marks_and_escapes_what_is_not_marked),
	    cmocka_unit_test(
		a_document_without_a_title_that_is_text_breaks_nothing),
	    cmocka_unit_test(
		text_of_another_language_says_so_and_the_page_around_it_does_not),
	    cmocka_unit_test(a_hit_of_all_is_one_level_below_its_section),
	    cmocka_unit_test(pages_are_linked_around_this_one_and_at_the_ends),
	    cmocka_unit_test(beyond_the_last_page_there_is_a_way_back),
	    cmocka_unit_test(each_choice_is_a_link_to_be_without_it),
	    cmocka_unit_test(a_value_is_a_box_with_its_count),
	    cmocka_unit_test(a_choice_that_has_no_box_is_sent_along_unseen),
	    cmocka_unit_test(the_order_is_sent_along_when_it_cannot_be_chosen),
	    cmocka_unit_test(a_long_facet_leads_to_all_of_it_and_back),
	    cmocka_unit_test(a_list_is_short_but_shows_what_is_chosen),
	    cmocka_unit_test(a_tree_nests_and_unfolds_to_what_is_chosen),
	    cmocka_unit_test(
		a_tree_that_lies_about_its_depths_stays_well_formed),
	    cmocka_unit_test(a_range_says_its_ends_and_takes_any_number),
	    cmocka_unit_test(a_correction_is_told_and_can_be_refused),
	    cmocka_unit_test(nothing_found_says_what_can_be_done_and_no_more),
	    cmocka_unit_test(a_search_that_was_cut_says_so),
	    cmocka_unit_test(a_page_speaks_one_tongue_and_its_links_keep_it),
	    cmocka_unit_test(
		an_excerpt_is_cut_between_words_around_its_first_mark),
	    cmocka_unit_test(
		an_entity_and_a_letter_count_once_and_are_never_cut),
	    cmocka_unit_test(a_mark_is_never_left_open),
	    cmocka_unit_test(text_without_spaces_is_cut_all_the_same),
	    cmocka_unit_test(an_excerpt_of_broken_markup_ends_with_it),
	    cmocka_unit_test(
		any_address_of_any_answer_is_a_page_that_is_well_formed),
	};

	return cmocka_run_group_tests_name("results", tests, begin, end);
}
