# SPDX-License-Identifier: ISC
"""fake_server - as much of the daemon as the command line can notice.

It keeps documents in memory, refuses those without a name (and an id), and
does what the tests ask for by the name of the collection: "busy" answers 429
first, "small" takes bodies of 300 bytes only, "broken" answers 500.
"""

import http.server
import json
import threading
import urllib.parse


def problem(status, code, message, errors=None):
    body = {"type": "about:blank", "title": "no", "status": status,
            "detail": message, "code": code, "message": message}
    if errors:
        body["errors"] = errors
    return status, body


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.documents = {}
        self.requests = []
        self.connections = 0
        self.busy = 2
        self.task_asked = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return "http://127.0.0.1:%d" % self.server_address[1]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def setup(self):
        super().setup()
        self.server.connections += 1

    def answer(self, status, body, headers=()):
        if isinstance(body, str):
            data, kind = body.encode(), "application/x-ndjson"
        else:
            data = json.dumps(body).encode()
            kind = "application/json" if status < 400 \
                else "application/problem+json"
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def handle_any(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        path, _, query = self.path.partition("?")
        query = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
        segments = [urllib.parse.unquote(s) for s in path.split("/")[1:]]
        self.server.requests.append(
            (self.command, self.path, dict(self.headers), body))
        if self.headers.get("X-API-Key") == "wrong":
            self.answer(*problem(401, "bad_key", "this key is not known"))
            return
        self.answer(*self.route(segments, query, body))

    do_GET = do_POST = do_DELETE = handle_any

    def route(self, segments, query, body):
        where = (self.command, *segments[1:])
        if where[:2] == ("POST", "search"):
            return self.search(json.loads(body))
        if where == ("GET", "suggest"):
            return self.suggest(query)
        if where == ("GET", "collections"):
            return 200, {"collections": [{"name": "members", "documents": 2}]}
        if where == ("GET", "keys"):
            return 200, {"keys": [{"id": "k1", "name": "website"}]}
        if where == ("POST", "keys"):
            return 201, dict(json.loads(body), id="k2", key="s3cret")
        if where[1] == "queries":
            return self.queries(query)
        if where == ("GET", "stats"):
            return 200, {"documents": 2}
        if where == ("POST", "check"):
            return 200, {"ok": False, "missing": 1}
        if where == ("POST", "backup"):
            return 200, {"directory": json.loads(body)["directory"]}
        if where == ("POST", "rebuild"):
            return 202, {"task": 7}
        if where == ("GET", "tasks", "7"):
            self.server.task_asked += 1
            return 200, {"id": 7, "state": "done" if self.server.task_asked > 1
                         else "running", "done": 1, "total": 2}
        if len(segments) > 3 and segments[1] == "collections":
            return self.collection(segments[2], segments[3:], query, body)
        return problem(404, "not_found", "no such thing")

    def collection(self, name, rest, query, body):
        if name == "broken":
            return problem(500, "internal", "it broke")
        if rest == ["search"] and self.command == "POST" and name == "members":
            return self.search(json.loads(body))
        if rest == ["search"] and "q" in query:
            return self.judged(query)
        if rest == ["search"] and self.command == "GET":
            kept = self.server.documents.get(name, {})
            lines = [json.dumps({"id": i, "document": d})
                     for i, d in kept.items()]
            return 200, "".join(line + "\n" for line in lines)
        if rest[0] == "documents" and self.command == "DELETE":
            kept = self.server.documents.get(name, {})
            if len(rest) == 1:
                return 200, {"deleted": len(kept)}
            if rest[1] not in kept:
                return problem(404, "not_found", "no such document")
            del kept[rest[1]]
            return 200, {"deleted": 1}
        if rest == ["documents"] and self.command == "POST":
            return self.bulk(name, query, body)
        return problem(404, "no_collection", "no collection is called " + name)

    @staticmethod
    def suggest(query):
        if query["q"] == "nothing":
            return 200, {"q": "nothing", "suggestions": []}
        return 200, {"q": query["q"], "suggestions": [
            {"type": "name", "text": "A\u001b[31mB", "highlight": "<mark>A</mark>\u001b[31mB", "matched": "<mark>x</mark> &amp; y",
             "collection": "members", "id": "a"},
            {"type": "value", "text": "Healthcare", "highlight": "<mark>Healthcare</mark>", "collection": "members",
             "field": "sectors", "value": "healthcare", "count": 39},
            {"type": "phrase", "text": "supply chain", "highlight": "supply chain", "collection": "agenda", "count": 5}]}

    @staticmethod
    def judged(query):
        """Hits that the query itself names, in another order with lang."""
        ids = query["q"].split()
        if query.get("lang"):
            ids.reverse()
        warnings = []
        if query["q"] == "slow":
            warnings.append({"code": "timeout", "message": "it was stopped"})
        return 200, {"hits": [{"collection": "members", "id": i} for i in ids],
                     "warnings": warnings}

    def queries(self, query):
        if self.command == "DELETE":
            return 200, {"deleted": query["q"] != "nothing"}
        if self.headers["Accept"] == "text/csv":
            return 200, "q,in,count\r\n'=a,members,7\r\n"
        return 200, {
            "from": "2026-10-26", "to": "2026-11-24", "days": 30, "least_days": 3, "withheld": 5,
            "totals": {"searches": 20, "without_hits": 4, "clicks": 2}, "by_day": [],
            "queries": [{"q": "smart\u001b[31m grid", "in": "", "count": 7, "days": 3, "without_hits": 1, "clicks": 2,
                         "ranks": {"1": 2}, "click_rate": 0.286}],
            "warnings": [{"code": "queries_left_out", "message": "there were too many"}]}

    def bulk(self, name, query, body):
        if name == "busy" and self.server.busy > 0:
            self.server.busy -= 1
            status, answer = problem(429, "busy", "later")
            return status, answer, [("Retry-After", "0")]
        if name == "small" and len(body) > 300:
            return problem(413, "too_large", "the body is too large")
        if name == "strict":
            return problem(422, "schema", "a document is wrong", [
                {"pointer": "/foundd", "message": "no such field",
                 "did_you_mean": "founded"}])
        kept = self.server.documents.setdefault(name, {})
        errors, lines = [], body.decode().splitlines()
        for number, line in enumerate(lines, 1):
            document = json.loads(line)
            if not document.get("name") and not document.get("title"):
                errors.append({"line": number, "id": document.get("id"),
                               "code": "schema", "message": "name is missing"})
            elif query.get("dry_run") != "true":
                kept[document["id"]] = document
        return 207 if errors else 200, {
            "received": len(lines), "indexed": len(lines) - len(errors),
            "deleted": 0, "failed": len(errors), "errors": errors}

    def search(self, request):
        if request.get("q") == "nothing":
            hits = []
        else:
            hits = [{"collection": "members", "id": "m1", "score": 1,
                     "document": {"name": "A\u001b[31mB"},
                     "highlight": {"profile": "x <mark>cloud</mark> &amp; y"},
                     "passages": []}]
        return 200, {
            "query": {"q": request.get("q"), "corrected": None},
            "total": {"value": len(hits), "exact": True}, "page": 1,
            "per_page": 20, "pages": 1, "hits": hits, "warnings": [],
            "facets": [{"field": "country", "missing": 1, "other": 0,
                        "values": [{"value": "BE", "label": "Belgium",
                                    "count": 3, "selected": True}]}]}
