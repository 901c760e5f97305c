#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The analysts' desk: places of a query in the words of a collection."""
import collections
import csv
import io
import json
import lzma
import os
import re
import sys
import unicodedata
import urllib.parse

sys.path.insert(0, os.path.dirname(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "desk"))
from daemon import SHARED, Daemon, claim, corpus, load_corpus, run  # noqa: E402
import measures  # noqa: E402

daemon = Daemon()
load_corpus(daemon)
AGENDA = {d["id"]: d for d in corpus()["agenda"]}
C = "/v1/collections/agenda/"


def ask(what, status=200, collection="agenda", key=None, headers=None, **parameters):
    target = f"/v1/collections/{collection}/{what}?" + urllib.parse.urlencode(parameters, doseq=True)
    answer = daemon.request("GET", target, headers=headers, key=key or daemon.key)
    assert answer.status == status, (answer.status, answer.body[:500])
    return answer


def fold(word):
    text = unicodedata.normalize("NFD", word.casefold().replace("ø", "o").replace("ł", "l"))
    return "".join(c for c in text if not unicodedata.combining(c))


def cut(text):
    return [fold(w) for w in re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text))]


def read_passages(identities):
    """(document, its words) of each passage, in order."""
    found = []
    for identity in identities:
        listed = daemon.get(C + "documents/" + urllib.parse.quote(identity, safe="") + "/passages", per_page=1000).json
        found += [(identity, cut(p["text"])) for p in listed["passages"] if p["text"]]
    return found


PASSAGES = read_passages(AGENDA)


def count_phrase(phrase, passages=None):
    """Places that do not overlap, from the left, as grep -o counts them."""
    count = 0
    for _, words in PASSAGES if passages is None else passages:
        at = 0
        while at + len(phrase) <= len(words):
            hit = words[at:at + len(phrase)] == phrase
            count += hit
            at += len(phrase) if hit else 1
    return count


@claim
def lines_of_a_phrase_are_those_that_a_grep_finds():
    grams = collections.Counter()
    for _, words in PASSAGES:
        for n in (1, 2, 3):
            grams.update(" ".join(words[i:i + n]) for i in range(len(words) - n + 1))
    frequent = sorted(grams, key=lambda g: (-grams[g], g))
    for gram in frequent[:60] + frequent[60::97]:
        told = ask("concordance", q=f'"{gram}"', typo="off", per_page=0).json["total"]
        assert told == {"value": count_phrase(gram.split()), "exact": True}, (gram, told, count_phrase(gram.split()))


@claim
def a_line_is_one_stretch_of_its_passage():
    page = ask("concordance", q="supply chain", per_page=1000, window=5).json
    assert page["total"]["value"] == len(page["lines"]) > 5
    for line in page["lines"]:
        told = daemon.get(C + f"documents/{urllib.parse.quote(line['id'], safe='')}/passages/{line['passage']}").json["passage"]
        assert line["left"] + line["match"] + line["right"] in told["text"]
        assert line["section"] == told["section"] and line["page"] == told["page"]
        assert line["title"] == AGENDA[line["id"]]["title"]
        assert len(cut(line["left"])) <= 5 and len(cut(line["right"])) <= 5


@claim
def pages_of_lines_join_to_the_whole_and_csv_and_ndjson_have_all():
    whole = ask("concordance", q="security", per_page=1000, sort="right1,-left1").json
    joined, page = [], 1
    while True:
        part = ask("concordance", q="security", per_page=7, page=page, sort="right1,-left1").json
        joined += part["lines"]
        if page == part["pages"]:
            break
        page += 1
    assert joined == whole["lines"] and len(joined) == whole["total"]["value"]
    lines = ask("concordance", q="security", sort="right1,-left1", headers={"Accept": "application/x-ndjson"}).body
    assert [json.loads(line) for line in lines.splitlines()] == joined
    table = ask("concordance", q="security", sort="right1,-left1", bom="true", headers={"Accept": "text/csv"}).body.decode()
    assert table[0] == "\ufeff"
    rows = list(csv.DictReader(io.StringIO(table[1:], newline="")))
    assert [row["match"] for row in rows] == [line["match"] for line in joined]


@claim
def lines_are_sorted_by_the_words_beside():
    for name, of in (("right1", lambda x: cut(x["right"])[:1]), ("left2", lambda x: cut(x["left"])[-2:-1]),
                     ("right3", lambda x: cut(x["right"])[2:3]), ("match", lambda x: cut(x["match"]))):
        lines = ask("concordance", q="security", per_page=1000, sort=name).json["lines"]
        keys = [of(line) for line in lines]
        assert keys == sorted(keys, key=lambda k: [w.encode() for w in k]), name
        turned = ask("concordance", q="security", per_page=1000, sort="-" + name).json["lines"]
        assert [of(line) for line in turned] == sorted(keys, key=lambda k: [w.encode() for w in k], reverse=True)


@claim
def groups_count_the_words_beside():
    lines = ask("concordance", q="security", per_page=1000).json["lines"]
    for name, of in (("left1", lambda x: cut(x["left"])[-1:]), ("right2", lambda x: cut(x["right"])[1:2]),
                     ("match", lambda x: cut(x["match"]))):
        wanted = collections.Counter(" ".join(of(line)) for line in lines)
        told = ask("concordance", q="security", group=name).json["groups"]
        assert [(g["text"], g["count"]) for g in told] == sorted(wanted.items(), key=lambda i: (-i[1], i[0]))


@claim
def a_sample_is_the_same_for_the_same_seed():
    whole = ask("concordance", q="security", per_page=1000).json["lines"]
    one, again, other = (ask("concordance", q="security", sample=9, seed=seed).json for seed in (5, 5, 6))
    assert one["lines"] == again["lines"] != other["lines"]
    assert one["sampled"] == len(one["lines"]) == 9 and one["total"]["value"] == len(whole)
    at = [whole.index(line) for line in one["lines"]]
    assert at == sorted(at)


def near(words, first, second, distance, ordered):
    """Pairs with no narrower one inside, from the left, none overlapping."""
    pairs = [(min(i, k), max(i, k)) for i, x in enumerate(words) for k, y in enumerate(words)
             if x == first and y == second and abs(i - k) <= distance and (i < k or not ordered) and i != k]
    pairs = sorted(p for p in pairs if not any(q != p and p[0] <= q[0] and q[1] <= p[1] for q in pairs))
    count, end = 0, -1
    for begin, last in pairs:
        if begin > end:
            count, end = count + 1, last
    return count


@claim
def words_near_each_other_are_counted_as_by_hand():
    for first, second in (("the", "of"), ("research", "and"), ("security", "of"), ("is", "a")):
        for distance in (1, 3, 8):
            for operator, ordered in (("NEAR", False), ("ADJ", True)):
                told = ask("concordance", q=f'"{first}" {operator}/{distance} "{second}"', mode="expert", per_page=0).json
                wanted = sum(near(words, first, second, distance, ordered) for _, words in PASSAGES)
                assert told["total"]["value"] == wanted, (first, operator, distance, second, told["total"], wanted)


@claim
def what_is_marked_in_a_search_has_its_line():
    for q in ("sicherheit", "cybersécurité", "crypt*", "forschung"):
        parameters = {"q": q, "per_page": 1000, "passages": 1000, "prefix": "none"}
        marked = 0
        for hit in daemon.search("agenda", **parameters)["hits"]:
            marked += sum(len(re.findall("<mark>", p.get("highlight", p["text"]))) for p in hit["passages"])
        told = ask("concordance", q=q, per_page=0).json["total"]["value"]
        assert told == marked > 0, (q, told, marked)


@claim
def a_name_is_found_however_it_is_joined_and_not_its_pieces():
    wanted = count_phrase(["supply", "chain"])
    told = ask("concordance", q="supply-chain", typo="off", per_page=1000).json
    assert {fold(re.sub(r"\W", "", line["match"])) for line in told["lines"]} >= {"supplychain"}
    assert sum(cut(line["match"]) == ["supply", "chain"] for line in told["lines"]) == wanted > 0
    assert not any(cut(line["match"]) in (["supply"], ["chain"]) for line in told["lines"])
    document = {"id": "joined", "title": "Joined", "sections": [{"text": "One jack-alope, one jackalope, a jack and an alope."}]}
    assert daemon.admin("PUT", C + "documents/joined", document).status == 201
    for q in ("jack-alope", "jackalope"):
        lines = ask("concordance", q=q, typo="off").json["lines"]
        assert [line["match"] for line in lines] == ["jack-alope", "jackalope"], (q, lines)
    daemon.admin("DELETE", C + "documents/joined")


def is_near(told, wanted):
    return abs(told - float(wanted)) <= 1e-9 * abs(float(wanted)) + 1e-9


def counts(passages, n):
    """How often each run of n words stands there, and in which documents."""
    runs, documents, total = collections.Counter(), collections.defaultdict(set), 0
    for identity, words in passages:
        for i in range(len(words) - n + 1):
            run = " ".join(words[i:i + n])
            runs[run] += 1
            documents[run].add(identity)
            total += 1
    return runs, documents, total


def check_keywords(here, there, n, least, **parameters):
    told = ask("keywords", n=n, min_count=least, limit=100000, stopwords="true", **parameters).json
    a, documents, c = counts(here, n)
    b, others, d = counts(there, n)
    assert (told["subcorpus"]["words"], told["reference"]["words"]) == (c, d), told
    wanted = {w: measures.keyness(a[w], c, b[w], d) for w in a if a[w] >= least and a[w] * d > b[w] * c}
    assert told["total"]["value"] == len(wanted) == len(told["keywords"]) > 20
    for row in told["keywords"]:
        word = row["word"]
        assert (row["frequency"], row["frequency_reference"]) == (a[word], b[word]), row
        assert (row["documents"], row["documents_reference"]) == (len(documents[word]), len(others[word])), row
        assert is_near(row["ll"], wanted[word]) and is_near(row["diff"], measures.diff(a[word], c, b[word], d)), row
        assert is_near(row["per_million"], a[word] * 1e6 / c)
    lls = [row["ll"] for row in told["keywords"]]
    assert lls == sorted(lls, reverse=True)
    return told


@claim
def keywords_are_those_of_an_independent_count():
    german = {i for i, d in AGENDA.items() if d["lang"] == "de"}
    early = {i for i, d in AGENDA.items() if d.get("year", 9999) <= 2020}
    here, there = ([p for p in PASSAGES if (p[0] in early) is side] for side in (True, False))
    for n, least in ((1, 3), (2, 2), (3, 2), (4, 2)):
        check_keywords(here, there, n, least, filter="year:..2020")
    other = [p for p in PASSAGES if p[0] in german]
    check_keywords(here, other, 1, 2, filter="year:..2020", reference='{"filter": "lang:de"}')
    check_keywords(here, PASSAGES, 1, 2, filter="year:..2020", reference="collection")


@claim
def stop_words_are_counted_and_not_told():
    every = ask("keywords", filter="year:..2020", limit=100000, stopwords="true").json
    told = ask("keywords", filter="year:..2020", limit=100000).json
    assert told["subcorpus"] == every["subcorpus"] and told["reference"] == every["reference"]
    rows = {row["word"]: row for row in every["keywords"]}
    assert all(rows[row["word"]] == row for row in told["keywords"])
    assert "the" not in {row["word"] for row in told["keywords"]} and len(told["keywords"]) < len(rows)
    some = ask("keywords", filter="year:..2020", limit=5, sort="diff", min_documents=2).json
    best = sorted((row for row in told["keywords"] if row["documents"] >= 2), key=lambda r: (-r["diff"], -r["ll"], r["word"]))
    assert some["keywords"] == best[:5] and some["total"]["value"] == len(best)


def spans(word, left, right, passages):
    """The words beside a word, each place of them once."""
    beside, total, nodes = collections.Counter(), 0, 0
    for _, words in passages:
        at = [i for i, w in enumerate(words) if w == word]
        near = {k for i in at for k in range(max(0, i - left), min(len(words), i + right + 1))} - set(at)
        nodes += len(at)
        total += len(near)
        beside.update(words[k] for k in near)
    return beside, total, nodes


@claim
def collocates_are_those_of_an_independent_count():
    frequency, _, n = counts(PASSAGES, 1)
    for word, left, right in (("security", 5, 5), ("the", 1, 0), ("research", 0, 3)):
        told = ask("collocates", q=f'"{word}"', typo="off", left=left, right=right, min_count=2, limit=100000,
                   stopwords="true").json
        beside, total, nodes = spans(word, left, right, PASSAGES)
        assert (told["places"], told["span_words"], told["words"]) == (nodes, total, n), told
        wanted = {w for w, k in beside.items() if k >= 2 and k * n > total * frequency[w]}
        assert {row["word"] for row in told["collocates"]} == wanted and len(wanted) > 5
        for row in told["collocates"]:
            both, alone = beside[row["word"]], frequency[row["word"]]
            assert (row["together"], row["frequency"]) == (both, alone)
            assert is_near(row["ll"], measures.association(both, total, alone, n)), row
            assert is_near(row["log_dice"], measures.dice(both, nodes, alone)), row
            assert is_near(row["mi"], measures.mutual(both, nodes, alone, n)), row
            assert is_near(row["expected"], total * alone / n)
    for order in ("ll", "log_dice", "mi"):
        rows = ask("collocates", q="security", sort=order).json["collocates"]
        assert [r[order] for r in rows] == sorted((r[order] for r in rows), reverse=True) and rows
    german = [p for p in PASSAGES if AGENDA[p[0]]["lang"] == "de"]
    assert ask("collocates", q='"die"', filter="lang:de").json["words"] == sum(len(w) for _, w in german)


def check_trend(told, by, queries, passages, documents, wholes=False):
    """Every figure of the table, counted again."""
    values = {d: v if isinstance(v, list) else [v] for d, v in ((d["id"], by(d)) for d in documents) if v is not None}
    every = sorted({v for vs in values.values() for v in vs})
    if wholes:
        every = list(range(every[0], every[-1] + 1))
    assert [(r["q"], r["value"]) for r in told["trend"]] == [(q, v) for q in queries for v in every], told["trend"]
    for row in told["trend"]:
        ids = {d for d, vs in values.items() if row["value"] in vs}
        here = [p for p in passages if p[0] in ids]
        words, word = sum(len(w) for _, w in here), row["q"].strip('"')
        frequency = sum(w.count(word) for _, w in here)
        having = len({i for i, w in here if word in w})
        assert (row["frequency"], row["words"]) == (frequency, words), row
        assert (row["documents"], row["documents_total"]) == (having, len(ids)), row
        if not ids:
            assert row["per_million"] is row["share"] is row["share_low"] is row["per_million_high"] is None
            continue
        low, high = measures.byar(frequency)
        assert is_near(row["per_million"], frequency * 1e6 / words)
        assert is_near(row["per_million_low"], float(low) * 1e6 / words)
        assert is_near(row["per_million_high"], float(high) * 1e6 / words)
        low, high = measures.wilson(having, len(ids))
        assert is_near(row["share"], having / len(ids))
        assert is_near(row["share_low"], low) and is_near(row["share_high"], high), row


@claim
def a_trend_is_that_of_an_independent_count():
    documents, queries = list(AGENDA.values()), ['"security"', '"research"']
    told = ask("trend", q=queries, typo="off").json
    check_trend(told, lambda d: d.get("year"), queries, PASSAGES, documents, wholes=True)
    assert any(row["documents_total"] == 0 for row in told["trend"])
    told = ask("trend", q=queries, typo="off", by="date", mode="expert").json
    check_trend(told, lambda d: int(d["date"][:4]) if "date" in d else None, queries, PASSAGES, documents, wholes=True)
    for by in ("topics", "edition"):
        told = ask("trend", q='"security"', typo="off", by=by, filter="lang:en").json
        check_trend(told, lambda d: d.get(by), ['"security"'], PASSAGES, [d for d in documents if d["lang"] == "en"])
    table = ask("trend", q='"security"', by="edition", headers={"Accept": "text/csv"}).body.decode()
    assert table.startswith("value,q,frequency,words,per_million,")
    for name, value in (("by", "title"), ("by", "yaer"), ("by", "sections"), ("q", "")):
        parameters = {"q": "x", **{name: value}}
        assert ask("trend", 400, **parameters).json["errors"][0]["parameter"] == name
    assert ask("trend", 400, q=["a"] * 9).json["errors"][0]["parameter"] == "q"


@claim
def filters_choose_and_a_change_is_seen():
    only = {d for d, of in AGENDA.items() if of.get("lang") == "de"}
    told = ask("concordance", q='"die"', filter="lang:de", per_page=0).json
    assert told["total"]["value"] == count_phrase(["die"], [p for p in PASSAGES if p[0] in only])
    before = ask("concordance", q='"zwitschermaschine"', typo="off", per_page=0).json["total"]["value"]
    document = {"id": "bird", "title": "A bird", "lang": "de",
                "sections": [{"heading": "Zwitschermaschine", "text": "Die Zwitschermaschine. Zwitschermaschine!"}]}
    stored = daemon.admin("PUT", C + "documents/bird", document)
    assert stored.status == 201 and before == 0
    assert ask("concordance", q='"zwitschermaschine"', typo="off", per_page=0).json["total"]["value"] == 2
    assert daemon.admin("DELETE", C + "documents/bird").status == 200
    assert ask("concordance", q='"zwitschermaschine"', typo="off", per_page=0).json["total"]["value"] == 0


@claim
def a_profile_is_running_text_too():
    members = corpus()["members"]
    words = [cut(m.get("profile", "")) for m in members]
    for word in ("security", "research", "und"):
        told = ask("concordance", collection="members", q=f'"{word}"', typo="off").json
        assert told["total"]["value"] == sum(w.count(word) for w in words), word
    assert told["lines"][0]["field"] == "profile" and told["lines"][0]["passage"] is None


@claim
def the_desk_needs_its_right_and_a_key_sees_its_own_rows():
    assert daemon.get(C + "concordance", q="security").status == 401
    made = daemon.admin("POST", "/v1/keys", {"name": "reader", "rights": ["search"]}).json
    ask("concordance", 403, key=made["key"], q="security")
    made = daemon.admin("POST", "/v1/keys", {"name": "analyst", "rights": ["desk"], "filter": "lang:de"}).json
    lines = ask("concordance", key=made["key"], q='"die"', per_page=1000).json["lines"]
    assert lines and {AGENDA[line["id"]]["lang"] for line in lines} == {"de"}
    german = sum(len(words) for i, words in PASSAGES if AGENDA[i]["lang"] == "de")
    told = ask("keywords", key=made["key"], q="die").json
    assert told["subcorpus"]["words"] + told["reference"]["words"] == german
    assert ask("collocates", key=made["key"], q="die").json["words"] == german


@claim
def what_is_wrong_is_named():
    for name, value in (("window", 51), ("window", "x"), ("sort", "left4"), ("group", "up"), ("sample", 0), ("seed", -1),
                        ("per_page", 1001), ("facets", "lang"), ("bom", "maybe"), ("filter", "nothing:1")):
        told = ask("concordance", 400, q="security", **{name: value}).json
        assert told["errors"][0]["parameter"] == name, (name, told)
    assert ask("concordance", 400).json["errors"][0]["parameter"] == "q"
    for what, name, value in (("keywords", "n", 5), ("keywords", "reference", "else"), ("keywords", "sort", "up"),
                              ("keywords", "left", 3), ("collocates", "left", 11), ("collocates", "reference", "collection")):
        assert ask(what, 400, q="security", **{name: value}).json["errors"][0]["parameter"] == name
    body = daemon.admin("POST", C + "concordance", {"q": "security", "window": True})
    assert body.status == 400 and body.json["errors"][0]["parameter"] == "window"


@claim
def formulas_are_no_formulas_in_cells():
    document = {"id": "sum", "title": "=1+1", "sections": [{"text": "Quixotically =SUM(A1) stays text."}]}
    assert daemon.admin("PUT", C + "documents/sum", document).status == 201
    table = ask("concordance", q="quixotically", headers={"Accept": "text/csv"}).body.decode()
    assert list(csv.DictReader(io.StringIO(table)))[0]["title"] == "'=1+1"
    daemon.admin("DELETE", C + "documents/sum")


def laws():
    """English and French acts, an act and version a document."""
    acts = {}
    with lzma.open(os.path.join(SHARED, "data", "agenda", "eu-law-articles.ndjson.xz"), "rt", encoding="utf-8") as file:
        for line in map(json.loads, file):
            if line["lang"] not in ("en", "fr") or not line.get("text"):
                continue
            key = f"{line['celex']}:{line['lang']}:{line['version']}"
            act = acts.setdefault(key, {"id": key, "title": line["act"], "lang": line["lang"], "kind": "law",
                                        "year": int(line["version"][:4]), "sections": []})
            act["sections"].append({"heading": line.get("section") or "", "text": line["text"]})
    return acts


@claim
def laws_are_counted_as_an_independent_script_does():
    if not os.path.exists(os.path.join(SHARED, "data", "agenda", "eu-law-articles.ndjson.xz")):
        return "the laws do not lie beside the checkout; set ECSEARCH_SHARED"
    acts = laws()
    assert daemon.bulk("agenda", acts.values())["failed"] == 0
    passages = read_passages(acts)
    english = [p for p in passages if acts[p[0]]["lang"] == "en"]
    mine = [p for p in PASSAGES if AGENDA[p[0]]["lang"] == "en"]
    for phrase in ("supply chain", "network and information systems", "shall ensure that"):
        told = ask("concordance", q=f'"{phrase}"', filter="lang:en", typo="off", per_page=0).json["total"]["value"]
        assert told == count_phrase(phrase.split(), english + mine) > 0, (phrase, told)
    told = ask("trend", q='"supply"', filter="lang:en", typo="off").json
    every = {**acts, **AGENDA}
    check_trend(told, lambda d: d.get("year"), ['"supply"'], english + mine,
                [d for d in every.values() if d["lang"] == "en"], wholes=True)
    frequency, _, n = counts(english + mine, 1)
    beside, total, nodes = spans("supply", 5, 5, english + mine)
    for row in ask("collocates", q='"supply"', filter="lang:en", typo="off", limit=200).json["collocates"]:
        both, alone = beside[row["word"]], frequency[row["word"]]
        assert (row["together"], row["frequency"]) == (both, alone), row
        assert is_near(row["ll"], measures.association(both, total, alone, n)), row
        assert is_near(row["log_dice"], measures.dice(both, nodes, alone)), row
    return None


@claim
def it_ends_cleanly():
    assert daemon.stop() == 0
    assert "error" not in daemon.logged(), daemon.logged()


run()
