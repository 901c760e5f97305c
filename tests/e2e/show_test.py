#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A document's own page: a member, a group, a long text, one of its passages."""
import html.parser
import json
import os
import re
import sys
import urllib.parse

sys.path.insert(0, os.path.dirname(__file__))
from daemon import Daemon, claim, corpus, load_corpus, run  # noqa: E402

daemon = Daemon(arguments=["--public-url", "https://www.example.org/find"])
load_corpus(daemon)
VOID = {"meta", "link", "input", "br", "img", "hr"}


class Page(html.parser.HTMLParser):
    """The elements of a page as (tag, attributes, text); every tag is closed in its place."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open = [], []
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        names = [name for name, _ in attributes]
        assert len(names) == len(set(names)), (tag, names)
        element = [tag, dict(attributes), ""]
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1][0] == tag, (tag, self.open[-3:])
        self.open.pop()

    def handle_data(self, data):
        for element in self.open:
            element[2] += data

    def all(self, tag, **attributes):
        return [e for e in self.elements if e[0] == tag and
                all(e[1].get(k.rstrip("_")) == v for k, v in attributes.items())]

    def one(self, tag, **attributes):
        found = self.all(tag, **attributes)
        assert len(found) == 1, (tag, attributes, len(found))
        return found[0]


def address(collection, identity, passage=None):
    parts = [collection, identity] + ([passage] if passage else [])
    return "/show/" + "/".join(urllib.parse.quote(p, safe="") for p in parts)


def show(target, status=200, **headers):
    answer = daemon.request("GET", target, headers={"Accept": "text/html", **headers})
    assert answer.status == status, (answer.status, answer.body[:300])
    assert answer.header("Content-Type") == "text/html; charset=utf-8"
    text = answer.body.decode()
    page = Page(text)
    assert len(page.all("h1")) == 1 and "style=" not in text and "<script>" not in text
    ids = [e[1]["id"] for e in page.elements if "id" in e[1]]
    assert len(ids) == len(set(ids)), "an id twice"
    levels = [int(e[0][1]) for e in page.elements if re.fullmatch("h[1-6]", e[0])]
    for above, below in zip(levels, levels[1:]):
        assert below <= above + 1, levels
    return page


def put(collection, document):
    answer = daemon.admin("PUT", f"/v1/collections/{collection}/documents/" +
                          urllib.parse.quote(document["id"], safe=""), document)
    assert answer.status in (200, 201), answer.body


def links(page):
    return [e[1]["href"] for e in page.all("a")]


def passages(identity, **parameters):
    return daemon.get("/v1/collections/agenda/documents/" + urllib.parse.quote(identity, safe="") + "/passages",
                      per_page=1000, **parameters).json


@claim
def a_member_is_shown_with_its_facts_as_links_to_searches():
    page = show("/show/members/boehme-sicherheitstechnik")
    assert page.one("h1")[2] == "Böhme Sicherheitstechnik GmbH"
    assert page.one("title")[2] == "Böhme Sicherheitstechnik GmbH – ECSO search"
    facts = {e[2]: None for e in page.all("dt")}
    assert {"Country", "Founded", "Website", "Member since"} <= set(facts)
    assert "Name" not in facts and "Profile" not in facts
    assert "/find/?in=members&country=DE" in links(page) and "/find/?in=members&founded=1994" in links(page)
    assert [e[2] for e in page.all("a") if e[1]["href"] == "/find/?in=members&country=DE"] == ["Germany"]
    for link in ("country=DE", "founded=1994", "sectors=energy"):
        assert daemon.request("GET", "/?in=members&" + link, headers={"Accept": "text/html"}).status == 200
    assert "14 March 2017" in [e[2] for e in page.all("dd")]
    assert page.one("a", itemprop="url")[1]["rel"] == "nofollow noopener noreferrer"
    assert page.one("article")[1]["itemtype"] == "https://schema.org/Organization"
    assert page.one("div", itemprop="description")[1]["lang"] == "de"


@claim
def what_a_document_does_not_say_leaves_no_trace():
    put("members", {"id": "bare", "name": "Bare"})
    page = show("/show/members/bare")
    assert not page.all("dl") and not page.all("h2") and not page.all("section")
    put("members", {"id": "thin", "name": "Thin", "aliases": [], "profile": "", "city": "Gent", "sectors": []})
    page = show("/show/members/thin")
    assert [e[2] for e in page.all("dt")] == ["City"] and not page.all("section")


@claim
def labels_and_dates_are_said_in_the_tongue_of_the_page():
    for ui, country, joined in (("fr", "Allemagne", "14 mars 2017"), ("de", "Deutschland", "14. März 2017")):
        page = show("/show/members/boehme-sicherheitstechnik?ui=" + ui)
        assert page.one("html")[1]["lang"] == ui
        values = [e[2] for e in page.all("dd")]
        assert country in values and joined in values, values
        page = show("/show/members/boehme-sicherheitstechnik", **{"Accept-Language": ui + ";q=0.9"})
        assert country in [e[2] for e in page.all("dd")]
    assert "lang" not in show("/show/members/boehme-sicherheitstechnik?ui=de").one("div", itemprop="description")[1]


@claim
def nothing_that_a_document_says_becomes_markup():
    bad = "\"><script>alert(1)</script><b x='"
    put("members", {"id": "bad" + bad, "name": bad, "short_name": bad, "profile": bad + "\n\n" + bad, "city": bad})
    put("agenda", {"id": "bad" + bad, "title": bad, "family": "bad", "edition": bad, "lang": "en", "source": bad,
                   "sections": [{"heading": bad, "text": bad + " marked words"}]})
    put("agenda", {"id": "worse" + bad, "title": bad, "family": "bad", "sections": []})
    words = "?q=marked+" + urllib.parse.quote(bad, safe="")
    for target, status in ((address("members", "bad" + bad), 200), (address("agenda", "bad" + bad) + words, 200),
                           (address("agenda", "bad" + bad, "x" + bad) + words, 404)):
        page = show(target, status)
        assert page.one("h1")[2] == bad
        assert not page.all("b") and len(page.all("script")) == 1
        assert page.one("title")[2].startswith(bad)


@claim
def addresses_of_other_schemes_are_no_links():
    put("agenda", {"id": "schemes", "title": "S", "source": "javascript:alert(1)"})
    page = show("/show/agenda/schemes")
    assert "javascript:alert(1)" in [e[2] for e in page.all("dd")]
    assert not [h for h in links(page) if h.lower().startswith("javascript")]


@claim
def an_id_may_be_anything():
    for identity in ("https://ror.org/000063q30", "cz:SB-1945-100#1", "a b%2Fc", "100%", "ü?&=+"):
        put("members", {"id": identity, "name": "Named " + identity, "city": "Lisboa"})
        page = show(address("members", identity))
        assert page.one("h1")[2] == "Named " + identity
        assert page.one("link", rel="canonical")[1]["href"] == \
            "https://www.example.org/find" + address("members", identity)
        found = daemon.request("GET", "/?in=members&q=" + urllib.parse.quote("Named " + identity),
                               headers={"Accept": "text/html"}).body.decode()
        assert address("members", identity) in found, identity


@claim
def a_group_is_shown_with_the_number_of_its_members():
    count = daemon.search("members", filter="working_groups:wg1")["total"]["value"]
    page = show("/show/groups/wg1")
    link = page.one("a", href="/find/?in=members&working_groups=wg1")
    assert link[2] == f"{count} members"
    put("groups", {"id": "wg 77/x", "name": "A group that no vocabulary has"})
    show(address("groups", "wg 77/x"))


@claim
def a_text_is_shown_under_its_headings_with_a_permalink_to_each_passage():
    for identity in ("sria-2025", "bericht-gesundheit-2021"):
        page = show("/show/agenda/" + identity)
        listed = passages(identity, outline="true")
        told = [e for e in page.all("div") if e[1].get("class", "").startswith("passage")]
        assert [e[1]["id"] for e in told] == [p["id"] for p in listed["passages"]]
        for element, passage in zip(told, listed["passages"]):
            assert passage["text"].split()[-1] in element[2]
            assert f"/find/show/agenda/{identity}/{passage['id']}#{passage['id']}" in links(page)
        heads = [e[1]["id"] for e in page.elements if re.fullmatch("h[1-6]", e[0]) and
                 re.fullmatch(r"s\d+", e[1].get("id", ""))]
        assert heads == [f"s{e['number']}" for e in listed["outline"]]
        assert [e[2] for e in page.all("nav", class_="outline")[0:1]][0].count(listed["outline"][-1]["heading"]) == 1
    page = show("/show/agenda/bericht-gesundheit-2021")
    assert page.one("div", id="text")[1]["lang"] == "de" and page.one("h1")[1]["lang"] == "de"


def long_law():
    put("agenda", {"id": "long", "title": "Long", "lang": "fr", "sections": [
        {"heading": f"Titre {i // 20 + 1}" if i % 20 == 0 else f"Article {i}", "level": 1 if i % 20 == 0 else 3,
         "text": f"Disposition numéro {i} sur le chiffrement. " + "Le texte continue avec des mots. " * 30,
         "page": i // 3 + 1} for i in range(500)]})


@claim
def a_law_of_five_hundred_passages_comes_in_light_pages():
    long_law()
    whole = passages("long")["passages"]
    assert len(whole) >= 500
    seen, target = [], "/show/agenda/long?q=chiffrement&in=agenda&country=FR&page=2&ui=en"
    while target:
        answer = daemon.request("GET", target, headers={"Accept": "text/html"})
        assert len(answer.body) < 300_000, len(answer.body)
        page = show(target)
        here = [e[1]["id"] for e in page.all("div") if e[1].get("class", "").startswith("passage")]
        assert len(here) <= 40 and "lang" in page.one("div", id="text")[1]
        seen += here
        following = page.all("a", rel="next")
        target = following[0][1]["href"].split("#")[0].removeprefix("/find") if following else None
    assert seen == [p["id"] for p in whole]
    # Behind the last page is the last page.
    assert [e[1]["id"] for e in show("/show/agenda/long?p=9999").all("div")
            if e[1].get("class", "").startswith("passage")][-1] == seen[-1]


@claim
def a_later_page_says_again_which_headings_it_is_under():
    long_law()
    page = show("/show/agenda/long?p=2")
    first = passages("long")["passages"][40]
    again = [re.sub(r" \(continued\)$", "", e[2]) for e in page.elements if e[1].get("class") == "continued"]
    own = [e[2] for e in page.elements if e[1].get("id") == "s41"]
    assert " › ".join(again + own) == first["section"], (again, own, first["section"])


@claim
def a_permalink_marks_its_passage_on_the_page_that_has_it():
    long_law()
    passage = passages("long")["passages"][333]
    page = show(f"/show/agenda/long/{passage['id']}")
    named = page.one("div", id=passage["id"])
    assert named[1]["class"] == "passage named" and named[1]["tabindex"] == "-1" and "autofocus" in named[1]
    assert page.one("link", rel="canonical")[1]["href"] == "https://www.example.org/find/show/agenda/long?p=9"
    others = [e for e in page.all("div") if e[1].get("class") == "passage"]
    assert len(others) == 39 and not [e for e in others if "autofocus" in e[1]]


@claim
def a_permalink_to_a_text_that_changed_says_so_and_shows_the_document():
    page = show("/show/agenda/sria-2025/0123456789abcdef", 404)
    assert "no longer in the document" in page.one("p", class_="note")[2]
    assert page.all("div", class_="passage") and page.all("meta", name="robots")


@claim
def what_was_searched_is_marked_and_listed_with_its_places():
    found = passages("sria-2025", q="supply chain", only="matching")["passages"]
    assert found
    page = show("/show/agenda/sria-2025?q=supply+chain&in=agenda")
    section = page.one("section", class_="matching")
    assert page.one("h2", id="matching")[2].startswith(f"{len(found)} passages")
    places = [h for h in links(page) if re.fullmatch("#[0-9a-v]{16}", h)]
    assert places == ["#" + p["id"] for p in found] and section[2].count("p. ") == len(found)
    for passage in found:
        words = page.one("div", id=passage["id"])[2].lower()
        assert "suppl" in words or "chain" in words, words
    assert len(page.all("mark")) > len(found)
    assert not show("/show/agenda/sria-2025").all("mark")
    none = show("/show/agenda/sria-2025?q=wordthatisnot")
    assert none.one("h2", id="matching")[2].startswith("0 passages")


@claim
def the_way_back_leads_to_the_very_results():
    state = "q=supply+chain&in=agenda&kind=agenda&year=2016..2025&sort=-date&page=2&ui=fr"
    result = daemon.request("GET", "/?" + state.replace("page=2", "page=1"), headers={"Accept": "text/html"}).body.decode()
    link = next(h for h in links(Page(result)) if h.startswith("/find/show/agenda/sria-2025?"))
    page = show(link.removeprefix("/find"))
    back = next(e[1]["href"] for e in page.all("a") if "Retour" in e[2])
    told = urllib.parse.parse_qs(urllib.parse.urlsplit(back).query)
    assert told == {"q": ["supply chain"], "in": ["agenda"], "kind": ["agenda"], "year": ["2016..2025"],
                    "sort": ["-date"], "ui": ["fr"]}, told
    back = next(e[1]["href"] for e in show("/show/agenda/sria-2025?" + state).all("a") if "Retour" in e[2])
    assert "page=2" in back
    assert not show("/show/agenda/sria-2025").all("p", class_="back")


@claim
def a_long_text_links_to_its_citations_and_a_passage_to_its_own():
    first = passages("sria-2016")["passages"][0]["id"]
    for target, passage in ((address("agenda", "sria-2016"), None), (address("agenda", "sria-2016", first), first)):
        hrefs = [href for href in links(show(target)) if "/cite?" in href]
        assert len(hrefs) == 3
        for href in hrefs:
            answer = daemon.request("GET", href.removeprefix("/find"))
            assert answer.status == 200 and ("passage=" + first in href) == (passage is not None), href
            assert (first.encode() in answer.body) == (passage is not None)


@claim
def a_permalink_to_a_changed_passage_says_so_and_links_to_the_nearest():
    words = "The sample agenda asks for shared exercises between small operators and their suppliers"
    document = {"id": "permalink", "title": "Permalinks", "lang": "en", "sections": [
        {"heading": "One", "text": "Something else altogether."}, {"heading": "Two", "text": words + "."}]}
    put("agenda", document)
    old = passages("permalink")["passages"][1]["id"]
    document["sections"][1]["text"] = words + " every year."
    put("agenda", document)
    new = passages("permalink")["passages"][1]["id"]
    for tongue, said, link in (("en", "Changed on ", "The nearest passage now"),
                               ("fr", "Modifié le ", "Le passage actuel le plus proche"),
                               ("de", "Geändert am ", "Die nächste Stelle von heute")):
        page = show(address("agenda", "permalink", old), status=410, **{"Accept-Language": tongue})
        note = page.one("p", class_="note", role="status")[2]
        assert said in note and link in note, note
        assert any(f"/{new}" in href for href in links(page)[:20])
    show(address("agenda", "permalink", "0123456789abcdef"), status=404)


@claim
def other_editions_are_linked_and_this_one_is_named():
    page = show("/show/agenda/sria-2020")
    section = page.one("section", class_="editions")
    for year in ("2016", "2020", "2025"):
        assert year in section[2]
    here = [e[1]["href"] for e in page.all("a") if e[1].get("aria-current") == "page"]
    assert here == ["/find/show/agenda/sria-2020"], here
    families = [d.get("family") for d in corpus()["agenda"]]
    alone = next(d for d in corpus()["agenda"] if d.get("family") and families.count(d["family"]) == 1)
    assert not show(address("agenda", alone["id"])).all("section", class_="editions")


@claim
def what_is_not_there_is_a_page_that_helps_and_for_programs_a_problem():
    page = show("/show/members/nothing", 404)
    assert page.one("input", type="search") and "no such page" in page.one("h1")[2]
    assert show("/show/nothing/x?ui=de", 404).one("html")[1]["lang"] == "de"
    answer = daemon.request("GET", "/show/members/nothing")
    assert answer.status == 404 and answer.json["code"] == "no_document"


@claim
def what_a_key_or_the_schema_hides_is_not_shown():
    made = daemon.admin("POST", "/v1/keys", {"name": "be", "rights": ["search"], "filter": "country:BE"}).json
    answer = daemon.request("GET", "/show/members/boehme-sicherheitstechnik", key=made["key"])
    assert answer.status == 404
    with open(os.path.join(os.path.dirname(daemon.schema), "schema.json"), encoding="utf-8") as file:
        schema = json.load(file)
    folder = os.path.join(daemon.data, "private-schema")
    os.mkdir(folder)
    os.symlink(os.path.join(os.path.dirname(daemon.schema), "vocabularies"), os.path.join(folder, "vocabularies"))
    members = schema["collections"][0]
    members["page"]["facets"] = [f for f in members["page"]["facets"] if f != "employees"]
    members["page"]["sort"] = ["name"]
    for field in members["fields"]:
        if field["name"] == "employees":
            field["private"] = True
    with open(os.path.join(folder, "schema.json"), "w", encoding="utf-8") as file:
        json.dump(schema, file)
    with Daemon(schema=os.path.join(folder, "schema.json")) as other:
        load_corpus(other)
        text = other.request("GET", "/show/members/boehme-sicherheitstechnik").body.decode()
        assert "Founded" in text and "Employees" not in text


@claim
def a_page_is_kept_and_asked_for_again():
    answer = daemon.request("GET", "/show/agenda/sria-2025?q=x", headers={"Accept": "text/html"})
    again = daemon.request("GET", "/show/agenda/sria-2025?q=x",
                           headers={"Accept": "text/html", "If-None-Match": answer.header("ETag")})
    assert again.status == 304
    assert "script-src 'self'" in answer.header("Content-Security-Policy")


run()
