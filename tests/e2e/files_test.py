#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Files become documents: what is taken, what of it, and what is refused."""
import os
import sys
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from daemon import Daemon, claim, run  # noqa: E402

FILES = "/v1/collections/agenda/files"
MARKDOWN = """---
title: "Keys for small ships"
date: 2024-03-05
author: Ada Byron; Emmy Noether
lang: en-GB
---
# Purpose

Ships carry keys, and keys age at sea as they do on land.

* first, count them
* then, change them

## Storage of keys

A safe is not a drawer.
"""
HTML = """<!doctype html><html lang="fr"><head><title>Clés et serrures</title>
<meta name="author" content="Claire Martin"><meta name="date" content="2023-11-30">
<style>p { color: red }</style></head><body><nav><a href="/">Accueil du site</a></nav>
<h1>Les serrures</h1><p>Une serrure  vaut sa clé&nbsp;: rien de plus.</p>
<script>alert("nothing of this")</script>
<h2>Les clés</h2><table><tr><td>bronze</td><td>douze</td></tr></table></body></html>"""

daemon = Daemon()


def post(body, headers=None, key=True, **parameters):
    query = urllib.parse.urlencode(parameters)
    ask = daemon.admin if key else daemon.request
    return ask("POST", FILES + "?" + query, body, headers)


def document(body, **parameters):
    """What the file would be stored as."""
    answer = post(body, dry_run="true", **parameters)
    assert answer.status == 200, (answer.status, answer.body[:500])
    return answer.json


def refused(body, code, **parameters):
    answer = post(body, **parameters)
    assert answer.status == 422, (answer.status, answer.body[:300])
    assert answer.json["code"] == code, answer.json
    return answer.json["detail"]


@claim
def a_markdown_file_is_found_by_its_words_under_its_headings():
    answer = post(MARKDOWN, name="Keys at Sea.md")
    assert answer.status == 201, answer.body
    assert answer.json["id"] == "keys-at-sea", answer.json
    assert answer.header("Location") == "documents/keys-at-sea"
    stored = daemon.get("/v1/collections/agenda/documents/keys-at-sea").json
    assert stored["title"] == "Keys for small ships"
    assert stored["authors"] == ["Ada Byron", "Emmy Noether"]
    assert (stored["date"], stored["year"], stored["lang"]) == ("2024-03-05", 2024, "en")
    assert (stored["kind"], stored["source"]) == ("paper", "Keys at Sea.md")
    assert [(s["level"], s["heading"]) for s in stored["sections"]] == [
        (1, "Purpose"), (2, "Storage of keys")]
    assert stored["sections"][0]["text"].endswith("first, count them\nthen, change them")
    found = daemon.search("agenda", q="safe drawer")
    assert found["hits"][0]["id"] == "keys-at-sea", found["hits"][:1]


@claim
def a_page_gives_its_text_without_scripts_styles_and_navigation():
    got = document(HTML, id="serrures")
    assert got["title"] == "Clés et serrures"
    assert (got["lang"], got["date"], got["authors"]) == ("fr", "2023-11-30", ["Claire Martin"])
    assert [s["heading"] for s in got["sections"]] == ["Les serrures", "Les clés"]
    assert got["sections"][0]["text"] == "Une serrure vaut sa clé : rien de plus."
    assert got["sections"][1]["text"] == "bronze douze"


@claim
def plain_text_of_an_old_charset_is_read_and_its_language_told():
    text = ("1 Überblick\n\nDie Größe der Schlüssel genügt für zehn Jahre, danach müssen\n"
            "sie erneuert werden.\n\n1.1 Übergang\n\nFür den Übergang gilt eine Frist.\n")
    got = document(text.encode("windows-1252"), name="schluessel.txt")
    assert got["lang"] == "de", got
    assert [(s["level"], s["heading"]) for s in got["sections"]] == [
        (1, "1 Überblick"), (2, "1.1 Übergang")]
    assert got["sections"][0]["text"].startswith("Die Größe der Schlüssel genügt")
    assert "danach müssen sie erneuert" in got["sections"][0]["text"]


@claim
def what_is_given_wins_over_what_the_file_says():
    got = document(MARKDOWN, name="x.md", title="Another", kind="law", date="2020-01-01",
                   topics="cryptography")
    assert (got["title"], got["kind"], got["date"]) == ("Another", "law", "2020-01-01")
    assert got["topics"] == ["cryptography"]
    assert got["authors"] == ["Ada Byron", "Emmy Noether"]


@claim
def a_wrong_value_or_parameter_is_named():
    answer = post(MARKDOWN, id="x", kind="poem")
    assert answer.status == 422 and "kind" in answer.json["detail"], answer.body
    answer = post(MARKDOWN, id="x", tittle="No")
    assert answer.status == 400 and answer.json["code"] == "unknown_parameter", answer.body
    assert "title" in answer.body.decode()
    answer = post(MARKDOWN)
    assert answer.status == 400 and "id" in answer.json["detail"], answer.body


@claim
def the_name_comes_from_content_disposition_without_its_folders():
    answer = post(MARKDOWN, {"Content-Disposition": 'attachment; filename="C:\\\\x\\\\My Paper.md"'},
                  dry_run="true")
    assert answer.status == 200, answer.body
    assert (answer.json["id"], answer.json["source"]) == ("my-paper", "My Paper.md")


@claim
def a_dry_run_stores_nothing():
    document(MARKDOWN, id="never-stored")
    assert daemon.get("/v1/collections/agenda/documents/never-stored").status == 404


@claim
def who_may_not_write_may_send_no_file():
    assert post(MARKDOWN, key=False, id="x").status == 401


@claim
def a_collection_without_sections_takes_no_file():
    answer = daemon.admin("POST", "/v1/collections/members/files?id=x", MARKDOWN)
    assert answer.status == 422 and answer.json["code"] == "no_sections", answer.body


@claim
def a_file_is_what_its_bytes_say_not_its_name():
    assert "picture" in refused(b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "bad_file_type", name="a.pdf")
    assert "program" in refused(b"\x7fELF" + b"\0" * 99, "bad_file_type", name="a.txt")
    assert "empty" in refused(b"", "bad_file_type", name="a.txt")
    refused(bytes(range(256)) * 20, "bad_file_type", name="a.md")
    refused(b"  \n\n \n", "no_text", name="a.txt")


@claim
def what_is_nested_without_end_is_refused():
    refused("<div>" * 100000 + "deep", "too_deep", name="a.html")
    refused("> " * 20000 + "deep", "too_deep", name="a.md")


@claim
def a_program_that_is_not_there_is_no_fault_of_the_file():
    with Daemon(arguments=["--extractor", "/nonexistent/extract"]) as other:
        answer = other.admin("POST", FILES + "?id=x", MARKDOWN)
        assert answer.status == 503 and answer.json["code"] == "extract_failed", answer.body


try:
    run()
finally:
    daemon.stop()
