#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Totals and facet counts against a recount that shares no code with the program.

Random combinations of quoted words, filters and facets are asked of the daemon and counted again
here: over generated documents always, and over the real source lines (mapped once more, here, by
hand) when they lie beside the checkout and ECSEARCH_QUICK is not set.
"""
import collections
import json
import lzma
import os
import random
import re
import subprocess
import sys
import unicodedata

sys.path.insert(0, os.path.dirname(__file__))
from daemon import BUILD, ROOT, SHARED, Daemon, claim, run  # noqa: E402

SEED = int(os.environ.get("ECSEARCH_SEED", "4711"))
LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h",
                         "ı": "i", "ŧ": "t", "ĸ": "k"})


def fold(text):
    """Lower case without accents, but for Cyrillic й."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("й", "\0")
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return text.replace("\0", "й").translate(LETTERS)


def words(text):
    return [w for w in re.split(r"[\W_]+", fold(text)) if w]


def texts(document, fields):
    for field in fields:
        value = document.get(field)
        if isinstance(value, str):
            yield value
        elif field == "sections":
            for section in value or []:
                yield section.get("heading") or ""
                yield section.get("text") or ""
        elif isinstance(value, list):
            yield from value


SEARCHED = {
    "members": ["name", "short_name", "aliases", "profile", "city", "region", "website"],
    "agenda": ["title", "edition", "publisher", "authors", "source", "sections"],
}
with open(os.path.join(ROOT, "corpus", "vocabularies", "country_groups.json"), encoding="utf-8") as file:
    GROUPS = {c: v["id"] for v in json.load(file)["values"] for c in v["countries"]}


def values_of(document, field):
    if field == "country_group" and "country_group" not in document:
        group = GROUPS.get(document.get("country"))
        return [group] if group else []
    value = document.get(field)
    if value is None:
        return []
    return list(dict.fromkeys(value)) if isinstance(value, list) else [value]


class Counter:
    """The recount: documents with the set of their words."""

    def __init__(self, collection, documents):
        self.collection, self.documents = collection, documents
        self.words = [set(w for t in texts(d, SEARCHED[collection]) for w in words(t)) for d in documents]

    def matches(self, wanted, clauses):
        for document, have in zip(self.documents, self.words):
            if all(w in have for w in wanted) and all(c[1](document) for c in clauses):
                yield document


def random_clauses(rng, counter, fields):
    """Filter clauses: text for the daemon, a test for the recount, the field it is about."""
    clauses = []
    for field in rng.sample(fields, rng.choice([0, 0, 1, 1, 2, 3])):
        values = values_of(rng.choice(counter.documents), field)
        if not values:
            clauses.append((f"NOT {field}:*", lambda d, f=field: not values_of(d, f), field))
        elif isinstance(values[0], int):
            low = values[0] - rng.randint(0, 30)
            high = values[0] + rng.randint(0, 30)
            clauses.append((f"{field}:{low}..{high}",
                            lambda d, f=field, a=low, b=high: any(a <= v <= b for v in values_of(d, f)), field))
        else:
            other = values_of(rng.choice(counter.documents), field) or values
            wanted = {values[0], other[0]}
            quoted = [field + ":" + json.dumps(v, ensure_ascii=False) for v in sorted(wanted)]
            if rng.random() < 0.25:
                clauses.append(("NOT " + quoted[0], lambda d, f=field, v=sorted(wanted)[0]: v not in values_of(d, f),
                                field))
            else:
                clauses.append(("(" + " OR ".join(quoted) + ")",
                                lambda d, f=field, v=wanted: bool(v & set(values_of(d, f))), field))
    return clauses


def random_words(rng, counter):
    number = rng.choice([0, 1, 1, 1, 2, 2, 3])
    have = sorted(counter.words[rng.randrange(len(counter.words))])
    have = [w for w in have if len(w) >= 3 and w.isalpha() and len(w.encode()) <= 60]
    return rng.sample(have, min(number, len(have)))


def compare(daemon, counter, rng, filters, facets):
    wanted = random_words(rng, counter)
    clauses = random_clauses(rng, counter, filters)
    asked = rng.sample(facets, rng.randint(1, min(4, len(facets))))
    request = {"q": " ".join(f'"{w}"' for w in wanted), "match": "all", "per_page": 0, "timeout_ms": 60000,
               "filter": " AND ".join(c[0] for c in clauses), "facets": [{"field": f, "limit": 1000} for f in asked]}
    answer = daemon.search(counter.collection, **request)
    expected = sum(1 for _ in counter.matches(wanted, clauses))
    assert answer["total"] == {"value": expected, "exact": True}, (request, answer["total"], expected)
    for facet in answer["facets"]:
        field = facet["field"]
        # A facet's own choice does not count for it.
        rows = list(counter.matches(wanted, [c for c in clauses if c[2] != field]))
        counts = collections.Counter(v for d in rows for v in values_of(d, field))
        shown = {v["value"]: v["count"] for v in facet["values"] if v["count"]}
        top = dict(counts.most_common(1000)) if len(counts) <= 1000 else None
        if top is None:
            assert all(counts[v] == n for v, n in shown.items()), (request, field)
        else:
            assert shown == top, (request, field, {k: (shown.get(k), top.get(k)) for k in set(shown) ^ set(top)})
        assert facet["missing"] == sum(not values_of(d, field) for d in rows), (request, field)
        assert facet["total_values"] == len(counts), (request, field)
    return expected


def compare_many(daemon, counter, rounds, seed, filters, facets):
    rng = random.Random(seed)
    found = [compare(daemon, counter, rng, filters, facets) for _ in range(rounds)]
    print(f"# {counter.collection}: {rounds} combinations over {len(counter.documents)} documents, "
          f"{sum(f > 0 for f in found)} with hits")
    assert sum(f > 0 for f in found) > rounds / 3


FACETS = {
    "members": ["country", "country_group", "stakeholder", "sectors", "city", "region", "founded"],
    "agenda": ["country", "lang", "kind", "rank", "status", "year", "publisher", "family", "edition"],
}


# ---- generated documents ----

SYLLABLES = ["se", "cu", "ri", "té", "netz", "böh", "ør", "ško", "ła", "ção", "δι", "бе", "ци", "zo", "mi", "ra"]


def generated(rng, number):
    vocabulary = ["".join(rng.choice(SYLLABLES) for _ in range(rng.randint(2, 4))) for _ in range(400)]
    def prose(n):
        return " ".join(rng.choice(vocabulary[:rng.choice([20, 100, 400])]) + rng.choice(["", "", ",", ".", "-", "'s"])
                        for _ in range(n))
    members, agenda = [], []
    for i in range(number):
        member = {"id": f"m{i}", "name": prose(3), "profile": prose(40)}
        if rng.random() < 0.9:
            member["country"] = rng.choice(["BE", "DE", "FR", "NO", "CH", "TR"])
        if rng.random() < 0.7:
            member["sectors"] = rng.sample(["finance", "healthcare", "energy", "transport"], rng.randint(0, 3))
        if rng.random() < 0.7:
            member["stakeholder"] = rng.choice(["sme", "university", "large-company"])
        if rng.random() < 0.6:
            member["founded"] = rng.randint(1950, 2024)
        if rng.random() < 0.5:
            member["city"] = rng.choice(vocabulary[:30])
        if rng.random() < 0.3:
            member["aliases"] = [prose(2) for _ in range(rng.randint(1, 3))]
        members.append(member)
    for i in range(number // 3):
        agenda.append({"id": f"a{i}", "title": prose(5), "kind": rng.choice(["law", "call", "paper"]),
                       "lang": rng.choice(["en", "fr", "de", "cs", "ca"]), "year": rng.randint(2000, 2025),
                       "rank": rng.choice(["act", "decree"]), "status": rng.choice(["in force", "repealed"]),
                       "sections": [{"heading": prose(2), "level": 1, "page": s, "text": prose(rng.choice([20, 300, 900]))}
                                    for s in range(rng.randint(0, 4))]})
    return {"members": members, "agenda": agenda}


@claim
def generated_documents_are_counted_exactly():
    rng = random.Random(SEED)
    documents = generated(rng, 600)
    with Daemon() as daemon:
        for collection, some in documents.items():
            report = daemon.bulk(collection, some)
            assert report["failed"] == 0, report
        for collection, some in documents.items():
            counter = Counter(collection, some)
            filters = [f for f in FACETS[collection] if f not in ("publisher", "family", "edition", "region")]
            compare_many(daemon, counter, 150, SEED + 1, filters, FACETS[collection])
        # The same after changes: replaced, deleted, added again.
        changed = documents["members"]
        for i in range(0, 600, 7):
            changed[i] = dict(changed[i], name="neu " + changed[i]["name"], country="LU")
        daemon.bulk("members", [changed[i] for i in range(0, 600, 7)])
        daemon.bulk("members", [{"op": "delete", "id": f"m{i}"} for i in range(3, 600, 11)])
        left = [d for i, d in enumerate(changed) if i % 11 != 3]
        compare_many(daemon, Counter("members", left), 60, SEED + 2, ["country", "sectors", "founded"],
                     FACETS["members"])
        assert daemon.admin("POST", "/v1/check").json["ok"] is True


# ---- the source lines, mapped by hand ----

def lines(name):
    with lzma.open(os.path.join(SHARED, "data", name), "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def without_empty(document):
    return {k: v for k, v in document.items() if v not in (None, "", [])}


def members_by_hand():
    kinds = {"education": "university", "facility": "research-centre", "government": "public-administration"}
    for line in lines("members/ror-europe.ndjson.xz"):
        acronym = next((n["value"] for n in line["names"] if "acronym" in n["types"]), None)
        other = [n["value"].strip() for n in line["names"] if "ror_display" not in n["types"]]
        aliases = [a for a in dict.fromkeys(other) if a not in (line["name"], acronym)]
        stakeholder = next((kinds[t] for t in line["types"] if t in kinds), None)
        yield without_empty({
            "id": line["id"], "name": line["name"], "short_name": acronym, "aliases": aliases,
            "country": line.get("country_code"), "region": line.get("region"), "city": line.get("city"),
            "stakeholder": stakeholder, "sectors": ["healthcare"] if "healthcare" in line["types"] else [],
            "founded": line.get("established"), "website": line["links"][0] if line.get("links") else None})
    groups = {"HES": "university", "REC": "research-centre", "PUB": "public-administration"}
    for line in lines("members/cordis-organisations.ndjson.xz"):
        name = line["name"].strip()
        short = (line.get("shortName") or "").strip()
        yield without_empty({
            "id": line["id"], "name": name, "short_name": short if short != name else None,
            "country": {"UK": "GB", "EL": "GR"}.get(line.get("country"), line.get("country")),
            "city": (line.get("city") or "").strip(), "stakeholder": groups.get(line.get("type"))})


def laws_by_hand():
    acts = {}
    for line in lines("agenda/law-passages-60k.ndjson.xz"):
        key = line["id"].split("#")[0]
        act = acts.setdefault(key, without_empty({
            "id": key, "title": line["title"].strip(), "kind": line["kind"], "lang": line.get("lang"),
            "country": line.get("country"), "rank": line.get("rank"), "status": line.get("status"),
            "publisher": line.get("department"), "year": int(line["date"][:4]) if line.get("date") else None}))
        act.setdefault("sections", []).append({"heading": line.get("section"), "text": line["text"]})
    yield from acts.values()
    acts = {}
    for line in lines("agenda/eu-law-articles.ndjson.xz"):
        key = (line["celex"], line["lang"], line["version"])
        act = acts.setdefault(key, {
            "id": ":".join(key), "family": line["celex"], "edition": line["version"], "kind": "law",
            "title": f"{line['act']} ({line['celex']}, {line['version']})", "lang": line["lang"],
            "year": int(line["version"][:4]), "publisher": "European Union", "sections": [],
            "source": f"https://eur-lex.europa.eu/legal-content/AUTO/?uri=CELEX:{line['celex']}"})
        act["sections"].append({"heading": line["section"], "text": line["text"]})
    yield from acts.values()


def no_real_data():
    if os.environ.get("ECSEARCH_QUICK"):
        return "ECSEARCH_QUICK is set"
    if not os.path.isdir(os.path.join(SHARED, "data")):
        return "the real data does not lie beside the checkout"
    return None


def import_files(daemon, collection, *files):
    environment = dict(os.environ, ECSEARCH_URL=f"http://127.0.0.1:{daemon.port}", ECSEARCH_KEY=daemon.key)
    for name, mapped in files:
        subprocess.run([os.path.join(BUILD, "ecsearch"), "import", collection, os.path.join(SHARED, "data", name),
                        "--map", os.path.join(ROOT, "corpus", "maps", mapped + ".json")],
                       check=True, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@claim
def real_members_are_counted_exactly():
    skip = no_real_data()
    if skip:
        return skip
    with Daemon() as daemon:
        import_files(daemon, "members", ("members/ror-europe.ndjson.xz", "ror"),
                     ("members/cordis-organisations.ndjson.xz", "cordis"))
        counter = Counter("members", list(members_by_hand()))
        compare_many(daemon, counter, 100, SEED + 3, ["country", "country_group", "stakeholder", "sectors", "founded",
                                                      "city"], FACETS["members"])


@claim
def real_laws_are_counted_exactly():
    skip = no_real_data()
    if skip:
        return skip
    with Daemon() as daemon:
        import_files(daemon, "agenda", ("agenda/law-passages-60k.ndjson.xz", "law-passages"),
                     ("agenda/eu-law-articles.ndjson.xz", "eu-law"))
        counter = Counter("agenda", list(laws_by_hand()))
        compare_many(daemon, counter, 100, SEED + 4, ["country", "lang", "rank", "status", "year", "family"],
                     FACETS["agenda"])


run()
