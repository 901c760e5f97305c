# SPDX-License-Identifier: ISC
"""A real ecsearchd for a test: its own data directory, a free port, HTTP.

A test file runs alone and prints TAP: it collects functions with @claim and
ends with run().  A claim is a sentence; it fails by AssertionError.
"""
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.parse

ROOT = os.path.abspath(os.environ.get("top_srcdir") or os.environ.get("srcdir") or
                       os.path.join(os.path.dirname(__file__), "..", ".."))
BUILD = os.path.abspath(os.environ.get("top_builddir") or os.getcwd())
SCHEMA = os.path.join(ROOT, "corpus", "schema.json")
# The figures' data lies beside a checkout; a test that needs it is skipped without.
SHARED = os.path.join(os.environ.get("ECSEARCH_SHARED") or os.path.join(ROOT, "..", "shared"))

_claims = []
_started = []  # every daemon of this file, so that none outlives it


def claim(function):
    _claims.append(function)
    return function


def run():
    """Run the claims as TAP and exit."""
    print(f"1..{len(_claims)}", flush=True)
    failed = 0
    for number, function in enumerate(_claims, 1):
        name = function.__name__
        try:
            skip = function()
            note = f" # SKIP {skip}" if isinstance(skip, str) else ""
            print(f"ok {number} - {name}{note}", flush=True)
        except Exception:  # whatever went wrong is a failure of the claim
            failed += 1
            for line in traceback.format_exc().splitlines():
                print(f"# {line}")
            print(f"not ok {number} - {name}", flush=True)
    sys.exit(1 if _end_all() or failed else 0)


def _end_all():
    """End what still runs; how many did not end as they should."""
    badly = 0
    for daemon in _started:
        code = daemon.stop()
        if code not in (0, -signal.SIGKILL):
            print(f"# ecsearchd ended with {code}: {daemon.logged()[-3000:]}", flush=True)
            badly += 1
        if daemon.own:
            shutil.rmtree(daemon.data, ignore_errors=True)
    return badly


def sanitized():
    """Was the daemon built with a sanitizer, whose memory is not the program's?"""
    with open(os.path.join(BUILD, "ecsearchd"), "rb") as file:
        program = file.read()
    return b"__asan_init" in program or b"__tsan_init" in program


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def header(self, name):
        return next((v for k, v in self.headers if k.lower() == name.lower()), None)


class Daemon:
    def __init__(self, schema=SCHEMA, data=None, arguments=(), environment=None):
        self.own = data is None
        self.data = data or tempfile.mkdtemp(prefix="ecsearch-test-")
        self.schema, self.arguments = schema, list(arguments)
        self.environment = dict(os.environ, **(environment or {}))
        # Xapian's own check() frees a table under another size than it made it with.
        self.environment.setdefault("ASAN_OPTIONS", "new_delete_type_mismatch=0")
        self.connection = None
        self.start()
        _started.append(self)

    def start(self):
        self.log = tempfile.TemporaryFile(mode="w+b")
        self.process = subprocess.Popen(
            [os.path.join(BUILD, "ecsearchd"), "--data", self.data, "--schema", self.schema,
             "--listen", "127.0.0.1:0", *self.arguments],
            stderr=self.log, stdout=subprocess.DEVNULL, env=self.environment)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            text = self.logged()
            found = re.search(r"serving on 127\.0\.0\.1:(\d+)", text)
            if found:
                self.port = int(found.group(1))
                break
            if self.process.poll() is not None:
                raise RuntimeError(f"ecsearchd ended with {self.process.returncode}: {self.logged()}")
            time.sleep(0.02)
        else:
            self.process.kill()
            raise RuntimeError("ecsearchd did not start: " + self.logged())
        with open(os.path.join(self.data, "admin.key"), encoding="ascii") as file:
            self.key = file.read().strip()

    def logged(self):
        self.log.seek(0)
        return self.log.read().decode("utf-8", "replace")

    def stop(self):
        self.close_connection()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)
        return self.process.returncode

    def kill(self):
        self.close_connection()
        self.process.kill()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        code = self.stop()
        text = self.logged()
        if self.own:
            shutil.rmtree(self.data, ignore_errors=True)
        if code not in (0, -signal.SIGKILL):
            raise RuntimeError(f"ecsearchd ended with {code}: {text[-3000:]}")

    def close_connection(self):
        if self.connection:
            self.connection.close()
            self.connection = None

    def request(self, method, target, body=None, headers=None, key=None):
        headers = dict(headers or {})
        if key:
            headers["Authorization"] = "Bearer " + key
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        if isinstance(body, str):
            body = body.encode()
        for attempt in range(2):
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
            try:
                self.connection.request(method, target, body=body, headers=headers)
                reply = self.connection.getresponse()
                answer = Answer(reply.status, reply.getheaders(), reply.read())
                if reply.will_close:
                    self.close_connection()
                return answer
            except (http.client.RemoteDisconnected, ConnectionError):
                self.close_connection()
                if attempt:
                    raise
        return None

    def get(self, target, **parameters):
        query = urllib.parse.urlencode(parameters, doseq=True)
        return self.request("GET", target + ("?" + query if query else ""))

    def admin(self, method, target, body=None, headers=None):
        return self.request(method, target, body, headers, self.key)

    def search(self, collection=None, **parameters):
        target = f"/v1/collections/{collection}/search" if collection else "/v1/search"
        answer = self.request("POST", target, parameters)
        assert answer.status == 200, (answer.status, answer.body[:500])
        return answer.json

    def bulk(self, collection, documents, **parameters):
        body = "".join(json.dumps(d) + "\n" for d in documents)
        query = urllib.parse.urlencode(parameters)
        answer = self.admin("POST", f"/v1/collections/{collection}/documents?{query}", body,
                            {"Content-Type": "application/x-ndjson"})
        assert answer.status in (200, 202, 207), (answer.status, answer.body[:500])
        return answer.json

    def resident(self):
        """Kilobytes in memory now."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def corpus():
    """The sample corpus: collection -> documents."""
    found = {"members": [], "groups": [], "agenda": []}
    for collection, documents in found.items():
        folder = os.path.join(ROOT, "corpus", collection)
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                if name.endswith(".ndjson"):
                    documents += [json.loads(line) for line in file if line.strip()]
                elif name.endswith(".json"):
                    documents.append(json.load(file))
    return found


def load_corpus(daemon):
    for collection, documents in corpus().items():
        report = daemon.bulk(collection, documents)
        assert report["failed"] == 0, report
