#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""What a search costs the daemon: CPU microseconds for each kind of request, and their ratios.

usage: tests/bench/search.py [REQUESTS]

Imports the real members and laws that lie beside the checkout (ECSEARCH_SHARED), asks every query
once, all distinct, over one keep-alive connection, and reads user and system time of the daemon.
The machine is shared and noisy: read the ratios, not the times.
"""
import os
import random
import sys
import time

sys.path.insert(0, os.path.dirname(__file__))
import real  # noqa: E402
from daemon import Daemon  # noqa: E402

NUMBER = int(sys.argv[1]) if len(sys.argv) > 1 else 500
FACETS = {"members": ["country", "country_group", "stakeholder", "sectors", "city", "founded"],
          "agenda": ["country", "lang", "rank", "status", "year", "publisher"]}


def titles(daemon, collection):
    field = "name" if collection == "members" else "title"
    words = []
    for document in real.documents(daemon, collection):
        text = document[field] + " " + " ".join(s.get("text", "")[:2000] for s in document.get("sections", [])[:3])
        words.append([w for w in text.split() if w.isalpha() and len(w) > 3])
    return [w for w in words if len(w) >= 3]


def measure(daemon, requests):
    cpu, wall = daemon.cpu_seconds(), time.monotonic()
    for collection, request in requests:
        daemon.search(collection, **request)
    return (daemon.cpu_seconds() - cpu) / len(requests) * 1e6, (time.monotonic() - wall) / len(requests) * 1e6


def kinds(collection, words, rng):
    def two():
        return " ".join(rng.sample(rng.choice(words), 2))
    facets = FACETS[collection]
    return [
        ("two words, top 20", lambda: {"q": two(), "highlight": False, "passages": 0}),
        ("+ highlights", lambda: {"q": two()}),
        ("+ 6 facets", lambda: {"q": two(), "facets": facets}),
        ("any of two, 6 facets", lambda: {"q": two(), "facets": facets, "match": "any"}),
        ("language given", lambda: {"q": two(), "facets": facets, "lang": "en"}),
        ("phrase", lambda: {"q": '"' + " ".join(rng.choice(words)[:2]) + '"'}),
        ("last word open", lambda: {"q": two()[:-2], "prefix": "last"}),
        ("everything, 6 facets", lambda: {"q": "", "facets": facets, "page": rng.randint(1, 500)}),
        ("filter, 6 facets", lambda: {"q": "", "facets": facets, "filter": f"year:{rng.randint(1960, 2020)}.."
                                      if collection == "agenda" else f"founded:{rng.randint(1900, 2020)}.."}),
        ("sorted by name", lambda: {"q": two(), "sort": "name" if collection == "members" else "title"}),
    ]


def main():
    real.check()
    rng = random.Random(4711)
    with Daemon() as daemon:
        real.load(daemon, {"members": real.MEMBERS, "agenda": real.AGENDA})
        daemon.stop()
        start = time.monotonic()
        daemon.start()
        print(f"\nstart to first answer {time.monotonic() - start:.2f} s, resident {daemon.resident() / 1024:.0f} MB")
        for collection in FACETS:
            words = titles(daemon, collection)
            print(f"\n{collection}: {len(words)} documents with words, {NUMBER} distinct requests a row")
            print(f"{'request':<24}{'CPU us':>9}{'wall us':>9}{'ratio':>8}")
            base = None
            for name, make in kinds(collection, words, rng):
                cpu, wall = measure(daemon, [(collection, make()) for _ in range(NUMBER)])
                base = base or cpu
                print(f"{name:<24}{cpu:>9.0f}{wall:>9.0f}{cpu / base:>8.2f}")
        print(f"\nresident after all of it {daemon.resident() / 1024:.0f} MB")


main()
