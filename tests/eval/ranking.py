# SPDX-License-Identifier: ISC
"""A test collection in a daemon of its own: documents in, ranked ids out.

Documents are NDJSON of id, title, text, queries of id and text, plain or .xz.  They go into the
shipped schema's agenda collection and are asked for over HTTP with its default settings, except
that any word is enough and that as many hits are wanted as can be had.
"""
import json
import lzma
import os
import sys

TREE = os.path.abspath(os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", ".."))
if not os.environ.get("top_builddir") and os.path.exists(os.path.join(TREE, "ecsearchd")):
    os.environ["top_builddir"] = TREE
os.environ.setdefault("top_srcdir", TREE)
sys.path.insert(0, os.path.join(TREE, "tests", "e2e"))
from daemon import BUILD, SHARED, Daemon  # noqa: E402

HITS = 1000
BATCH, BATCH_BYTES = 1000, 8 << 20
LONGEST_MS = 60000
ASKED = {"match": "any", "per_page": HITS, "highlight": False, "passages": 0}


class Fault(Exception):
    """What is wrong with a file, or with an answer, in a sentence for people."""


def check_built():
    if not os.path.exists(os.path.join(BUILD, "ecsearchd")):
        raise Fault(f"no ecsearchd in {BUILD}; build it, or name the build in top_builddir")


def read_objects(path, members):
    """The objects of an NDJSON file, each with its line and these members as strings."""
    opener = lzma.open if path.endswith(".xz") else open
    found, seen = [], set()
    try:
        with opener(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    found.append(read_object(f"{path}:{number}", line, members, seen))
    except (OSError, UnicodeDecodeError, lzma.LZMAError, EOFError) as why:
        raise Fault(f"{path}: {why}") from why
    if not found:
        raise Fault(f"{path}: nothing in it")
    return found


def read_object(where, line, members, seen):
    try:
        value = json.loads(line)
    except ValueError as why:
        raise Fault(f"{where}: {why}") from why
    if not isinstance(value, dict):
        raise Fault(f"{where}: an object is wanted")
    if isinstance(value.get("id"), int) and not isinstance(value["id"], bool):
        value["id"] = str(value["id"])
    for name in members:
        if not isinstance(value.get(name), str):
            raise Fault(f"{where}: \"{name}\" is not there or no string")
    identity = value["id"]
    if not identity or set(identity) & set("\t\r\n"):
        raise Fault(f"{where}: an id is not empty and holds no tab or line end")
    if identity in seen:
        raise Fault(f"{where}: the id {identity} was there before")
    seen.add(identity)
    return value


def read_documents(path):
    return read_objects(path, ("id", "text"))


def read_queries(path):
    return read_objects(path, ("id", "text"))


def as_paper(document, lang):
    """A document as the agenda collection wants it: the title is required there."""
    title = document.get("title")
    if not isinstance(title, str) or not title.strip():
        title = document["id"]
    return {"id": document["id"], "title": title, "lang": lang, "kind": "paper",
            "sections": [{"text": document["text"]}]}


def batches(documents, lang):
    lines, size = [], 0
    for document in documents:
        line = json.dumps(as_paper(document, lang)) + "\n"
        if lines and (len(lines) == BATCH or size + len(line) > BATCH_BYTES):
            yield lines
            lines, size = [], 0
        lines.append(line)
        size += len(line)
    if lines:
        yield lines


def start():
    """A daemon whose longest time for a search is no bound for a measurement."""
    check_built()
    return Daemon(arguments=["--timeout-ms", str(LONGEST_MS)])


def index(daemon, documents, lang):
    for lines in batches(documents, lang):
        answer = daemon.admin("POST", "/v1/collections/agenda/documents", "".join(lines),
                              {"Content-Type": "application/x-ndjson"})
        report = answer.json
        if answer.status != 200 or report["failed"]:
            raise Fault(f"documents were refused: {json.dumps(report)[:600]}")


def cut(answer):
    return any(w["code"] == "timeout" for w in answer.get("warnings", []))


def ask(daemon, query, settings):
    answer = daemon.request("POST", "/v1/collections/agenda/search", {"q": query["text"], **ASKED, **settings})
    if answer.status != 200:
        raise Fault(f"query {query['id']} ({query['text'][:80]!r}) was refused with {answer.status}: "
                    f"{answer.body[:600].decode('utf-8', 'replace')}")
    return answer.json


class Ranking:
    """Asks queries one after another; slow holds the ids of those that the default time cut."""

    def __init__(self, daemon, settings=None):
        self.daemon, self.settings, self.slow = daemon, settings or {}, []

    def ids(self, query):
        answer = ask(self.daemon, query, self.settings)
        if cut(answer):
            self.slow.append(query["id"])
            answer = ask(self.daemon, query, {**self.settings, "timeout_ms": LONGEST_MS})
            if cut(answer):
                raise Fault(f"query {query['id']} took longer than {LONGEST_MS} ms")
        return [hit["id"] for hit in answer["hits"]]

    def complain(self):
        if self.slow:
            print(f"{len(self.slow)} queries took longer than a search may by default and were asked again: "
                  f"{', '.join(self.slow[:10])}", file=sys.stderr)
