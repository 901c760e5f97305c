#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""What is wrong is refused by name: a table of malformed requests, each with its status.

After every refusal the daemon answers the next request; at the end its memory is where it was.
"""
import gzip
import json
import os
import socket
import sys
import urllib.parse

sys.path.insert(0, os.path.dirname(__file__))
from daemon import Daemon, claim, load_corpus, run, sanitized  # noqa: E402

daemon = Daemon()
load_corpus(daemon)
Q = urllib.parse.quote
MEMBERS = "/v1/collections/members"
DEEP = "(" * 40 + "country:BE" + ")" * 40

# Queries of /v1/search and of one collection: target, what errors[0] names.
QUERIES = [
    ("?nonsense=1", "nonsense"), ("?sector=finance", "sector"), ("?page=0", "page"), ("?page=-1", "page"),
    ("?page=x", "page"), ("?page=1.5", "page"), ("?page=1e99", "page"), ("?page=", "page"),
    ("?per_page=1001", "per_page"), ("?per_page=-1", "per_page"), ("?per_page=ten", "per_page"),
    ("?per_page=1&per_page=2", "per_page"), ("?q=a&q=b", "q"), ("?q=" + "x" * 5000, "q"),
    ("?mode=sql", "mode"), ("?match=some", "match"), ("?prefix=first", "prefix"), ("?typo=maybe", "typo"),
    ("?lang=xx", "lang"), ("?lang=english", "lang"), ("?in=nobody", "in"), ("?in=members,nobody", "in"),
    ("?fields=nothing", "fields"), ("?fields=name%5E0", "fields"), ("?fields=name%5Ex", "fields"),
    ("?fields=employees", "fields"), ("?fields=name%5E1000", "fields"), ("?sort=profile", "sort"),
    ("?sort=nothing", "sort"), ("?sort=distance", "sort"), ("?sort=sectors", "sort"),
    ("?sort=name,city,country,founded,joined", "sort"), ("?near=1", "near"), ("?near=91,0", "near"),
    ("?near=0,181", "near"), ("?near=a,b", "near"), ("?near=1,2,3", "near"), ("?radius=10km", "radius"),
    ("?near=50,4&radius=-1", "radius"), ("?near=50,4&radius=ten", "radius"), ("?near=50,4&radius=5miles", "radius"),
    ("?box=1,2,3", "box"), ("?box=50,0,40,1", "box"), ("?box=a,b,c,d", "box"), ("?box=0,0,1,999", "box"),
    ("?highlight=perhaps", "highlight"), ("?highlight=%7B%22pre%22%3A1%7D", "highlight"),
    ("?highlight=%7B%22colour%22%3A%22red%22%7D", "highlight"), ("?highlight=%7Bbroken", "highlight"),
    ("?passages=-1", "passages"), ("?passages=1e9", "passages"), ("?explain=why", "explain"),
    ("?total=no", "total"), ("?timeout_ms=0", "timeout_ms"), ("?timeout_ms=99999999", "timeout_ms"),
    ("?cursor=abc", "cursor"), ("?cursor=*&page=2", "cursor"), ("?cursor=*&per_page=0", "per_page"),
    ("?cursor=" + "f" * 200, "cursor"), ("?cursor=" + "g" * 32 + "-1", "cursor"),
    ("?facets=nothing", "facets"), ("?facets=profile", "facets"), ("?facets=name", "facets"),
    ("?facets=%5B%7B%7D%5D", "facets"), ("?facets=%5B1%5D", "facets"), ("?facets=%5B", "facets"),
    ("?facets=" + Q('[{"field":"country","limit":1001}]'), "facets"),
    ("?facets=" + Q('[{"field":"country","limit":-1}]'), "facets"),
    ("?facets=" + Q('[{"field":"country","sort":"size"}]'), "facets"),
    ("?facets=" + Q('[{"field":"country","type":"cloud"}]'), "facets"),
    ("?facets=" + Q('[{"field":"country","type":"range","ranges":[{"to":1}]}]'), "facets"),
    ("?facets=" + Q('[{"field":"founded","type":"range"}]'), "facets"),
    ("?facets=" + Q('[{"field":"founded","type":"range","ranges":[{"from":5,"to":5}]}]'), "facets"),
    ("?facets=" + Q('[{"field":"founded","type":"histogram"}]'), "facets"),
    ("?facets=" + Q('[{"field":"founded","type":"histogram","interval":0}]'), "facets"),
    ("?facets=" + Q('[{"field":"joined","type":"histogram","interval":"week"}]'), "facets"),
    ("?facets=" + Q('[{"field":"country","interval":3}]'), "facets"),
    ("?facets=" + Q('[{"field":"city","type":"tree"}]'), "facets"),
    ("?facets=" + Q('[{"field":"country","colour":1}]'), "facets"),
    ("?facets=" + Q('[{"field":"country","disjunctive":"yes"}]'), "facets"),
    ("?facets=" + ",".join(["country"] * 51), "facets"),
    ("?filter=country", "filter"), ("?filter=country%3A", "filter"), ("?filter=%3ABE", "filter"),
    ("?filter=nothing%3A1", "filter"), ("?filter=profile%3Ax", "filter"), ("?filter=location%3A1", "filter"),
    ("?filter=country%3ABE+AND", "filter"), ("?filter=AND", "filter"), ("?filter=country%3ABE+country%3AFR", "filter"),
    ("?filter=country%3ABE+and+country%3AFR", "filter"), ("?filter=%28country%3ABE", "filter"),
    ("?filter=country%3ABE%29", "filter"), ("?filter=%28%29", "filter"), ("?filter=country%3A%22BE", "filter"),
    ("?filter=NOT", "filter"), ("?filter=founded%3Aold", "filter"), ("?filter=founded%3A1..x", "filter"),
    ("?filter=founded%3A..", "filter"), ("?filter=country%3A%3E5", "filter"), ("?filter=joined%3A2020-13", "filter"),
    ("?filter=joined%3A31.5.2020", "filter"), ("?filter=" + Q(DEEP), "filter"),
    ("?filter=" + Q(" OR ".join(["founded:1"] * 600)), "filter"),
    ("?filter=" + Q('[["country"]]'), None), ("?filter=" + Q('[[]]'), None), ("?filter=" + Q('[[1]]'), None),
    ("?filter=" + Q('[["nothing:1"]]'), None), ("?filter=%5B", "filter"), ("?filter=%5B%5D", None),
    ("?mode=expert&q=a+AND", "q"), ("?mode=expert&q=%28a", "q"), ("?mode=expert&q=a%29", "q"),
    ("?mode=expert&q=%22a", "q"), ("?mode=expert&q=nothing%3Aa", "q"), ("?mode=expert&q=a+NEAR%2F0+b", "q"),
    ("?mode=expert&q=a%5E0", "q"), ("?mode=expert&q=*", "q"), ("?mode=expert&q=founded%3Aold", "q"),
    ("?mode=expert&q=" + "%28" * 40 + "a", "q"), ("?mode=expert&q=" + "a+" * 65, "q"),
    ("?mode=expert&q=a&match=any", "match"), ("?mode=expert&q=a&prefix=last", "prefix"),
    ("?q=%zz", "q"), ("?q=%", "q"), ("?q=%00", "q"), ("?q=%ff", "q"), ("?q=%c3", "q"), ("?%ff=1", None),
    ("?q=%ed%a0%80", "q"), ("?" + "&".join(f"a{i}=1" for i in range(65)), None),
]

# Bodies of POST /v1/search.
BODIES = [
    (b"", 400), (b"{", 400), (b"[]", 400), (b"null", 400), (b'"q"', 400), (b'{"q":1}', 400), (b'{"q":"a","q":"b"}', 400),
    (b'{"q":"\xff"}', 400), (b'{"q":"\\u0000"}', 400), (b'{"q":"\\ud800"}', 400), (b'{"nope":1}', 400),
    (b'{"page":"x"}', 400), (b'{"filter":7}', 400), (b'{"filter":[["country:BE",[]]]}', 400), (b'{"facets":7}', 400),
    (b'{"sort":[1]}', 400), (b'{"in":[]}', 400), (b'{"in":[1]}', 400), (b'{"near":{"lat":1}}', 400),
    (b'{"near":{"lat":1,"lon":2,"alt":3}}', 400), (b'{"box":[1,2,3]}', 400), (b'{"explain":"yes"}', 400),
    (b'{"highlight":7}', 400), (b'{"q":"a"} trailing', 400), (b"[" * 3000 + b"]" * 3000, 400),
    (b'{"per_page":1e400}', 400), (b'{"q":NaN}', 400), (b"\xef\xbb\xbf{}", 400), (b"q=a&page=1", 400),
]

# Writing (with the administrator's key): method, target, body, headers, status.
NDJSON = {"Content-Type": "application/x-ndjson"}
WRITES = [
    ("PUT", MEMBERS + "/documents/x", b"{}", {}, 422), ("PUT", MEMBERS + "/documents/x", b'{"name":""}', {}, 422),
    ("PUT", MEMBERS + "/documents/x", b'{"name":1}', {}, 422), ("PUT", MEMBERS + "/documents/x", b"[]", {}, 400),
    ("PUT", MEMBERS + "/documents/x", b'{"name":"a","nope":1}', {}, 422),
    ("PUT", MEMBERS + "/documents/x", b'{"name":"a","country":"XX"}', {}, 422),
    ("PUT", MEMBERS + "/documents/x", b'{"name":"a","location":{"lat":1}}', {}, 422),
    ("PUT", MEMBERS + "/documents/x", b'{"name":"a","website":"ftp://x"}', {}, 422),
    ("PUT", MEMBERS + "/documents/x", b'{"name":"a","joined":"yesterday"}', {}, 422),
    ("PUT", MEMBERS + "/documents/x", b'{"name":"a","sectors":[1]}', {}, 422),
    ("PUT", MEMBERS + "/documents/x", b'{"name":"a"}', {"Content-Type": "text/plain"}, 415),
    ("PUT", MEMBERS + "/documents/x", b'{"name":"a"}', {"If-Match": "nonsense"}, 412),
    ("PUT", MEMBERS + "/documents/x?wait=forever", b'{"name":"a"}', {}, 400),
    ("PUT", MEMBERS + "/documents/x?nope=1", b'{"name":"a"}', {}, 400),
    ("PUT", MEMBERS + "/documents/" + "x" * 201, b'{"name":"a"}', {}, 422),
    ("PUT", MEMBERS + "/documents/a%01b", b'{"name":"a"}', {}, 400),
    ("PUT", "/v1/collections/nobody/documents/x", b'{"name":"a"}', {}, 404),
    ("PATCH", MEMBERS + "/documents/nobody", b"{}", {}, 404),
    ("DELETE", MEMBERS + "/documents/nobody", None, {}, 404),
    ("DELETE", MEMBERS + "/documents", None, {}, 400), ("DELETE", MEMBERS + "/documents?filter=x", None, {}, 400),
    ("DELETE", MEMBERS + "/documents?filter=*", None, {}, 409),
    ("POST", MEMBERS + "/documents", b"x", {"Content-Type": "application/xml"}, 415),
    ("POST", MEMBERS + "/documents", b"x", {"Content-Type": "application/json"}, 400),
    ("POST", MEMBERS + "/documents", b"id,nope\n1,2\n", {"Content-Type": "text/csv"}, 400),
    ("POST", MEMBERS + "/documents", b"", {"Content-Type": "text/csv"}, 400),
    ("POST", MEMBERS + "/documents", b"not gzip", {**NDJSON, "Content-Encoding": "gzip"}, 400),
    ("POST", MEMBERS + "/documents", gzip.compress(b"{}")[:-5], {**NDJSON, "Content-Encoding": "gzip"}, 400),
    ("POST", MEMBERS + "/documents", gzip.compress(b"{}") + b"x", {**NDJSON, "Content-Encoding": "gzip"}, 400),
    ("POST", MEMBERS + "/documents", b"{}", {**NDJSON, "Content-Encoding": "br"}, 415),
    ("POST", MEMBERS + "/documents", gzip.compress(b" " * (70 << 20)), {**NDJSON, "Content-Encoding": "gzip"}, 413),
    ("POST", MEMBERS + "/documents?atomic=perhaps", b"{}", NDJSON, 400),
    ("POST", MEMBERS + "/documents?atomic=true", b"nonsense", NDJSON, 422),
    ("POST", "/v1/keys", b"{}", {}, 422), ("POST", "/v1/keys", b'{"name":"a","rights":["fly"]}', {}, 422),
    ("POST", "/v1/keys", b'{"name":"a","rights":"search"}', {}, 422),
    ("POST", "/v1/keys", b'{"name":"a","rights":["search"],"filter":"("}', {}, 422),
    ("POST", "/v1/keys", b'{"name":"a","rights":["search"],"expires":"soon"}', {}, 422),
    ("POST", "/v1/keys", b'{"name":"a","rights":["search"],"rate":-1}', {}, 422),
    ("POST", "/v1/keys", b'{"nmae":"a"}', {}, 422), ("DELETE", "/v1/keys/k_nobody", None, {}, 404),
    ("PATCH", "/v1/keys/k_nobody", b"{}", {}, 404), ("POST", "/v1/backup", b"{}", {}, 422),
    ("POST", "/v1/backup", b'{"directory":"relative"}', {}, 400),
    ("POST", "/v1/rebuild", b'{"collection":"nobody"}', {}, 404),
    ("PUT", "/v1/synonyms", b"x", {}, 400), ("PUT", "/v1/synonyms", b"[]", {}, 400),
    ("PUT", "/v1/synonyms", b"{}", {}, 422), ("PUT", "/v1/synonyms?x=1", b'{"synonyms":[]}', {}, 400),
    ("PUT", "/v1/synonyms", b'{"synonyms":[]}', {"Content-Type": "text/plain"}, 415),
    ("PUT", "/v1/synonyms", b'{"synonyms":[{"words":["a"]}]}', {}, 422),
    ("PUT", "/v1/synonyms", b'{"synonyms":[{"words":["a","b"],"lang":"xx"}]}', {}, 422),
    ("PUT", "/v1/synonyms", b'{"synonyms":[{"wrods":["a","b"]}]}', {}, 422),
    ("PUT", "/v1/stems", b"x", {}, 400), ("PUT", "/v1/stems", b'{"xx":{}}', {}, 400),
    ("PUT", "/v1/stems", b'{"en":{"a":1}}', {}, 400), ("PUT", "/v1/stems", b'{"en":{"?":"a"}}', {}, 400),
    ("PUT", "/v1/vocabularies/kinds", b"x", {}, 400), ("PUT", "/v1/vocabularies/kinds", b"{}", {}, 400),
    ("PUT", "/v1/vocabularies/nothing", b"{}", {}, 404),
    ("PUT", "/v1/vocabularies/kinds", b'{"name":"kinds","label":{},"values":[{"id":1}]}', {}, 400),
    ("PUT", "/v1/stopwords", b"x", {}, 400), ("PUT", "/v1/stopwords", b'{"xx":[]}', {}, 422),
    ("PUT", "/v1/stopwords", b'{"en":"the"}', {}, 422), ("PUT", "/v1/stopwords", b'{"en":["of the"]}', {}, 422),
    ("PUT", "/v1/stopwords", b'{"en":[1]}', {}, 422), ("PUT", "/v1/stopwords", b'{"en":{"drop":[]}}', {}, 422),
]

# Addresses: method, target, status.
ADDRESSES = [
    ("GET", "/v1", 404), ("GET", "/v1/", 404), ("GET", "/v1/search/", 404), ("GET", "//v1/search", 404),
    ("GET", "/V1/search", 404), ("GET", "/v1/search%2F", 404), ("GET", "/v1/%73earch%zz", 400),
    ("GET", "/v1/collections/nobody", 404), ("GET", "/v1/collections/nobody/search", 404),
    ("GET", MEMBERS + "/documents/nobody", 404), ("GET", MEMBERS + "/documents/nobody/terms", 404),
    ("GET", MEMBERS + "/documents/", 404), ("GET", MEMBERS + "/facets/nothing", 400),
    ("GET", MEMBERS + "/facets/profile", 400), ("GET", MEMBERS + "/facets/country?limit=-1", 400),
    ("GET", "/v1/vocabularies/nothing", 404), ("GET", "/v1/vocabularies/sectors?lang=xx", 400),
    ("GET", "/v1/tasks/t_nobody", 404), ("GET", "/v1/collections?x=1", 400), ("GET", "/healthz?x=1", 400),
    ("DELETE", "/v1/search", 405), ("PUT", "/v1/search", 405), ("PATCH", "/v1/search", 405),
    ("POST", "/v1/collections", 405), ("POST", "/healthz", 405), ("DELETE", MEMBERS, 405),
    ("GET", "/v1/synonyms", 401), ("DELETE", "/v1/stopwords", 401), ("POST", "/v1/synonyms", 405),
    ("GET", "/v1/keys", 401), ("GET", "/v1/stats", 401), ("POST", "/v1/check", 401), ("GET", "/v1/keys/x", 405),
    ("GET", "/%00", 400), ("GET", "/%ff", 400), ("GET", "/a%0ab", 400), ("GET", "/" + "a/" * 40, 400),
    ("GET", MEMBERS + "/documents/%2e%2e%2f%2e%2e%2fetc%2fpasswd", 404), ("GET", "/../../etc/passwd", 404),
    ("GET", MEMBERS + "/search?in=groups", 400),
]

# What is no good HTTP: the bytes, the statuses that will do (0: closed without a reply).
HEAD = b"GET /healthz HTTP/1.1\r\n"
WIRE = [
    (b"GET /healthz\r\n\r\n", {400}), (b"FOO / HTTP/1.1\r\nHost: a\r\n\r\n", {400, 405, 501}),
    (b"GET / HTTP/9.9\r\nHost: a\r\n\r\n", {400, 505}), (b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", {400}),
    (HEAD + b"\r\n", {400}), (HEAD + b"Host: a\r\nHost: b\r\n\r\n", {400}), (HEAD + b"Host : a\r\n\r\n", {400}),
    (HEAD + b"Host: a\r\nBad Header: x\r\n\r\n", {400}), (HEAD + b"Host: a\r\n folded\r\n\r\n", {400}),
    (HEAD + b"Host: a\r\nContent-Length: 5\r\nContent-Length: 0\r\n\r\nhello", {400}),
    (HEAD + b"Host: a\r\nContent-Length: +5\r\n\r\nhello", {400}), (HEAD + b"Host: a\r\nContent-Length: -1\r\n\r\n", {400}),
    (HEAD + b"Host: a\r\nContent-Length: 5\r\n\r\nhello", {400}),
    (b"POST /v1/search HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400, 411}),
    (b"POST /v1/search HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", {400, 411}),
    (b"POST /v1/search HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400, 411}),
    (HEAD + b"Host: a\r\nX: " + b"y" * 70000 + b"\r\n\r\n", {400, 431}),
    (b"GET /" + b"a" * 70000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", {400, 414, 431}),
    (HEAD + b"Host: a\r\n" + b"".join(b"X%d: y\r\n" % i for i in range(300)) + b"\r\n", {400, 431}),
    (b"POST /v1/search HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999\r\n\r\n", {413}),
    (b"POST /v1/search HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n" + b"x" * 70000, {413}),
    (HEAD + b"Host: a\r\nExpect: miracles\r\n\r\n", {417, 400}), (b"\x16\x03\x01\x02\x00\x01\x00", {400, 0}),
    (b"\x00" * 64 + b"\r\n\r\n", {400}), (b"GET /healthz HTTP/1.1\nHost: a\n\n", {400}),
    (HEAD + b"Host: a\r\nX: a\x00b\r\n\r\n", {400}),
]

count = 0


def check_problem(answer, status, what):
    global count
    count += 1
    assert answer.status == status, (what, answer.status, answer.body[:300])
    assert answer.header("Content-Type") == "application/problem+json", what
    problem = answer.json
    assert problem["status"] == status and problem["code"] and problem["detail"] == problem["message"], what
    assert "error" not in problem and isinstance(problem["errors"], list), what
    return problem


def alive():
    assert daemon.get("/healthz").status == 200


@claim
def a_wrong_parameter_is_a_400_that_names_it():
    for route in ("/v1/search", MEMBERS + "/search"):
        for query, named in QUERIES:
            if query.startswith("?in=") and route != "/v1/search":
                continue
            answer = daemon.request("GET", route + query)
            problem = check_problem(answer, 400, query[:90])
            if named:
                assert any(e.get("parameter") == named for e in problem["errors"]), (query[:90], problem)
            elif "filter" in query:
                assert problem["errors"][0]["pointer"].startswith("/filter"), problem
        alive()


@claim
def a_slip_is_answered_with_what_was_meant():
    for query, meant in (("?fitler=x", "filter"), ("?filter=contry%3ABE", "country"), ("?sort=nmae", "name"),
                         ("?facets=secors", "sectors"), ("?in=member", "members"), ("?match=al", "all")):
        problem = daemon.request("GET", "/v1/search" + query).json
        assert problem["errors"][0]["did_you_mean"] == meant, (query, problem)


@claim
def a_filter_error_has_its_column():
    problem = daemon.get("/v1/search", filter="country:BE AND sectors healthcare").json
    assert problem["errors"][0]["column"] == 23, problem


@claim
def several_wrong_parameters_are_all_named():
    problem = daemon.get("/v1/search", page="0", per_page="x", match="z").json
    assert {e["parameter"] for e in problem["errors"]} >= {"page", "match"} or \
        {e["parameter"] for e in problem["errors"]} == {"per_page"}, problem
    body = daemon.request("POST", "/v1/search", {"page": 0, "match": "z", "nope": 1}).json
    assert {e["parameter"] for e in body["errors"]} == {"page", "match", "nope"}, body


@claim
def a_wrong_body_is_refused_with_its_place():
    for body, status in BODIES:
        check_problem(daemon.request("POST", "/v1/search", body, {"Content-Type": "application/json"}), status, body[:60])
    answer = daemon.request("POST", "/v1/search", b"{}", {"Content-Type": "text/html"})
    check_problem(answer, 415, "text/html")
    alive()


@claim
def a_wrong_write_harms_nothing():
    before = daemon.get("/v1/collections").json["collections"]
    for method, target, body, headers, status in WRITES:
        headers = {"Content-Type": "application/json", **headers} if body is not None else headers
        answer = daemon.admin(method, target, body, headers)
        check_problem(answer, status, (method, target[:80], (body or b"")[:60]))
    after = daemon.get("/v1/collections").json["collections"]
    assert [c["documents"] for c in before] == [c["documents"] for c in after]
    alive()


@claim
def a_wrong_address_or_method_says_so():
    for method, target, status in ADDRESSES:
        answer = daemon.request(method, target, b"" if method in ("POST", "PUT", "PATCH") else None)
        check_problem(answer, status, (method, target[:80]))
        if status == 405:
            assert answer.header("Allow"), target
    alive()


@claim
def what_is_no_good_http_is_refused_and_closed():
    global count
    for message, statuses in WIRE:
        with socket.create_connection(("127.0.0.1", daemon.port), 10) as connection:
            try:
                connection.sendall(message)
                connection.shutdown(socket.SHUT_WR)
            except OSError:
                pass
            reply = b""
            try:
                while len(reply) < 1 << 20:
                    piece = connection.recv(65536)
                    if not piece:
                        break
                    reply += piece
            except ConnectionError:
                pass
        status = int(reply.split()[1]) if reply.startswith(b"HTTP/1.") else 0
        assert status in statuses, (message[:80], reply[:200])
        assert reply.count(b"HTTP/1.1 ") <= 1, (message[:80], reply[:400])
        count += 1
    alive()


@claim
def at_least_150_were_tried_and_memory_is_where_it_was():
    assert count >= 150, count
    print(f"# {count} malformed requests")
    def again():
        for query, _ in QUERIES:
            daemon.request("GET", "/v1/search" + query)
        for body, _ in BODIES:
            daemon.request("POST", "/v1/search", body, {"Content-Type": "application/json"})
    for _ in range(3):
        again()
    before = daemon.resident()
    for _ in range(10):
        again()
    grown = daemon.resident() - before
    print(f"# resident memory grew by {grown} kB over {10 * (len(QUERIES) + len(BODIES))} more")
    assert sanitized() or grown < 2048, grown


@claim
def it_ends_cleanly():
    assert daemon.stop() == 0


run()
