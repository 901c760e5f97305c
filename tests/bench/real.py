# SPDX-License-Identifier: ISC
"""The real members and laws that lie beside the checkout, imported into a daemon by the maps."""
import json
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "e2e"))
from daemon import BUILD, ROOT, SHARED  # noqa: E402

MEMBERS = [("members/ror-europe.ndjson.xz", "ror"), ("members/cordis-organisations.ndjson.xz", "cordis")]
PASSAGES = [("agenda/law-passages-60k.ndjson.xz", "law-passages")]
AGENDA = [("agenda/eu-law-articles.ndjson.xz", "eu-law"), ("agenda/eu-funding-calls.ndjson.xz", "calls"),
          ("agenda/cordis-cyber-projects.ndjson.xz", "projects"), *PASSAGES]


def check():
    if not os.path.isdir(os.path.join(SHARED, "data")):
        sys.exit("the real data does not lie beside the checkout; set ECSEARCH_SHARED")


def load(daemon, files):
    """Import files, collection -> (name, map), and tell what each import cost."""
    environment = dict(os.environ, ECSEARCH_URL=f"http://127.0.0.1:{daemon.port}", ECSEARCH_KEY=daemon.key)
    print(f"{'import':<14}{'documents':>10}{'docs/s':>9}{'CPU s':>8}{'RSS MB':>8}{'index MB':>10}")
    for collection, parts in files.items():
        for name, mapped in parts:
            cpu, wall = daemon.cpu_seconds(), time.monotonic()
            before = daemon.search(collection, per_page=0)["total"]["value"]
            subprocess.run([os.path.join(BUILD, "ecsearch"), "import", collection,
                            os.path.join(SHARED, "data", name), "--map",
                            os.path.join(ROOT, "corpus", "maps", mapped + ".json")], check=True, env=environment,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            wall = time.monotonic() - wall
            documents = daemon.search(collection, per_page=0)["total"]["value"] - before
            size = sum(os.path.getsize(os.path.join(folder, f)) for folder, _, found in
                       os.walk(os.path.join(daemon.data, "index")) for f in found if collection in folder)
            print(f"{mapped:<14}{documents:>10}{documents / wall:>9.0f}{daemon.cpu_seconds() - cpu:>8.1f}"
                  f"{daemon.resident() / 1024:>8.0f}{size / 1e6:>10.0f}", flush=True)


def documents(daemon, collection):
    """Every document as given."""
    answer = daemon.request("GET", f"/v1/collections/{collection}/search", headers={"Accept": "application/x-ndjson"})
    for line in answer.body.decode().splitlines():
        yield json.loads(line)
