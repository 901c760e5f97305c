#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Typing into the search box, as a dialogue with a daemon that holds the sample corpus."""
import json
import os
import shutil
import sys
import tempfile
import threading
import time
import urllib.parse

sys.path.insert(0, os.path.dirname(__file__))
from daemon import Daemon, claim, corpus, load_corpus, run  # noqa: E402

daemon = Daemon()
load_corpus(daemon)
MEMBERS = corpus()["members"]


def suggest(q, key=None, **parameters):
    target = "/v1/suggest?" + "&".join(f"{k}={urllib.parse.quote(str(v))}" for k, v in {"q": q, **parameters}.items())
    answer = daemon.request("GET", target, key=key)
    assert answer.status == 200, (answer.status, answer.body[:500])
    assert answer.json["q"] == q
    return answer.json["suggestions"]


def names(q, **parameters):
    return [s["id"] for s in suggest(q, **parameters) if s["type"] == "name"]


def values(q, **parameters):
    return {(s["field"], s["value"]): s for s in suggest(q, types="values", limit=50, **parameters)}


@claim
def any_word_of_a_name_can_be_begun_from_the_first_letter():
    for typed in ("b", "bö", "böhm", "Sicherheitst", "sich böh", "gmbh böhme", "BOEHME"):
        assert "boehme-sicherheitstechnik" in names(typed, **{"in": "members"}, limit=50), typed
    assert "boehme-sicherheitstechnik" not in names("icherheitstechnik")


@claim
def short_names_and_aliases_lead_to_the_name_and_say_so():
    for member in MEMBERS:
        for other in [member.get("short_name"), *member.get("aliases", [])]:
            if other:
                assert member["id"] in names(other, **{"in": "members"}), (other, names(other))
    first = suggest("Moravian Secure")[0]
    assert first["id"] == "moravske-site" and first["text"] == "Moravské bezpečné sítě, a.s.", first
    assert first["matched"] == "<mark>Moravian</mark> <mark>Secure</mark> Networks", first
    assert "matched" not in suggest("bohme")[0], "the name itself has it"


@claim
def a_working_group_is_found_by_its_number():
    for number in range(1, 7):
        for typed in (f"WG{number}", f"wg {number}", f"Wg{number}", f"working group {number}"):
            assert names(typed, **{"in": "groups"})[:1] == [f"wg{number}"], typed


@claim
def every_script_is_typed_as_it_is_read():
    greek = {"id": "x-greek", "name": "Ελληνική Εταιρεία Κυβερνοασφάλειας"}
    bulgarian = {"id": "x-bulgarian", "name": "Български институт за киберсигурност"}
    swedish = {"id": "x-swedish", "name": "Åkerströms Säkerhet AB"}
    daemon.bulk("members", [greek, bulgarian, swedish])
    for typed, found in (("ελλ", greek), ("ΕΤΑΙΡΕΊΑ", greek), ("κυβερνοασφαλ", greek), ("бълг", bulgarian),
                         ("КИБЕР", bulgarian), ("åkers", swedish), ("aakers", swedish), ("saekerh", swedish)):
        assert found["id"] in names(typed), (typed, suggest(typed))
    assert suggest("ελλ", types="names")[0]["highlight"] == "<mark>Ελληνική</mark> Εταιρεία Κυβερνοασφάλειας"
    for document in (greek, bulgarian, swedish):
        daemon.admin("DELETE", f"/v1/collections/members/documents/{document['id']}")


@claim
def a_name_completes_as_soon_as_it_is_written_and_no_longer_than_it_is():
    target = "/v1/collections/members/documents/zyx"
    assert names("zyxw") == []
    daemon.admin("PUT", target, {"name": "Zyxwing Research"})
    assert names("zyxw") == ["zyx"]
    daemon.admin("PATCH", target, {"name": "Otherwise", "aliases": ["Qqqwerk", "Second Name"], "city": "Zzzstadt"})
    assert names("zyxw") == [] and names("qqqw") == ["zyx"]
    assert values("zzzs")[("city", "Zzzstadt")]["count"] == 1
    daemon.admin("DELETE", target)
    assert names("qqqw") == [] and names("otherwise") == [] and values("zzzs") == {}
    daemon.admin("PUT", "/v1/collections/members/documents/zyx2", {"name": "Zyxwing Research"})
    assert names("zyxw") == ["zyx2"]
    daemon.admin("DELETE", "/v1/collections/members/documents/zyx2")


@claim
def a_label_in_any_language_gives_a_value_to_filter_by():
    for typed in ("healthc", "santé", "gesundheitsw", "zdrowia", "υγεία"):
        found = values(typed, lang="en")[("sectors", "healthcare")]
        assert found["label"] == found["text"] == "Healthcare", found
        total = daemon.search(filter="sectors:healthcare", per_page=0)["total"]["value"]
        assert found["count"] == total, (typed, found, total)
        assert sum(c["count"] for c in found["collections"]) == total
        for part in found["collections"]:
            assert part["count"] == daemon.search(part["collection"], filter="sectors:healthcare",
                                                  per_page=0)["total"]["value"]
    assert values("healthc", lang="fr")[("sectors", "healthcare")]["label"] == "Santé"
    assert values("healthc", lang="fr")[("sectors", "healthcare")]["matched"] == "<mark>Healthcare</mark>"


@claim
def a_value_that_no_document_carries_is_not_suggested():
    for country in ("ZW", "TV", "MN", "KI"):  # none of ours
        assert daemon.search(filter=f"country:{country}", per_page=0)["total"]["value"] == 0
    for typed in ("Zimb", "Tuva", "Mongo", "Kirib"):
        assert not [v for v in values(typed) if v[0] == "country"], typed
    assert ("country", "BE") in values("Belg")


def phrases(q, d=daemon, **parameters):
    answer = d.get("/v1/suggest", q=q, types="phrases", limit=50, **parameters)
    assert answer.status == 200, answer.body
    return {s["text"]: s["count"] for s in answer.json["suggestions"]}


def gathered(q, d=daemon):
    """Phrases are gathered when nothing else is to do: ask until they are there."""
    deadline = time.monotonic() + 120
    while not (found := phrases(q, d)):
        assert time.monotonic() < deadline, "no phrases"
        time.sleep(0.1)
    return found


@claim
def frequent_phrases_of_the_texts_complete():
    found = gathered("suppl")
    held = [d["id"] for d in corpus()["agenda"]
            if any("supply chain" in (s.get("heading", "") + s.get("text", "")).lower() for s in d["sections"])]
    assert 5 <= found["supply chain"] <= len(held), (found, held)
    first = next(s for s in suggest("supply ch", types="phrases") if s["text"] == "supply chain")
    assert first["highlight"] == "<mark>supply</mark> <mark>chain</mark>" and first["collection"] == "agenda"
    assert first["collections"] == [{"collection": "agenda", "count": found["supply chain"]}]
    assert phrases("suppl", **{"in": "groups"}) == {}


@claim
def phrases_are_there_again_after_the_words_as_data_have_changed():
    before = gathered("suppl")
    answer = daemon.admin("PUT", "/v1/synonyms", {"synonyms": [{"words": ["quern", "handmill"]}]})
    assert answer.status == 200, answer.body
    assert names("boehm") == ["boehme-sicherheitstechnik"]
    assert gathered("suppl") == before


@claim
def phrases_are_of_five_documents_none_private_and_not_for_confined_keys():
    folder = tempfile.mkdtemp(prefix="ecsearch-test-")
    fields = [{"name": "id", "type": "keyword", "required": True}, {"name": "name", "type": "text"},
              {"name": "body", "type": "text"}, {"name": "kind", "type": "keyword", "facet": True},
              {"name": "notes", "type": "text", "private": True}]
    schema = {"version": 1, "collections": [
        {"name": "open", "title": "name", "fields": fields},
        {"name": "closed", "title": "name", "public": False, "fields": fields}]}
    with open(os.path.join(folder, "schema.json"), "w", encoding="utf-8") as file:
        json.dump(schema, file)
    with Daemon(schema=os.path.join(folder, "schema.json")) as other:
        texts = [{"id": f"d{i}", "name": f"N{i}", "kind": "x", "notes": "velvet secrets",
                  "body": f"Word{i} velvet curtain word{i}b" + (" velvet gloves" if i < 4 else "")} for i in range(8)]
        other.bulk("open", texts)
        other.bulk("closed", [dict(d, body="velvet underground") for d in texts])
        before = other.get("/v1/suggest", q="velv")
        assert gathered("velv", other) == {"velvet curtain": 8}
        tag = {"If-None-Match": before.header("ETag")}
        assert before.json["suggestions"] or other.request("GET", "/v1/suggest?q=velv", headers=tag).status == 200
        deadline = time.monotonic() + 120
        while len(seen := other.admin("GET", "/v1/suggest?q=velv").json["suggestions"]) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert {s["text"] for s in seen} == {"velvet curtain", "velvet underground"}
        key = other.admin("POST", "/v1/keys", {"name": "k", "rights": ["search"], "filter": "kind:x"}).json["key"]
        assert other.request("GET", "/v1/suggest?q=velv", key=key).json["suggestions"] == []
    shutil.rmtree(folder)


@claim
def what_was_said_whole_comes_first_and_nothing_comes_twice():
    assert suggest("cryptography")[0]["value"] == "cryptography"
    for typed in ("a", "se", "cyber", "e", "in", "s"):
        listed = [(s["type"], s["collection"], s.get("field"), s["text"].casefold()) for s in suggest(typed, limit=50)]
        assert len(listed) == len(set(listed)), (typed, listed)
    daemon.bulk("members", [{"id": "twin1", "name": "Twinnery Union"}, {"id": "twin2", "name": "TWINNERY  union"}])
    daemon.admin("PUT", "/v1/collections/groups/documents/twin3", {"name": "Twinnery Union"})
    twins = [(s["collection"], s["id"]) for s in suggest("twinn", types="names")]
    assert len(twins) == 2 and {c for c, _ in twins} == {"members", "groups"}, twins
    for collection, ident in (("members", "twin1"), ("members", "twin2"), ("groups", "twin3")):
        daemon.admin("DELETE", f"/v1/collections/{collection}/documents/{ident}")


@claim
def marks_stand_in_text_that_is_safe_as_html():
    daemon.admin("PUT", "/v1/collections/members/documents/evil", {"name": "Evilcorp <b>&\"Sons'"})
    found = suggest("evilc", types="names")[0]
    assert found["text"] == "Evilcorp <b>&\"Sons'"
    assert found["highlight"] == "<mark>Evilcorp</mark> &lt;b&gt;&amp;&quot;Sons&#39;", found["highlight"]
    daemon.admin("DELETE", "/v1/collections/members/documents/evil")


@claim
def limit_types_and_collections_are_kept():
    for limit in (1, 5, 50):
        assert len(suggest("e", limit=limit)) == limit
    assert len(suggest("e")) == 10
    assert {s["type"] for s in suggest("e", types="names")} == {"name"}
    assert {s["type"] for s in suggest("e", types="values")} == {"value"}
    assert {s["collection"] for s in suggest("a", **{"in": "groups"})} == {"groups"}
    assert suggest("") == [] and suggest(" ?! ") == []


@claim
def names_come_with_their_documents_when_asked():
    found = suggest("bohme", documents="true")[0]
    assert found["document"] == next(m for m in MEMBERS if m["id"] == found["id"]), found
    assert "document" not in suggest("bohme")[0] and "document" not in suggest("bohme", documents="false")[0]
    long = suggest("strategic research", documents="true", types="names", **{"in": "agenda"})[0]
    assert long["document"]["title"] == long["text"] and "sections" not in long["document"], long
    assert all("document" not in s for s in suggest("health", types="values,phrases", documents="true"))


@claim
def what_is_wrong_is_named():
    for query, name, near in (("limit=0", "limit", None), ("limit=51", "limit", None), ("limit=ten", "limit", None),
                              ("limit=", "limit", None), ("lang=xx", "lang", None), ("in=member", "in", "members"),
                              ("types=name", "types", "names"), ("documents=yes", "documents", None), ("quiry=x", "quiry", None), ("limt=3", "limt", "limit"),
                              ("q=" + "x" * 1001, "q", None)):
        answer = daemon.request("GET", "/v1/suggest?" + query)
        assert answer.status == 400, (query, answer.status)
        wrong = answer.json["errors"][0]
        assert wrong["parameter"] == name and wrong.get("did_you_mean") == near, (query, wrong)


@claim
def an_unchanged_answer_is_not_sent_again():
    first = daemon.request("GET", "/v1/suggest?q=heal")
    tag = {"If-None-Match": first.header("ETag")}
    assert daemon.request("GET", "/v1/suggest?q=heal", headers=tag).status == 304
    assert daemon.request("GET", "/v1/suggest?q=heal&lang=fr", headers=tag).status == 200
    assert daemon.request("GET", "/v1/suggest?q=healt", headers=tag).status == 200
    daemon.admin("PUT", "/v1/collections/members/documents/tag", {"name": "Healthy Tag"})
    again = daemon.request("GET", "/v1/suggest?q=heal", headers=tag)
    assert again.status == 200 and "tag" in [s.get("id") for s in again.json["suggestions"]]
    daemon.admin("DELETE", "/v1/collections/members/documents/tag")


@claim
def a_key_with_a_filter_is_told_of_nothing_outside_it():
    key = daemon.admin("POST", "/v1/keys", {"name": "be", "rights": ["search"], "filter": "country:BE"}).json["key"]
    inside = {m["id"] for m in MEMBERS if m.get("country") == "BE"}
    for typed in "abcdefghijklmnopqrstuvwxyz":
        for found in suggest(typed, key=key, limit=50):
            if found["type"] == "name":
                assert found["collection"] == "members" and found["id"] in inside or \
                    found["collection"] == "agenda", found
                if found["collection"] == "agenda":
                    assert daemon.request("GET", f"/v1/collections/agenda/documents/{found['id']}", key=key).status == 200
            else:
                value = json.dumps(found["value"], ensure_ascii=False)
                total = daemon.request("POST", "/v1/search", {"filter": f"{found['field']}:{value}", "per_page": 0},
                                       key=key).json["total"]["value"]
                assert found["count"] == total > 0, (found, total)
    assert inside & {s.get("id") for t in "abcdefghijklmnopqrstuvwxyz" for s in suggest(t, key=key, limit=50)}
    refused = daemon.admin("POST", "/v1/keys", {"name": "g", "rights": ["search"], "filter": "number:1"}).json["key"]
    assert daemon.request("GET", "/v1/suggest?q=a&in=members", key=refused).status == 403


@claim
def one_name_of_two_documents_leads_a_confined_key_to_its_own():
    daemon.bulk("members", [{"id": "aa-fr", "name": "Samename Works", "country": "FR"},
                            {"id": "bb-be", "name": "Samename Works", "country": "BE"}])
    key = daemon.admin("POST", "/v1/keys", {"name": "be2", "rights": ["search"], "filter": "country:BE"}).json["key"]
    assert [s["id"] for s in suggest("samena", key=key, types="names")] == ["bb-be"]
    for ident in ("aa-fr", "bb-be"):
        daemon.admin("DELETE", f"/v1/collections/members/documents/{ident}")


@claim
def hidden_collections_and_private_fields_are_never_suggested():
    folder = tempfile.mkdtemp(prefix="ecsearch-test-")
    schema = {"version": 1, "collections": [
        {"name": "open", "title": "name", "fields": [
            {"name": "id", "type": "keyword", "required": True}, {"name": "name", "type": "text"},
            {"name": "code", "type": "keyword", "facet": True, "private": True}]},
        {"name": "closed", "title": "name", "public": False, "fields": [
            {"name": "id", "type": "keyword", "required": True}, {"name": "name", "type": "text"},
            {"name": "town", "type": "keyword", "facet": True}]}]}
    with open(os.path.join(folder, "schema.json"), "w", encoding="utf-8") as file:
        json.dump(schema, file)
    with Daemon(schema=os.path.join(folder, "schema.json")) as other:
        other.bulk("open", [{"id": "a", "name": "Wonderful", "code": "Wrapped"}])
        other.bulk("closed", [{"id": "b", "name": "Withheld", "town": "Warsaw"}])
        seen = [s["text"] for s in other.get("/v1/suggest", q="w").json["suggestions"]]
        assert seen == ["Wonderful"], seen
        seen = [other.request("GET", "/v1/suggest?q=w&in=open&documents=true", key=key).json["suggestions"][0]["document"]
                for key in (None, other.key)]
        assert seen == [{"id": "a", "name": "Wonderful"}, {"id": "a", "name": "Wonderful", "code": "Wrapped"}], seen
        answer = other.get("/v1/suggest", q="w", **{"in": "closed"})
        assert answer.status == 400, answer.body
        seen = {s["text"] for s in other.admin("GET", "/v1/suggest?q=w").json["suggestions"]}
        assert seen == {"Wonderful", "Withheld", "Warsaw"}, seen
    shutil.rmtree(folder)


@claim
def suggestions_follow_writes_that_go_on_meanwhile():
    failures = []

    def write():
        other = Daemon.__new__(Daemon)
        other.__dict__.update(daemon.__dict__, connection=None)
        for i in range(60):
            other.bulk("members", [{"id": f"flux{i}", "name": f"Fluxion Number{i}"}])
            other.admin("DELETE", f"/v1/collections/members/documents/flux{i}")
        other.close_connection()

    writer = threading.Thread(target=write)
    writer.start()
    while writer.is_alive():
        found = names("fluxi", limit=50)
        if len(found) > 1:
            failures.append(found)
    writer.join()
    assert not failures and names("fluxi") == [], failures


@claim
def it_ends_cleanly():
    assert daemon.stop() == 0
    assert "error" not in daemon.logged(), daemon.logged()
    shutil.rmtree(daemon.data, ignore_errors=True)


run()
