#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Replies are packed for who accepts it, and say so."""
import gzip

from daemon import Daemon, claim, load_corpus, run

SEARCH = "/v1/search?q=security&per_page=50"
daemon = Daemon()
load_corpus(daemon)


def get(target, coding=None, method="GET"):
    return daemon.request(method, target, headers={"Accept-Encoding": coding} if coding else {})


def stable(body):
    """The answer without the time it took."""
    return body.split(b'"took_ms"')[0]


@claim
def a_long_answer_is_packed_for_who_accepts_gzip():
    plain, packed = get(SEARCH), get(SEARCH, "br, gzip;q=0.8")
    assert plain.header("Content-Encoding") is None
    assert packed.header("Content-Encoding") == "gzip"
    assert stable(gzip.decompress(packed.body)) == stable(plain.body)
    assert len(packed.body) * 2 < len(plain.body), (len(packed.body), len(plain.body))


@claim
def who_refuses_gzip_gets_it_plain():
    for coding in ("gzip;q=0", "identity", "br", "gzip;q=0.0, identity"):
        assert get(SEARCH, coding).header("Content-Encoding") is None, coding


@claim
def a_short_answer_stays_plain_and_varies_all_the_same():
    answer = get("/v1/search?q=nothingatall", "gzip")
    assert answer.header("Content-Encoding") is None
    assert any(name == "Vary" and "Accept-Encoding" in value for name, value in answer.headers)


@claim
def pages_and_descriptions_are_packed():
    for target in ("/?q=security", "/openapi.json"):
        assert get(target, "gzip").header("Content-Encoding") == "gzip", target


@claim
def assets_were_packed_when_the_program_was_built():
    plain, packed = get("/assets/page.css"), get("/assets/page.css", "gzip")
    assert packed.header("Content-Encoding") == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert [v for k, v in packed.headers if k == "Content-Encoding"] == ["gzip"]


@claim
def head_tells_the_headers_of_get():
    headers = [{k: v for k, v in get("/?q=security", "gzip", method).headers if k != "Date"}
               for method in ("GET", "HEAD")]
    assert headers[0] == headers[1], headers


@claim
def a_tag_holds_for_both_codings():
    tag = get(SEARCH, "gzip").header("ETag")
    assert tag == get(SEARCH).header("ETag")
    assert daemon.request("GET", SEARCH, headers={"If-None-Match": tag}).status == 304


@claim
def a_stream_leaves_as_it_is_made():
    answer = daemon.request("GET", SEARCH, headers={"Accept": "text/csv", "Accept-Encoding": "gzip"})
    assert answer.header("Content-Encoding") is None
    assert b"," in answer.body


@claim
def level_0_packs_nothing():
    with Daemon(arguments=["--gzip-level", "0"]) as other:
        load_corpus(other)
        answer = other.request("GET", SEARCH, headers={"Accept-Encoding": "gzip"})
        assert answer.header("Content-Encoding") is None


@claim
def it_ends_cleanly():
    assert daemon.stop() == 0


run()
