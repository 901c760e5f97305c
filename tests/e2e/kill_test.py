#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""kill -9 in the middle of an import: every acknowledged document is there, searchable, once."""
import http.client
import json
import os
import random
import sys
import threading

sys.path.insert(0, os.path.dirname(__file__))
from daemon import Daemon, claim, run  # noqa: E402

ROUNDS = int(os.environ.get("ECSEARCH_KILLS", "20"))
SEED = int(os.environ.get("ECSEARCH_SEED", "4711"))
BATCH = 40


def post(daemon, body):
    connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=60)
    connection.request("POST", "/v1/collections/members/documents?wait=" + random.choice(["visible", "durable"]), body,
                       {"Content-Type": "application/x-ndjson", "Authorization": "Bearer " + daemon.key})
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer


class Importer(threading.Thread):
    """Sends batches until the daemon is gone; remembers what was acknowledged."""

    def __init__(self, daemon, start, acknowledged, sent):
        super().__init__()
        self.daemon_under_test, self.next = daemon, start
        self.acknowledged, self.sent = acknowledged, sent

    def run(self):
        while True:
            batch = {f"k{i}": f"round word{i % 97} unique{i}" for i in range(self.next, self.next + BATCH)}
            self.next += BATCH
            self.sent.update(batch)
            body = "".join(json.dumps({"id": k, "name": v, "country": "BE"}) + "\n" for k, v in batch.items())
            try:
                answer = post(self.daemon_under_test, body)
            except (OSError, http.client.HTTPException, ValueError):
                return
            assert answer["indexed"] == BATCH, answer
            self.acknowledged.update(batch)


def check_everything(daemon, acknowledged, sent):
    found = {}
    answer = daemon.search("members", cursor="*", per_page=1000)
    while True:
        for hit in answer["hits"]:
            assert hit["id"] not in found, hit["id"]
            found[hit["id"]] = hit["document"]["name"]
        if not answer["cursor"]:
            break
        answer = daemon.search("members", cursor=answer["cursor"], per_page=1000)
    lost = set(acknowledged) - set(found)
    assert not lost, sorted(lost)[:5]
    assert all(sent[k] == name for k, name in found.items())
    for key in random.sample(sorted(acknowledged), min(20, len(acknowledged))):
        hits = daemon.search("members", q=f'"unique{key[1:]}"')["hits"]
        assert [h["id"] for h in hits] == [key], (key, hits)
    total = daemon.search("members", q="round", facets=["country"], per_page=0)
    assert total["total"]["value"] == len(found) == total["facets"][0]["values"][0]["count"]
    assert daemon.admin("POST", "/v1/check").json["ok"] is True
    return len(found)


@claim
def what_was_acknowledged_survives_every_kill_once():
    random.seed(SEED)
    acknowledged, sent, start = {}, {}, 0
    daemon = Daemon()
    with daemon:
        for number in range(ROUNDS):
            importers = [Importer(daemon, start + i * 1000000, acknowledged, sent) for i in range(2)]
            for importer in importers:
                importer.start()
            threading.Event().wait(random.uniform(0.05, 0.6))
            daemon.kill()
            for importer in importers:
                importer.join()
            start = max(i.next for i in importers) % 1000000 + number
            start = start + BATCH
            daemon.start()
            stored = check_everything(daemon, acknowledged, sent)
        print(f"# {ROUNDS} kills, {len(acknowledged)} documents acknowledged, {stored} stored, 0 lost")
        assert len(acknowledged) > ROUNDS * BATCH


run()
