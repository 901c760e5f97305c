#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Administration: keys, backups, what the daemon tells of itself and to whom."""
import json
import os
import re
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(__file__))
from daemon import ROOT, SCHEMA, Daemon, claim, corpus, load_corpus, run  # noqa: E402


def closed_schema(folder):
    """The shipped schema with groups not public and the members' size private."""
    shutil.copytree(os.path.join(ROOT, "corpus", "vocabularies"), os.path.join(folder, "vocabularies"))
    with open(SCHEMA, encoding="utf-8") as file:
        schema = json.load(file)
    for collection in schema["collections"]:
        collection["public"] = collection["name"] != "groups"
        for field in collection["fields"]:
            if field["name"] == "employees":
                field["private"] = True
        if collection["name"] == "members":
            collection["fields"] += [
                {"name": "memo", "type": "text", "weight": 1, "private": True},
                {"name": "standing", "type": "number", "sort": True, "private": True},
                {"name": "grade", "type": "keyword", "sort": True, "private": True}]
        if collection["name"] == "agenda":
            collection["fields"] += [
                {"name": "standing", "type": "number", "sort": True},
                {"name": "grade", "type": "keyword", "sort": True}]
    path = os.path.join(folder, "schema.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(schema, file)
    return path


folder = tempfile.TemporaryDirectory(prefix="ecsearch-schema-")
daemon = Daemon(schema=closed_schema(folder.name))
load_corpus(daemon)


def make_key(**members):
    made = daemon.admin("POST", "/v1/keys", {"name": "made", "rights": ["search"], **members})
    assert made.status == 201, made.body
    return made.json


def pointer_of(answer):
    assert answer.status == 422, (answer.status, answer.body)
    return answer.json["errors"][0]["pointer"]


@claim
def a_key_is_shown_once_and_never_listed():
    made = daemon.admin("POST", "/v1/keys", {"name": "once", "rights": ["search"]})
    assert made.status == 201 and re.fullmatch(r"ecs_[\w-]{43}", made.json["key"])
    assert made.header("Cache-Control") == "no-store"
    listed = daemon.admin("GET", "/v1/keys")
    assert made.json["key"] not in listed.body.decode()
    kept = next(k for k in listed.json["keys"] if k["id"] == made.json["id"])
    assert kept == {k: v for k, v in made.json.items() if k != "key"}


@claim
def changing_a_key_changes_what_is_named_and_nothing_else():
    made = make_key(filter="country:BE", origins=["https://example.org"], rate=60)
    changed = daemon.admin("PATCH", f"/v1/keys/{made['id']}", {"name": "other"})
    assert changed.status == 200
    assert changed.json == {**{k: v for k, v in made.items() if k != "key"}, "name": "other"}
    assert daemon.request("GET", "/v1/collections", key=made["key"]).status == 200
    assert daemon.admin("DELETE", f"/v1/keys/{made['id']}").json == {"id": made["id"], "deleted": True}
    assert daemon.request("GET", "/v1/collections", key=made["key"]).status == 401
    assert daemon.admin("PATCH", f"/v1/keys/{made['id']}", {"name": "x"}).status == 404


@claim
def a_key_that_has_expired_is_refused_whenever_that_was():
    for expires in ("1969", "1970-01-01T00:00:00Z", "2020-02-29"):
        made = make_key(expires=expires)
        assert made["expires"] is not None, expires
        refused = daemon.request("GET", "/v1/collections", key=made["key"])
        assert refused.status == 401 and refused.json["code"] == "key_expired", expires
        changed = daemon.admin("PATCH", f"/v1/keys/{made['id']}", {"expires": None})
        assert changed.json["expires"] is None
        assert daemon.request("GET", "/v1/collections", key=made["key"]).status == 200


@claim
def what_is_wrong_with_a_key_is_pointed_at():
    good = {"name": "a", "rights": ["search"]}
    for wrong, where in (({"name": ""}, "/name"), ({"name": "x" * 64}, "/name"), ({"name": "a\nb"}, "/name"),
                         ({"rights": []}, "/rights"), ({"expires": 7}, "/expires"), ({"rate": 1.5}, "/rate"),
                         ({"filter": "nothing:x"}, "/filter"), ({"origins": "*"}, "/origins"), ({"key": "x"}, "/key")):
        assert pointer_of(daemon.admin("POST", "/v1/keys", {**good, **wrong})) == where, wrong
    for wrong in ("write:nothing", "read", "write:", "searches"):
        assert pointer_of(daemon.admin("POST", "/v1/keys", {**good, "rights": [wrong]})).startswith("/rights")
    slip = daemon.admin("POST", "/v1/keys", {**good, "expire": None}).json["errors"][0]
    assert slip["did_you_mean"] == "expires"
    made = make_key()
    assert pointer_of(daemon.admin("PATCH", f"/v1/keys/{made['id']}", {"rights": []})) == "/rights"
    assert daemon.request("GET", "/v1/collections", key=made["key"]).status == 200


@claim
def only_an_administrator_administers():
    made = make_key(rights=["search", "desk", "write:*"])
    for method, target in (("GET", "/v1/keys"), ("POST", "/v1/keys"), ("PATCH", "/v1/keys/x"), ("DELETE", "/v1/keys/x"),
                           ("POST", "/v1/backup"), ("POST", "/v1/check"), ("POST", "/v1/rebuild"), ("GET", "/v1/stats")):
        assert daemon.request(method, target).status == 401, target
        refused = daemon.request(method, target, key=made["key"])
        assert refused.status == 403 and "admin" in refused.json["detail"], target
        assert daemon.admin(method, target + "?nonsense=1").status == 400, target


@claim
def a_key_with_a_filter_counts_only_what_it_sees():
    made = make_key(filter="country:BE")
    belgian = [m for m in corpus()["members"] if m.get("country") == "BE"]
    told = daemon.request("GET", "/v1/collections/members", key=made["key"]).json
    assert told["documents"] == len(belgian) and told["passages"] == 0
    assert sum(of["documents"] for of in told["languages"]) == len(belgian)
    listed = daemon.request("GET", "/v1/collections", key=made["key"]).json["collections"]
    assert [c for c in listed if c["name"] == "members"] == [told]
    # A collection without the filter's fields has nothing for the key.
    old = make_key(filter="founded:..2000")
    listed = daemon.request("GET", "/v1/collections", key=old["key"]).json["collections"]
    counts = {c["name"]: (c["documents"], c["passages"], c["languages"]) for c in listed}
    assert counts["agenda"] == counts["groups"] == (0, 0, []) and counts["members"][0] > 0
    whole = daemon.get("/v1/collections/agenda").json
    title = make_key(filter="year:2020..2025")
    some = daemon.request("GET", "/v1/collections/agenda", key=title["key"]).json
    found = daemon.request("GET", "/v1/collections/agenda/search?per_page=0", key=title["key"]).json
    assert 0 < some["documents"] == found["total"]["value"] < whole["documents"]
    assert 0 < some["passages"] < whole["passages"]


@claim
def what_is_not_public_is_told_only_with_the_right():
    def names(key=None):
        return [c["name"] for c in daemon.request("GET", "/v1/collections", key=key).json["collections"]]
    assert names() == ["members", "agenda"]
    assert names(make_key()["key"]) == ["members", "groups", "agenda"]
    assert daemon.get("/v1/collections/groups").status == 404
    assert 'collection="groups"' not in daemon.get("/metrics").body.decode()
    assert 'ecsearch_documents{collection="groups"} 6\n' in daemon.admin("GET", "/metrics").body.decode()

    def fields(key=None):
        return [f["name"] for f in daemon.request("GET", "/v1/collections/members", key=key).json["fields"]]
    assert "employees" not in fields() and "employees" not in fields(make_key()["key"])
    assert "employees" in fields(daemon.key)


@claim
def labels_follow_the_reader_and_the_answer_says_so():
    french = daemon.request("GET", "/v1/collections", headers={"Accept-Language": "fr"})
    assert "Accept-Language" in french.header("Vary") and "Authorization" in french.header("Vary")
    labels = {f["name"]: f["label"] for f in french.json["collections"][0]["fields"]}
    assert labels["name"] == "Nom"
    german = daemon.request("GET", "/v1/collections/members", headers={"Accept-Language": "xx, de"})
    assert "Accept-Language" in german.header("Vary")
    assert {f["name"]: f["label"] for f in german.json["fields"]}["region"] == "Region"


@claim
def a_backup_overwrites_nothing():
    place = os.path.join(daemon.data, "backup")
    made = daemon.admin("POST", "/v1/backup", {"directory": place})
    path = os.path.join(place, "records.db")
    assert made.status == 200 and made.json == {"directory": place, "file": path, "bytes": os.stat(path).st_size}
    with open(path, "rb") as file:
        before = file.read()
    again = daemon.admin("POST", "/v1/backup", {"directory": place})
    assert again.status == 409 and path in again.json["detail"]
    with open(path, "rb") as file:
        assert file.read() == before
    assert daemon.admin("POST", "/v1/backup", {"directory": path}).status == 400
    assert daemon.admin("POST", "/v1/backup", {"directory": "/nowhere/at/all"}).status == 400
    with Daemon(schema=daemon.schema, data=place) as restored:
        assert restored.get("/v1/collections/members").json["documents"] == len(corpus()["members"])


@claim
def stats_say_what_is_held():
    told = daemon.admin("GET", "/v1/stats").json
    assert {c["name"]: c["documents"] for c in told["collections"]} == {k: len(v) for k, v in corpus().items()}
    assert told["revision"] == told["records_sequence"] > 0
    assert told["memory"]["resident_bytes"] > 1 << 20
    writes = told["writer"]["writes"]
    assert writes == sum(len(v) for v in corpus().values())
    assert daemon.admin("PUT", "/v1/collections/groups/documents/g", {"name": "G"}).status == 201
    assert daemon.admin("DELETE", "/v1/collections/groups/documents/g").status == 200
    after = daemon.admin("GET", "/v1/stats").json
    assert after["writer"]["writes"] == writes + 2 and after["revision"] > told["revision"]


@claim
def metrics_have_help_and_type_before_their_numbers_and_counters_grow():
    def read():
        numbers, told = {}, []
        answer = daemon.get("/metrics")
        assert answer.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8"
        for line in answer.body.decode().splitlines():
            if line.startswith("# "):
                told.append(line.split()[1:3])
                continue
            name, value = line.rsplit(" ", 1)
            assert told[-2:] == [["HELP", name.split("{")[0]], ["TYPE", name.split("{")[0]]], line
            assert name not in numbers and name.startswith("ecsearch_"), line
            numbers[name] = float(value)
        return numbers
    before = read()
    daemon.search("members", q="security")
    daemon.get("/nowhere")
    after = read()
    assert after["ecsearch_searches_total"] == before["ecsearch_searches_total"] + 1
    assert after["ecsearch_search_seconds_total"] > before["ecsearch_search_seconds_total"]
    assert after['ecsearch_http_replies_total{class="4xx"}'] == before['ecsearch_http_replies_total{class="4xx"}'] + 1
    assert after["ecsearch_index_lag"] == 0
    assert after['ecsearch_documents{collection="members"}'] == len(corpus()["members"])


@claim
def what_is_private_can_be_neither_found_nor_sorted_by_nor_guessed():
    documents = "/v1/collections/members/documents/"
    kept = {"a": (1, "x"), "b": (3, "z"), "c": (2, "y")}
    for identifier, (standing, grade) in kept.items():
        stored = daemon.admin("PUT", f"{documents}{identifier}?wait=visible", {
            "name": "Lighthouse", "memo": "zeppelin", "standing": standing, "grade": grade})
        assert stored.status in (200, 201), stored.body

    def ids(**parameters):
        return [hit["id"] for hit in daemon.search(**parameters)["hits"] if hit["id"] in kept]
    assert sorted(ids(q="lighthouse")) == sorted(kept)
    for words in ("zeppelin", '"zeppelin"', "zepp", "lighthouse zeppelin -nothing"):
        hits = ids(q=words, match="all", prefix="last")
        assert hits == [], (words, hits)
    for field in ("standing", "grade"):
        up, down = ids(q="lighthouse", sort=field), ids(q="lighthouse", sort="-" + field)
        assert up == down and len(up) == len(kept), (field, up, down)
    for parameter, slip in (("sort", "employes"), ("fields", "memmo"), ("facets", "employes"), ("filter", "employes:1")):
        refused = daemon.get("/v1/collections/members/search", **{parameter: slip})
        assert refused.status == 400, (parameter, refused.body)
        assert b"employees" not in refused.body and b'"memo"' not in refused.body, refused.body
    for identifier in kept:
        assert daemon.admin("DELETE", f"{documents}{identifier}?wait=visible").status == 200


@claim
def it_ends_cleanly():
    assert daemon.stop() == 0
    assert "error" not in daemon.logged(), daemon.logged()
    shutil.rmtree(daemon.data, ignore_errors=True)


run()
