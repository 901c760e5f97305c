#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The description at /openapi.json, held against what the daemon answers.

Every answer tried here has a status and a type that are described, and no
member that is not.
"""
import os
import shutil
import sys
import time

sys.path.insert(0, os.path.dirname(__file__))
from daemon import Daemon, claim, load_corpus, run  # noqa: E402

KINDS = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "object": dict,
         "array": list, "null": type(None)}

daemon = Daemon()
load_corpus(daemon)
described = daemon.get("/openapi.json").json
tried = set()


def meant(schema):
    while "$ref" in schema:
        at = described
        for part in schema["$ref"].split("/")[1:]:
            at = at[part]
        schema = at
    return schema


def faults(value, schema, where=""):
    """What of a value is not as its schema says."""
    schema = meant(schema)
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(isinstance(value, KINDS[k]) and
                         (k == "boolean" or not isinstance(value, bool)) for k in kinds):
        return [f"{where}: {value!r} is no {kinds}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{where}: {value!r} is none of {schema['enum']}"]
    found = []
    if isinstance(value, dict):
        known, others = schema.get("properties"), schema.get("additionalProperties")
        for name, member in value.items():
            if known is not None and name in known:
                found += faults(member, known[name], f"{where}/{name}")
            elif isinstance(others, dict):
                found += faults(member, others, f"{where}/{name}")
            elif known is not None:
                found.append(f"{where}/{name} is not described")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found += faults(item, schema.get("items", {}), f"{where}/{index}")
    return found


def check(method, path, answer):
    """Is this answer of this operation as it is described?"""
    operation = described["paths"][path][method.lower()]
    tried.add((method, path))
    told = operation["responses"].get(str(answer.status))
    assert told, f"{method} {path} does not describe a {answer.status}: {answer.body[:300]}"
    if answer.status == 204:
        assert not answer.body and "content" not in told
        return answer
    kind = (answer.header("Content-Type") or "").split(";")[0]
    assert kind in told["content"], f"{method} {path} describes no {kind} for {answer.status}"
    if kind.endswith("json") and kind != "application/x-ndjson":
        wrong = faults(answer.json, told["content"][kind]["schema"])
        assert not wrong, f"{method} {path}: {wrong[:5]}"
    return answer


def ask(method, path, status, body=None, query="", key=True, headers=None, **parts):
    target = path
    for name, value in parts.items():
        target = target.replace("{%s}" % name, value)
    answer = check(method, path, daemon.request(method, target + query, body, headers, daemon.key if key else None))
    assert answer.status == status, (answer.status, answer.body[:300])
    return answer


C = "/v1/collections/{c}"
D = C + "/documents/{id}"


@claim
def searches_answer_as_described():
    rich = {"q": "security", "facets": ["country", {"field": "founded", "type": "histogram", "interval": 10}],
            "explain": True, "passages": 2, "per_page": 5, "near": "50.8,4.3"}
    found = ask("POST", "/v1/search", 200, rich, key=False).json
    assert found["hits"] and found["facets"], found
    ask("GET", "/v1/search", 200, query="?q=research%20agenda&in=agenda", key=False)
    ask("GET", C + "/search", 200, query="?q=securty&facets=sectors,country&cursor=*", key=False, c="members")
    ask("POST", C + "/search", 200, {"q": "cyber", "facets": [{"field": "topics", "type": "tree"}]}, key=False, c="agenda")
    ask("GET", C + "/facets/{field}", 200, query="?q=b", key=False, c="members", field="country")
    ask("POST", C + "/facets/{field}", 200, {}, key=False, c="members", field="country")
    for q in ("?q=heal", "?q=se&lang=de&limit=50", "?q=x&types=names&in=members", "?q="):
        ask("GET", "/v1/suggest", 200, query=q, key=False)
    ask("GET", "/v1/suggest", 400, query="?limit=0", key=False)
    ask("GET", "/v1/search", 400, query="?nonsense=1", key=False)
    ask("GET", C + "/search", 404, key=False, c="nothing")


@claim
def instant_searches_answer_as_described():
    stock = "?x-algolia-api-key=public"
    path, one, inside = "/1/indexes/*/queries", "/1/indexes/{index}/query", "/1/indexes/{index}/facets/{facet}/query"
    rich = {"indexName": "members", "query": "energy", "facets": ["country.label", "topics.lvl0", "founded"],
            "attributesToSnippet": ["profile:8"], "getRankingInfo": True, "aroundLatLng": "50.8,4.3",
            "offset": 2, "length": 3}
    assert not faults(rich, {"$ref": "#/components/schemas/InstantSearch"})
    long = {"indexName": "agenda_year_desc", "params": "query=post-quantum"}
    values = {"indexName": "members", "type": "facet", "facet": "sectors", "facetQuery": "en"}
    found = ask("POST", path, 200, {"requests": [rich, long, values]}, stock, key=False).json["results"]
    assert found[0]["hits"] and found[1]["hits"][0]["passages"] and found[2]["facetHits"], found
    ask("POST", path, 400, {"requests": [{"indexName": "members", "page": -1}]}, stock, key=False)
    ask("POST", path, 401, {"requests": []}, "?x-algolia-api-key=nobody", key=False)
    ask("POST", path, 415, "x", stock, key=False, headers={"Content-Encoding": "br"})
    ask("POST", path, 413, b" " * 70000, stock, key=False)
    ask("POST", one, 200, {"query": "energy"}, stock, key=False, index="members")
    ask("POST", one, 404, {}, stock, key=False, index="nothing")
    ask("POST", inside, 200, {"facetQuery": "b"}, stock, key=False, index="members", facet="country.label")


@claim
def documents_are_written_as_described():
    ask("PUT", D, 201, {"name": "A"}, c="members", id="a")
    ask("PUT", D, 200, {"name": "A"}, c="members", id="a")
    ask("PATCH", D, 200, {"city": "Gent"}, c="members", id="a")
    ask("GET", D, 200, c="members", id="a")
    ask("GET", D + "/terms", 200, c="members", id="a")
    whole = ask("GET", D + "/passages", 200, query="?q=agenda&outline=true", c="agenda", id="sria-2025").json
    ask("GET", D + "/passages", 400, query="?sort=name", c="agenda", id="sria-2025")
    one = {"c": "agenda", "id": "sria-2025", "passage": whole["passages"][0]["id"]}
    ask("GET", D + "/passages/{passage}", 200, query="?q=agenda", **one)
    ask("GET", D + "/passages/{passage}", 404, **{**one, "passage": "nothing"})
    for form in ("csl", "bibtex", "ris"):
        ask("GET", D + "/cite", 200, query="?format=" + form + "&passage=" + one["passage"], c="agenda", id="sria-2025")
    ask("GET", D + "/cite", 400, query="?format=mla", c="agenda", id="sria-2025")
    ask("GET", D + "/cite", 404, c="agenda", id="nothing")
    ask("PUT", D, 422, {"name": 7}, c="members", id="a")
    ask("PUT", D, 412, {"name": "A"}, headers={"If-Match": '"0"'}, c="members", id="a")
    ask("PUT", D, 401, {"name": "A"}, key=False, c="members", id="a")
    ask("PUT", D, 202, {"name": "A"}, query="?wait=none", c="members", id="a2")
    ask("DELETE", D, 200, c="members", id="a")
    ask("DELETE", D, 404, c="members", id="a")
    lines = {"Content-Type": "application/x-ndjson"}
    ask("POST", C + "/documents", 200, '{"id":"b","name":"B"}\n', headers=lines, c="members")
    ask("POST", C + "/documents", 207, '{"id":"b","name":7}\nx\n', headers=lines, c="members")
    ask("POST", C + "/documents", 202, '{"id":"b","name":"B"}\n', query="?wait=none", headers=lines, c="members")
    ask("DELETE", C + "/documents", 200, query="?filter=id:b", c="members")
    ask("POST", C + "/files", 201, "# A\n\nb", query="?name=a.md", c="agenda")
    ask("POST", C + "/files", 200, "# A\n\nc", query="?name=a.md", c="agenda")
    ask("POST", C + "/files", 422, b"\x89PNG", query="?name=a.md", c="agenda")
    ask("POST", C + "/files", 400, "# A", c="agenda")
    ask("DELETE", C + "/documents", 409, query="?filter=*&confirm=1", c="members")


@claim
def the_desk_answers_as_described():
    ask("GET", C + "/appearances", 200, query="?q=security&family=sria", c="agenda")
    ask("GET", C + "/appearances", 400, query="?q=&family=sria", c="agenda")
    two = "?from=sria-2016&to=sria-2020"
    ask("GET", C + "/compare", 200, query=two, c="agenda")
    ask("GET", C + "/compare", 200, query=two, headers={"Accept": "text/csv"}, c="agenda")
    ask("GET", C + "/compare", 400, query="?from=sria-2016", c="agenda")
    ask("GET", C + "/compare", 404, query="?from=sria-2016&to=x", c="agenda")
    path = C + "/concordance"
    found = ask("GET", path, 200, query="?q=research&per_page=3&sample=9&sort=-left1", c="agenda").json
    assert found["lines"] and found["sampled"], found
    ask("GET", path, 200, query="?q=research&group=right1", c="agenda")
    ask("GET", path, 200, query="?q=research&bom=true", headers={"Accept": "text/csv"}, c="agenda")
    ask("POST", path, 200, {"q": "research", "window": 3, "sort": ["left1", "match"]}, c="members")
    ask("GET", path, 400, query="?q=", c="agenda")
    ask("GET", path, 401, query="?q=x", key=False, c="agenda")
    ask("GET", path, 404, query="?q=x", c="nothing")
    path = C + "/trend"
    assert ask("GET", path, 200, query="?q=research&q=agenda", c="agenda").json["trend"]
    ask("POST", path, 200, {"q": ["research"], "by": "edition"}, c="agenda")
    ask("GET", path, 400, query="?q=research&by=title", c="agenda")
    for what, told in (("keywords", "keywords"), ("collocates", "collocates")):
        path = C + "/" + what
        assert ask("GET", path, 200, query="?q=research&min_count=1", c="agenda").json[told]
        ask("POST", path, 200, {"q": "research", "limit": 3}, c="agenda")
        ask("GET", path, 200, query="?q=research", headers={"Accept": "application/x-ndjson"}, c="agenda")
        ask("GET", path, 400, query="?q=x&limit=-1", c="agenda")
        ask("GET", path, 401, query="?q=x", key=False, c="agenda")


@claim
def collections_and_vocabularies_are_told_as_described():
    ask("GET", "/v1/collections", 200, key=False)
    ask("GET", "/v1/collections", 400, query="?x=1", key=False)
    ask("GET", C, 200, key=False, c="agenda")
    ask("GET", C, 404, key=False, c="nothing")
    ask("GET", "/v1/vocabularies", 200, key=False)
    ask("GET", "/v1/vocabularies/{name}", 200, key=False, name="topics")
    ask("GET", "/v1/vocabularies/{name}", 200, query="?lang=de", key=False, name="sectors")
    ask("GET", "/v1/vocabularies/{name}", 404, key=False, name="nothing")


@claim
def words_are_put_as_described():
    synonyms = {"synonyms": [{"words": ["a", "b"], "lang": "en"}, {"from": {"de": ["c"]}, "to": ["d"]}]}
    stops = {"en": ["the"], "fr": {"add": ["monsieur"]}}
    for name, words, wrong in (("synonyms", synonyms, {"synonyms": 1}), ("stopwords", stops, {"xx": []})):
        path = "/v1/" + name
        assert ask("PUT", path, 200, words).json["source"] == "put"
        assert ask("GET", path, 200).json == words
        ask("PUT", path, 422, wrong)
        ask("PUT", path, 401, words, key=False)
        ask("GET", path, 401, key=False)
        assert ask("DELETE", path, 200).json["source"] in ("file", "none")
    task = ask("PUT", "/v1/stems", 202, {"en": {"jackalopes": "jackalope"}}).json["task"]
    while daemon.get("/v1/tasks/" + task).json["state"] == "waiting":
        time.sleep(0.05)
    ask("GET", "/v1/stems", 200)
    ask("PUT", "/v1/stems", 400, {"en": 1})
    kinds = ask("GET", "/v1/vocabularies/{name}", 200, query="?source=true", name="kinds").json
    ask("PUT", "/v1/vocabularies/{name}", 200, kinds, name="kinds")
    ask("PUT", "/v1/vocabularies/{name}", 409, {**kinds, "values": []}, name="kinds")
    ask("PUT", "/v1/vocabularies/{name}", 404, kinds, name="nothing")
    ask("DELETE", "/v1/vocabularies/{name}", 200, name="kinds")
    ask("DELETE", "/v1/stems", 202)


@claim
def keys_are_kept_as_described():
    whole = {"name": "site", "rights": ["search", "write:members"], "expires": "2099", "filter": "country:BE",
             "origins": ["https://example.org"], "rate": 60}
    assert not faults(whole, {"$ref": "#/components/schemas/KeyRequest"})
    made = ask("POST", "/v1/keys", 201, whole).json
    ask("POST", "/v1/keys", 422, {"name": "site"})
    ask("GET", "/v1/keys", 200)
    ask("GET", "/v1/keys", 401, key=False)
    ask("PATCH", "/v1/keys/{id}", 200, {"expires": None}, id=made["id"])
    ask("DELETE", "/v1/keys/{id}", 200, id=made["id"])
    ask("DELETE", "/v1/keys/{id}", 404, id=made["id"])


@claim
def queries_are_counted_as_described():
    for click in ({"q": "research agenda", "rank": 1, "collection": "agenda"}, {"q": "x", "rank": 7, "collection": None}):
        ask("POST", "/v1/clicks", 204, click, key=False)
    ask("POST", "/v1/clicks", 422, {"q": "x"}, key=False)
    ask("POST", "/v1/clicks", 400, "x", key=False)
    assert ask("GET", "/v1/queries", 200, query="?from=2026-01&order=clicks&in=").json["by_day"]
    ask("GET", "/v1/queries", 200, headers={"Accept": "text/csv"})
    ask("GET", "/v1/queries", 400, query="?limit=0")
    ask("GET", "/v1/queries", 401, key=False)
    whole = {"q": "a", "in": "", "count": 2, "days": 1, "without_hits": 0, "clicks": 1, "ranks": {"1": 1}, "click_rate": 0.5}
    assert not faults(whole, {"$ref": "#/components/schemas/Query"})
    ask("DELETE", "/v1/queries", 200, query="?q=research+agenda")
    ask("DELETE", "/v1/queries", 400)


@claim
def the_daemon_is_run_as_described():
    for path in ("/", "/healthz", "/readyz", "/metrics", "/openapi.json"):
        ask("GET", path, 200, key=False)
    ask("GET", "/v1/stats", 200)
    ask("POST", "/v1/check", 200)
    folder = os.path.join(daemon.data, "backup")
    ask("POST", "/v1/backup", 200, {"directory": folder})
    ask("POST", "/v1/backup", 409, {"directory": folder})
    ask("POST", "/v1/backup", 422, {})
    task = ask("POST", "/v1/rebuild", 202, {"collection": "groups"}).json["task"]
    deadline = time.monotonic() + 60
    while ask("GET", "/v1/tasks/{id}", 200, key=False, id=task).json["state"] == "waiting":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    ask("POST", "/v1/rebuild", 404, {"collection": "nothing"})
    ask("GET", "/v1/tasks/{id}", 404, key=False, id="nothing")


@claim
def pages_of_documents_are_sent_as_described():
    show = "/show/{c}/{id}"
    ask("GET", show, 200, key=False, query="?q=agenda&p=1&ui=fr", c="agenda", id="sria-2025")
    ask("GET", show, 404, key=False, c="agenda", id="nothing")
    ask("GET", show, 404, key=False, headers={"Accept": "text/html"}, c="agenda", id="nothing")
    one = daemon.get("/v1/collections/agenda/documents/sria-2025/passages").json["passages"][0]["id"]
    ask("GET", show + "/{passage}", 200, key=False, c="agenda", id="sria-2025", passage=one)
    ask("GET", show + "/{passage}", 404, key=False, c="agenda", id="sria-2025", passage="nothing")


@claim
def files_of_the_pages_are_sent_as_described():
    ask("GET", "/assets/{name}", 200, key=False, name="page.css")
    ask("GET", "/assets/{name}", 404, key=False, name="nothing.css")
    ask("GET", "/embed.js", 200, key=False)
    ask("GET", "/opensearch.xml", 404, key=False)


@claim
def every_operation_was_tried():
    every = {(method.upper(), path) for path, of in described["paths"].items() for method in of}
    assert tried == every, every ^ tried


@claim
def only_documents_are_described_as_any_object():
    vague = []
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            for status, told in operation["responses"].items():
                schema = meant(told.get("content", {}).get("application/json", {}).get("schema", {"properties": {}}))
                if "properties" not in schema:
                    vague.append((method, path, status))
    assert vague == [("get", D, "200"), ("get", "/openapi.json", "200")], vague


@claim
def it_ends_cleanly():
    assert daemon.stop() == 0
    assert "error" not in daemon.logged(), daemon.logged()
    shutil.rmtree(daemon.data, ignore_errors=True)


run()
