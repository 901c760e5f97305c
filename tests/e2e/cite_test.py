#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Citations, read by small strict readers of each format."""
import json
import os
import re
import sys
import urllib.parse

sys.path.insert(0, os.path.dirname(__file__))
from daemon import Daemon, claim, corpus, load_corpus, run  # noqa: E402

daemon = Daemon(arguments=["--public-url", "https://search.example.org/base"])
load_corpus(daemon)
AGENDA = {d["id"]: d for d in corpus()["agenda"]}
D = "/v1/collections/agenda/documents/"
HARD = {"id": "https://example.org/a b?c#d", "title": "Ünïcode: 100% {braces} & #1 \\ $5 a_b ~ ^", "kind": "law",
        "date": "2022-12-14", "lang": "fr", "publisher": "A & B", "authors": ["Jean-Luc Étoile", "Body and Sons {Ltd}"],
        "edition": "2", "sections": [{"heading": "Article 1", "page": 7, "text": "L'objet de la loi est défini ici."}]}


def cite(identity, **parameters):
    return daemon.get(D + urllib.parse.quote(identity, safe="") + "/cite", **parameters)


def put(document):
    answer = daemon.admin("PUT", D + urllib.parse.quote(document["id"], safe=""), document)
    assert answer.status in (200, 201), answer.body


put(HARD)

# ---- readers ----

CSL_TYPES = {"legislation", "report", "document", "webpage"}
CSL_NAMES = {"id", "type", "title", "author", "publisher", "edition", "issued", "language", "section", "page", "URL"}


def read_csl(body):
    items = json.loads(body)
    assert isinstance(items, list) and len(items) == 1
    item = items[0]
    assert set(item) <= CSL_NAMES and item["type"] in CSL_TYPES and item["id"], item
    for author in item.get("author", []):
        assert set(author) == {"literal"}
    for part in item["issued"]["date-parts"] if "issued" in item else []:
        assert 1 <= len(part) <= 3 and all(isinstance(n, int) for n in part)
    return item


SIGNS = {"\\textbackslash": "\\", "\\textbraceleft": "{", "\\textbraceright": "}", "\\textasciitilde": "~",
         "\\textasciicircum": "^"}


def unescape(text):
    """What TeX prints of a value; a sign of TeX's that stands bare is wrong."""
    out, at = "", 0
    while at < len(text):
        sign = re.compile(r"\{(\\[a-z]+)\}").match(text, at)
        if sign:
            out, at = out + SIGNS[sign.group(1)], sign.end()
        elif text[at] == "\\":
            assert text[at + 1] in "%&#$_", text[at:]
            out, at = out + text[at + 1], at + 2
        else:
            assert text[at] not in "%&#$_^~", text[at:]
            out, at = out + ("" if text[at] in "{}" else text[at]), at + 1
    return out


def read_bibtex(body):
    """Braces are counted as BibTeX counts them: whatever stands before them."""
    head = re.match(r"@(misc|techreport)\{([A-Za-z0-9-]+),\n", body)
    assert head, body
    fields, at = {"type": head.group(1), "key": head.group(2)}, head.end()
    while True:
        name = re.compile(r"  ([a-z]+) = ").match(body, at)
        assert name, body[at:]
        at = name.end()
        if body[at] == "{":
            depth, end = 0, at
            while True:
                depth += {"{": 1, "}": -1}.get(body[end], 0)
                end += 1
                if depth == 0:
                    break
            value = body[at + 1:end - 1]
        else:
            end = at + 3
            value = body[at:end]
        assert name.group(1) not in fields
        fields[name.group(1)] = value
        at = end
        if body[at:at + 2] != ",\n":
            break
        at += 2
    assert body[at:] == "\n}\n", body[at:]
    return fields


def read_ris(body):
    lines = body.split("\r\n")
    assert lines[-1] == "" and lines[0].startswith("TY  - ") and lines[-2] == "ER  - "
    tags = []
    for line in lines[:-1]:
        assert re.match(r"[A-Z][A-Z0-9]  - ", line), line
        tags.append((line[:2], line[6:]))
    return tags


# ---- claims ----

@claim
def every_sample_text_is_cited_in_all_formats():
    types = {"law": ("legislation", "misc", "STAT"), "agenda": ("report", "techreport", "RPRT"),
             "roadmap": ("report", "techreport", "RPRT"), "paper": ("report", "techreport", "RPRT"),
             "call": ("document", "misc", "GEN"), "project": ("webpage", "misc", "ELEC")}
    for document in AGENDA.values():
        csl, bibtex, ris = types[document["kind"]]
        item = read_csl(cite(document["id"]).body)
        entry = read_bibtex(cite(document["id"], format="bibtex").body.decode())
        tags = dict(read_ris(cite(document["id"], format="ris").body.decode()))
        address = "https://search.example.org/base/show/agenda/" + urllib.parse.quote(document["id"], safe="")
        assert (item["type"], entry["type"], tags["TY"]) == (csl, bibtex, ris)
        assert item["title"] == unescape(entry["title"]) == tags["TI"] == document["title"]
        assert item["URL"] == entry["url"] == tags["UR"] == address
        assert item["language"] == entry["language"] == tags["LA"] == document["lang"]
        assert [a["literal"] for a in item["author"]] == document["authors"]
        date = [int(n) for n in document["date"].split("-")]
        assert item["issued"]["date-parts"] == [date] and entry["year"] == str(date[0])
        assert tags["DA"] == "%04d/%02d/%02d/" % tuple(date)


@claim
def what_a_format_takes_for_itself_is_escaped_and_accents_stay():
    answer = cite(HARD["id"], format="bibtex")
    assert answer.header("Content-Type") == "application/x-bibtex; charset=utf-8"
    entry = read_bibtex(answer.body.decode())
    assert unescape(entry["title"]) == HARD["title"] and "Ünïcode" in entry["title"]
    assert entry["title"].startswith("{") and entry["title"].endswith("}")
    assert unescape(entry["publisher"]) == "A & B"
    assert entry["month"] == "dec"
    first, second = entry["author"].split("} and {", 1)
    assert unescape(first) == "Jean-Luc Étoile" and unescape(second) == "Body and Sons {Ltd}"
    ris = read_ris(cite(HARD["id"], format="ris").body.decode())
    assert [v for t, v in ris if t == "AU"] == HARD["authors"] and ("TI", HARD["title"]) in ris
    assert read_csl(cite(HARD["id"]).body)["title"] == HARD["title"]


@claim
def a_passage_is_cited_with_its_place_and_address():
    passage = daemon.get(D + urllib.parse.quote(HARD["id"], safe="") + "/passages").json["passages"][0]["id"]
    item = read_csl(cite(HARD["id"], passage=passage).body)
    assert (item["section"], item["page"], item["id"]) == ("Article 1", "7", passage)
    assert item["URL"].endswith("/show/agenda/https%3A%2F%2Fexample.org%2Fa%20b%3Fc%23d/" + passage)
    entry = read_bibtex(cite(HARD["id"], passage=passage, format="bibtex").body.decode())
    assert entry["pages"] == "7" and entry["key"].endswith("-" + passage) and entry["note"] == "Article 1"
    tags = dict(read_ris(cite(HARD["id"], passage=passage, format="ris").body.decode()))
    assert tags["SP"] == "7" and tags["SE"] == "Article 1"


@claim
def a_line_end_in_a_value_ends_no_ris_tag():
    put({"id": "lines", "title": "One\r\nER  - \nTwo", "kind": "paper"})
    tags = read_ris(cite("lines", format="ris").body.decode())
    assert [t for t, _ in tags].count("ER") == 1


@claim
def what_is_wrong_is_named():
    assert cite("nothing").status == 404
    assert cite("sria-2016", passage="nothing").json["code"] == "no_passage"
    answer = cite("sria-2016", format="mla")
    assert answer.status == 400 and answer.json["errors"][0]["parameter"] == "format"
    put(dict(HARD, id="changing"))
    passage = daemon.get(D + "changing/passages").json["passages"][0]["id"]
    put(dict(HARD, id="changing", sections=[{"heading": "Article 1", "text": "L'objet de la loi est défini là."}]))
    answer = cite("changing", passage=passage)
    assert answer.status == 410 and answer.json["nearest"]["section"] == "Article 1"


run()
