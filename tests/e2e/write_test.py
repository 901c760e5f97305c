#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Writing: one document, many, promised ones; keys; and what must never happen."""
import gzip
import json
import os
import sys
import time

sys.path.insert(0, os.path.dirname(__file__))
from daemon import Daemon, claim, run  # noqa: E402

daemon = Daemon()
DOCUMENTS = "/v1/collections/members/documents"


def put(identifier, document, headers=None, **parameters):
    query = "&".join(f"{k}={v}" for k, v in parameters.items())
    return daemon.admin("PUT", f"{DOCUMENTS}/{identifier}?{query}", document, headers)


def total(**parameters):
    return daemon.search("members", per_page=0, **parameters)["total"]["value"]


@claim
def writing_needs_a_key_with_the_right():
    refused = daemon.request("PUT", f"{DOCUMENTS}/a", {"name": "A"})
    assert refused.status == 401 and "write:members" in refused.json["detail"]
    assert refused.header("WWW-Authenticate")
    made = daemon.admin("POST", "/v1/keys", {"name": "groups only", "rights": ["write:groups"]})
    assert made.status == 201
    secret = made.json["key"]
    wrong = daemon.request("PUT", f"{DOCUMENTS}/a", {"name": "A"}, key=secret)
    assert wrong.status == 403 and "write:members" in wrong.json["detail"]
    right = daemon.request("PUT", "/v1/collections/groups/documents/g", {"name": "G"}, key=secret)
    assert right.status == 201
    listed = daemon.admin("GET", "/v1/keys").body.decode()
    assert secret not in listed and made.json["id"] in listed
    assert daemon.admin("DELETE", f"/v1/keys/{made.json['id']}").status == 200
    assert daemon.request("PUT", "/v1/collections/groups/documents/g", {"name": "G"}, key=secret).status == 401


@claim
def an_unknown_key_is_a_401_and_the_public_name_is_nobody():
    assert daemon.request("GET", "/v1/search?q=x", key="nonsense").status == 401
    assert daemon.request("GET", "/v1/search?q=x", headers={"X-API-Key": "public"}).status == 200


@claim
def what_is_put_is_there_and_found_at_once():
    made = put("a", {"name": "Alpha Networks", "country": "BE"})
    assert made.status == 201 and made.json["created"] is True
    assert made.header("Location") and made.header("ETag") == f'"{made.json["revision"]}"'
    assert total(q="alpha") == 1
    again = put("a", {"id": "a", "name": "Beta Networks"})
    assert again.status == 200 and again.json["created"] is False
    assert total(q="alpha", match="all") == 0 and total(q="beta") == 1


@claim
def the_id_of_the_address_is_the_id():
    answer = put("a", {"id": "b", "name": "B"})
    assert answer.status == 422 and answer.json["errors"][0]["pointer"] == "/id"
    odd = "https%3A%2F%2Fror.org%2F000063q30"
    assert put(odd, {"name": "Odd id"}).status == 201
    assert daemon.get(f"{DOCUMENTS}/{odd}").json["id"] == "https://ror.org/000063q30"
    assert daemon.admin("DELETE", f"{DOCUMENTS}/{odd}").json["deleted"] is True


@claim
def a_merge_patch_changes_what_it_names():
    put("p", {"name": "Patch me", "country": "BE", "sectors": ["finance"], "location": {"lat": 50, "lon": 4}})
    patched = daemon.admin("PATCH", f"{DOCUMENTS}/p", json.dumps(
        {"country": None, "sectors": ["healthcare"], "location": {"lat": 51}, "employees": 7}),
        {"Content-Type": "application/merge-patch+json"})
    assert patched.status == 200, patched.body
    assert daemon.get(f"{DOCUMENTS}/p").json == {"name": "Patch me", "sectors": ["healthcare"],
                                                 "location": {"lat": 51, "lon": 4}, "id": "p", "employees": 7}
    bad = daemon.admin("PATCH", f"{DOCUMENTS}/p", {"employees": "many"})
    assert bad.status == 422 and bad.json["errors"][0]["pointer"] == "/employees"
    assert daemon.admin("PATCH", f"{DOCUMENTS}/nobody", {"name": "x"}).status == 404


@claim
def if_match_keeps_two_writers_apart():
    first = put("m", {"name": "First"}).header("ETag")
    second = put("m", {"name": "Second"}, {"If-Match": first})
    assert second.status == 200
    assert put("m", {"name": "Third"}, {"If-Match": first}).status == 412
    assert put("m", {"name": "Fourth"}, {"If-None-Match": "*"}).status == 412
    assert put("new", {"name": "New"}, {"If-None-Match": "*"}).status == 201
    assert put("absent", {"name": "x"}, {"If-Match": "*"}).status == 412
    assert daemon.admin("DELETE", f"{DOCUMENTS}/m", headers={"If-Match": first}).status == 412
    assert daemon.get(f"{DOCUMENTS}/m").json["name"] == "Second"
    assert daemon.admin("DELETE", f"{DOCUMENTS}/m", headers={"If-Match": second.header("ETag")}).status == 200
    assert daemon.admin("DELETE", f"{DOCUMENTS}/m").status == 404


@claim
def one_bad_line_fails_alone_and_is_listed():
    lines = [{"id": "l1", "name": "One"}, {"id": "l2"}, "nonsense", {"id": "l4", "name": "Four", "sectors": ["moon"]},
             {"op": "delete", "id": "l1"}, {"id": "l6", "name": "Six"}]
    body = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    answer = daemon.admin("POST", DOCUMENTS, body, {"Content-Type": "application/x-ndjson"})
    report = answer.json
    assert answer.status == 207
    assert (report["received"], report["indexed"], report["deleted"], report["failed"]) == (6, 2, 1, 3)
    assert [(e["line"], e["code"]) for e in report["errors"]] == [
        (2, "bad_document"), (3, "bad_json"), (4, "bad_document")]
    assert report["errors"][0]["id"] == "l2" and report["errors"][2]["pointer"] == "/sectors/0"
    assert daemon.get(f"{DOCUMENTS}/l1").status == 404 and daemon.get(f"{DOCUMENTS}/l6").status == 200


@claim
def json_csv_and_gzip_bodies_are_read():
    array = daemon.admin("POST", DOCUMENTS, json.dumps([{"id": "j1", "name": "J"}, {"id": "j2", "name": "J"}]),
                         {"Content-Type": "application/json"})
    assert array.status == 200 and array.json["indexed"] == 2
    rows = 'id,name,sectors,employees\nc1,"Comma, Inc.",finance|healthcare,12\nc2,Semi,,\n'
    table = daemon.admin("POST", DOCUMENTS, rows, {"Content-Type": "text/csv"})
    assert table.status == 200, table.body
    assert daemon.get(f"{DOCUMENTS}/c1").json == {"id": "c1", "name": "Comma, Inc.",
                                                  "sectors": ["finance", "healthcare"], "employees": 12}
    packed = daemon.admin("POST", DOCUMENTS, gzip.compress(b'{"id":"z1","name":"Z"}\n{"id":"z2","name":"Z"}\n'),
                          {"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"})
    assert packed.status == 200 and packed.json["indexed"] == 2


@claim
def an_atomic_body_is_stored_whole_or_not_at_all():
    before = total()
    body = '{"id":"t1","name":"T"}\n{"id":"t2"}\n'
    answer = daemon.admin("POST", DOCUMENTS + "?atomic=true", body, {"Content-Type": "application/x-ndjson"})
    assert answer.status == 422 and answer.json["code"] == "atomic_failed"
    assert answer.json["indexed"] == 0 and answer.json["errors"][0]["line"] == 2
    assert total() == before
    good = daemon.admin("POST", DOCUMENTS + "?atomic=true", '{"id":"t1","name":"T"}\n{"id":"t2","name":"T"}\n',
                        {"Content-Type": "application/x-ndjson"})
    assert good.status == 200 and total() == before + 2


@claim
def a_dry_run_changes_nothing():
    before = total()
    answer = daemon.admin("POST", DOCUMENTS + "?dry_run=true", '{"id":"d1","name":"D"}\n{"id":"d2"}\n',
                          {"Content-Type": "application/x-ndjson"})
    assert answer.status == 207 and answer.json["indexed"] == 1 and answer.json["dry_run"] is True
    assert total() == before


@claim
def deleting_by_filter_says_how_many():
    daemon.bulk("members", [{"id": f"f{i}", "name": "Filtered", "country": "MT"} for i in range(25)])
    assert daemon.admin("DELETE", DOCUMENTS).status == 400
    assert daemon.admin("DELETE", DOCUMENTS + "?filter=").json["code"] == "filter_required"
    answer = daemon.admin("DELETE", DOCUMENTS + "?filter=country%3AMT")
    assert answer.status == 200 and answer.json["deleted"] == 25
    assert total(filter="country:MT") == 0
    refused = daemon.admin("DELETE", DOCUMENTS + "?filter=*")
    assert refused.status == 409
    count = total()
    assert daemon.admin("DELETE", DOCUMENTS + f"?filter=*&confirm={count + 1}").status == 409
    assert daemon.admin("DELETE", DOCUMENTS + f"?filter=*&confirm={count}").json["deleted"] == count
    assert total() == 0


@claim
def durable_and_promised_writes_arrive():
    durable = put("w1", {"name": "Durable"}, wait="durable")
    assert durable.status == 201
    promised = put("w2", {"name": "Promised"}, wait="none")
    assert promised.status == 202 and promised.header("Location") == f"/v1/tasks/{promised.json['task']}"
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        task = daemon.get(f"/v1/tasks/{promised.json['task']}").json
        if task["state"] != "waiting":
            break
        time.sleep(0.02)
    assert task["state"] == "done" and task["result"]["indexed"] == 1, task
    assert total(q="promised") == 1 and total(q="durable") == 1
    assert daemon.get("/v1/tasks/t_unknown").status == 404


@claim
def a_promise_survives_a_kill():
    lines = "".join(json.dumps({"id": f"s{i}", "name": f"Survivor {i}"}) + "\n" for i in range(3000))
    promised = daemon.admin("POST", DOCUMENTS + "?wait=none", lines, {"Content-Type": "application/x-ndjson"})
    assert promised.status == 202
    daemon.kill()
    daemon.start()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        task = daemon.get(f"/v1/tasks/{promised.json['task']}").json
        if task["state"] != "waiting":
            break
        time.sleep(0.05)
    assert task["state"] == "done", task
    assert total(q="survivor") == 3000


@claim
def a_rebuild_and_a_check_and_a_backup():
    before = total()
    promised = daemon.admin("POST", "/v1/rebuild", {"collection": "members"})
    assert promised.status == 202
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert total() == before
        task = daemon.get(f"/v1/tasks/{promised.json['task']}").json
        if task["state"] != "waiting":
            break
    assert task["state"] == "done", task
    checked = daemon.admin("POST", "/v1/check").json
    assert checked["ok"] is True, checked
    folder = os.path.join(daemon.data, "backup")
    assert daemon.admin("POST", "/v1/backup", {"directory": folder}).status == 200
    os.makedirs(os.path.join(folder, "restored"))
    os.rename(os.path.join(folder, "records.db"), os.path.join(folder, "restored", "records.db"))
    with Daemon(data=os.path.join(folder, "restored")) as restored:
        assert restored.search("members", per_page=0)["total"]["value"] == before


@claim
def a_key_with_a_filter_sees_nothing_else():
    daemon.bulk("members", [{"id": "v1", "name": "Visible", "country": "BE"},
                            {"id": "v2", "name": "Invisible", "country": "FR"}])
    made = daemon.admin("POST", "/v1/keys", {"name": "be", "rights": ["search"], "filter": "country:BE"}).json
    def seen(target, headers=None):
        return daemon.request("GET", target, headers=headers, key=made["key"])
    answer = seen("/v1/collections/members/search?facets=country&per_page=100").json
    assert {h["document"].get("country") for h in answer["hits"]} == {"BE"}
    assert [v["value"] for v in answer["facets"][0]["values"]] == ["BE"]
    assert seen(f"{DOCUMENTS}/v2").status == 404 and seen(f"{DOCUMENTS}/v1").status == 200
    assert seen(f"{DOCUMENTS}/v2/terms").status == 404
    for wider in ("filter=country:FR", "filter=country:BE%20OR%20country:FR", "filter=NOT%20country:BE"):
        hits = seen(f"/v1/collections/members/search?{wider}").json["hits"]
        assert all(h["document"]["country"] == "BE" for h in hits), wider
    exported = seen("/v1/collections/members/search", {"Accept": "application/x-ndjson"}).body.decode()
    assert "Invisible" not in exported and "Visible" in exported


@claim
def browsers_may_search_and_not_write():
    answer = daemon.request("GET", "/v1/search?q=x", headers={"Origin": "https://example.org"})
    assert answer.header("Access-Control-Allow-Origin") == "*"
    assert answer.header("Access-Control-Allow-Credentials") is None
    write = daemon.admin("PUT", f"{DOCUMENTS}/o", {"name": "O"}, {"Origin": "https://example.org"})
    assert write.header("Access-Control-Allow-Origin") is None


@claim
def a_restart_finds_everything_again():
    before = daemon.search("members", q="visible", facets=["country"])
    assert daemon.stop() == 0
    daemon.start()
    after = daemon.search("members", q="visible", facets=["country"])
    for answer in (before, after):
        answer.pop("took_ms")
        answer.pop("revision")
    assert before == after
    assert daemon.stop() == 0
    assert "error" not in daemon.logged(), daemon.logged()


run()
