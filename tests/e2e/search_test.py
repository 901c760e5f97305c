#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Searching, as a dialogue with a daemon that holds the sample corpus."""
import csv
import io
import json
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from daemon import Daemon, claim, corpus, load_corpus, run  # noqa: E402

daemon = Daemon()
load_corpus(daemon)
MEMBERS = corpus()["members"]
AGENDA = corpus()["agenda"]


def ids(answer):
    return [hit["id"] for hit in answer["hits"]]


@claim
def a_query_without_accents_finds_words_with_accents():
    answer = daemon.search(q="securite des reseaux", match="all")
    assert "reseaux-surs-bretagne" in ids(answer)
    first = next(h for h in answer["hits"] if h["id"] == "reseaux-surs-bretagne")
    assert "<mark>sécurité</mark>" in first["highlight"]["profile"]


@claim
def boehme_boehme_and_bohme_are_one_name():
    for typed in ("Böhme", "Boehme", "bohme", "BÖHME"):
        assert ids(daemon.search("members", q=typed))[0] == "boehme-sicherheitstechnik", typed


@claim
def a_label_in_another_language_finds_what_carries_the_id():
    carriers = {m["id"] for m in MEMBERS if "healthcare" in m.get("sectors", [])}
    for typed in ("santé", "Gesundheitswesen", "healthcare"):
        found = set(ids(daemon.search("members", q=typed, per_page=1000)))
        assert carriers <= found, (typed, carriers - found)


@claim
def identifiers_are_found_as_typed():
    for typed in ("CVE-2021-44228", "2022/2555", "ISO/IEC 27001", "TS 50701", "IEC 62443", "2019/881"):
        found = set(ids(daemon.search(q=typed, per_page=1000, match="all")))
        texts = {d["id"] for d in MEMBERS + AGENDA if typed in json.dumps(d, ensure_ascii=False)}
        assert texts and texts <= found, (typed, texts - found)


@claim
def quotes_mean_exactly_this():
    assert daemon.search("members", q='"networks"')["total"]["value"] != \
        daemon.search("members", q="networks")["total"]["value"]
    for hit in daemon.search("members", q='"critical infrastructure"', per_page=1000)["hits"]:
        assert "critical infrastructure" in json.dumps(hit["document"]).lower()


@claim
def a_minus_takes_away_and_a_star_opens_the_end():
    with_word = set(ids(daemon.search("members", q="railway", per_page=1000)))
    without = set(ids(daemon.search("members", q="-railway", per_page=1000)))
    everything = {m["id"] for m in MEMBERS}
    assert with_word and not (with_word & without) and with_word | without == everything
    assert set(ids(daemon.search("members", q="crypt*", per_page=1000))) >= \
        set(ids(daemon.search("members", q="cryptography", per_page=1000, fields=["profile"])))


@claim
def simple_mode_never_fails():
    for typed in ('"', '""', "-", "--", "*", "AND", "(", "a OR", "-*", "»«", "\u202e", "?", "-\"", "' ' '",
                  "l'", "\ud83d\ude00", "x" * 4000, "- - -", "+", "NOT NOT", "field:value"):
        answer = daemon.search(q=typed)
        assert answer["total"]["exact"] is True, typed


@claim
def with_too_few_for_all_words_any_word_will_do():
    answer = daemon.search("members", q="quantum zeppelin")
    assert answer["query"]["match"] == "any" and answer["total"]["value"] > 0
    assert daemon.search("members", q="quantum zeppelin", match="all")["total"]["value"] == 0
    filtered = daemon.search("members", q="quantum zeppelin", filter="country:BE")
    assert filtered["query"]["match"] == "any"


@claim
def filters_and_facets_count_exactly():
    answer = daemon.search("members", q="", filter="country:BE", facets=["country", "sectors", "country_group"],
                           per_page=0)
    facets = {f["field"]: f for f in answer["facets"]}
    for country in ("BE", "DE", "FR"):
        value = next(v for v in facets["country"]["values"] if v["value"] == country)
        assert value["count"] == sum(m.get("country") == country for m in MEMBERS), country
        assert value["selected"] == (country == "BE")
    for value in facets["sectors"]["values"]:
        assert value["count"] == sum(m.get("country") == "BE" and value["value"] in m.get("sectors", [])
                                     for m in MEMBERS)
    assert [v["value"] for v in facets["country_group"]["values"]] == ["eu"]
    assert answer["total"] == {"value": sum(m.get("country") == "BE" for m in MEMBERS), "exact": True}


@claim
def choosing_what_a_facet_shows_gives_what_it_counted():
    base = daemon.search("members", q="security", facets=["stakeholder", "country"], per_page=0)
    for facet in base["facets"]:
        for value in facet["values"]:
            narrowed = daemon.search("members", q="security", per_page=0,
                                     filter=f"{facet['field']}:{value['value']}")
            assert narrowed["total"]["value"] == value["count"], (facet["field"], value)


@claim
def missing_is_counted_and_other_is_what_the_limit_left():
    answer = daemon.search("members", facets=[{"field": "country", "limit": 3}, "employees"], per_page=0)
    country, employees = answer["facets"]
    assert len(country["values"]) == 3
    assert country["other"] + sum(v["count"] for v in country["values"]) + country["missing"] == len(MEMBERS)
    assert country["total_values"] == len({m["country"] for m in MEMBERS if "country" in m})
    assert employees["missing"] == sum("employees" not in m for m in MEMBERS)
    known = [m["employees"] for m in MEMBERS if "employees" in m]
    assert employees["stats"]["min"] == min(known) and employees["stats"]["max"] == max(known)


@claim
def a_tree_counts_documents_once_along_the_hierarchy():
    answer = daemon.search("members", facets=[{"field": "topics", "type": "tree"}], per_page=0)
    values = {v["value"]: v for v in answer["facets"][0]["values"]}
    vocabulary = daemon.get("/v1/vocabularies/topics").json["values"]
    below = {"cryptography"} | {c["id"] for c in vocabulary if c.get("broader") == "cryptography"}
    expected = sum(bool(below & set(m.get("topics", []))) for m in MEMBERS)
    assert values["cryptography"]["count"] == expected and values["cryptography"]["depth"] == 0
    assert all(v["parent"] in values for v in values.values() if v["parent"])
    chosen = daemon.search("members", filter="topics:cryptography/*", per_page=0)
    assert chosen["total"]["value"] == expected


@claim
def ranges_and_histograms_put_every_document_in_its_step():
    answer = daemon.search("members", per_page=0, facets=[
        {"field": "founded", "type": "histogram", "interval": 10},
        {"field": "founded", "type": "range", "ranges": [{"to": 2000}, {"from": 2000, "label": "new"}]},
        {"field": "joined", "type": "histogram", "interval": "year"}])
    decades, ranges, years = (f["values"] for f in answer["facets"])
    founded = [m["founded"] for m in MEMBERS if "founded" in m]
    for step in decades:
        assert step["count"] == sum(step["from"] <= y < step["to"] for y in founded)
    assert sum(s["count"] for s in decades) == len(founded)
    assert [r["count"] for r in ranges] == [sum(y < 2000 for y in founded), sum(y >= 2000 for y in founded)]
    for step in years:
        assert step["count"] == sum(m.get("joined", "").startswith(step["label"]) for m in MEMBERS), step


@claim
def labels_speak_the_asked_language():
    facets = daemon.search("members", facets=["country"], lang="fr", per_page=0)["facets"]
    assert next(v["label"] for v in facets[0]["values"] if v["value"] == "DE") == "Allemagne"
    answer = daemon.request("GET", "/v1/search?facets=country&per_page=0", headers={"Accept-Language": "de-AT, en"})
    assert next(v["label"] for v in answer.json["facets"][0]["values"] if v["value"] == "FR") == "Frankreich"


@claim
def names_are_sorted_as_their_readers_sort_them():
    names = [h["document"]["name"] for h in daemon.search("members", sort="name", per_page=1000)["hits"]]
    assert len(names) == len(MEMBERS)
    position = {name: i for i, name in enumerate(names)}
    lower = sorted((n for n in names if n[0] in "Öo" or n[0] in "OPQ"), key=lambda n: position[n])
    assert names.index("Böhme Sicherheitstechnik GmbH") < next(
        i for i, n in enumerate(names) if n.startswith("C"))
    assert lower
    assert names == list(reversed([h["document"]["name"] for h in
                                   daemon.search("members", sort="-name", per_page=1000)["hits"]]))


@claim
def those_without_the_value_come_last_either_way():
    for order in ("employees", "-employees"):
        hits = daemon.search("members", sort=[order], per_page=1000)["hits"]
        known = [h["document"].get("employees") for h in hits]
        first_missing = known.index(None)
        assert all(v is None for v in known[first_missing:])
        values = known[:first_missing]
        assert values == sorted(values, reverse=order[0] == "-")


@claim
def pages_do_not_overlap_and_leave_nothing_out():
    seen = []
    for page in range(1, 14):
        seen += ids(daemon.search("members", q="security", page=page, per_page=7))
    total = daemon.search("members", q="security", per_page=0)["total"]["value"]
    assert len(seen) == len(set(seen)) == min(total, 13 * 7)


@claim
def a_walk_by_cursor_sees_everything_once_whatever_is_written():
    answer = daemon.search("members", cursor="*", per_page=10)
    seen = ids(answer)
    daemon.admin("PUT", "/v1/collections/members/documents/late", {"name": "Late comer"})
    while answer["cursor"]:
        answer = daemon.search("members", cursor=answer["cursor"], per_page=10)
        seen += ids(answer)
    daemon.admin("DELETE", "/v1/collections/members/documents/late")
    assert sorted(seen) == sorted(m["id"] for m in MEMBERS)
    expired = daemon.get("/v1/collections/members/search", cursor="0" * 32 + "-10")
    assert expired.status == 410 and expired.json["code"] == "cursor_expired"


@claim
def distance_and_box_follow_the_map():
    near = daemon.search("members", near={"lat": 50.85, "lon": 4.35}, radius="60km", sort="distance", per_page=1000)
    away = [h["distance_m"] for h in near["hits"]]
    assert away and away == sorted(away) and away[-1] <= 60000
    assert all(h["document"]["country"] in ("BE", "NL") for h in near["hits"])
    box = daemon.search("members", box="36,-10,44,3.4", per_page=1000)
    assert box["hits"] and all(h["document"]["country"] in ("ES", "PT", "FR", "AD") for h in box["hits"])


@claim
def a_long_document_is_one_hit_with_its_best_passages():
    answer = daemon.search("agenda", q="post-quantum cryptography", passages=3, match="all")
    assert len(ids(answer)) == len(set(ids(answer)))
    first = answer["hits"][0]
    assert 1 <= len(first["passages"]) <= 3 and "sections" not in first["document"]
    source = next(d for d in AGENDA if d["id"] == first["id"])
    for passage in first["passages"]:
        plain = passage["text"].replace("<mark>", "").replace("</mark>", "")
        section = next(s for s in source["sections"] if passage["section"].endswith(s.get("heading", "")) and
                       " ".join(plain.split()[:6]) in " ".join(
                           s.get("text", "").replace("&", "&amp;").replace("'", "&#39;").replace('"', "&quot;").split()))
        assert section["text"][passage["start"]:passage["end"]].split()[0] in plain
        assert passage["page"] == section.get("page")
    assert answer["passages_total"] >= len(answer["hits"])


@claim
def words_in_different_passages_find_their_document():
    first, last = None, None
    for document in AGENDA:
        if document["id"] == "sria-2025":
            texts = [set(s.get("text", "").lower().split()) for s in document["sections"]]
            everywhere = set.union(*texts)
            first = next(w for w in sorted(texts[0]) if w.isalpha() and len(w) > 8 and sum(w in t for t in texts) == 1)
            last = next(w for w in sorted(texts[-1]) if w.isalpha() and len(w) > 8 and sum(w in t for t in texts) == 1)
            assert {first, last} <= everywhere
    assert "sria-2025" in ids(daemon.search("agenda", q=f'"{first}" "{last}"', match="all", per_page=100))


@claim
def highlights_are_html_safe_always():
    nasty = {"name": "Evil <script>alert('x')</script> \"quoted\" & co", "profile": "<b>bold</b> zebra <i>"}
    daemon.admin("PUT", "/v1/collections/members/documents/evil", nasty)
    hit = daemon.search("members", q="zebra evil script alert")["hits"][0]
    daemon.admin("DELETE", "/v1/collections/members/documents/evil")
    for text in hit["highlight"].values():
        bare = text.replace("<mark>", "").replace("</mark>", "")
        assert "<" not in bare and ">" not in bare and '"' not in bare and "'" not in bare, text
    plain = daemon.search("members", q="security", highlight={"pre": "[", "post": "]", "encode": "none"})
    assert any("[" in t for h in plain["hits"] for t in h["highlight"].values() if isinstance(t, str))
    assert all("highlight" not in h for h in daemon.search("members", q="security", highlight=False)["hits"])


@claim
def reasons_add_up_to_the_score():
    for hit in daemon.search(q="secure railway signalling", explain=True, match="any")["hits"]:
        points = sum(r["points"] for r in hit["explain"]["reasons"])
        assert abs(points - hit["score"]) < 1e-4 * max(1, hit["score"]), (points, hit["score"])


@claim
def get_and_post_say_the_same():
    got = daemon.get("/v1/search", q="security", filter="country:BE AND sectors:finance", facets="country,sectors",
                     **{"in": "members", "sort": "-employees,name", "per_page": 5}).json
    posted = daemon.search(q="security", filter=[["country:BE"], ["sectors:finance"]], facets=["country", "sectors"],
                           sort=["-employees", "name"], per_page=5, **{"in": ["members"]})
    for answer in (got, posted):
        answer.pop("took_ms")
    assert got == posted


@claim
def an_unchanged_answer_is_304_and_a_write_ends_that():
    first = daemon.get("/v1/search", q="security")
    tag = first.header("ETag")
    again = daemon.request("GET", "/v1/search?q=security", headers={"If-None-Match": tag})
    assert again.status == 304 and again.body == b""
    assert "Authorization" in first.header("Vary")
    daemon.admin("PUT", "/v1/collections/groups/documents/tmp", {"name": "Temporary"})
    changed = daemon.request("GET", "/v1/search?q=security", headers={"If-None-Match": tag})
    daemon.admin("DELETE", "/v1/collections/groups/documents/tmp")
    assert changed.status == 200 and changed.json["revision"] > first.json["revision"]


@claim
def one_letter_after_other_words_narrows_nothing_but_helps_the_order():
    daemon.bulk("groups", [{"id": "annex-a", "name": "Quux annex A of the long text"},
                           {"id": "annex-i", "name": "Quux annex I of the long text"},
                           {"id": "annex", "name": "Quux annex of the long text"}])
    found = {letter: [hit["id"] for hit in daemon.search("groups", q=f"quux annex {letter}", prefix="last")["hits"]]
             for letter in "aix"}
    capital = [hit["id"] for hit in daemon.search("groups", q="quux annex I")["hits"]]
    for name in ("annex-a", "annex-i", "annex"):
        daemon.admin("DELETE", f"/v1/collections/groups/documents/{name}")
    assert all(len(ids) == 3 for ids in found.values()), found
    assert found["i"][0] == "annex-i", found
    assert capital[0] == "annex-i", capital


@claim
def an_answer_that_was_cut_says_so_and_is_not_kept():
    daemon.bulk("groups", [{"id": f"p{i}", "name": " ".join(f"prefixword{j:05d}" for j in range(i * 500, i * 500 + 500))}
                           for i in range(21)])
    cut = daemon.get("/v1/search", q="prefixw*")
    daemon.admin("DELETE", "/v1/collections/groups/documents?filter=id:*")
    load_corpus(daemon)
    assert cut.json["total"]["exact"] is False and cut.json["warnings"][0]["code"] == "prefix_truncated"
    assert cut.header("ETag") is None


@claim
def exports_stream_every_hit_as_csv_and_ndjson():
    answer = daemon.request("GET", "/v1/collections/members/search?filter=country:DE",
                            headers={"Accept": "application/x-ndjson"})
    lines = [json.loads(line) for line in answer.body.decode().splitlines()]
    expected = [m for m in MEMBERS if m.get("country") == "DE"]
    assert sorted(lines, key=lambda d: d["id"]) == sorted(expected, key=lambda d: d["id"])
    answer = daemon.request("GET", "/v1/collections/members/search?filter=country:DE", headers={"Accept": "text/csv"})
    rows = list(csv.DictReader(io.StringIO(answer.body.decode(), newline="")))
    assert answer.header("Content-Type").startswith("text/csv")
    by_id = {m["id"]: m for m in expected}
    assert len(rows) == len(expected)
    for row in rows:
        assert row["name"].lstrip("'") == by_id[row["id"]]["name"]
        assert row["sectors"].split("|") == by_id[row["id"]].get("sectors", [""])


@claim
def a_facet_can_be_searched_inside():
    facet = daemon.get("/v1/collections/members/facets/country", q="ger").json
    assert "DE" in [v["value"] for v in facet["values"]]
    assert all("ger" in v["label"].lower() or v["value"] == "DE" for v in facet["values"])
    filtered = daemon.get("/v1/collections/members/facets/sectors", q="health", filter="country:DE").json
    assert filtered["values"][0]["count"] == sum(
        m.get("country") == "DE" and "healthcare" in m.get("sectors", []) for m in MEMBERS)


@claim
def a_document_comes_back_as_given_and_shows_its_terms():
    member = MEMBERS[0]
    answer = daemon.get(f"/v1/collections/members/documents/{member['id']}")
    assert answer.json == member and list(answer.json) == list(member)
    tag = answer.header("ETag")
    again = daemon.request("GET", f"/v1/collections/members/documents/{member['id']}", headers={"If-None-Match": tag})
    assert again.status == 304
    terms = daemon.get(f"/v1/collections/members/documents/{member['id']}/terms").json
    kinds = {t["kind"] for t in terms["units"][0]["terms"]}
    assert {"exact", "stem"} <= kinds


@claim
def collections_and_vocabularies_describe_themselves():
    listed = daemon.get("/v1/collections").json["collections"]
    assert {c["name"]: c["documents"] for c in listed} == {k: len(v) for k, v in corpus().items()}
    sectors = daemon.get("/v1/vocabularies/sectors", lang="fr").json
    assert any(v["id"] == "healthcare" and v["label"] for v in sectors["values"])
    assert daemon.get("/healthz").status == 200 and daemon.get("/readyz").status == 200


@claim
def metrics_are_prometheus_text():
    text = daemon.get("/metrics").body.decode()
    names = set()
    for line in text.splitlines():
        if line.startswith("# TYPE"):
            names.add(line.split()[2])
        elif not line.startswith("#"):
            name, value = line.rsplit(" ", 1)
            float(value)
            assert name.split("{")[0] in names, line
    assert 'ecsearch_documents{collection="members"} %d' % len(MEMBERS) in text


@claim
def the_description_names_every_route_and_parameter():
    described = daemon.get("/openapi.json").json
    allowed = set()
    for path, operations in described["paths"].items():
        target = path.replace("{c}", "members").replace("{id}", "x").replace("{field}", "country") \
            .replace("{name}", "sectors")
        answer = daemon.request("OPTIONS", target)
        methods = {m.strip().lower() for m in answer.header("Allow").split(",")} - {"head", "options"}
        assert methods == set(operations), (path, methods)
        allowed.add(path)
    assert "/v1/search" in allowed
    names = {p["name"] for p in described["components"]["parameters"].values()}
    refused = daemon.get("/v1/search", nonsense="1").json
    assert refused["code"] == "unknown_parameter"
    for name in ("q", "filter", "facets", "sort", "cursor", "near", "highlight", "timeout_ms"):
        assert name in names


@claim
def it_ends_cleanly():
    assert daemon.stop() == 0
    assert "error" not in daemon.logged(), daemon.logged()


run()
