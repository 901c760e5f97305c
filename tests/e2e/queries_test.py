#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""What is searched, counted by day: what counts, what is told, what is not kept.

Days that have passed are put into the records' file while the daemon is down.
"""
import csv
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(__file__))
from daemon import BUILD, Daemon, claim, load_corpus, run  # noqa: E402

daemon = Daemon(arguments=["--query-days", "2"])
load_corpus(daemon)
TODAY = int(time.time()) // 86400


def queries(**parameters):
    target = "/v1/queries?" + "&".join(f"{k}={v}" for k, v in parameters.items())
    answer = daemon.admin("GET", target)
    assert answer.status == 200, (answer.status, answer.body)
    return answer.json


def totals():
    return queries()["totals"]


def beacon(click, origin="https://other.example"):
    """As navigator.sendBeacon sends a text from a page of another site."""
    return daemon.request("POST", "/v1/clicks", json.dumps(click),
                          {"Content-Type": "text/plain;charset=UTF-8", "Origin": origin})


def with_file(*statements):
    """Run SQL on the records while the daemon is down."""
    assert daemon.stop() == 0, daemon.logged()
    file = sqlite3.connect(os.path.join(daemon.data, "records.db"))
    for statement, *values in statements:
        file.execute(statement, values)
    file.commit()
    file.close()
    daemon.start()


def searched(q, day, collection="", count=1, without=0):
    return ("INSERT INTO query_counts VALUES(?, ?, ?, ?, ?)", q, collection, day, count, without)


def told(**parameters):
    return {(line["q"], line["in"]): line for line in queries(**parameters)["queries"]}


@claim
def a_search_counts_once_and_what_is_none_does_not():
    get = "/v1/search?q=security"
    before = totals()["searches"]
    first = daemon.get("/v1/search", q="security")
    assert first.status == 200 and totals()["searches"] == before + 1
    daemon.search(q="security")
    daemon.search("members", q="security")
    assert totals()["searches"] == before + 3
    for method, target, headers in (
            ("GET", get + "&page=2", {}), ("GET", get + "&cursor=*", {}), ("GET", get + "&count=false", {}),
            ("GET", get + "&per_page=0", {}), ("HEAD", get, {}), ("GET", "/v1/search?q=%20%09", {}),
            ("GET", get, {"Accept": "text/csv"}), ("GET", get, {"Accept": "application/x-ndjson"}),
            ("GET", get, {"If-None-Match": first.header("ETag")}),
            ("GET", "/v1/collections/members/facets/country?query=security", {}),
            ("GET", "/v1/suggest?q=security", {}), ("GET", get + "&nonsense=1", {})):
        answer = daemon.request(method, target, headers=headers)
        assert answer.status in (200, 304, 400), (target, answer.status)
        assert totals()["searches"] == before + 3, (method, target, headers)
    answer = daemon.get("/v1/search", q="security", count="perhaps")
    assert answer.status == 400 and answer.json["errors"][0]["parameter"] == "count"


@claim
def a_search_that_finds_nothing_is_told_apart():
    before = totals()
    daemon.search(q="zzyzzxq", typo="off")
    daemon.search(q="security", per_page=1, total=False)
    after = totals()
    assert after["without_hits"] == before["without_hits"] + 1
    assert after["searches"] == before["searches"] + 2


@claim
def a_query_is_told_from_the_second_day_on():
    daemon.search(q="Smart  GRID ")
    daemon.search("members", q="smart grid")
    assert queries()["queries"] == [] and queries()["withheld"] >= 3
    with_file(searched("smart grid", TODAY - 1, count=4), searched("never again", TODAY - 1))
    daemon.search(q="smart grid")
    found = told()
    assert list(found) == [("smart grid", "")], found
    line = found[("smart grid", "")]
    assert (line["count"], line["days"], line["in"]) == (6, 2, ""), line
    assert queries()["least_days"] == 2
    yesterday = time.strftime("%Y-%m-%d", time.gmtime((TODAY - 1) * 86400))
    only = queries(**{"from": yesterday, "to": yesterday})
    assert (only["days"], only["queries"][0]["count"], only["totals"]["searches"]) == (1, 4, 0), only


@claim
def what_may_name_a_person_counts_in_totals_only():
    before, withheld = totals()["searches"], queries()["withheld"]
    for q in ("jane.doe@example.org", "+32 2 555 12 34", "x" * 101):
        daemon.search(q=q)
    assert totals()["searches"] == before + 3
    assert queries()["withheld"] == withheld


@claim
def clicks_are_counted_by_rank_and_plant_no_words():
    before = totals()["clicks"]
    for click in ({"q": "smart grid", "rank": 1}, {"q": " Smart Grid", "rank": 1, "collection": "agenda"},
                  {"q": "smart grid", "rank": 250}, {"q": "planted zzyqx", "rank": 1},
                  {"q": "jane.doe@example.org", "rank": 1}):
        answer = beacon(click)
        assert answer.status == 204 and answer.body == b"", (answer.status, answer.body)
        assert answer.header("Access-Control-Allow-Origin") == "*"
    line = told(order="clicks")[("smart grid", "")]
    assert line["clicks"] == 3 and line["ranks"] == {"1": 2, "more": 1} and line["click_rate"] == 0.5, line
    assert totals()["clicks"] == before + 3
    daemon.admin("DELETE", "/v1/queries?q=planted+zzyqx")
    with open(os.path.join(daemon.data, "records.db"), "rb") as file:
        assert b"zzyqx" not in file.read()


@claim
def what_is_wrong_with_a_click_is_pointed_at():
    good = {"q": "smart grid", "rank": 1}
    for wrong, where in (({"rank": 0}, "/rank"), ({"rank": "1"}, "/rank"), ({"q": 7}, "/q"),
                         ({"collection": "nothing"}, "/collection"), ({"id": "x"}, "/id")):
        answer = beacon({**good, **wrong})
        assert answer.status == 422 and answer.json["errors"][0]["pointer"] == where, (wrong, answer.body)
    assert beacon({"q": "smart grid"}).json["errors"][0]["pointer"] == "/rank"
    assert daemon.request("POST", "/v1/clicks", "smart grid").status == 400
    assert daemon.request("POST", "/v1/clicks?q=x", "{}").status == 400


@claim
def the_list_comes_as_a_table_and_as_lines():
    with_file(*(searched("=1+1, \"x\"", TODAY - i, "members", 2, 1) for i in range(3)))
    table = daemon.admin("GET", "/v1/queries?in=members", headers={"Accept": "text/csv"})
    assert table.header("Content-Type").startswith("text/csv")
    rows = list(csv.reader(io.StringIO(table.body.decode(), newline="")))
    assert rows == [["q", "in", "count", "days", "without_hits", "clicks", "click_rate"],
                    ["'=1+1, \"x\"", "members", "6", "3", "3", "0", "0"]], rows
    lines = daemon.admin("GET", "/v1/queries?order=without_hits", headers={"Accept": "application/x-ndjson"})
    first = json.loads(lines.body.splitlines()[0])
    assert first["q"] == "=1+1, \"x\"" and first["without_hits"] == 3, first
    assert all(json.loads(line)["without_hits"] > 0 for line in lines.body.splitlines())


@claim
def the_command_line_shows_the_list():
    def call(*arguments):
        return subprocess.run([os.path.join(BUILD, "ecsearch"), "--url", f"http://127.0.0.1:{daemon.port}", "--key",
                               daemon.key, "queries", *arguments], capture_output=True, text=True, timeout=60)
    shown = call().stdout
    assert " searches, " in shown and "smart grid\n" in shown, shown
    assert "smart grid" not in call("--without-hits").stdout
    table = call("--csv", "--in", "members")
    assert table.stdout.startswith("q,in,count,") and table.stdout.count("\n") == 2, table
    assert call("--days", "1").stdout.count("smart grid") == 1
    assert call("--in", "nothing").returncode == 3


@claim
def what_is_wrong_with_a_question_is_named():
    for query, name in (("from=yesterday", "from"), ("from=2026-02-01&to=2026-01-01", "from"), ("to=2026-13", "to"),
                        ("limit=0", "limit"), ("limit=x", "limit"), ("order=size", "order"), ("in=nothing", "in"),
                        ("day=1", "day")):
        answer = daemon.admin("GET", "/v1/queries?" + query)
        assert answer.status == 400 and answer.json["errors"][0]["parameter"] == name, (query, answer.body)
    for query in ("", "?q=x&confirm=all", "?confirm=yes", "?q=", "?q=a%40b.org"):
        assert daemon.admin("DELETE", "/v1/queries" + query).status == 400, query


@claim
def only_an_administrator_reads_and_forgets():
    made = daemon.admin("POST", "/v1/keys", {"name": "site", "rights": ["search", "desk", "write:*"]}).json
    for method in ("GET", "DELETE"):
        assert daemon.request(method, "/v1/queries?confirm=all").status == 401
        assert daemon.request(method, "/v1/queries?confirm=all", key=made["key"]).status == 403
    assert told() != {}


@claim
def a_stop_loses_nothing_and_a_kill_what_was_not_written():
    before = totals()["searches"]
    daemon.search(q="before the stop")
    with_file()
    assert totals()["searches"] == before + 1
    daemon.search(q="before the kill")
    queries()  # which writes
    daemon.search(q="lost with the kill")
    daemon.kill()
    daemon.start()
    assert totals()["searches"] == before + 2


@claim
def a_backup_has_the_counts():
    queries()
    folder = os.path.join(daemon.data, "backup")
    assert daemon.admin("POST", "/v1/backup", {"directory": folder}).status == 200
    file = sqlite3.connect(os.path.join(folder, "records.db"))
    found = file.execute("SELECT count(*) FROM query_counts WHERE q = 'smart grid'").fetchone()[0]
    file.close()
    shutil.rmtree(folder)
    assert found >= 2, found


@claim
def what_is_old_is_deleted_at_the_start():
    with_file(searched("rare and old", TODAY - 91), searched("rare and new", TODAY - 89),
              searched("too old", TODAY - 366), searched("too old", TODAY - 367),
              searched("frequent", TODAY - 300), searched("frequent", TODAY - 301))
    deadline = time.monotonic() + 30
    old = {"from": "2000"}
    while queries(**old)["withheld"] and ("too old", "") in told(**old):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert ("frequent", "") in told(**old)
    assert daemon.admin("DELETE", "/v1/queries?q=rare+and+old").json == {"deleted": False}
    assert daemon.admin("DELETE", "/v1/queries?q=Rare+and+NEW").json == {"deleted": True}


@claim
def a_query_is_forgotten_when_asked_written_or_not():
    daemon.search(q="forget me not")
    assert daemon.admin("DELETE", "/v1/queries?q=forget+me+not").json == {"deleted": True}
    queries()
    with open(os.path.join(daemon.data, "records.db"), "rb") as file:
        assert b"forget me not" not in file.read()
    assert daemon.admin("DELETE", "/v1/queries?q=smart+grid").json == {"deleted": True}
    assert ("smart grid", "") not in told() and totals()["searches"] > 0


@claim
def nothing_of_a_visitor_is_on_the_disk_or_in_the_log():
    made = daemon.admin("POST", "/v1/keys", {"name": "site", "rights": ["search"]}).json
    agent, forwarded = "Browser/77.1 of Jane", "203.0.113.77"
    for target in ("/v1/search?q=quantum+visitors", "/v1/collections/members/search?q=quantum+visitors"):
        answer = daemon.request("GET", target, headers={"User-Agent": agent, "X-Forwarded-For": forwarded,
                                                        "Referer": "https://jane.example/"}, key=made["key"])
        assert answer.status == 200
    beacon({"q": "quantum visitors", "rank": 1}, origin="https://jane.example")
    queries()
    held = b""
    for folder, _, names in os.walk(daemon.data):
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                held += file.read()
    assert b"quantum visitors" in held
    for trace in (agent, forwarded, "jane.example", "127.0.0.1", made["key"]):
        assert trace.encode() not in held, trace
        assert trace == "127.0.0.1" or trace not in daemon.logged(), trace
    assert "quantum" not in daemon.logged()


@claim
def where_none_are_counted_all_are_forgotten():
    daemon.search(q="quantum visitors")
    assert daemon.stop() == 0
    daemon.arguments = ["--queries", "no"]
    daemon.start()
    for method in ("GET", "DELETE"):
        answer = daemon.admin(method, "/v1/queries?confirm=all" if method == "DELETE" else "/v1/queries")
        assert answer.status == 404 and answer.json["code"] == "queries_off", answer.body
    assert beacon({"q": "quantum visitors", "rank": 1}).status == 204
    assert daemon.get("/v1/search", q="quantum").status == 200
    for name in ("records.db", "records.db-wal"):
        with open(os.path.join(daemon.data, name), "rb") as file:
            assert b"quantum visitors" not in file.read(), name
    assert daemon.stop() == 0
    daemon.arguments = ["--queries", "perhaps"]
    try:
        daemon.start()
        raise AssertionError("it started")
    except RuntimeError as why:
        assert "yes or no" in str(why), why
    daemon.arguments = []
    daemon.start()
    assert queries()["totals"] == {"searches": 0, "without_hits": 0, "clicks": 0}


@claim
def it_ends_cleanly():
    daemon.__exit__()


run()
