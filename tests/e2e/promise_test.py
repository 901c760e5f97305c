#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Writing, the harder half: promises, conditions, races, slips that must not cost a document."""
import gzip
import http.client
import json
import os
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(__file__))
from daemon import Daemon, claim, run  # noqa: E402

daemon = Daemon()
DOCUMENTS = "/v1/collections/members/documents"


def put(identifier, document, headers=None, query=""):
    return daemon.admin("PUT", f"{DOCUMENTS}/{identifier}{query}", document, headers)


def document(identifier):
    return daemon.get(f"{DOCUMENTS}/{identifier}")


def total(**parameters):
    return daemon.search("members", per_page=0, **parameters)["total"]["value"]


def kept(promised):
    """The task of a 202, once it is finished."""
    assert promised.status == 202, promised.body
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        task = daemon.get(promised.header("Location")).json
        if task["state"] != "waiting":
            return task
        time.sleep(0.02)
    raise AssertionError(task)


@claim
def a_promised_deletion_is_kept():
    put("a", {"name": "Ardent"})
    task = kept(daemon.admin("DELETE", f"{DOCUMENTS}/a?wait=none"))
    assert task["kind"] == "delete" and task["state"] == "done" and task["result"]["deleted"] == 1, task
    assert document("a").status == 404
    again = kept(daemon.admin("DELETE", f"{DOCUMENTS}/a?wait=none"))
    assert again["state"] == "done" and again["result"]["deleted"] == 0, again


@claim
def a_promised_deletion_by_filter_is_kept():
    daemon.bulk("members", [{"id": f"https://odd.example/{i} x#1", "name": "Several", "country": "MT"}
                            for i in range(2500)])
    task = kept(daemon.admin("DELETE", f"{DOCUMENTS}?filter=country%3AMT&wait=none"))
    assert task["state"] == "done" and task["result"]["deleted"] == 2500, task
    assert total(filter="country:MT") == 0


@claim
def promised_patches_follow_one_another_and_lose_nothing():
    put("p", {"name": "Patched", "employees": 1})
    answers = [daemon.admin("PATCH", f"{DOCUMENTS}/p?wait=none", patch)
               for patch in ({"country": "BE"}, {"employees": 2}, {"website": "https://p.example"})]
    for answer in answers:
        task = kept(answer)
        assert task["kind"] == "patch" and task["state"] == "done" and task["result"]["created"] is False, task
    assert document("p").json == {"id": "p", "name": "Patched", "employees": 2, "country": "BE",
                                  "website": "https://p.example"}


@claim
def what_is_wrong_with_a_promised_patch_is_told_at_once():
    put("q", {"name": "Whole"})
    wrong = daemon.admin("PATCH", f"{DOCUMENTS}/q?wait=none", {"employees": "many"})
    assert wrong.status == 422 and wrong.json["errors"][0]["pointer"] == "/employees"
    other = daemon.admin("PATCH", f"{DOCUMENTS}/q?wait=none", {"id": "another"})
    assert other.status == 422 and other.json["errors"][0]["pointer"] == "/id"
    assert daemon.admin("PATCH", f"{DOCUMENTS}/nobody?wait=none", {"name": "x"}).status == 404
    assert document("another").status == 404 and document("q").json["name"] == "Whole"


@claim
def a_promise_takes_no_condition_that_it_could_not_tell_of():
    tag = put("c", {"name": "Conditional"}).header("ETag")
    for method, body in (("PUT", {"name": "x"}), ("PATCH", {"name": "x"}), ("DELETE", None)):
        answer = daemon.admin(method, f"{DOCUMENTS}/c?wait=none", body, {"If-Match": tag})
        assert answer.status == 400 and answer.json["errors"][0]["parameter"] == "wait", (method, answer.body)
    assert document("c").json["name"] == "Conditional"


@claim
def no_tag_but_the_documents_own_lets_a_write_through():
    tag = put("t", {"name": "Tagged"}).header("ETag")
    assert document("t").header("ETag") == tag
    for wrong in ("W/" + tag, '"18446744073709551615"', '"-1"', '"0"', tag.strip('"'), f'{tag}, "1"'):
        assert put("t", {"name": "x"}, {"If-Match": wrong}).status == 412, wrong
        assert put("absent", {"name": "x"}, {"If-Match": wrong}).status == 412, wrong
        assert daemon.admin("PATCH", f"{DOCUMENTS}/t", {"name": "x"}, {"If-Match": wrong}).status == 412, wrong
        assert daemon.admin("DELETE", f"{DOCUMENTS}/t", headers={"If-Match": wrong}).status == 412, wrong
    assert document("absent").status == 404 and document("t").json["name"] == "Tagged"
    assert put("t", {"name": "x"}, {"If-None-Match": tag}).status == 400
    assert put("t", {"name": "x"}, {"If-None-Match": "*", "If-Match": tag}).status == 412
    assert daemon.admin("PATCH", f"{DOCUMENTS}/t", {"name": "x"}, {"If-None-Match": "*"}).status == 412
    patched = daemon.admin("PATCH", f"{DOCUMENTS}/t", {"country": "BE"}, {"If-Match": tag})
    assert patched.status == 200 and patched.header("ETag") == document("t").header("ETag") != tag


@claim
def a_new_document_is_found_where_location_says():
    made = put("https%3A%2F%2Fl.example", {"name": "Located"}, query="?wait=visible")
    assert made.status == 201 and made.header("Location") == f"{DOCUMENTS}/https%3A%2F%2Fl.example"
    assert daemon.get(made.header("Location")).json["name"] == "Located"


@claim
def patches_at_the_same_time_all_arrive():
    put("r", {"name": "Raced", "sectors": []})
    statuses = []

    def patch(member, values):
        mine = Client()
        for value in values:
            statuses.append(mine.patch("r", {member: value}))
    threads = [threading.Thread(target=patch, args=("employees", range(1, 31))),
               threading.Thread(target=patch, args=("founded", range(1990, 2020)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 60, statuses
    assert document("r").json["employees"] == 30 and document("r").json["founded"] == 2019


class Client:
    """A second connection to the daemon, for a thread."""
    def __init__(self):
        self.connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=60)

    def patch(self, identifier, body):
        self.connection.request("PATCH", f"{DOCUMENTS}/{identifier}", json.dumps(body),
                                {"Authorization": "Bearer " + daemon.key,
                                 "Content-Type": "application/merge-patch+json"})
        reply = self.connection.getresponse()
        reply.read()
        return reply.status


@claim
def everything_goes_only_for_exactly_its_number():
    count = total()
    assert count > 0
    for confirm in (f"{count}x", f"+{count}", f"0{count}", f"{count}.0", "", "-1"):
        answer = daemon.admin("DELETE", f"{DOCUMENTS}?filter=*&confirm={confirm}")
        assert answer.status == 409 and answer.json["code"] == "confirm" and str(count) in answer.json["detail"], confirm
    for nothing in ("", "%20", "%09%20", "%0A", "()", "%20%0D%0A"):
        assert daemon.admin("DELETE", f"{DOCUMENTS}?filter={nothing}&confirm={count}").status == 400, nothing
    assert total() == count


@claim
def a_key_confined_by_a_filter_deletes_within_it_only():
    daemon.bulk("members", [{"id": f"be{i}", "name": "Confined", "country": "BE"} for i in range(3)] +
                [{"id": f"fr{i}", "name": "Confined", "country": "FR"} for i in range(4)])
    made = daemon.admin("POST", "/v1/keys", {"name": "be", "rights": ["write:members"], "filter": "country:FR"}).json
    before = total()
    refused = daemon.request("DELETE", f"{DOCUMENTS}?filter=*&confirm={before}", key=made["key"])
    assert refused.status == 409 and "confirm=4 " in refused.json["detail"], refused.body
    narrowed = daemon.request("DELETE", f"{DOCUMENTS}?filter=country:BE%20OR%20country:FR", key=made["key"])
    assert narrowed.status == 200 and narrowed.json["deleted"] == 4
    assert total() == before - 4 and total(filter="country:BE", q="confined") == 3


@claim
def a_key_confined_by_a_filter_writes_over_nothing_else():
    daemon.bulk("members", [{"id": "mine", "name": "Mine", "country": "LU"},
                            {"id": "theirs", "name": "Theirs", "country": "BE"}])
    key = daemon.admin("POST", "/v1/keys", {"name": "lu", "rights": ["write:members"], "filter": "country:LU"}).json["key"]
    lines = {"Content-Type": "application/x-ndjson"}
    for method, body in (("PUT", {"name": "x"}), ("PATCH", {"name": "x"}), ("DELETE", None)):
        refused = daemon.request(method, f"{DOCUMENTS}/theirs", body, key=key)
        assert refused.status == 403 and refused.json["code"] == "outside_filter", (method, refused.body)
        promised = daemon.request(method, f"{DOCUMENTS}/mine?wait=none", body, key=key)
        assert promised.status == 400 and promised.json["errors"][0]["parameter"] == "wait", (method, promised.body)
    body = '{"id":"theirs","name":"x"}\n{"op":"delete","id":"theirs"}\n{"id":"mine","name":"Still mine","country":"LU"}\n'
    for query, status in (("?dry_run=true", 207), ("?atomic=true", 422), ("?wait=none", 400), ("", 207)):
        answer = daemon.request("POST", DOCUMENTS + query, body, lines, key=key)
        assert answer.status == status, (query, answer.body)
    assert [(e["line"], e["code"]) for e in answer.json["errors"]] == [(1, "outside_filter"), (2, "outside_filter")]
    assert (answer.json["indexed"], answer.json["deleted"]) == (1, 0)
    assert document("theirs").json == {"id": "theirs", "name": "Theirs", "country": "BE"}
    assert daemon.request("PATCH", f"{DOCUMENTS}/mine", {"employees": 1}, key=key).status == 200
    assert daemon.request("PUT", f"{DOCUMENTS}/added", {"name": "Added", "country": "LU"}, key=key).status == 201
    assert daemon.request("DELETE", f"{DOCUMENTS}/mine", key=key).status == 200


@claim
def a_body_of_many_slices_is_visible_when_it_is_answered():
    # Lines of 4000 bytes; with the last of 1049 a slice is just full and nothing follows it.
    for round, lines in enumerate((1049, 2098, 2500)):
        body = ""
        for number in range(lines):
            line = {"id": f"big{number}", "name": f"Sliced{round}", "profile": ""}
            line["profile"] = "x" * (3999 - len(json.dumps(line)))
            body += json.dumps(line) + "\n"
        assert len(body) == lines * 4000
        answer = daemon.admin("POST", DOCUMENTS, body, {"Content-Type": "application/x-ndjson"})
        assert answer.status == 200 and answer.json["indexed"] == lines, answer.body[:300]
        assert total(q=f"sliced{round}") == lines
        assert document(f"big{lines - 1}").json["name"] == f"Sliced{round}"
    assert daemon.admin("DELETE", DOCUMENTS + "?filter=*").json["code"] == "confirm"


@claim
def a_dry_run_counts_only_deletions_of_what_is_there():
    lines = '{"op":"delete","id":"be0"}\n{"op":"delete","id":"never"}\n'
    kind = {"Content-Type": "application/x-ndjson"}
    dry = daemon.admin("POST", DOCUMENTS + "?dry_run=true", lines, kind)
    wet = daemon.admin("POST", DOCUMENTS, lines, kind)
    assert dry.status == wet.status == 200
    assert (dry.json["deleted"], wet.json["deleted"]) == (1, 1), (dry.body, wet.body)


@claim
def a_body_of_no_type_is_read_for_what_it_is():
    for number, body in enumerate(('\n\n{"id":"g1","name":"G"}\n{"id":"g2","name":"G"}\n',
                                   '\ufeff{"id":"g1","name":"G"}\n{"id":"g2","name":"G"}',
                                   '[{"id":"g1","name":"G"},\n {"id":"g2","name":"G"}]')):
        answer = daemon.admin("POST", DOCUMENTS, body)
        assert answer.status == 200 and answer.json["indexed"] == 2, (number, answer.body)
    one = daemon.admin("POST", DOCUMENTS, '{\n "id": "g3",\n "name": "G"\n}\n')
    assert one.status == 200 and one.json["indexed"] == 1


@claim
def packed_bodies_are_bounded():
    headers = {"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"}
    two = gzip.compress(b'{"id":"z1","name":"Z"}\n') + gzip.compress(b'{"id":"z2","name":"Z"}\n')
    assert daemon.admin("POST", DOCUMENTS, two, headers).json["indexed"] == 2
    assert daemon.admin("POST", DOCUMENTS, two[:-5], headers).json["code"] == "bad_gzip"
    assert daemon.admin("POST", DOCUMENTS, b"plain", headers).status == 400
    assert daemon.admin("POST", DOCUMENTS, gzip.compress(b" " * (60 << 20)), headers).status == 413
    assert daemon.admin("POST", DOCUMENTS, b"{}", {"Content-Encoding": "br"}).status == 415
    assert daemon.admin("POST", DOCUMENTS, b"{}", {"Content-Type": "text/html"}).status == 415


@claim
def a_slip_in_a_rebuild_is_not_taken_for_everything():
    for body in ({"colection": "members"}, {"collection": 1}, {"collection": "members", "more": 1}):
        assert daemon.admin("POST", "/v1/rebuild", body).status == 422, body
    assert daemon.admin("POST", "/v1/rebuild", {"collection": "nothing"}).status == 404
    assert daemon.admin("POST", "/v1/rebuild?collection=nothing").status == 404
    assert kept(daemon.admin("POST", "/v1/rebuild?collection=groups"))["result"] == {"rebuilt": "groups"}


@claim
def a_wrong_member_of_a_key_is_pointed_at():
    for member, value, pointer in (
            ("rights", ["search", "write:moon"], "/rights/1"), ("rights", "search", "/rights"),
            ("rights", ["search\tdesk"], "/rights/0"), ("expires", "soon", "/expires"),
            ("filter", "country:", "/filter"), ("filter", "nofield:x", "/filter"),
            ("origins", ["https://a.example", ""], "/origins/1"), ("rate", -1, "/rate"),
            ("name", "", "/name"), ("secret", "x", "/secret")):
        answer = daemon.admin("POST", "/v1/keys", {"name": "n", "rights": ["search"], member: value})
        assert answer.status == 422 and answer.json["errors"][0]["pointer"] == pointer, (member, value, answer.body)
    made = daemon.admin("POST", "/v1/keys", {"name": "n", "rights": ["write:*"], "filter": "country:BE",
                                             "expires": "2999-12-31"}).json
    changed = daemon.admin("PATCH", f"/v1/keys/{made['id']}", {"filter": None, "expires": None})
    assert changed.status == 200 and changed.json["filter"] == "" and changed.json["expires"] is None
    assert changed.json["rights"] == ["write:*"] and "key" not in changed.json


@claim
def metrics_tell_of_lanes_and_of_every_collection():
    text = daemon.get("/metrics").body.decode()
    for lane in ("read", "write", "stream"):
        assert f'ecsearch_lane_running{{lane="{lane}"}} ' in text
    documents = total()
    assert f'ecsearch_documents{{collection="members"}} {documents}\n' in text
    assert f'ecsearch_units{{collection="members"}} ' in text
    assert daemon.get("/readyz").json == {"status": "ready"}


@claim
def it_ends_cleanly():
    assert daemon.stop() == 0
    assert "error" not in daemon.logged(), daemon.logged()


run()
