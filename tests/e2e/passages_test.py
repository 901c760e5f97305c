#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A long document read passage by passage."""
import os
import sys
import urllib.parse

sys.path.insert(0, os.path.dirname(__file__))
from daemon import Daemon, claim, corpus, load_corpus, run  # noqa: E402

daemon = Daemon()
load_corpus(daemon)
AGENDA = {d["id"]: d for d in corpus()["agenda"]}
D = "/v1/collections/agenda/documents/"


def passages(identity, **parameters):
    answer = daemon.get(D + urllib.parse.quote(identity, safe="") + "/passages", **parameters)
    assert answer.status == 200, (answer.status, answer.body[:300])
    return answer.json


def put(collection, document, key=None):
    identity = urllib.parse.quote(document["id"], safe="")
    answer = daemon.request("PUT", f"/v1/collections/{collection}/documents/{identity}", document, key=key or daemon.key)
    assert answer.status in (200, 201), answer.body


def section_texts(document):
    return {s["text"] for s in document["sections"]}


@claim
def the_passages_are_the_text_in_its_order():
    for document in AGENDA.values():
        listed = passages(document["id"], per_page=1000)
        assert listed["total"] == {"value": len(listed["passages"]), "exact": True}
        assert listed["matching"] is None
        assert [p["number"] for p in listed["passages"]] == list(range(1, len(listed["passages"]) + 1))
        told = iter(listed["passages"])
        for section in document["sections"]:
            at = 0
            while True:
                passage = next(told)
                assert passage["page"] == section.get("page")
                assert passage["text"] == section["text"][passage["start"]:passage["end"]]
                assert not section["text"][at:passage["start"]].strip()
                at = passage["end"]
                if not section["text"][at:].strip():
                    break
        assert next(told, None) is None
        assert "highlight" not in listed["passages"][0] and "matches" not in listed["passages"][0]


@claim
def pages_of_passages_join_to_the_whole():
    whole = passages("sria-2025", per_page=1000)["passages"]
    joined, page = [], 1
    while True:
        answer = passages("sria-2025", per_page=4, page=page)
        assert answer["pages"] == -(-len(whole) // 4)
        joined += answer["passages"]
        if page == answer["pages"]:
            break
        page += 1
    assert joined == whole
    assert passages("sria-2025", per_page=4, page=page + 1)["passages"] == []


@claim
def every_heading_is_in_the_outline_at_its_first_passage():
    for document in AGENDA.values():
        answer = passages(document["id"], per_page=1000, outline="true")
        headed = [s for s in document["sections"] if s.get("heading")]
        assert [(e["heading"], e["level"], e["page"]) for e in answer["outline"]] == \
            [(s["heading"], s.get("level", 1), s.get("page")) for s in headed]
        for entry, section in zip(answer["outline"], headed):
            passage = answer["passages"][entry["number"] - 1]
            assert passage["section"].endswith(section["heading"]) and passage["start"] == 0
            assert section["text"].startswith(passage["text"])


@claim
def headings_alike_blank_and_without_text_keep_their_places():
    put("agenda", {"id": "odd", "title": "Odd", "sections": [
        {"text": "  "},
        {"text": "Before any heading."},
        {"heading": "Article", "text": "One."},
        {"heading": "Article", "text": "Two."},
        {"heading": "Article"},
        {"heading": "Article", "level": 2, "text": "Deeper."},
        {"text": "More of it."},
        {"heading": "Last › of all", "text": "Three."}]})
    answer = passages("odd", outline="true")
    assert [p["text"] for p in answer["passages"]] == \
        ["Before any heading.", "One.", "Two.", "", "Deeper.", "More of it.", "Three."]
    assert [(e["heading"], e["number"]) for e in answer["outline"]] == \
        [("Article", 2), ("Article", 3), ("Article", 4), ("Article", 5), ("Last › of all", 7)]


@claim
def what_matches_is_what_a_search_finds_in_it_best_first():
    for q in ("supply chain", "post-quantum cryptography", "certification", "\"small and medium\"", "wordthatisnot"):
        hits = {h["id"]: h for h in daemon.search("agenda", q=q, passages=1000, per_page=1000)["hits"]}
        for identity in AGENDA:
            best = passages(identity, q=q, sort="relevance", per_page=1000)
            found = [p["id"] for p in hits[identity]["passages"]] if identity in hits else []
            assert [p["id"] for p in best["passages"]] == found, (q, identity)
            assert best["matching"] == {"value": len(found), "exact": True}
            whole = passages(identity, q=q, per_page=1000)
            assert {p["id"] for p in whole["passages"] if p["matches"]} == set(found), (q, identity)
            only = passages(identity, q=q, only="matching", per_page=1000)
            assert only["passages"] == [p for p in whole["passages"] if p["matches"]]


@claim
def words_are_marked_in_a_text_that_can_be_shown():
    put("agenda", {"id": "hostile", "title": "Hostile", "sections": [
        {"heading": "<b>One</b>", "text": "A <script>alert(1)</script> about zebras & others.\n\nNext."}]})
    passage = passages("hostile", q="zebra")["passages"][0]
    assert passage["text"].startswith("A <script>")
    assert passage["highlight"] == \
        "A &lt;script&gt;alert(1)&lt;/script&gt; about <mark>zebras</mark> &amp; others.\n\nNext."
    assert "highlight" not in passages("hostile", q="zebra", highlight="false")["passages"][0]


@claim
def a_slip_is_understood_as_the_search_understands_it():
    search = daemon.search("agenda", q="certificaton", passages=1000)
    assert search["query"]["corrected"]
    hit = search["hits"][0]
    found = passages(hit["id"], q="certificaton", sort="relevance", per_page=1000)
    assert [p["id"] for p in found["passages"]] == [p["id"] for p in hit["passages"]] != []
    assert passages(hit["id"], q="certificaton", typo="off")["matching"]["value"] == 0


@claim
def one_passage_is_told_with_its_neighbours():
    whole = passages("sria-2025", per_page=1000, q="investment")["passages"]
    for i, passage in enumerate(whole):
        one = daemon.get(D + "sria-2025/passages/" + passage["id"], q="investment").json
        assert one["passage"] == passage and one["id"] == "sria-2025"
        assert one["previous"] == (whole[i - 1]["id"] if i else None)
        assert one["next"] == (whole[i + 1]["id"] if i + 1 < len(whole) else None)


@claim
def an_id_stays_when_other_passages_change():
    document = dict(AGENDA["sria-2020"], id="edition")
    put("agenda", document)
    before = [p["id"] for p in passages("edition", per_page=1000)["passages"]]
    changed = [dict(s) for s in document["sections"]]
    changed[0]["text"] = "Another beginning."
    put("agenda", dict(document, sections=changed))
    after = [p["id"] for p in passages("edition", per_page=1000)["passages"]]
    assert before[-5:] == after[-5:] and before[0] != after[0]


@claim
def an_id_stays_when_a_section_comes_before_it_and_over_a_rebuild():
    document = dict(AGENDA["sria-2020"], id="grown")
    put("agenda", document)
    before = [p["id"] for p in passages("grown", per_page=1000)["passages"]]
    put("agenda", dict(document, title="Another title", sections=[{"heading": "New", "text": "Foreword."}] + document["sections"]))
    assert [p["id"] for p in passages("grown", per_page=1000)["passages"]][1:] == before
    assert daemon.admin("POST", "/v1/rebuild", {"collection": "agenda"}).status in (200, 202)
    daemon.stop()
    daemon.start()
    assert [p["id"] for p in passages("grown", per_page=1000)["passages"]][1:] == before


def former(identity, passage):
    return daemon.get(D + identity + "/passages/" + passage)


@claim
def a_passage_whose_text_changed_is_gone_and_names_the_nearest():
    document = dict(AGENDA["sria-2020"], id="moved")
    put("agenda", document)
    before = passages("moved", per_page=1000)["passages"]
    changed = [dict(s) for s in document["sections"]]
    changed[2]["text"] = changed[2]["text"] + " One more sentence stands here."
    put("agenda", dict(document, sections=changed))
    after = {p["id"]: p for p in passages("moved", per_page=1000)["passages"]}
    gone = [p for p in before if p["id"] not in after]
    assert gone
    for passage in gone:
        answer = former("moved", passage["id"])
        assert answer.status == 410 and answer.json["code"] == "passage_changed", answer.body
        assert answer.header("Content-Type") == "application/problem+json"
        assert answer.json["since"].endswith("Z") and answer.json["since"][:2] == "20"
        nearest = answer.json["nearest"]
        assert nearest["section"] == passage["section"] and nearest["id"] in after
        assert nearest["text"] == after[nearest["id"]]["text"]
        assert passage["text"][:40] == nearest["text"][:40]


@claim
def a_passage_that_is_back_is_there_again():
    document = dict(AGENDA["sria-2016"], id="back")
    put("agenda", document)
    first = passages("back")["passages"][0]["id"]
    other = [dict(s, text="Other words.") for s in document["sections"]]
    put("agenda", dict(document, sections=other))
    assert former("back", first).status == 410
    put("agenda", document)
    assert former("back", first).status == 200
    put("agenda", dict(document, sections=[]))
    assert former("back", first).json["nearest"] is None


@claim
def deleting_a_document_forgets_the_passages_it_had():
    document = dict(AGENDA["sria-2016"], id="erased")
    put("agenda", document)
    first = passages("erased")["passages"][0]["id"]
    put("agenda", dict(document, sections=[{"heading": "H", "text": "Other."}]))
    assert former("erased", first).status == 410
    assert daemon.request("DELETE", D + "erased", key=daemon.key).status in (200, 204)
    put("agenda", dict(document, sections=[{"heading": "H", "text": "Other."}]))
    assert former("erased", first).status == 404


@claim
def a_passage_that_never_was_is_not_found():
    assert former("sria-2016", "0123456789abcdef").status == 404


@claim
def a_document_without_sections_has_no_passages():
    answer = daemon.get("/v1/collections/members/documents/boehme-sicherheitstechnik/passages", q="x", outline="true")
    assert answer.json["total"]["value"] == 0 and answer.json["passages"] == [] and answer.json["outline"] == []


@claim
def what_is_not_there_or_hidden_is_a_404():
    for target, code in ((D + "nothing/passages", "no_document"), (D + "sria-2025/passages/nothing", "no_passage"),
                         ("/v1/collections/nothing/documents/x/passages", "no_collection")):
        answer = daemon.get(target)
        assert (answer.status, answer.json["code"]) == (404, code), answer.body
    made = daemon.admin("POST", "/v1/keys", {"name": "laws", "rights": ["search"], "filter": "kind:law"}).json
    pid = passages("sria-2025")["passages"][0]["id"]
    for tail in ("", "/" + pid):
        answer = daemon.request("GET", D + "sria-2025/passages" + tail, key=made["key"])
        assert (answer.status, answer.json["code"]) == (404, "no_document"), answer.body


@claim
def what_is_wrong_is_named():
    for query, name in (("only=all&q=x", "only"), ("only=matching", "only"), ("sort=name", "sort"),
                        ("sort=relevance", "sort"), ("page=0", "page"), ("per_page=1001", "per_page"),
                        ("outline=maybe", "outline"), ("facets=country", "facets"), ("q=a&q=b", "q")):
        answer = daemon.get(D + "sria-2025/passages?" + query)
        assert answer.status == 400 and answer.json["errors"][0]["parameter"] == name, (query, answer.body)
    assert daemon.get(D + "sria-2025/passages/x?page=1").status == 400
    bad = daemon.get(D + "sria-2025/passages", mode="expert", q="a AND")
    assert bad.status == 400 and bad.json["errors"][0]["column"]


@claim
def an_answer_that_is_known_is_not_sent_again():
    answer = daemon.get(D + "sria-2025/passages", q="x")
    again = daemon.request("GET", D + "sria-2025/passages?q=x", headers={"If-None-Match": answer.header("ETag")})
    assert again.status == 304 and again.body == b""


run()
