#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Expert mode against an evaluation by hand, over small generated documents and the sample corpus."""
import fnmatch
import itertools
import json
import os
import random
import re
import sys

sys.path.insert(0, os.path.dirname(__file__))
from daemon import Daemon, claim, corpus, load_corpus, run  # noqa: E402

# Words with a digit have no stems and no other spellings, so what they find can be told by hand.
WORDS = ["kor1", "kor2", "kora1", "bel1", "bela1", "bela2", "tun1", "tuna1", "za1", "za22"]
COUNTRIES = ["BE", "DE", "FR", "LU"]
PROSE = ("name", "profile", "aliases")


def drawn_document(dice, number):
    def text(least, most):
        return " ".join(dice.choices(WORDS, k=dice.randint(least, most)))
    document = {"id": f"d{number}", "name": text(1, 3), "country": dice.choice(COUNTRIES)}
    if dice.random() < 0.8:
        document["profile"] = text(1, 14)
    if dice.random() < 0.4:
        document["aliases"] = [text(1, 3) for _ in range(dice.randint(1, 3))]
    if dice.random() < 0.7:
        document["founded"] = dice.randint(1990, 2020)
    return document


def texts(document, field):
    """The texts of a field, or of all that are searched, as lists of words."""
    for name in [field] if field else PROSE:
        value = document.get(name, [])
        for text in value if isinstance(value, list) else [value]:
            yield text.split()


# ---- drawing expressions: each is its text and what it means of a document


def runs(words, alternatives):
    """Where one of the alternatives stands in words: (first, last) positions."""
    found = set()
    for alternative in alternatives:
        for at in range(len(words) - len(alternative) + 1):
            if all(fnmatch.fnmatchcase(words[at + i], part) for i, part in enumerate(alternative)):
                found.add((at, at + len(alternative) - 1))
    return found


def stand_together(words, groups, window, ordered):
    for chosen in itertools.product(*(runs(words, group) for group in groups)):
        if ordered and any(a[1] >= b[0] for a, b in zip(chosen, chosen[1:])):
            continue
        if len({run[0] for run in chosen}) < len(chosen):
            continue
        if max(run[1] for run in chosen) - min(run[0] for run in chosen) < window:
            return True
    return False


def drawn_pattern(dice):
    word = dice.choice(WORDS)
    at = dice.randrange(len(word))
    pattern = dice.choice([word[:at] + "?" + word[at + 1:], word[:at] + "*", "*" + word[at:],
                           word[:at] + "*" + word[at + 1:]])
    return pattern if re.search(r"[a-z0-9]", pattern) else word + "*"


def drawn_alternative(dice):
    kind = dice.randrange(4)
    if kind == 0:
        phrase = dice.choices(WORDS, k=2)
        return '"' + " ".join(phrase) + '"', phrase
    if kind == 1:
        pattern = drawn_pattern(dice)
        return pattern, [pattern]
    word = dice.choice(WORDS)
    return word, [word]


def drawn_near(dice, field):
    n, distance, ordered = dice.randint(2, 3), dice.randint(1, 3), dice.random() < 0.5
    groups, written = [], []
    for _ in range(n):
        alternatives = [drawn_alternative(dice) for _ in range(dice.choice([1, 1, 2, 3]))]
        groups.append([parts for _, parts in alternatives])
        text = " OR ".join(text for text, _ in alternatives)
        written.append(f"({text})" if len(alternatives) > 1 else text)
    operator = ("ADJ" if ordered else "NEAR") + f"/{distance}"
    window = 1 + (n - 1) * distance + sum(max(map(len, group)) - 1 for group in groups)
    return f"({f' {operator} '.join(written)})", lambda document: any(
        stand_together(words, groups, window, ordered) for words in texts(document, field))


def drawn_words(dice, field):
    if dice.random() < 0.3:
        return drawn_near(dice, field)
    text, parts = drawn_alternative(dice)
    return text, lambda document: any(runs(words, [parts]) for words in texts(document, field))


def drawn_value(dice):
    if dice.random() < 0.5:
        chosen = dice.sample(COUNTRIES, 2)
        return f"country:({' OR '.join(chosen)})", lambda document: document["country"] in chosen
    low = dice.randint(1985, 2020)
    high = low + dice.randint(0, 15)
    return f"founded:{low}..{high}", lambda document: low <= document.get("founded", 0) <= high


def drawn(dice, depth, field=None):
    kind = dice.randrange(9) if depth else dice.randrange(4)
    if kind == 8:
        text, means = drawn(dice, depth - 1, field)
        return dice.choice(["NOT ", "-"]) + f"({text})", lambda document: not means(document)
    if kind >= 4:
        parts = [drawn(dice, depth - 1, field) for _ in range(dice.randint(2, 3))]
        every = kind < 6
        between = dice.choice([" ", " AND "]) if every else " OR "
        return f"({between.join(text for text, _ in parts)})", lambda document: (all if every else any)(
            means(document) for _, means in parts)
    if kind == 0 and field is None:
        return drawn_value(dice)
    if kind == 1 and field is None:
        name = dice.choice(PROSE)
        text, means = drawn(dice, min(depth, 1), name)
        return f"{name}:({text})", means
    text, means = drawn_words(dice, field)
    return text + dice.choice(["", "", "^2.5"]), means


daemon = Daemon()


def expert(collection=None, **parameters):
    return daemon.search(collection, mode="expert", timeout_ms=10000, **parameters)


def ids(answer):
    return [hit["id"] for hit in answer["hits"]]


@claim
def it_finds_what_an_evaluation_by_hand_finds():
    dice = random.Random(68)
    documents = [drawn_document(dice, number) for number in range(300)]
    with Daemon() as small:
        assert small.bulk("members", documents)["failed"] == 0
        sizes = set()
        for _ in range(600):
            text, means = drawn(dice, 3)
            answer = small.search("members", q=text, mode="expert", per_page=1000, timeout_ms=10000)
            right = {document["id"] for document in documents if means(document)}
            assert set(ids(answer)) == right, (text, answer["query"]["parsed"], right ^ set(ids(answer)))
            assert answer["total"] == {"value": len(right), "exact": True}, text
            sizes.add(min(len(right), 299))
            again = small.search("members", q=answer["query"]["parsed"], mode="expert", per_page=0)
            assert again["total"]["value"] == len(right), (text, answer["query"]["parsed"])
        assert len(sizes) > 100, len(sizes)


load_corpus(daemon)


@claim
def words_find_in_it_what_they_find_in_simple_mode():
    for q in ("security", "smart grid", "santé", "l'énergie", "post-quantum", "Boehme", "ISO/IEC 27001"):
        assert ids(expert(q=q, per_page=1000)) == ids(daemon.search(q=q, match="all", per_page=1000)), q


@claim
def a_name_of_several_words_is_one_only_where_they_simply_follow():
    carriers = {m["id"] for m in corpus()["members"] if "healthcare" in m.get("sectors", [])}
    assert carriers <= set(ids(expert("members", q="healthcare", per_page=1000)))
    assert not carriers <= set(ids(expert("members", q="profile:healthcare", per_page=1000)))
    together = expert(q="smart grid")["total"]["value"]
    assert together > expert(q="smart AND (grid)")["total"]["value"]
    assert together > expert(q="smart AND grid")["total"]["value"]


@claim
def near_knows_the_inflected_forms():
    for one, other in (("network NEAR/8 system", "networks NEAR/8 systems"), ("supply ADJ chain", "supply ADJ chains"),
                       ("policy NEAR industrial", "policies NEAR industrial"),
                       ("réseau NEAR/6 système", "réseaux NEAR/6 systèmes")):
        found = set(ids(expert(q=one, per_page=1000)))
        assert found and found == set(ids(expert(q=other, per_page=1000))), one
    assert expert(q='"network" NEAR/8 "system"')["total"]["value"] < expert(q="network NEAR/8 system")["total"]["value"]


@claim
def what_is_found_is_marked_and_what_is_taken_away_is_not():
    hit = expert("members", q="profile:?rypto* NOT railway*")["hits"][0]
    assert re.search(r"<mark>.rypto\w*</mark>", hit["highlight"]["profile"], re.I), hit["highlight"]
    shown = [p["text"].lower() for hit in expert("agenda", q="supply ADJ chain*", passages=3)["hits"]
             for p in hit["passages"]]
    assert sum("<mark>supply</mark> <mark>chain" in text for text in shown) >= 3, shown
    for hit in expert("members", q="name:security OR profile:quantum", per_page=50)["hits"]:
        assert "<mark>security" not in hit["highlight"].get("profile", "").lower(), hit["highlight"]
        assert "<mark>quantum" not in hit["highlight"].get("name", "").lower(), hit["highlight"]
        assert hit["highlight"], hit["id"]
    for hit in expert(q="security OR (privacy NOT railway)", per_page=100)["hits"]:
        assert "<mark>railway" not in json.dumps(hit, ensure_ascii=False).lower()


@claim
def a_weight_changes_the_order_and_the_reasons_add_up():
    for heavy, light in (("quantum", "railway"), ("railway", "quantum")):
        weighed = expert("members", q=f"{heavy}^40 OR {light}", per_page=1000, explain=True)
        first = set(ids(expert("members", q=heavy, per_page=1000)))
        assert first and first < set(ids(weighed)) and set(ids(weighed)[:len(first)]) == first, heavy
        for hit in weighed["hits"]:
            points = sum(r["points"] for r in hit["explain"]["reasons"])
            assert abs(points - hit["score"]) < 1e-3 * max(1, hit["score"])


@claim
def filters_facets_and_cursors_hold_for_it_too():
    q = "(security OR cyber*) NOT country:(BE OR FR)"
    answer = expert("members", q=q, facets=["country"], per_page=1000)
    countries = {v["value"]: v["count"] for v in answer["facets"][0]["values"]}
    assert countries and "BE" not in countries and sum(countries.values()) <= answer["total"]["value"]
    for country, count in countries.items():
        assert expert("members", q=q, filter=f"country:{country}")["total"]["value"] == count, country
    walked, page = [], expert("members", q=q, cursor="*", per_page=7)
    while True:
        walked += ids(page)
        if page["cursor"] is None:
            break
        page = expert("members", q=q, cursor=page["cursor"], per_page=7)
    assert sorted(walked) == sorted(ids(answer))
    first = expert("members", q=q, cursor="*", per_page=7)["cursor"]
    refused = daemon.request("POST", "/v1/collections/members/search", {"q": q, "cursor": first, "per_page": 7})
    assert refused.status == 400 and refused.json["code"] == "bad_cursor", refused.body


@claim
def a_pattern_that_stands_for_too_many_words_says_so():
    with Daemon() as small:
        small.bulk("groups", [{"id": f"p{i}", "name": " ".join(f"many{j:05d}" for j in range(i * 500, i * 500 + 500))}
                              for i in range(21)])

        def asked(q):
            answer = small.search(q=q, mode="expert", timeout_ms=10000)
            return answer["total"], [w["code"] for w in answer["warnings"]]
        assert asked("many000*") == ({"value": 1, "exact": True}, [])
        total, warnings = asked("many*")
        assert total["exact"] is False and 0 < total["value"] <= 21 and warnings == ["wildcard_truncated"]
        assert asked("*any*")[1] == ["wildcard_truncated"]
        assert asked("many00001 ADJ many0000?") == ({"value": 1, "exact": True}, [])
        total, warnings = asked("many00001 ADJ many0*")
        assert total["exact"] is False and warnings == ["wildcard_truncated"]


@claim
def a_word_is_found_by_a_pattern_from_the_commit_that_brought_it():
    for q in ("zyg*loid", "?ygomaloid", "brass NEAR/2 zygomal*"):
        assert expert("groups", q=q)["total"]["value"] == 0
    daemon.admin("PUT", "/v1/collections/groups/documents/fresh", {"name": "Brass zygomaloid"})
    for q in ("zyg*loid", "?ygomaloid", "brass NEAR/2 zygomal*"):
        assert ids(expert("groups", q=q)) == ["fresh"], q
    daemon.admin("DELETE", "/v1/collections/groups/documents/fresh")
    assert expert("groups", q="zyg*loid")["total"]["value"] == 0


@claim
def fields_narrow_it_and_must_hold_what_it_names():
    named = set(ids(expert("members", q="name:security", per_page=100)))
    assert named and set(ids(expert("members", q="security", fields=["name"], per_page=100))) == named
    assert set(ids(expert("members", q="name:security", fields=["name^9", "profile"], per_page=100))) == named
    for q, column in (("é name:security", 3), ("profile:a OR NOT name:(b NEAR c)", 18)):
        refused = daemon.request("POST", "/v1/search", {"q": q, "mode": "expert", "fields": ["profile"]})
        assert refused.status == 400 and refused.json["code"] == "bad_query", refused.body
        assert refused.json["errors"][0]["column"] == column, refused.body


@claim
def nothing_written_finds_everything_and_an_operator_in_lower_case_is_said():
    assert expert(q=" ")["total"] == daemon.search(q="")["total"]
    assert [w["code"] for w in expert(q="security and privacy")["warnings"]] == ["lower_case"]
    assert expert(q="security AND privacy")["warnings"] == []


@claim
def what_simple_mode_guesses_is_refused():
    for parameter, value in (("match", "any"), ("prefix", "last")):
        answer = daemon.request("POST", "/v1/search", {"q": "a", "mode": "expert", parameter: value})
        assert answer.status == 400 and answer.json["errors"][0]["parameter"] == parameter, answer.body
    for parameter, value in (("match", "all"), ("match", "auto"), ("prefix", "none")):
        assert daemon.search(q="a", mode="expert", **{parameter: value})["query"]["match"] == "all"


@claim
def no_query_is_too_strange_for_simple_mode():
    dice = random.Random(3)
    pieces = ["AND", "OR", "NOT", "NEAR/3", "ADJ", "(", ")", '"', "“", "”", "«", "-", "*", "?", "^", "^2", ":", "name:",
              "country:BE", "founded:1..x", "..", " ", " ", "security", "l'", "é", "\u0301", "世界", "\u202e", "\U0001f600",
              "\\", "/", "'", "&", "|", "!", "~", "[", "]", "{", "}", "<", ">", "%", "$", "#", "\t", "\n", "\u00a0"]
    table = pieces + ["AND AND", "NOT", "a OR", "NEAR/0 b", "(((", ")))", '"a', "a^x", "nobody:x", "*:*", "-*", "a NEAR NEAR"]
    for typed in table + ["".join(dice.choices(pieces, k=dice.randint(1, 12))) for _ in range(400)]:
        for prefix in ("none", "last"):
            answer = daemon.request("POST", "/v1/search", {"q": typed, "prefix": prefix, "per_page": 1,
                                                           "timeout_ms": 10000})
            assert answer.status == 200, (typed, answer.body)


@claim
def it_ends_cleanly():
    assert daemon.stop() == 0
    assert "error" not in daemon.logged(), daemon.logged()


run()
