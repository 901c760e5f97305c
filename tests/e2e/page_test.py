#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The search page by HTTP, as browsers and strangers ask for it."""
import gzip
import json
import os
import random
import re
import socket
import tempfile
import urllib.parse

from daemon import Daemon, claim, load_corpus, run
from wellformed import Page

daemon = Daemon()
load_corpus(daemon)
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
HOSTILE = ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' autofocus onfocus='alert(1)",
           "javascript:alert(1)", "</title><script>", "&lt;b&gt;", "{{7*7}}", "%3Cscript%3E", "\\u003cb\\u003e",
           "<svg/onload=alert(1)>", "a\u202eb", "\u0001", "<!--", "]]>", "//evil.example", "<", "*", ">=5"]
STATES = ["/", "/?q=security", "/?in=members", "/?q=supply&in=agenda", "/?q=qqqxqqq", "/?q=securty&ui=fr",
          "/?in=members&country=BE&country=FR&founded=1950..2020&sort=-founded", "/?in=members&page=3",
          "/?in=members&page=900", "/?in=members&all=city&find=an&city=Madrid", "/?in=members&map=1",
          "/?in=groups&sort=name&ui=de", "/?in=agenda&topics=cryptography&year=2018..2025"]


def get(target, method="GET", **headers):
    return daemon.request(method, target, headers={**BROWSER, **headers})


def page_at(target, status=200, **headers):
    answer = get(target, **headers)
    assert answer.status == status, (target, answer.status, answer.body[:300])
    page = Page(answer.body)
    assert not page.faults, (target, page.faults[:5])
    return page


def total_of(page):
    """How many results the page says it has."""
    found = re.search(r"(?:^|\n)([\d,]+) results?\b", page.text)
    return int(found.group(1).replace(",", "")) if found else 0


def query(**parameters):
    return "/?" + urllib.parse.urlencode(parameters, doseq=True)


def raw(request):
    """What comes back for bytes that no client sends."""
    with socket.create_connection(("127.0.0.1", daemon.port), timeout=60) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        reply = b""
        while part := connection.recv(65536):
            reply += part
    return reply


# ---- headers ----

@claim
def every_page_has_the_policy_and_its_companions():
    policy = {"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:",
              "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"}
    for target in STATES + ["/nope", "/show/members/nobody"]:
        answer = get(target)
        assert policy <= set(answer.header("Content-Security-Policy").split("; ")), target
        assert "unsafe" not in answer.header("Content-Security-Policy")
        assert answer.header("Referrer-Policy") == "strict-origin-when-cross-origin", target
        assert answer.header("X-Content-Type-Options") == "nosniff", target
        assert answer.header("Content-Type") == "text/html; charset=utf-8", target
        assert answer.header("Set-Cookie") is None


@claim
def a_page_is_asked_for_again_and_comes_only_when_it_changed():
    first = get("/?q=security")
    tag = first.header("ETag")
    assert first.header("Cache-Control") == "public, no-cache"
    assert "Accept-Language" in ",".join(v for k, v in first.headers if k == "Vary")
    again = get("/?q=security", **{"If-None-Match": tag})
    assert (again.status, again.body) == (304, b"")
    other = {get(t, **h).header("ETag") for t, h in [
        ("/?q=security", {"Accept-Language": "fr"}), ("/?q=security&ui=de", {}), ("/?q=securit", {})]}
    assert len(other | {tag}) == 4
    daemon.bulk("members", [{"id": "etag", "name": "Etag security"}])
    assert get("/?q=security", **{"If-None-Match": tag}).status == 200


@claim
def another_title_is_another_page():
    with Daemon(arguments=["--title", "A & <B>"]) as titled:
        first = titled.request("GET", "/", headers=BROWSER)
        page = Page(first.body)
        assert not page.faults, page.faults
        assert b"<title>A &amp; &lt;B&gt;</title>" in first.body
        titled.stop()
        titled.arguments = ["--title", "C"]
        titled.start()
        again = titled.request("GET", "/", headers={**BROWSER, "If-None-Match": first.header("ETag")})
        assert again.status == 200 and b"<title>C</title>" in again.body


@claim
def head_is_get_without_the_page():
    for target in STATES[:4] + ["/nope"]:
        page, head = get(target), get(target, "HEAD")
        assert head.status == page.status and head.body == b""
        assert head.header("Content-Length") == str(len(page.body)), target


@claim
def assets_stand_at_addresses_that_never_change():
    page = page_at("/")
    assets = [e.get("href") or e.get("src") for t, e in page.elements if t in ("link", "script")]
    assets = [each for each in assets if each and each.startswith("/assets/")]
    assert len(assets) >= 3, assets
    for asset in assets:
        answer = get(asset)
        assert answer.status == 200 and answer.header("Cache-Control") == "public, max-age=31536000, immutable", asset
        packed = get(asset, **{"Accept-Encoding": "gzip"})
        assert gzip.decompress(packed.body) == answer.body
        assert get(asset, **{"If-None-Match": answer.header("ETag")}).status == 304
        old = re.sub(r"\.[0-9a-f]{12}\.", ".000000000000.", asset)
        assert get(old).body == answer.body
        assert "immutable" not in get(old).header("Cache-Control"), "another file may stand there tomorrow"
    assert get("/assets/page.none.js").status == 200
    assert get("/assets/../page.css").status in (400, 404)


# ---- every page ----

@claim
def every_state_is_well_formed_and_names_its_language():
    for target in STATES:
        for tongue in ("en", "fr", "de"):
            page = page_at(target, **{"Accept-Language": tongue})
            wanted = re.search("ui=(..)", target)
            assert page.find("html")[0]["lang"] == (wanted.group(1) if wanted else tongue), target
            assert len(page.find("h1")) == 1, target
            assert len(page.find("main")) == 1
            part = page_at(target + ("&" if "?" in target else "?") + "part=results")
            assert not part.find("html") and len(part.find("div", id="results")) == 1


@claim
def every_link_leads_to_a_page_that_is_well_formed():
    """Not all of thousands: each time the same six hundred, two steps deep."""
    random_choice = random.Random(4)
    seen, level = set(STATES), list(STATES)
    for depth in range(3):
        links = []
        for target in level:
            links += [urllib.parse.urldefrag(link)[0] for link in page_at(target).links]
        fresh = sorted(set(links) - seen - {"/openapi.json"})
        level = random_choice.sample(fresh, min(300, len(fresh)))
        seen |= set(level)
        assert depth == 2 or len(level) > 100, (depth, len(level))


@claim
def what_is_hostile_is_text():
    marker = re.compile(rb"<(script|img|svg/|!--)[^>]*(alert|onerror|src=x)", re.I)
    for text in HOSTILE:
        for parameters in ({"q": text}, {"in": "members", "city": text}, {"in": "members", "all": "city", "find": text},
                           {"in": text, "sort": text, "page": text, "ui": text, "all": text, text: text},
                           {"q": text, "in": "members", "founded": text, "country": text, "topics": text}):
            for more in ({}, {"part": "results"}):
                target = query(**parameters, **more)
                answer = get(target)
                page_at(target)
                assert not marker.search(answer.body), (target, answer.body)


@claim
def a_hostile_document_is_text():
    daemon.bulk("members", [{"id": f"<h{i}>/?#&\"' {i}", "name": f"Hostilia {text}", "city": text or "x",
                             "profile": f"hostilia {text}", "aliases": [text], "lang": "en"}
                            for i, text in enumerate(HOSTILE)])
    for target in ("/?q=hostilia", "/?q=hostilia&in=members", "/?q=script&in=members", "/?in=members&all=city"):
        page = page_at(target)
        assert "alert" not in str(page.find("script"))
    found = daemon.search("members", q="hostilia", per_page=50)
    assert found["total"]["value"] == len(HOSTILE)
    for text in HOSTILE:
        page = page_at(query(**{"in": "members", "city": text}))
        assert total_of(page) == 1, text
    for link in page_at("/?q=hostilia&in=members").links:
        if link.startswith("/show/"):
            page_at(link)
    for hit in found["hits"]:
        daemon.admin("DELETE", "/v1/collections/members/documents/" + urllib.parse.quote(hit["id"], safe=""))


@claim
def what_is_unknown_or_broken_changes_nothing():
    plain = get("/?in=members").body
    for more in ("utm_source=x", "page=0", "page=-1", "page=x", "sort=profile", "founded=x", "founded=..", "ui=xx",
                 "all=nothing", "country=", "nothing=1"):
        body = get("/?in=members&" + more).body
        assert body == plain, more
    assert len(page_at("/?in=members&" + "&".join(f"city=c{i}" for i in range(60))).find("html")) == 1


@claim
def long_words_are_cut_and_not_forgotten():
    page = page_at(query(q="é" * 1400))
    value = page.find("input", id="q")[0]["value"]
    assert 900 < len(value) < 1400 and set(value) == {"é"}
    page_at(query(**{"in": "members", "all": "city", "find": "x" * 3000}))


@claim
def a_page_far_behind_the_last_leads_back():
    page = page_at("/?in=members&page=99999")
    assert total_of(page) > 100
    assert any(re.search(r"page=\d+$", link) for link in page.links)


# ---- what it says ----

def random_state(draw):
    collection = draw.choice(["members", "members", "groups", "agenda"])
    facets = {"members": ["country", "sectors", "stakeholder", "city", "topics"], "groups": ["topics", "sectors"],
              "agenda": ["kind", "topics", "lang", "publisher", "authors"]}[collection]
    state = {"in": collection}
    if draw.random() < 0.6:
        state["q"] = draw.choice(["security", "bank", "crypto", "energy systems", "supply", "securty", "b", "the"])
    for field in draw.sample(facets, draw.choice([0, 1, 1, 2])):
        values = daemon.search(collection, q=state.get("q", ""), per_page=0, prefix="last",
                               facets=[{"field": field, "limit": 12}])["facets"][0]["values"]
        if values:
            state[field] = [v["value"] for v in draw.sample(values, min(len(values), draw.choice([1, 2])))]
    if collection == "members" and draw.random() < 0.3:
        state["founded"] = draw.choice(["1990..2010", "2015..", "..1999"])
    return state


TREES = {"topics", "stakeholder"}


def as_facet(field):
    return {"field": field, "type": "tree", "limit": 99} if field in TREES else {"field": field, "limit": 8}


def as_search(state):
    clauses = [[f"{field}:{value}/*" if field in TREES else {"field": field, "value": value} for value in values]
               for field, values in state.items() if isinstance(values, list)]
    if "founded" in state:
        clauses.append([f"founded:{state['founded']}"])
    more = {"filter": clauses} if clauses else {}
    return {"q": state.get("q", ""), "prefix": "last", **more}


@claim
def fifty_states_say_what_the_interface_says():
    draw = random.Random(2024)
    compared = 0
    for _ in range(50):
        state = random_state(draw)
        fields = {"members": ["country", "sectors", "stakeholder"], "groups": ["sectors"], "agenda": ["kind", "lang"]}
        names = fields[state["in"]]
        wanted = daemon.search(state["in"], **as_search(state), facets=[as_facet(f) for f in names])
        body = get(query(**state)).body.decode()
        page = Page(body.encode())
        assert not page.faults, (state, page.faults[:3])
        assert total_of(page) == wanted["total"]["value"], (state, total_of(page), wanted["total"])
        for facet in wanted["facets"]:
            for value in facet["values"]:
                box = re.search(rf'name="{facet["field"]}" value="{re.escape(value["value"])}" [^>]*>'
                                r' <span class="name">[^<]*</span> <span class="n">([\d,]+)</span>', body)
                assert box and int(box.group(1).replace(",", "")) == value["count"], (state, value, box)
                assert (" checked>" in box.group(0)) == value["selected"], (state, value)
                compared += 1
        ids = [urllib.parse.unquote(re.match(r"/show/[^/]+/([^/?]+)", link).group(1)) for link in page.links
               if re.match(rf"/show/{state['in']}/[^/?]+(\?|$)", link)]
        assert list(dict.fromkeys(ids)) == [hit["id"] for hit in wanted["hits"]], state
    assert compared > 300, compared


@claim
def a_browser_is_told_in_its_language():
    for accepted, lang, words in (("fr-BE,fr;q=0.9,en;q=0.5", "fr", "résultat"), ("de-AT", "de", "Treffer"),
                                  ("nl,en;q=0.5", "en", "result"), ("de;q=0.2, fr;q=0.8", "fr", "résultat")):
        page = page_at("/?q=security", **{"Accept-Language": accepted})
        assert page.find("html")[0]["lang"] == lang and words in page.text, accepted
        assert not any("ui=" in link for link in page.links if "q=security" in link and "in=" in link)
    page = page_at("/?q=security&ui=de", **{"Accept-Language": "fr"})
    assert page.find("html")[0]["lang"] == "de"
    assert all("ui=" in link for link in page.links if link != "/openapi.json"), "the tongue is carried on"


@claim
def errors_are_pages_for_browsers_and_documents_for_programs():
    for target, status in (("/nope", 404), ("/show/", 404), ("/assets/none.js", 404), ("/show/members/nobody", 404)):
        page = page_at(target, status)
        assert page.find("meta", name="robots") and len(page.find("form")) == 1, target
        program = daemon.request("GET", target, headers={"Accept": "application/json"})
        assert program.status == status and program.header("Content-Type") == "application/problem+json"
        assert program.json["status"] == status
    api = get("/v1/collections/nothing/search")
    assert api.header("Content-Type") == "application/problem+json"
    assert daemon.request("POST", "/", b"x", BROWSER).status == 405


@claim
def a_target_without_a_path_is_refused_and_harms_nothing():
    for target in (b"*", b"foo", b"?q=1", b"http://x", b"http://x?q=1"):
        reply = raw(b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n")
        assert reply.startswith(b"HTTP/1.1 "), (target, reply)
        assert get("/").status == 200, target


# ---- what must not be there ----

SECRET = {"version": 1, "collections": [
    {"name": "people", "title": "name", "public": True, "page": {
        "facets": ["town", "salary", "badge"], "facts": ["town", "badge"], "summary": "diary", "sort": ["salary", "name"]},
     "fields": [{"name": "id", "type": "keyword", "required": True},
                {"name": "name", "type": "text", "weight": 1, "required": True, "sort": True},
                {"name": "town", "type": "keyword", "facet": True},
                {"name": "badge", "type": "keyword", "facet": True, "weight": 1, "private": True},
                {"name": "diary", "type": "text", "weight": 1, "private": True},
                {"name": "salary", "type": "number", "facet": True, "sort": True, "private": True}]},
    {"name": "staff", "title": "name", "public": False, "fields": [
        {"name": "id", "type": "keyword", "required": True}, {"name": "name", "type": "text", "weight": 1}]}]}


@claim
def what_is_private_is_on_no_page():
    with tempfile.TemporaryDirectory() as folder:
        schema = os.path.join(folder, "schema.json")
        with open(schema, "w", encoding="utf-8") as file:
            json.dump(SECRET, file)
        with Daemon(schema=schema) as closed:
            closed.bulk("people", [{"id": "1", "name": "Ann", "town": "Gent", "badge": "zebra", "diary": "zebra crossing",
                                    "salary": 4711}])
            closed.bulk("staff", [{"id": "2", "name": "zebra keeper"}])
            for target in ("/", "/?q=ann", "/?in=people", "/?in=staff", "/?q=zebra", "/?q=zebra&in=people",
                           "/?in=people&badge=zebra", "/?in=people&salary=1..9999&sort=salary", "/?in=people&all=badge",
                           "/show/people/1", "/show/staff/2", "/?in=people&q=ann&map=1"):
                answer = closed.request("GET", target, headers=BROWSER)
                page = Page(answer.body)
                assert not page.faults, (target, page.faults)
                shown = page.text.replace("“zebra”", "").replace("zebra – ", "")
                for secret in ("zebra", "4711", "4,711", "salary", "badge", "diary", "staff", "keeper"):
                    assert secret not in shown.lower(), (target, secret, shown)
            assert closed.request("GET", "/show/staff/2", headers=BROWSER).status in (401, 404)
            total = Page(closed.request("GET", "/?in=people&salary=1..2", headers=BROWSER).body)
            assert total_of(total) == 1, "a private field filters nothing"


run()
