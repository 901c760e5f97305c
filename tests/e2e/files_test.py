#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Files become documents: what is taken, what of it, and what is refused."""
import collections
import io
import os
import random
import re
import subprocess
import sys
import tempfile
import urllib.parse
import zipfile
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from daemon import BUILD, SHARED, Daemon, claim, run, sanitized  # noqa: E402

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

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
STYLES = f"""<w:styles {W}><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/><w:pPr>
<w:outlineLvl w:val="0"/></w:pPr></w:style><w:style w:styleId="Eigene"><w:name w:val="Eigene"/>
<w:basedOn w:val="Unter"/></w:style><w:style w:styleId="Unter"><w:pPr><w:outlineLvl w:val="1"/></w:pPr>
</w:style><w:style w:styleId="Verz1"><w:name w:val="toc 1"/></w:style></w:styles>"""
CORE = """<cp:coreProperties xmlns:cp="c" xmlns:dc="d" xmlns:dcterms="t"><dc:title>Das Schiff</dc:title>
<dc:creator>Lise Meitner;Max Born</dc:creator><dcterms:created>2022-07-01T10:00:00Z</dcterms:created>
</cp:coreProperties>"""


def archive(**parts):
    """An archive of parts whose names have _ for a slash and no .xml."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name.replace("_", "/") + ".xml", data)
    return out.getvalue()


def paragraph(text, style="", inside=""):
    kind = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{kind}{inside}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def docx(*body, **parts):
    return archive(word_document=f"<w:document {W}><w:body>{''.join(body)}</w:body></w:document>",
                   word_styles=STYLES, docProps_core=CORE, **parts)


def odt(body, head=""):
    return archive(content=f'{head}<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="b">'
                   f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
                   meta='<m xmlns:dc="d"><dc:title>Voda</dc:title><dc:language>cs-CZ</dc:language></m>')


def pdf(*streams, kids=None, count=None, trailer="", objects=()):
    """A PDF of pages with these contents; kids and count may lie."""
    parts = ["<</Type/Catalog/Pages 2 0 R>>", None,
             "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
             "<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>",
             "<</Title (The Lighthouse)/Author (Grace Hopper)/CreationDate (D:20190412080000Z)>>"]
    pages = []
    for stream in streams:
        packed = zlib.compress(stream if isinstance(stream, bytes) else stream.encode("cp1252"))
        parts.append(b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed))
        parts.append(f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {len(parts)} 0 R"
                     "/Resources<</Font<</R 3 0 R/B 4 0 R>>>>>>")
        pages.append(f"{len(parts)} 0 R")
    parts[1] = f"<</Type/Pages/Kids[{kids or ' '.join(pages)}]/Count {count or len(pages)}>>"
    parts += objects
    out, places = b"%PDF-1.5\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + (part if isinstance(part, bytes) else part.encode("cp1252")) + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + (f"trailer\n<</Size {len(parts) + 1}/Root 1 0 R/Info 5 0 R{trailer}>>\n"
                  f"startxref\n{start}\n%%EOF\n").encode()


def show(text, y, size=11, font="R", x=72):
    text = text.replace("(", "\\(").replace(")", "\\)")
    return f"BT /{font} {size} Tf {x} {y} Td ({text}) Tj ET\n"


def prose(lines, y):
    return "".join(show(line, y - 14 * i) for i, line in enumerate(lines))


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
def a_docx_has_the_headings_of_its_styles_in_any_language():
    got = document(docx(
        paragraph("Rumpf 3", "Verz1"), paragraph("Rumpf", "berschrift1"),
        paragraph("Der Rumpf trägt alles."), paragraph("Kiel", "Eigene"),
        paragraph("aus Eiche", inside="<w:numPr/>"), paragraph("aus Stahl", inside="<w:numPr/>"),
        "<w:p><w:del><w:r><w:t>gestrichen</w:t></w:r></w:del><w:r><w:t>bleibt</w:t>"
        '<w:footnoteReference w:id="2"/></w:r></w:p>',
        "<w:tbl><w:tr><w:tc>", paragraph("Mast"), "</w:tc><w:tc>", paragraph("zwei"), "</w:tc></w:tr></w:tbl>",
        paragraph("Deck", inside='<w:outlineLvl w:val="2"/>'), paragraph("Ein Deck."),
        word_footnotes=f'<w:footnotes {W}><w:footnote w:id="2">{paragraph("Siehe Kiel.")}</w:footnote></w:footnotes>'),
        name="Schiff.docx")
    assert (got["title"], got["authors"], got["date"]) == ("Das Schiff", ["Lise Meitner", "Max Born"], "2022-07-01")
    assert [(s["level"], s["heading"], s["text"]) for s in got["sections"]] == [
        (1, "Rumpf", "Der Rumpf trägt alles."),
        (2, "Kiel", "aus Eiche\naus Stahl\n\nbleibt\nMast zwei\nSiehe Kiel."),
        (3, "Deck", "Ein Deck.")], got["sections"]


@claim
def an_odt_has_its_headings_lists_tables_and_notes():
    got = document(odt(
        '<text:h text:outline-level="1">Voda</text:h><text:p>Voda<text:s/>teče<text:note><text:note-citation>1'
        "</text:note-citation><text:note-body><text:p>Vždy.</text:p></text:note-body></text:note>.</text:p>"
        "<text:list><text:list-item><text:p>studená</text:p></text:list-item></text:list>"
        '<text:h text:outline-level="2">Led</text:h><table:table><table:table-row><table:table-cell><text:p>a'
        "</text:p></table:table-cell><table:table-cell><text:p>b</text:p></table:table-cell></table:table-row>"
        "</table:table>"), id="voda")
    assert (got["title"], got["lang"]) == ("Voda", "cs")
    assert [(s["level"], s["heading"], s["text"]) for s in got["sections"]] == [
        (1, "Voda", "Voda teče.\nVždy.\nstudená"), (2, "Led", "a b")], got["sections"]


@claim
def bombs_are_refused():
    zeros = b"<a>" + b"x" * 100_000_000
    refused(archive(word_document=zeros), "too_large", id="bomb")
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as file:
        for number in range(5100):
            file.writestr(f"{number}.xml", "")
        file.writestr("word/document.xml", "<a/>")
    refused(many.getvalue(), "too_large", id="bomb")
    repeats = f"<w:document {W}>" + paragraph("x" * 1000) * 30_000 + "</w:document>"
    refused(archive(word_document=repeats), "too_large", id="bomb")


@claim
def entities_are_refused_before_they_grow():
    laugh = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    refused(odt("<text:p>&l9;</text:p>", f'<!DOCTYPE x [<!ENTITY l0 "ha">{laugh}]>'), "entities", id="x")
    refused(odt("<text:p>&f;</text:p>", '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'),
            "entities", id="x")
    refused(odt("<text:p>a</text:p>", '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">'), "entities", id="x")
    wide = f'<!DOCTYPE x []><w:document {W}/>'.encode("utf-16")
    refused(archive(word_document=wide), "entities", id="x")


@claim
def a_damaged_archive_is_refused():
    whole = docx(paragraph("text " * 500))
    refused(whole[:len(whole) // 2], "damaged", id="x")
    refused(whole[:30], "damaged", id="x")
    middle = whole.find(b"word/document.xml") + 40
    refused(whole[:middle] + bytes(60) + whole[middle + 60:], "damaged", id="x")
    refused(docx("<w:p><w:r>"), "damaged", id="x")
    refused(archive(xl_workbook="<a/>"), "bad_file_type", id="x")


@claim
def an_encrypted_archive_is_refused():
    data = bytearray(docx(paragraph("secret")))
    at = 0
    while (at := data.find(b"PK\x03\x04", at)) >= 0:
        data[at + 6] |= 1
        at += 4
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 8] |= 1
        at += 4
    refused(bytes(data), "encrypted", id="x")
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert "password" in refused(ole, "bad_file_type", name="locked.docx")


@claim
def a_document_that_is_nested_without_end_is_refused():
    refused(docx("<w:p>" * 100_000 + "</w:p>" * 100_000), "too_deep", id="x")
    refused(odt("<text:list>" * 1000 + "</text:list>" * 1000), "too_deep", id="x")


@claim
def a_pdf_has_headings_by_its_fonts_and_knows_its_pages():
    def page(number, body):
        return show("Annual Report of the Lighthouse", 810, 9) + body + show(f"- {number} -", 30, 9)
    got = document(pdf(
        page(1, show("Keepers", 740, 18) + prose(
            ["The keeper of a light watches the sea by night, and the inter-",
             "national signals by day. Every cross-", "border ship is noted, as the international rules",
             "ask, and cross-border traffic is told"], 700)),
        page(2, prose(["to the harbour.", ], 760) + show("Lamps", 700, 11, "B")
             + prose(["A lamp burns oil. Its glass is cleaned every evening before the"], 660)
             + show("Oil", 600, 18) + prose(["Oil is kept in the cellar."], 560)),
        page(3, prose(["Barrels stand there, and each has a number."], 760))), name="light.pdf")
    assert (got["title"], got["authors"], got["date"]) == ("The Lighthouse", ["Grace Hopper"], "2019-04-12")
    assert [(s["page"], s["level"], s["heading"], s["text"]) for s in got["sections"]] == [
        (1, 1, "Keepers", "The keeper of a light watches the sea by night, and the international signals by day. "
         "Every cross-border ship is noted, as the international rules ask, and cross-border traffic is told "
         "to the harbour."),
        (2, 2, "Lamps", "A lamp burns oil. Its glass is cleaned every evening before the"),
        (2, 1, "Oil", "Oil is kept in the cellar."),
        (3, 1, "", "Barrels stand there, and each has a number.")], got["sections"]


@claim
def a_pdf_of_pictures_is_refused_and_says_how_many_pages():
    assert "2 pages" in refused(pdf("0 0 100 100 re f", "0 0 9 9 re f"), "no_text", id="x")


@claim
def a_damaged_or_lying_pdf_is_refused():
    whole = pdf(*[prose(["A line of text that is there."] * 40, 800)] * 5)
    refused(whole[:200], "damaged", id="x")
    refused(b"%PDF-1.7\n" + random.Random(1).randbytes(50_000), "damaged", id="x")
    refused(b"%PDF-1.4\n", "damaged", id="x")
    refused(pdf(kids="2 0 R 2 0 R", count=2), "damaged", id="x")
    refused(pdf("", count=2_000_000), "damaged", id="x")
    assert "3001 pages" in refused(pdf(*[""] * 3001), "too_large", id="x")


@claim
def an_encrypted_pdf_is_refused():
    secret = "<" + "ab" * 32 + ">"
    locked = pdf(show("secret", 700), trailer="/Encrypt 8 0 R/ID[<00><00>]",
                 objects=[f"<</Filter/Standard/V 2/R 3/Length 128/P -4/O {secret}/U {secret}>>"])
    assert "password" in refused(locked, "encrypted", id="x")


@claim
def an_endless_pdf_is_stopped():
    # Each form draws the one before ten times: ten thousand million pieces of text.
    forms = [f"<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/Length {len(draw)}/Resources<</Font<</R 3 0 R>>"
             f"/XObject<</F {7 + n} 0 R>>>>>>stream\n{draw}\nendstream"
             for n in range(11) for draw in [show("more", 700) if n == 0 else "1 0 0 1 1 1 cm /F Do " * 10]]
    page = ["<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 19 0 R/Resources<</XObject<</F 18 0 R>>>>>>",
            "<</Length 5>>stream\n/F Do\nendstream"]
    answer = post(pdf("", kids="20 0 R", objects=forms + page[::-1]), id="x")
    assert answer.status == 422 and answer.json["code"] in ("too_slow", "too_large", "damaged"), answer.body


@claim
def the_daemon_is_none_the_larger_for_hostile_files():
    if sanitized():
        return "a sanitizer's memory is not the program's"
    bomb = archive(word_document=b"<a>" + b"x" * 100_000_000)
    deep = "<div>" * 100_000
    with Daemon() as other:
        def send(body, name):
            answer = other.admin("POST", FILES + "?name=" + name, body)
            assert answer.status == 422, answer.body
        for round_ in range(15):
            send(bomb, "a.docx")
            send(deep, "a.html")
            send(pdf("0 0 9 9 re f"), "a.pdf")
            if round_ == 2:
                before = other.resident()
        grown = other.resident() - before
        assert grown < 2048, f"{grown} kB more"
    return None


@claim
def the_command_line_sends_files_and_tells_which_cannot_be_read():
    with tempfile.TemporaryDirectory() as folder:
        for name, body in (("Ein Schiff.docx", docx(paragraph("Rumpf", "berschrift1"), paragraph("Aus Holz."))),
                           ("broken.pdf", b"%PDF-1.4\n"), ("notes.md", MARKDOWN.encode()),
                           ("sub/deep.odt", odt("<text:p>Voda</text:p>"))):
            os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
            with open(os.path.join(folder, name), "wb") as file:
                file.write(body)
        def cli(*arguments):
            return subprocess.run([os.path.join(BUILD, "ecsearch"), "--url", f"http://127.0.0.1:{daemon.port}",
                                   "--key", daemon.key, "import", "agenda", *arguments],
                                  capture_output=True, text=True, check=False)
        done = cli(folder)
        assert done.returncode == 1, done
        assert "broken.pdf:1: the PDF is damaged" in done.stderr, done.stderr
        assert "3 documents, 2 indexed, 1 failed" in done.stderr, done.stderr
        for id_ in ("ein-schiff", "deep"):
            assert daemon.get("/v1/collections/agenda/documents/" + id_).status == 200, id_
        assert daemon.get("/v1/collections/agenda/documents/notes").status == 404
        done = cli(os.path.join(folder, "notes.md"), "--dry-run")
        assert done.returncode == 0 and "nothing was written" in done.stderr, done
        assert daemon.get("/v1/collections/agenda/documents/notes").status == 404
        assert cli(os.path.join(folder, "notes.md")).returncode == 0
        assert daemon.get("/v1/collections/agenda/documents/notes").json["title"] == "Keys for small ships"
        done = cli(os.path.join(folder, "notes.md"), "--print")
        assert done.returncode == 2 and "--print" in done.stderr, done


# ---- real files ----

def real(name):
    path = os.path.join(SHARED, "data", "files", name)
    if not os.path.exists(path):
        return None
    with open(path, "rb") as file:
        return document(file.read(), name=name)


def words_of(doc):
    text = " ".join(s["heading"] + " " + s["text"] for s in doc["sections"])
    return collections.Counter(re.findall(r"\w+", text.lower()))


def headings_of(doc):
    return collections.Counter(" ".join(re.findall(r"\w+", s["heading"].lower()))
                               for s in doc["sections"] if s["heading"])


def share(one, other):
    return sum((one & other).values()) / max(sum(one.values()), sum(other.values()))


@claim
def a_pdf_and_a_docx_of_one_text_have_the_same_words_and_headings():
    for lang in ("en", "de"):
        one, other = real(f"asvs-4.0.3-{lang}.docx"), real(f"asvs-4.0.3-{lang}.pdf")
        if one is None:
            return "the files are not here (ECSEARCH_SHARED)"
        assert one["lang"] == other["lang"] == lang
        words, heads = share(words_of(one), words_of(other)), share(headings_of(one), headings_of(other))
        print(f"# {lang}: {words:.4f} of the words, {heads:.4f} of the headings in common")
        assert words > 0.99 and heads > 0.98, (lang, words, heads)
    return None


@claim
def a_section_stands_on_the_page_that_it_names():
    name = "asvs-4.0.3-en.pdf"
    doc = real(name)
    if doc is None:
        return "the files are not here (ECSEARCH_SHARED)"
    long = [s for s in doc["sections"] if len(s["text"].split()) >= 5]
    for section in random.Random(5).sample(long, 30):
        page = str(section["page"])
        shown = subprocess.run(["pdftotext", "-f", page, "-l", page, os.path.join(SHARED, "data", "files", name), "-"],
                               capture_output=True, text=True, check=True).stdout
        first = re.sub(r"\W+", "", " ".join(section["text"].split()[:5]))
        assert first in re.sub(r"\W+", "", shown), (page, section["text"][:80])
    return None


@claim
def the_gazette_without_text_is_refused():
    path = os.path.join(SHARED, "data", "files", "bgbl-2017-de-annex.pdf")
    if not os.path.exists(path):
        return "the files are not here (ECSEARCH_SHARED)"
    with open(path, "rb") as file:
        assert "15 pages" in refused(file.read(), "no_text", name="bgbl.pdf")
    return None


@claim
def a_program_that_is_not_there_is_no_fault_of_the_file():
    with Daemon(arguments=["--extractor", "/nonexistent/extract"]) as other:
        answer = other.admin("POST", FILES + "?id=x", MARKDOWN)
        assert answer.status == 503 and answer.json["code"] == "extract_failed", answer.body


try:
    run()
finally:
    daemon.stop()
