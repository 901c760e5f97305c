#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""What stock InstantSearch clients send and read, in bodies as they are on the wire.

Every count is held against /v1's on the same sample corpus.
"""
import gzip
import json
import os
import shutil
import sys
import tempfile
import threading
import urllib.parse

sys.path.insert(0, os.path.dirname(__file__))
from daemon import SCHEMA, Daemon, claim, corpus, load_corpus, run  # noqa: E402

QUERIES = "/1/indexes/*/queries"
STOCK = "?x-algolia-agent=test&x-algolia-api-key=public&x-algolia-application-id=ecso"
PRE, POST = "__ais-highlight__", "__/ais-highlight__"

daemon = Daemon()
load_corpus(daemon)
MEMBERS = {m["id"]: m for m in corpus()["members"]}


def post(target, body, status=200, headers=None, on=None, query=STOCK):
    if not isinstance(body, (str, bytes)):
        body = json.dumps(body)
    answer = (on or daemon).request("POST", target + query, body, {"Content-Type": "text/plain", **(headers or {})})
    assert answer.status == status, (answer.status, answer.body[:600])
    return answer


def results(*requests, **how):
    return post(QUERIES, {"requests": list(requests)}, **how).json["results"]


def result(index="members", **parameters):
    how = {name: parameters.pop(name) for name in ("on", "headers", "query_string") if name in parameters}
    if "query_string" in how:
        how["query"] = how.pop("query_string")
    return results({"indexName": index, **parameters}, **how)[0]


def ids(answer):
    return [hit["objectID"] for hit in answer["hits"]]


def refusal(status=400, **request):
    answer = post(QUERIES, {"requests": [{"indexName": "members"}, {"indexName": "members", **request}]}, status)
    assert answer.header("Content-Type") == "application/problem+json"
    assert answer.json["message"] == answer.json["detail"] and "error" not in answer.json
    return answer.json


def native(collection="members", **parameters):
    return daemon.search(collection, **{"prefix": "last", "per_page": 1000, **parameters})


def counted(facet):
    return {v["value"]: v["count"] for v in facet["values"] if v["count"]}


@claim
def searches_find_what_the_native_route_finds_in_its_order():
    rows = [
        ({}, {}),
        ({"query": "energy"}, {"q": "energy"}),
        ({"query": "cyb"}, {"q": "cyb"}),
        ({"query": "cyb", "queryType": "prefixNone"}, {"q": "cyb", "prefix": "none"}),
        ({"query": "cyber securty"}, {"q": "cyber securty"}),
        ({"query": "securty", "typoTolerance": False}, {"q": "securty", "typo": "off"}),
        ({"query": "securty", "typoTolerance": "false"}, {"q": "securty", "typo": "off"}),
        ({"query": "securty", "typoTolerance": "min"}, {"q": "securty"}),
        ({"query": "lisboa", "restrictSearchableAttributes": ["name", "city"]}, {"q": "lisboa", "fields": ["name", "city"]}),
        ({"facetFilters": ["country:BE"]}, {"filter": "country:BE"}),
        ({"facetFilters": "country:BE"}, {"filter": "country:BE"}),
        ({"facetFilters": [["country:BE", "country:LU"], "stakeholder:sme"]},
         {"filter": [["country:BE", "country:LU"], ["stakeholder:sme"]]}),
        ({"facetFilters": ["country:-BE", ["sectors:energy"]]}, {"filter": "NOT country:BE AND sectors:energy"}),
        ({"facetFilters": [[], ["country:\\-BE"]]}, {"filter": 'country:"-BE"'}),
        ({"facetFilters": ["sectors:energy<score=2>"]}, {"filter": "sectors:energy"}),
        ({"facetFilters": ["founded:1933"]}, {"filter": "founded:1933"}),
        ({"facetFilters": ["joined:2016-11-29"]}, {"filter": "joined:2016-11-29"}),
        ({"numericFilters": ["founded>=2000", "founded<2010"]}, {"filter": "founded:>=2000 AND founded:<2010"}),
        ({"numericFilters": [["founded=1933", "founded : 2010 TO 2012"]]}, {"filter": "founded:1933 OR founded:2010..2012"}),
        ({"numericFilters": "employees > 1000"}, {"filter": "employees:>1000"}),
        ({"numericFilters": ["founded!=1933"]}, {"filter": "NOT founded:1933"}),
        ({"numericFilters": ["joined>=1577836800"]}, {"filter": "joined:2020-01-01.."}),
        ({"numericFilters": ["joined<2020"]}, {"filter": "joined:..2019"}),
        ({"filters": "country:BE OR country:LU AND NOT stakeholder:sme"},
         {"filter": "country:BE OR (country:LU AND NOT stakeholder:sme)"}),
        ({"filters": "(country:BE OR 'country':\"LU\") AND NOT stakeholder:'sme'"},
         {"filter": "(country:BE OR country:LU) AND NOT stakeholder:sme"}),
        ({"filters": "NOT (country:BE OR founded < 2000)"}, {"filter": "NOT (country:BE OR founded:<2000)"}),
        ({"filters": "founded:1990 TO 2000 AND sectors:energy<score=3>"}, {"filter": "founded:1990..2000 AND sectors:energy"}),
        ({"filters": "sectors:\"energy\"<score=3>"}, {"filter": "sectors:energy"}),
        ({"filters": "  "}, {}),
        ({"filters": "country:BE", "facetFilters": ["sectors:finance"], "numericFilters": ["founded>1990"]},
         {"filter": "country:BE AND sectors:finance AND founded:>1990"}),
        ({"filters": "objectID:nothing OR objectID:adda-serena-energia"}, {"filter": "id:nothing OR id:adda-serena-energia"}),
        ({"aroundLatLng": "50.85,4.35", "aroundRadius": 300000}, {"near": "50.85,4.35", "radius": 300000, "sort": "distance"}),
        ({"aroundLatLng": "50.85, 4.35", "aroundRadius": "all"}, {"near": "50.85,4.35", "sort": ["relevance", "distance"]}),
        ({"insideBoundingBox": "60,20,45,0"}, {"box": "45,0,60,20"}),
        ({"insideBoundingBox": [[60, 20, 45, 0]]}, {"box": "45,0,60,20"}),
        ({"insideBoundingBox": "45,0,60,20"}, {"box": "45,0,60,20"}),
        ({"indexName": "members_name_asc"}, {"sort": "name"}),
        ({"indexName": "members_founded_desc"}, {"sort": "-founded"}),
        ({"indexName": "members_country_asc", "query": "security"}, {"q": "security", "sort": "country"}),
    ]
    for stock, ours in rows:
        got = results({"indexName": "members", "hitsPerPage": 1000, **stock})[0]
        want = native(**ours)
        assert got["nbHits"] == want["total"]["value"], (stock, got["nbHits"], want["total"])
        assert ids(got) == [hit["id"] for hit in want["hits"]], stock
    both = result(insideBoundingBox="60,20,45,0,40,0,35,-10", hitsPerPage=0)["nbHits"]
    assert both == native(box="45,0,60,20")["total"]["value"] + native(box="35,-10,40,0")["total"]["value"]


@claim
def older_clients_send_the_same_as_a_query_string():
    stock = {"query": "energy & grid", "hitsPerPage": 7, "page": 0, "facets": ["sectors", "country"], "maxValuesPerFacet": 5,
             "facetFilters": [["country:DK", "country:IT"], "lang:-fr"], "numericFilters": ["founded>=1900"],
             "getRankingInfo": True, "attributesToRetrieve": ["name", "country"], "aroundLatLng": "50.8,4.3",
             "insideBoundingBox": [[70, 40, 30, -20]], "attributesToSnippet": ["profile:5"], "typoTolerance": True}
    plain = {k: v if isinstance(v, str) else json.dumps(v) for k, v in stock.items()}
    new = result(**stock)
    old, mixed = results({"indexName": "members", "params": urllib.parse.urlencode(plain)},
                         {"indexName": "members", "params": stock})
    assert old.pop("params") == urllib.parse.urlencode(plain)
    for answer in (new, old, mixed):
        answer.pop("params", None)
        answer.pop("processingTimeMS")
    assert new == old == mixed, (new, old)
    assert new["hits"], new
    commas = result(params="facets=sectors,country&attributesToRetrieve=name,%20city&hitsPerPage=1")
    assert list(commas["facets"]) == ["sectors", "country"] and "city" in commas["hits"][0]


@claim
def pages_count_from_nought_and_offsets_begin_anywhere():
    whole = ids(result("members_name_asc", hitsPerPage=50))
    page = result("members_name_asc", hitsPerPage=7, page=2)
    assert ids(page) == whole[14:21] and (page["page"], page["hitsPerPage"]) == (2, 7)
    assert page["nbPages"] == -(-page["nbHits"] // 7) and page["index"] == "members_name_asc"
    part = result("members_name_asc", offset=5, length=3)
    assert ids(part) == whole[5:8] and (part["offset"], part["length"]) == (5, 3)
    none = result(hitsPerPage=0, page=3)
    assert none["hits"] == [] and none["nbPages"] == 0 and none["nbHits"] == len(MEMBERS)
    assert result(page=100000)["hits"] == []
    assert result(hitsPerPage=1)["exhaustive"] == {"nbHits": True, "facetsCount": True, "typo": True}


@claim
def facets_count_as_the_native_route_with_every_filter_kept():
    names = ["country", "country_group", "sectors", "topics", "lang", "city"]
    for stock, ours in (({}, {}), ({"query": "security"}, {"q": "security"}),
                        ({"facetFilters": [["country:BE", "country:DE"]]}, {"filter": "country:BE OR country:DE"})):
        got = result(facets=names, maxValuesPerFacet=1000, hitsPerPage=0, **stock)
        want = native(facets=[{"field": n, "disjunctive": False, "limit": 1000} for n in names], per_page=0, **ours)
        for facet in want["facets"]:
            assert got["facets"][facet["field"]] == counted(facet), facet["field"]
        assert got["renderingContent"]["facetOrdering"]["facets"]["order"] == names
    one = result(facets="country", facetFilters=["country:BE"], hitsPerPage=0)["facets"]
    assert list(one) == ["country"] and list(one["country"]) == ["BE"]
    few = result(facets=["sectors"], maxValuesPerFacet=2)["facets"]["sectors"]
    assert len(few) == 2 and sorted(few.values()) == sorted(counted(native(facets=["sectors"])["facets"][0]).values())[-2:]
    every = result(facets=["*"], hitsPerPage=0)
    listed = {f["name"] for f in daemon.get("/v1/collections/members").json["fields"] if f["facet"]}
    assert set(every["facets"]) == listed == set(every["renderingContent"]["facetOrdering"]["facets"]["order"])
    assert set(result(facets=["country.label", "*"])["facets"]) == listed | {"country.label"}
    assert "facets" not in result()


@claim
def numbers_and_dates_are_texts_with_statistics():
    got = result(facets=["founded", "joined"], maxValuesPerFacet=1000, hitsPerPage=0)
    years = [m["founded"] for m in MEMBERS.values() if "founded" in m]
    assert got["facets"]["founded"] == {str(y): years.count(y) for y in years}
    stats = got["facets_stats"]["founded"]
    assert (stats["min"], stats["max"], stats["sum"]) == (min(years), max(years), sum(years))
    assert abs(stats["avg"] - sum(years) / len(years)) < 1e-6
    dates = [m["joined"] for m in MEMBERS.values() if "joined" in m]
    assert got["facets"]["joined"] == {d: dates.count(d) for d in dates}
    first = result(numericFilters=[f"joined={got['facets_stats']['joined']['min']:.0f}"])
    assert {h["joined"] for h in first["hits"]} == {min(dates)}


@claim
def labels_are_counted_and_chosen_in_the_language_of_the_page():
    ids_ = result(facets=["country", "topics"], maxValuesPerFacet=1000, hitsPerPage=0)["facets"]
    for lang, belgium in (("en", "Belgium"), ("fr-BE, de;q=0.5", "Belgique"), ("de", "Belgien")):
        got = result(facets=["country.label", "topics.label"], maxValuesPerFacet=1000, hitsPerPage=0,
                     headers={"Accept-Language": lang})["facets"]
        assert got["country.label"][belgium] == ids_["country"]["BE"], got
        for name in ids_:
            assert sorted(got[name + ".label"].values()) == sorted(ids_[name].values())
    french = result(facets=["country.label"], queryLanguages=["xx", "fr"], facetFilters=[["country.label:Belgique"]])
    assert french["facets"]["country.label"] == {"Belgique": french["nbHits"]} and french["nbHits"] == ids_["country"]["BE"]
    assert french["hits"][0]["_labels"]["country"] == "Belgique" and french["hits"][0]["country"] == "BE"
    # An address may have been made in another language.
    for label in ("Belgien", "Belgium", "Belgique"):
        assert result(filters=f'country.label:"{label}"')["nbHits"] == ids_["country"]["BE"]
    assert result(filters='NOT country.label:Belgium')["nbHits"] == len(MEMBERS) - ids_["country"]["BE"]
    assert result(facetFilters=["country.label:Atlantis"])["nbHits"] == 0


@claim
def levels_count_what_is_narrower_and_lead_down():
    tree = native(facets=[{"field": "topics", "type": "tree", "disjunctive": False}], per_page=0)["facets"][0]["values"]
    label = {v["value"]: v["label"] for v in tree}
    got = result(facets=["topics.lvl0", "topics.lvl1", "topics.lvl5"], maxValuesPerFacet=1000, hitsPerPage=0)["facets"]
    assert got["topics.lvl0"] == {v["label"]: v["count"] for v in tree if v["depth"] == 0 and v["count"]}
    assert got["topics.lvl1"] == {f"{label[v['parent']]} > {v['label']}": v["count"] for v in tree
                                  if v["depth"] == 1 and v["count"]}
    assert got["topics.lvl5"] == {}
    for value in tree:
        path, level = value["label"], "topics.lvl0"
        if value["depth"] == 1:
            path, level = f"{label[value['parent']]} > {path}", "topics.lvl1"
        chosen = result(facetFilters=[[f"{level}:{path}"]], facets=[level], hitsPerPage=1000)
        assert chosen["nbHits"] == value["count"], value
        assert chosen["nbHits"] == native(filter=f"topics:{value['value']}/*")["total"]["value"]
        assert all(path in hit["_levels"]["topics"][level[-4:]] for hit in chosen["hits"])
    for hit in result(hitsPerPage=100)["hits"]:
        for names in hit["_levels"].get("topics", {}).values():
            assert len(names) == len(set(names)), names


@claim
def values_of_a_facet_are_searched_by_both_generations():
    want = daemon.get("/v1/collections/members/facets/sectors", q="en").json
    for facet, q, first in (("sectors", "en", "energy"), ("country.label", "bel", "Belgium"), ("country", "bel", "BE")):
        body = {"facetQuery": q, "query": "", "highlightPreTag": PRE, "highlightPostTag": POST}
        new = results({"indexName": "members", "type": "facet", "facet": facet, "facets": ["lang"], "maxFacetHits": 10, **body})[0]
        old = post(f"/1/indexes/members/facets/{facet}/query", body).json
        params = post(f"/1/indexes/members/facets/{facet}/query", {"params": urllib.parse.urlencode(body)}).json
        for answer in (new, old, params):
            assert answer.pop("processingTimeMS") >= 0
        assert new == old == params and new["exhaustiveFacetsCount"] is True and set(new) == {"facetHits", "exhaustiveFacetsCount"}
        assert first in [hit["value"] for hit in new["facetHits"]], new
    sectors = results({"indexName": "members", "type": "facet", "facet": "sectors", "facetQuery": "en"})[0]["facetHits"]
    assert {h["value"]: h["count"] for h in sectors} == counted(want)
    assert sectors[0]["highlighted"] == "<em>energy</em>" or "energy" not in sectors[0]["value"]
    level = results({"indexName": "members", "type": "facet", "facet": "topics.lvl1", "facetQuery": "post"})[0]["facetHits"]
    assert [h["value"] for h in level] == ["Cryptography > Post-quantum cryptography"], level
    assert level[0]["highlighted"] == "Cryptography > <em>Post</em>-quantum cryptography"
    narrowed = results({"indexName": "members", "type": "facet", "facet": "sectors", "facetQuery": "energy",
                        "facetFilters": ["country:BE"]})[0]["facetHits"]
    assert narrowed[0]["count"] == native(filter="sectors:energy AND country:BE")["total"]["value"]
    assert len(post("/1/indexes/members/facets/country/query", {"maxFacetHits": 3}).json["facetHits"]) == 3


@claim
def every_text_is_highlighted_raw_and_nested_like_the_document():
    got = result(query="adda energy", hitsPerPage=1000, highlightPreTag=PRE, highlightPostTag=POST)
    levels = set()

    def check(marked, value):
        if isinstance(value, list):
            assert len(marked) == len(value)
            for pair in zip(marked, value):
                check(*pair)
            return
        levels.add(marked["matchLevel"])
        assert marked["value"].replace(PRE, "").replace(POST, "") == value, (marked, value)
        assert (PRE in marked["value"]) == (marked["matchLevel"] != "none") == bool(marked["matchedWords"])
        assert ("fullyHighlighted" in marked) == (marked["matchLevel"] != "none")
        assert (marked["matchLevel"] == "full") == (set(marked["matchedWords"]) == {"adda", "energy"})

    for hit in got["hits"]:
        texts = {k: v for k, v in MEMBERS[hit["objectID"]].items()
                 if isinstance(v, str) or isinstance(v, list) and isinstance(v[0], str)}
        assert set(hit["_highlightResult"]) == set(texts), hit
        for name, value in texts.items():
            check(hit["_highlightResult"][name], value)
            assert hit[name] == value
    assert levels == {"none", "partial", "full"}
    first = next(h for h in got["hits"] if h["objectID"] == "adda-serena-energia")["_highlightResult"]
    assert first["aliases"] == [{"value": f"{PRE}Adda{POST} Serena {PRE}Energy{POST}", "matchLevel": "full",
                                 "matchedWords": ["adda", "energy"], "fullyHighlighted": False}]
    assert result(query="milano", attributesToHighlight=["city"])["hits"][0]["_highlightResult"] == {
        "city": {"value": "<em>Milano</em>", "matchLevel": "full", "matchedWords": ["milano"], "fullyHighlighted": True}}
    assert "_highlightResult" not in result(attributesToHighlight=[])["hits"][0]
    some = result(attributesToHighlight=["founded", "nothing"], hitsPerPage=1000)["hits"]
    for hit in some:
        assert hit.get("_highlightResult", {}) == ({"founded": {"value": str(hit["founded"]), "matchLevel": "none",
                                                                "matchedWords": []}} if "founded" in hit else {})


@claim
def what_looks_like_markup_is_neither_escaped_nor_lost():
    text = "Tom & <b>Jerry</b> \"guard\"\n\n  zyzzyva \t networks"
    daemon.bulk("members", [{"id": "markup", "name": "Zyzzyva & <i>Sons</i>", "profile": text}])
    hit = result(query="zyzzyva", attributesToSnippet=["profile:2", "name"], snippetEllipsisText="<...>")["hits"][0]
    assert hit["_highlightResult"]["name"]["value"] == "<em>Zyzzyva</em> & <i>Sons</i>"
    assert hit["_highlightResult"]["profile"]["value"] == text.replace("zyzzyva", "<em>zyzzyva</em>")
    assert hit["_snippetResult"]["profile"] == {"value": "<...><em>zyzzyva</em> \t networks", "matchLevel": "full"}
    assert hit["_snippetResult"]["name"]["value"] == "<em>Zyzzyva</em> & <i>Sons</i>"
    daemon.admin("DELETE", "/v1/collections/members/documents/markup")


@claim
def snippets_have_so_many_words_and_show_what_was_asked():
    for words in (1, 5, 20):
        for hit in result(query="firmware telemetry", attributesToSnippet=[f"profile:{words}"])["hits"]:
            snippet = hit["_snippetResult"]["profile"]
            shown = snippet["value"].replace("<em>", "").replace("</em>", "").strip("…")
            assert shown in hit["profile"]
            assert snippet["matchLevel"] == hit["_highlightResult"]["profile"]["matchLevel"]
            assert ("<em>" in snippet["value"]) == (snippet["matchLevel"] != "none"), (words, snippet)
            assert 1 <= len(shown.split()) <= words
    every = result(query="energy", attributesToSnippet=["*:3"])["hits"][0]["_snippetResult"]
    assert {"name", "profile", "aliases"} <= set(every) and isinstance(every["aliases"], list)
    assert "_snippetResult" not in result(query="energy")["hits"][0]


@claim
def hits_show_what_was_asked_for_and_who_and_where_they_are():
    hit = result(facetFilters=["objectID:adda-serena-energia"])["hits"][0]
    added = {k: hit.pop(k) for k in ("objectID", "_geoloc", "_labels", "_levels", "_highlightResult")}
    assert hit == MEMBERS["adda-serena-energia"]
    assert added["objectID"] == hit["id"] and added["_geoloc"] == {"lat": hit["location"]["lat"], "lng": hit["location"]["lon"]}
    assert added["_labels"]["sectors"] == ["Energy", "Smart grids, smart buildings and smart cities"]
    assert added["_labels"]["country_group"] == "EU Member States"
    rows = [(["name"], {"name"}), (["*", "-profile", "-_highlightResult"], set(hit) - {"profile"}), ([], set()),
            (["country"], {"country"}), ("name,city", {"name", "city"})]
    for names, want in rows:
        got = result(facetFilters=["objectID:adda-serena-energia"], attributesToRetrieve=names, attributesToHighlight=[])["hits"][0]
        assert {k for k in got if k[0] != "_"} - {"objectID"} == want, (names, got)
    assert "_geoloc" in result(attributesToRetrieve=["_geoloc"])["hits"][0]
    near = result(aroundLatLng="45.4642,9.19", getRankingInfo=True, hitsPerPage=3)
    assert near["hits"][0]["_rankingInfo"]["geoDistance"] < 2000 and near["aroundLatLng"] == "45.4642,9.19"
    distances = [h["_rankingInfo"]["geoDistance"] for h in near["hits"]]
    assert distances == sorted(distances)


@claim
def a_long_document_comes_as_its_best_passages():
    got = result("agenda", query="post-quantum migration", hitsPerPage=3, attributesToSnippet=["passages:6"])
    want = native("agenda", q="post-quantum migration", passages=3)
    for hit, ours in zip(got["hits"], want["hits"]):
        assert "sections" not in hit and len(json.dumps(hit)) < 40000
        assert [(p["id"], p["section"], p.get("page")) for p in hit["passages"]] == [
            (p["id"], p["section"], p["page"]) for p in ours["passages"]]
        marked = hit["_highlightResult"]["passages"]
        for passage, mark, snippet in zip(hit["passages"], marked, hit["_snippetResult"]["passages"]):
            assert mark["text"]["value"].replace("<em>", "").replace("</em>", "") == passage["text"]
            assert mark["section"]["value"].replace("<em>", "").replace("</em>", "") == passage["section"]
            assert len(snippet["text"]["value"].split()) <= 6
        assert any(mark["text"]["matchLevel"] != "none" for mark in marked)
    assert result("agenda")["hits"][0]["passages"] == []
    bare = result("agenda", query="quantum", attributesToRetrieve=["title"], attributesToHighlight=["title"])["hits"][0]
    assert "passages" not in bare and set(bare["_highlightResult"]) == {"title"} and "_snippetResult" not in bare


@claim
def an_index_on_a_page_with_others_may_lack_their_attributes():
    lacking = result("groups", facets=["country", "topics"], facetFilters=[["country:BE"]])
    assert lacking["nbHits"] == 0 and list(lacking["facets"]) == ["topics"]
    assert result("groups", numericFilters=["founded>1990"])["nbHits"] == 0
    assert result("groups", facetFilters=["country:-BE"])["nbHits"] == len(corpus()["groups"])


@claim
def the_body_of_a_page_with_everything_chosen_is_answered():
    """The captured first request of a page with all widgets, in a schema that has its attributes."""
    folder = tempfile.mkdtemp(prefix="ecsearch-stock-")
    labels = {"services": "Services", "soc": "SOC", "consulting": "Consulting"}
    with open(os.path.join(folder, "cat.json"), "w", encoding="utf-8") as file:
        json.dump({"name": "cat", "label": {"en": "Category"}, "values": [
            {"id": i, "label": {"en": label}, **({} if i == "services" else {"broader": "services"})}
            for i, label in labels.items()]}, file)
    fields = [{"name": "name", "type": "text", "required": True, "weight": 3, "sort": True},
              {"name": "text", "type": "text", "weight": 1},
              {"name": "cat", "type": "keyword", "multi": True, "facet": True, "vocabulary": "cat"},
              {"name": "free", "type": "bool", "facet": True}, {"name": "place", "type": "geo"},
              *({"name": n, "type": "keyword", "facet": True} for n in ("type", "sector", "country")),
              *({"name": n, "type": "number", "facet": True} for n in ("employees", "rating", "founded"))]
    with open(os.path.join(folder, "schema.json"), "w", encoding="utf-8") as file:
        json.dump({"version": 1, "vocabularies": ["cat.json"], "collections": [
            {"name": "members", "label": {"en": "Members"}, "public": True, "language": "en", "title": "name",
             "fields": [{"name": "id", "type": "keyword", "required": True}, *fields]}]}, file)
    base = {"name": "Energy SOC", "text": "We watch the energy grids of twelve countries by day and by night.", "type": "SME",
            "free": True, "sector": "Energy", "cat": ["soc"], "country": "DE", "employees": 20, "rating": 4, "founded": 2010,
            "place": {"lat": 52.5, "lon": 13.4}}
    changes = [{}, {"free": False}, {"sector": "Finance"}, {"cat": ["consulting"]}, {"country": "CY"}, {"country": "FR"},
               {"employees": 60}, {"type": "Large"}]
    main = {"indexName": "members", "analytics": False, "aroundLatLng": "52.5,13.4", "attributesToSnippet": ["text:10"],
            "clickAnalytics": False, "distinct": True,
            "facetFilters": ["type:SME", ["free:true"], ["sector:Energy"], ["cat.lvl1:Services > SOC"], ["country:DE"]],
            "facets": ["cat.lvl0", "cat.lvl1", "country", "employees", "free", "rating", "sector", "type"],
            "filters": "country:DE OR country:CY", "getRankingInfo": True, "highlightPostTag": POST, "highlightPreTag": PRE,
            "hitsPerPage": 2, "maxValuesPerFacet": 20,
            "numericFilters": ["employees>=10", "employees<=50", "founded>=2000"], "page": 0, "query": "energy"}

    def without(facet, *instead):
        return {**main, "facets": facet, "hitsPerPage": 0,
                "facetFilters": [f for f in main["facetFilters"] if not str(f).startswith(f"['{facet[:4]}")] + list(instead)}

    with Daemon(schema=os.path.join(folder, "schema.json")) as other:
        other.bulk("members", [{"id": str(n), **base, **change} for n, change in enumerate(changes)])
        whole, free, sector, country, level, top = results(
            main, without("free"), without("sector"), without("country"),
            without("cat.lvl1", ["cat.lvl0:Services"]), without("cat.lvl0"), on=other)
    assert ids(whole) == ["0"] and whole["nbHits"] == whole["nbPages"] == 1
    assert whole["facets"] == {"cat.lvl0": {"Services": 1}, "cat.lvl1": {"Services > SOC": 1}, "country": {"DE": 1},
                               "employees": {"20": 1}, "free": {"true": 1}, "rating": {"4": 1}, "sector": {"Energy": 1},
                               "type": {"SME": 1}}, whole["facets"]
    assert free["facets"] == {"free": {"true": 1, "false": 1}} and free["hits"] == []
    assert sector["facets"] == {"sector": {"Energy": 1, "Finance": 1}}
    assert country["facets"] == {"country": {"DE": 1, "CY": 1}}
    assert level["facets"] == {"cat.lvl1": {"Services > SOC": 1, "Services > Consulting": 1}}
    assert top["facets"] == {"cat.lvl0": {"Services": 2}}
    hit = whole["hits"][0]
    assert hit["_snippetResult"]["text"] == {"value": f"We watch the {PRE}energy{POST} grids of twelve countries by day…",
                                             "matchLevel": "full"}
    assert hit["_rankingInfo"]["geoDistance"] == 0 and hit["_geoloc"] == {"lat": 52.5, "lng": 13.4}
    shutil.rmtree(folder)


@claim
def what_is_not_known_is_ignored():
    for name in ("analytics", "clickAnalytics", "userToken", "enableABTest", "ruleContexts", "facetingAfterDistinct",
                 "responseFields", "distinct", "tagFilters", "optionalFilters", "relevancyStrictness", "insidePolygon",
                 "removeStopWords", "ignorePlurals", "optionalWords", "somethingNew"):
        for value in (True, [], "x", {"a": [1]}, None, 7):
            assert result(query="energy", **{name: value})["nbHits"] > 0, name
    assert result(page=None, facets=None, filters=None, aroundLatLng="", facetFilters=[])["nbHits"] == len(MEMBERS)


@claim
def what_is_wrong_is_named_with_its_search_and_parameter():
    rows = [
        ({"page": -1}, "page: must be a whole number"), ({"page": 1.5}, "page:"), ({"page": "x"}, "page:"),
        ({"hitsPerPage": 1001}, "hitsPerPage: must be a whole number from 0 to 1000"),
        ({"query": 7}, "query: must be a text"), ({"query": "x" * 5000}, "query: must be at most"),
        ({"facets": {"a": 1}}, "facets: must be a list"), ({"facets": ["contry"]}, 'facets: there is no attribute "contry"'),
        ({"facets": ["name"]}, 'facets: "name" is not counted'), ({"facets": ["city.label"]}, 'facets: "city.label" has no labels'),
        ({"facets": [1]}, "facets: must hold texts"), ({"facets": "[\"a"}, "facets: column"),
        ({"facetFilters": {}}, "facetFilters: must be a list"), ({"facetFilters": [["a:b"], [["c:d"]]]}, "facetFilters:"),
        ({"facetFilters": ["country"]}, 'facetFilters: "country" is not attribute:value'),
        ({"facetFilters": ["name:x"]}, "facetFilters: name cannot be filtered by: it is prose"),
        ({"facetFilters": ["location:x"]}, "facetFilters: location cannot be filtered by: it is a place"),
        ({"facetFilters": ["founded:x"]}, 'facetFilters: "x" is no number'),
        ({"facetFilters": ["joined:x"]}, 'facetFilters: "x" is no date'),
        ({"facetFilters": [[f"country:{i}" for i in range(501)]]}, "facetFilters: more than 500"),
        ({"numericFilters": ["country>1"]}, "numericFilters: country is neither number nor date"),
        ({"numericFilters": ["founded"]}, "numericFilters: column 8: expected"),
        ({"numericFilters": ["founded>"]}, "numericFilters: column 9: expected"),
        ({"numericFilters": ["founded>=x"]}, 'numericFilters: "x" is no number'),
        ({"numericFilters": [">1"]}, "numericFilters: column 1: expected"),
        ({"filters": ["country:BE"]}, "filters: must be a text"), ({"filters": "country:BE OR"}, "filters: column 14:"),
        ({"filters": "country:BE country:LU"}, "filters: column 12: expected AND, OR or the end"),
        ({"filters": "(country:BE"}, 'filters: column 12: expected ")"'), ({"filters": "é:x"}, 'there is no attribute "é"'),
        ({"filters": "country:\"BE"}, "filters: column 12: the quote is never closed"),
        ({"filters": "(" * 40 + "country:BE"}, "filters: column 33: too deeply nested"),
        ({"filters": "NOT " * 5000 + "country:BE"}, "filters: longer than"), ({"filters": "public"}, "there is no attribute"),
        ({"aroundLatLng": "52"}, "aroundLatLng: must be"), ({"aroundLatLng": "95,0"}, "aroundLatLng:"),
        ({"aroundLatLng": "1,2,3"}, "aroundLatLng:"), ({"aroundRadius": 0}, "aroundRadius: must be metres"),
        ({"insideBoundingBox": "1,2,3"}, "insideBoundingBox: must be"), ({"insideBoundingBox": [[1, 2, 3, 400]]}, "insideBoundingBox:"),
        ({"insideBoundingBox": [[[[1, 2, 3, 4]]]]}, "insideBoundingBox:"), ({"getRankingInfo": "maybe"}, "getRankingInfo: must be true"),
        ({"typoTolerance": "much"}, "typoTolerance:"), ({"queryType": "x"}, "queryType:"), ({"maxValuesPerFacet": 1001}, "maxValuesPerFacet:"),
        ({"restrictSearchableAttributes": ["founded"]}, 'restrictSearchableAttributes: "founded" is not searched'),
        ({"highlightPreTag": "x" * 300}, "highlightPreTag: must be at most"), ({"params": "a=%zz"}, "params:"),
        ({"params": "facets=%5B"}, "facets: column"), ({"type": "facet"}, "facet: must name one attribute"),
        ({"type": "facet", "facet": 7}, "facet: must be an attribute"), ({"type": "facet", "facet": "country", "maxFacetHits": 101}, "maxFacetHits:"),
        ({"indexName": 7}, "indexName: must be the name"),
    ]
    for request, message in rows:
        told = refusal(**request)
        assert message in told["message"] and told["message"].startswith("requests[1]."), (request, told["message"])
        assert told["errors"][0]["pointer"].startswith("/requests/1/"), told
    assert refusal(facets=["contry"])["errors"][0]["did_you_mean"] == "country"
    for index in ("membrs", "members_", "members_name", "members_nam_asc", "members_profile_asc", "members_name_up", ""):
        told = refusal(404, indexName=index)
        assert f'requests[1].indexName: there is no index "{index}"' == told["message"], told
    assert refusal(404, indexName="membrs")["errors"][0]["did_you_mean"] == "members"
    for body in ("", "{}", "[]", "x", '{"requests": {}}', '{"requests": [7]}', '{"requests": [{}]}', '{"requests": [null]}'):
        assert post(QUERIES, body, 400).json["message"], body
    assert "more than 50" in post(QUERIES, {"requests": [{"indexName": "members"}] * 51}, 400).json["message"]
    assert len(results(*[{"indexName": "members", "hitsPerPage": 0}] * 50)) == 50
    assert post("/1/indexes/nothing/query", {}, 404).json["message"] == 'there is no index "nothing"'
    assert post("/1/indexes/members/query", {"page": -1}, 400).json["message"].startswith("page:")
    assert post("/1/indexes/members/facets/nothing/query", {}, 400).json["message"].startswith("facet: there is no attribute")
    assert results() == []


@claim
def the_body_is_json_however_it_is_sent():
    body = json.dumps({"requests": [{"indexName": "members", "query": "energy", "hitsPerPage": 1}]})
    want = native(q="energy")["total"]["value"]
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/json", "nonsense"):
        assert post(QUERIES, body, headers={"Content-Type": kind}).json["results"][0]["nbHits"] == want
    assert post("/1/indexes/%2A/queries", body).json["results"][0]["nbHits"] == want
    # Clients in Node send their bodies in chunks.
    chunked = daemon.request("POST", QUERIES + STOCK, iter([body[:20].encode(), body[20:].encode()]))
    assert chunked.json["results"][0]["nbHits"] == want
    packed = gzip.compress(body.encode())
    assert post(QUERIES, packed, headers={"Content-Encoding": "gzip"}).json["results"][0]["nbHits"] == want
    post(QUERIES, packed[:-9], 400, headers={"Content-Encoding": "gzip"})
    post(QUERIES, packed, 415, headers={"Content-Encoding": "br"})
    post(QUERIES, gzip.compress(b" " * 300000), 413, headers={"Content-Encoding": "gzip"})
    post(QUERIES, b" " * 70000, 413)
    one = post("/1/indexes/members/query", {"params": "query=energy"}).json
    assert one["nbHits"] == want and "results" not in one
    assert post("/1/indexes/members/query", "").json["nbHits"] == len(MEMBERS)
    answer = daemon.request("GET", QUERIES)
    assert answer.status == 405 and answer.header("Allow") == "POST, OPTIONS"


@claim
def pages_of_other_origins_may_read_every_answer():
    origin = {"Origin": "https://example.org"}
    for body, status, query in (({"requests": []}, 200, STOCK), ("x", 400, STOCK), ("{}", 401, "?x-algolia-api-key=nobody"),
                                (b" " * 70000, 413, STOCK)):
        answer = post(QUERIES, body, status, headers=origin, query=query)
        assert answer.header("Access-Control-Allow-Origin") == "*", status
        assert "Retry-After" in answer.header("Access-Control-Expose-Headers"), status
    asked = daemon.request("OPTIONS", QUERIES, headers={**origin, "Access-Control-Request-Method": "POST"})
    assert asked.status == 204 and asked.header("Access-Control-Allow-Origin") == "*"
    assert "x-algolia-api-key" in asked.header("Access-Control-Allow-Headers")


@claim
def keys_hold_here_as_they_do_elsewhere():
    folder = tempfile.mkdtemp(prefix="ecsearch-stock-")
    with open(SCHEMA, encoding="utf-8") as file:
        schema = json.load(file)
    schema["vocabularies"] = [os.path.join(os.path.dirname(SCHEMA), v) for v in schema["vocabularies"]]
    for collection in schema["collections"]:
        collection["public"] = collection["name"] != "groups"
        for field in collection["fields"]:
            if field["name"] in ("employees", "short_name", "city", "working_groups"):
                field.pop("completes", None)
                field["private"] = True
    with open(os.path.join(folder, "schema.json"), "w", encoding="utf-8") as file:
        json.dump(schema, file)
    with Daemon(schema=os.path.join(folder, "schema.json"), arguments=["--log-level", "7"]) as other:
        load_corpus(other)

        def key(**parts):
            made = other.admin("POST", "/v1/keys", {"name": "k", **parts})
            assert made.status == 201, made.body
            return made.json["key"]

        narrow, wide = key(rights=["search"], filter="country:BE"), key(rights=["search"])
        plain = {"indexName": "members", "facets": ["country"], "hitsPerPage": 1000}
        for how in ({"query": "?x-algolia-api-key=" + urllib.parse.quote(narrow)},
                    {"query": "", "headers": {"X-Algolia-API-Key": narrow}}, {"query": "", "headers": {"X-API-Key": narrow}},
                    {"query": "", "headers": {"Authorization": "Bearer " + narrow}}):
            seen = results(plain, on=other, **how)[0]
            assert seen["facets"] == {"country": {"BE": seen["nbHits"]}} and {h["country"] for h in seen["hits"]} == {"BE"}
        wider = results({**plain, "filters": "country:BE OR NOT country:BE"}, on=other, query="?x-algolia-api-key=" + narrow)[0]
        assert wider["nbHits"] == seen["nbHits"]
        values = results({"indexName": "members", "type": "facet", "facet": "country"}, on=other,
                         query="?x-algolia-api-key=" + narrow)[0]
        assert [h["value"] for h in values["facetHits"]] == ["BE"]
        for secret in ("nobody", "", narrow + "x"):
            answer = post(QUERIES, {"requests": [plain]}, 401, on=other, query="?x-algolia-api-key=" + secret)
            assert answer.json["message"] == "the key is not known"
        # The key in an address counts on these routes only.
        elsewhere = other.request("GET", "/v1/search?x-algolia-api-key=" + wide)
        assert elsewhere.status == 400, elsewhere.body
        for query in ("", STOCK):
            told = post(QUERIES, {"requests": [{"indexName": "groups"}]}, 404, on=other, query=query).json
            assert "did_you_mean" not in told["errors"][0]
            whole = result(on=other, query_string=query, hitsPerPage=1000)
            assert len(whole["hits"]) == len(MEMBERS)
            assert result(on=other, query_string=query, query="milano", facetFilters=["country:IT"])["nbHits"] == 0
            for hit in whole["hits"]:
                for part in (hit, hit["_highlightResult"], hit["_labels"]):
                    assert not {"employees", "short_name", "city", "working_groups"} & set(part), part
            for parameter in ({"facets": ["employees"]}, {"facets": ["working_groups.label"]}, {"filters": "employees>3"},
                              {"facetFilters": ["city:Milano"]}, {"restrictSearchableAttributes": ["short_name"]}):
                told = post(QUERIES, {"requests": [{"indexName": "members", **parameter}]}, 400, on=other, query=query).json
                assert "there is no attribute" in told["message"], told
                assert told["errors"][0].get("did_you_mean") not in ("employees", "short_name", "city", "working_groups")
            post(QUERIES, {"requests": [{"indexName": "members_city_asc"}]}, 404, on=other, query=query)
            assert "city" not in result(on=other, query_string=query, facets=["*"])["facets"]
        assert results({"indexName": "groups"}, on=other, query="?x-algolia-api-key=" + wide)[0]["nbHits"] > 0
        told = post(QUERIES, {"requests": [{"indexName": "groups"}]}, 403, on=other, query="?x-algolia-api-key=" + narrow)
        assert told.json["code"] == "bad_key_filter"
        sited = key(rights=["search"], origins=["https://a.example"])
        for origin, status in (("https://a.example", 200), ("https://b.example", 403)):
            post(QUERIES, {"requests": [plain]}, status, on=other, headers={"Origin": origin}, query="?x-algolia-api-key=" + sited)
        log = other.logged()
        assert not [s for s in (narrow, wide, sited, "x-algolia", "nobody") if s in log], log
    shutil.rmtree(folder)


@claim
def searches_that_share_their_words_answer_as_each_alone():
    for query in ("cyber securty", "IT security", "what is a security operations centre", "A grid", '"supply chain" -energy',
                  "post-quantum", "sme", "securit", "sicherheits netze", "santé"):
        asked = [{"query": query, **more} for more in (
            {}, {"facets": ["country", "topics.lvl0"]}, {"facetFilters": ["country:BE"]}, {"filters": "NOT sectors:energy"},
            {"query": "other"}, {"hitsPerPage": 2, "page": 1}, {"typoTolerance": False}, {"query": query + " x"})]
        together = results(*[{"indexName": "members", **request} for request in asked])
        alone = [post("/1/indexes/members/query", request).json for request in asked]
        for answer in together + alone:
            answer.pop("processingTimeMS")
        assert together == alone, query


@claim
def searches_of_one_body_see_one_revision():
    stop = threading.Event()
    writer = Daemon()
    load_corpus(writer)

    def write():
        n = 0
        while not stop.is_set():
            n += 1
            writer_request("PUT", f"/v1/collections/members/documents/new-{n}", {"name": f"Newcomer {n}", "country": "BE"})

    def patient(on, body):
        # As the clients do: where the writer is faster than eight searches, ask again.
        while True:
            answer = on.request("POST", QUERIES + STOCK, json.dumps(body))
            if answer.status != 429:
                assert answer.status == 200, answer.body
                return answer.json["results"]

    def writer_request(method, target, body):
        import http.client  # a connection of the thread's own
        connection = http.client.HTTPConnection("127.0.0.1", writer.port, timeout=60)
        connection.request(method, target, json.dumps(body), {"Authorization": "Bearer " + writer.key,
                                                              "Content-Type": "application/json"})
        connection.getresponse().read()
        connection.close()

    thread = threading.Thread(target=write)
    with writer:
        thread.start()
        totals = set()
        try:
            for _ in range(5000):
                if len(totals) > 4:
                    break
                found = patient(writer, {"requests": [{"indexName": "members", "facets": ["country"], "hitsPerPage": 5}] * 8})
                assert len({(f["nbHits"], f["facets"]["country"]["BE"]) for f in found}) == 1, found
                totals.add(found[0]["nbHits"])
        finally:
            stop.set()
            thread.join()
    assert len(totals) > 4, "nothing was written meanwhile"


@claim
def who_asks_too_much_is_told_to_come_again_and_not_that_the_host_is_broken():
    heavy = {"requests": [{"indexName": "agenda", "query": "security of supply chains", "facets": ["*"], "hitsPerPage": 100}] * 50}
    with Daemon(arguments=["--workers", "1", "--queue", "1", "--timeout-ms", "60000"]) as other:
        load_corpus(other)
        answers = []

        def ask():
            one = Asker(other.port)
            answers.append(one.request("POST", QUERIES + STOCK, json.dumps(heavy), {"Origin": "https://example.org"}))
            one.close_connection()

        threads = [threading.Thread(target=ask) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        statuses = {a.status for a in answers}
        assert 429 in statuses and statuses <= {200, 429}, statuses
        for answer in answers:
            if answer.status == 429:
                assert int(answer.header("Retry-After")) >= 1 and answer.json["message"]
                assert answer.header("Access-Control-Allow-Origin") == "*"
                assert "Retry-After" in answer.header("Access-Control-Expose-Headers")
    with Daemon(arguments=["--timeout-ms", "10"]) as other:
        load_corpus(other)
        assert post(QUERIES, heavy, 429, on=other).json["code"] == "timeout"


class Asker(Daemon):
    """A connection of a thread's own to a daemon that runs already."""

    def __init__(self, port):
        self.port, self.connection = port, None


@claim
def it_ends_cleanly():
    assert daemon.stop() == 0
    assert "error" not in daemon.logged(), daemon.logged()
    shutil.rmtree(daemon.data, ignore_errors=True)


run()
