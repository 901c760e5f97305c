#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Two editions of a text, passage by passage."""
import csv
import io
import json
import os
import random
import re
import sys
import urllib.parse

sys.path.insert(0, os.path.dirname(__file__))
from daemon import Daemon, claim, run  # noqa: E402

daemon = Daemon()
C = "/v1/collections/agenda/"
WORDS = [f"word{i}" for i in range(400)]


def prose(seed, n=80):
    draw = random.Random(seed)
    return [draw.choice(WORDS) for _ in range(n)]


def put(identity, edition, sections, lang="en"):
    document = {"id": identity, "family": "plan", "edition": edition, "title": identity, "kind": "agenda", "lang": lang,
                "sections": [{"heading": h, "text": " ".join(t) + "."} for h, t in sections]}
    answer = daemon.admin("PUT", C + "documents/" + urllib.parse.quote(identity, safe=""), document)
    assert answer.status in (200, 201), answer.body
    return document


def compare(status=200, key=None, headers=None, **parameters):
    answer = daemon.request("GET", C + "compare?" + urllib.parse.urlencode(parameters, doseq=True), headers=headers,
                            key=key or daemon.key)
    assert answer.status == status, (answer.status, answer.body[:500])
    return answer


SAME, MOVED, GONE, NEW, OLD = prose(1), prose(2), prose(3), prose(4), prose(5)
REWORDED = OLD[:20] + ["inserted"] + OLD[20:40] + OLD[45:60] + ["changed"] + OLD[61:]
put("old", "1", [("One", SAME), ("Two", MOVED), ("Three", GONE), ("Four", OLD)])
put("new", "2", [("One", SAME), ("Four", REWORDED), ("Five", NEW), ("Six", MOVED)])
put("neu", "2", [("Eins", SAME)], lang="de")


def old_side(diff):
    return re.sub(r"\{\+.*?\+\}", "", diff, flags=re.S).replace("[-", "").replace("-]", "").split()


def new_side(diff):
    return re.sub(r"\[-.*?-\]", "", diff, flags=re.S).replace("{+", "").replace("+}", "").split()


def edits(a, b):
    """Words to take out and put in, by the table of the longest common subsequence."""
    row = [0] * (len(b) + 1)
    for x in a:
        above = row[:]
        for k, y in enumerate(b, 1):
            row[k] = above[k - 1] + 1 if x == y else max(above[k], row[k - 1])
    return len(a) + len(b) - 2 * row[-1]


def edits_of(diff):
    return sum(len(part[2:-2].split()) for part in re.findall(r"\[-.*?-\]|\{\+.*?\+\}", diff, flags=re.S))


@claim
def each_passage_has_its_fate():
    answer = compare(**{"from": "old", "to": "new"}).json
    assert answer["counts"] == {"unchanged": 1, "moved": 1, "reworded": 1, "removed": 1, "added": 1}
    assert (answer["from"], answer["to"]) == ({"id": "old", "passages": 4}, {"id": "new", "passages": 4})
    found = {c["change"]: c for c in answer["changes"]}
    assert set(found) == {"moved", "reworded", "removed", "added"}
    assert (found["moved"]["from_section"], found["moved"]["to_section"]) == ("Two", "Six")
    assert found["removed"]["from_section"] == "Three" and found["removed"]["to"] is None
    assert found["added"]["to_section"] == "Five" and found["added"]["from"] is None
    assert found["added"]["to_text"] == " ".join(NEW) + "."
    assert (found["reworded"]["from_section"], found["reworded"]["to_section"]) == ("Four", "Four")


@claim
def an_edition_against_itself_is_unchanged():
    answer = compare(**{"from": "old", "to": "old"}).json
    assert answer["counts"]["unchanged"] == 4 and answer["changes"] == []
    whole = compare(**{"from": "old", "to": "old", "unchanged": "true"}).json["changes"]
    assert [c["change"] for c in whole] == ["unchanged"] * 4 and all(c["from"] == c["to"] for c in whole)


@claim
def the_similarity_is_the_share_of_words_in_common():
    reworded = [c for c in compare(**{"from": "old", "to": "new"}).json["changes"] if c["change"] == "reworded"][0]
    both = sum(min(OLD.count(w), REWORDED.count(w)) for w in set(OLD))
    assert abs(reworded["similarity"] - both / (len(OLD) + len(REWORDED) - both)) < 1e-9


@claim
def a_word_diff_gives_both_texts_with_the_fewest_edits():
    draw = random.Random(7)
    for trial in range(25):
        a = prose(100 + trial, 70)
        b = [w for w in a if draw.random() > 0.15]
        for _ in range(draw.randrange(8)):
            b.insert(draw.randrange(len(b) + 1), draw.choice(WORDS))
        put("a", "a", [("H", a)])
        put("b", "b", [("H", b)])
        change = compare(**{"from": "a", "to": "b"}).json["changes"][0]
        assert change["change"] == "reworded"
        assert [w.strip(".") for w in old_side(change["diff"])] == a, (change["diff"], a)
        assert [w.strip(".") for w in new_side(change["diff"])] == b
        assert edits_of(change["diff"]) == edits(a, b)


@claim
def editions_of_a_family_are_named_by_edition_and_told_apart_by_a_filter():
    answer = compare(**{"family": "plan", "from": "1", "to": "2", "filter": "lang:en"}).json
    assert answer["to"]["id"] == "new"
    wrong = compare(400, **{"family": "plan", "from": "1", "to": "2"}).json
    assert wrong["errors"][0]["parameter"] == "to"
    assert compare(404, **{"family": "plan", "from": "1", "to": "3"}).json["code"] == "no_document"


@claim
def the_table_is_also_csv_and_ndjson():
    rows = compare(**{"from": "old", "to": "new"}).json["changes"]
    lines = compare(headers={"Accept": "application/x-ndjson"}, **{"from": "old", "to": "new"}).body.decode().splitlines()
    assert [json.loads(line) for line in lines] == rows
    answer = compare(headers={"Accept": "text/csv"}, **{"from": "old", "to": "new"}).body.decode()
    table = list(csv.DictReader(io.StringIO(answer)))
    assert [r["change"] for r in table] == [r["change"] for r in rows]
    assert [r["from_text"] for r in table] == [r["from_text"] or "" for r in rows]


@claim
def what_is_wrong_is_named():
    assert compare(400, to="new").json["errors"][0]["parameter"] == "from"
    assert compare(404, **{"from": "old", "to": "nothing"}).json["code"] == "no_document"
    answer = compare(400, **{"from": "old", "to": "new", "colour": "red"}).json
    assert answer["errors"][0]["parameter"] == "colour"
    put("empty", "3", [])
    assert compare(400, **{"from": "old", "to": "empty"}).json["errors"][0]["parameter"] == "to"


@claim
def a_key_compares_only_what_its_filter_lets_through_and_needs_the_right():
    made = daemon.admin("POST", "/v1/keys", {"name": "english", "rights": ["search", "desk"], "filter": "lang:en"}).json
    compare(key=made["key"], **{"from": "old", "to": "new"})
    assert compare(404, key=made["key"], **{"from": "old", "to": "neu"}).json["code"] == "no_document"
    plain = daemon.admin("POST", "/v1/keys", {"name": "plain", "rights": ["search"]}).json
    assert compare(403, key=plain["key"], **{"from": "old", "to": "new"}).status == 403


def appear(status=200, **parameters):
    answer = daemon.request(
        "GET", C + "appearances?" + urllib.parse.urlencode(parameters), key=daemon.key)
    assert answer.status == status, answer.body[:300]
    return answer.json


@claim
def a_term_has_a_first_and_a_last_appearance_in_its_family():
    for identity, date, text in (("t3", "2021-05-01", "quantum and quantum"), ("t1", "2016-01-01", "nothing"),
                                 ("t2", "2018-03-04", "the quantum, said once"), ("t4", "2024-01-01", "gone again")):
        document = {"id": identity, "family": "terms", "edition": date[:4], "title": identity, "kind": "agenda", "lang": "en",
                    "date": date, "sections": [{"heading": "H", "text": text + "."}]}
        assert daemon.admin("PUT", C + "documents/" + identity, document).status in (200, 201)
    answer = appear(q="quantum", family="terms")
    assert [(e["id"], e["count"]) for e in answer["editions"]] == [("t1", 0), ("t2", 1), ("t3", 2), ("t4", 0)]
    assert answer["first"] == {"id": "t2", "edition": "2018", "date": "2018-03-04"} and answer["last"]["id"] == "t3"
    assert answer["total"] == {"value": 3, "exact": True}
    assert appear(q="unsaidword", family="terms")["first"] is None
    assert appear(400, family="terms", q="x", filter="lang:en")["errors"][0]["parameter"] == "family"
    assert appear(400, q="", family="terms")["errors"][0]["parameter"] == "q"


run()
