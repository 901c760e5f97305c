#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""What each kind of request costs the daemon, as a ratio to a plain search for two words.

usage: tests/bench/kinds.py [REQUESTS] [KIND...]

Imports the 36,000 members and 60,000 law passages that lie beside the checkout (ECSEARCH_SHARED),
draws REQUESTS (200) queries of each kind from their words, all distinct, and asks the kinds in turn,
so that all see the same machine.  Figures are medians of the daemon's CPU time for one request, in
microseconds; "found" is the share of requests with an answer that is not empty, "cut" the number
that met a bound of time.  KIND chooses those whose names hold the word.  A kind whose first request
the daemon answers with 400 or 404 is not there.
"""
import collections
import json
import os
import random
import re
import statistics
import sys
import time

sys.path.insert(0, os.path.dirname(__file__))
import real  # noqa: E402
from daemon import Daemon  # noqa: E402

SEED = 4711
DRAWN_FROM = 4000  # documents
BOUND = 3.0
ASKS = {"en": "what does the law say about", "fr": "que dit la loi sur", "de": "was sagt das Gesetz über",
        "cs": "co říká zákon o", "el": "τι λέει ο νόμος για", "ca": "què diu la llei sobre",
        "fi": "mitä laki sanoo aiheesta", "et": "mida ütleb seadus"}
LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Words:
    """The words of a collection: documents to draw from, and all words there are."""

    def __init__(self, daemon, collection, rng):
        self.collection, self.rng = collection, rng
        self.name = "name" if collection == "members" else "title"
        self.body = "profile" if collection == "members" else "sections"
        drawn, counts = [], collections.Counter()
        for document in real.documents(daemon, collection):
            text = self.text(document)
            counts.update(set(text.lower().split()))
            words = [w for w in text.split() if w.isalpha() and len(w) > 3]
            if len(words) >= 4:
                lang = document.get("lang") or ("de" if document.get("country") in ("DE", "AT") else "en")
                drawn.append((lang, text.split(), words))
        rng.shuffle(drawn)
        self.drawn, self.counts = drawn[:DRAWN_FROM], counts
        self.parts = self.compounds()

    def text(self, document):
        parts = [document[self.name], document.get("profile", "")]
        parts += [s.get("text", "")[:2000] for s in document.get("sections", [])[:3]]
        return " ".join(re.findall(r"\w+", " ".join(parts)))

    def compounds(self):
        """German words that are the second part of another, both parts being words of their own."""
        german = {w.lower() for lang, _, words in self.drawn if lang == "de" for w in words}
        return sorted({word[cut:] for word in german for cut in range(4, len(word) - 4)
                       if word[cut:] in german and word[:cut] in self.counts}) or None

    def words(self, number=2, least=4):
        """Words of one document."""
        for _ in range(1000):
            words = [w for w in self.rng.choice(self.drawn)[2] if len(w) >= least]
            if len(set(words)) >= number:
                return self.rng.sample(sorted(set(words)), number)
        raise ValueError("no document has such words")

    def run(self, length):
        """Words that stand together, with the language of their document."""
        for _ in range(1000):
            lang, text, _ = self.rng.choice(self.drawn)
            if len(text) >= length:
                begin = self.rng.randrange(len(text) - length + 1)
                return lang, text[begin:begin + length]
        raise ValueError("no document is as long")

    def low(self, number):
        """Words in small letters: in expert mode AND is no word."""
        return [word.lower() for word in self.words(number)]

    def near(self):
        """Two words that stand together."""
        return [word.lower() for word in self.run(2)[1]]

    def parted(self):
        word = self.words(1, least=9)[0]
        at = self.rng.randrange(4, len(word) - 4)
        return f"{word[:at]} {word[at:]}"

    def two(self):
        return " ".join(self.words())

    def question(self):
        lang, text = self.run(8 if self.collection == "agenda" else 4)
        return f"{ASKS.get(lang, ASKS['en'])} {' '.join(text)}?"

    def open_word(self, letters):
        first, last = self.words(least=4)
        return f"{first} {last[:letters]}"

    def typo(self, edits, least):
        while True:
            word, other = self.words(least=least)
            wrong = word.lower()
            for _ in range(edits):
                wrong = self.edit(wrong)
            if wrong not in self.counts and wrong != word.lower():
                return f"{wrong} {other}"

    def edit(self, word):
        at, how = self.rng.randrange(len(word) - 1), self.rng.randrange(4)
        letter = self.rng.choice(LETTERS)
        return (word[:at] + word[at + 1:], word[:at] + letter + word[at:], word[:at] + letter + word[at + 1:],
                word[:at] + word[at + 1] + word[at] + word[at + 2:])[how]

    def inner(self):
        word = self.words(1, least=7)[0]
        return word[2:6].lower()

    def holed(self):
        word = self.words(1, least=5)[0]
        at = self.rng.randrange(1, len(word))
        return word[:at] + "?" + word[at + 1:]


def synonyms(daemon):
    """Words that have synonyms, from whatever shape they are answered in."""
    answer = daemon.request("GET", "/v1/synonyms", key=daemon.key)
    found = set()

    def walk(value):
        if isinstance(value, str):
            found.add(value)
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(inner)
    if answer.status == 200:
        walk(answer.json)
    return sorted(w for w in found if len(w) > 1)


def labels(daemon):
    """Labels of the vocabularies in every language."""
    found = set()
    for name in ("topics", "sectors", "stakeholders", "countries"):
        answer = daemon.get(f"/v1/vocabularies/{name}")
        if answer.status == 200:
            found.update(re.findall(r'"[a-z]{2}":\s*"([^"]+)"', answer.body.decode()))
            found.update(c["label"] for c in answer.json.get("concepts", []) if isinstance(c.get("label"), str))
    return sorted(found)


def expert(q):
    return {"q": q, "mode": "expert"}


def kinds(words, daemon):
    """name, what it needs (None: nothing), a request; the first is what the others are held against."""
    rng, known, named = words.rng, synonyms(daemon), labels(daemon)
    weights = f"{words.name}^4,{words.body}"
    return [
        ("two words", True, lambda: {"q": words.two()}),
        ("one word", True, lambda: {"q": words.words(1)[0]}),
        ("any of two", True, lambda: {"q": words.two(), "match": "any"}),
        ("natural question", True, lambda: {"q": words.question()}),
        ("phrase", True, lambda: {"q": '"' + " ".join(words.run(2)[1]) + '"'}),
        ("last word open, 4 letters", True, lambda: {"q": words.open_word(4), "prefix": "last"}),
        ("last word open, 1 letter", True, lambda: {"q": words.open_word(1), "prefix": "last"}),
        ("one word open, 2 letters", True, lambda: {"q": words.words(1)[0][:2], "prefix": "last"}),
        ("suggest, 4 letters", True, lambda: words.words(1)[0][:4]),
        ("suggest, 2 letters", True, lambda: words.words(1)[0][:2]),
        ("suggest, 1 letter", True, lambda: words.words(1)[0][:1]),
        ("suggest, word and 3 letters", True, lambda: words.open_word(3)),
        ("typo, one edit", True, lambda: {"q": words.typo(1, 5)}),
        ("typo, two edits", True, lambda: {"q": words.typo(2, 8)}),
        ("two words run together", True, lambda: {"q": "".join(words.low(2))}),
        ("one word parted", True, lambda: {"q": words.parted()}),
        ("part of a compound", words.parts, lambda: {"q": rng.choice(words.parts)}),
        ("synonym", known, lambda: {"q": f"{rng.choice(known)} {words.words(1)[0]}"}),
        ("label of a concept", named, lambda: {"q": f"{rng.choice(named)} {words.words(1)[0]}"}),
        ("explain", True, lambda: {"q": words.two(), "explain": True}),
        ("fields", True, lambda: {"q": words.two(), "fields": [weights.split(",")[0], words.body]}),
        ("language given", True, lambda: {"q": words.two(), "lang": "de"}),
        ("expert a AND (b OR c)", True, lambda: expert("{} AND ({} OR {})".format(*words.low(3)))),
        ("expert a NOT b", True, lambda: expert("{} NOT {}".format(*words.low(2)))),
        ("expert a NEAR/5 b", True, lambda: expert("{} NEAR/5 {}".format(*words.near()))),
        ("expert a ADJ/3 b", True, lambda: expert("{} ADJ/3 {}".format(*words.near()))),
        ("expert field:a", True, lambda: expert(f"{words.name}:{words.low(1)[0]}")),
        ("expert x*", True, lambda: expert(f"{words.low(1)[0][:4]}*")),
        ("expert *x*", True, lambda: expert(f"*{words.inner()}*")),
        ("expert x?y", True, lambda: expert(words.holed())),
        ("simple x*", True, lambda: {"q": f"{words.words(1)[0][:4]}*"}),
    ]


def clock(daemon):
    """The CPU clock of another process: clock_getcpuclockid(3), as Linux encodes it."""
    return (~daemon.process.pid) << 3 | 2


def send(daemon, collection, request):
    if isinstance(request, str):
        return daemon.get("/v1/suggest", **{"q": request, "in": collection})
    return daemon.request("POST", f"/v1/collections/{collection}/search", request)


class Kind:
    def __init__(self, name, collection, requests):
        self.name, self.collection, self.requests = name, collection, requests
        self.times, self.found, self.cut, self.refused = [], 0, 0, None

    def ask(self, daemon, number):
        if self.refused or number >= len(self.requests):
            return
        before = time.clock_gettime(clock(daemon))
        answer = send(daemon, self.collection, self.requests[number])
        spent = time.clock_gettime(clock(daemon)) - before
        if answer.status in (400, 404) and not self.times:
            self.refused = answer.json.get("detail", "")
            return
        assert answer.status == 200, (self.name, self.requests[number], answer.status, answer.body[:500])
        made = answer.json
        self.times.append(spent * 1e6)
        self.found += bool(made.get("hits") or made.get("suggestions"))
        self.cut += any(w["code"] == "timeout" for w in made.get("warnings", []))

    def show(self, base):
        if self.refused is not None or not self.times:
            print(f"{self.name:<30}{'not there':>10}  {(self.refused or '')[:60]}")
            return
        median, high = statistics.median(self.times), sorted(self.times)[len(self.times) * 9 // 10]
        print(f"{self.name:<30}{len(self.times):>10}{median:>10.0f}{median / base:>8.2f}{high / base:>8.2f}"
              f"{self.found / len(self.times):>8.2f}{self.cut:>5}{'  OVER' if median / base > BOUND else ''}")


def draw(make, needs, number):
    """Distinct requests, or fewer where there are not as many."""
    found = {}
    if needs is None or needs == []:
        return []
    for _ in range(number * 20):
        if len(found) == number:
            break
        request = make()
        found.setdefault(json.dumps(request), request)
    return list(found.values())


def measure(daemon, collection, number, chosen):
    words = Words(daemon, collection, random.Random(SEED))
    table = [Kind(name, collection, draw(make, needs, number))
             for name, needs, make in kinds(words, daemon)
             if name == "two words" or not chosen or any(c in name for c in chosen)]
    for turn in range(number):
        for kind in table:
            kind.ask(daemon, turn)
    base = statistics.median(table[0].times)
    print(f"\n{collection}\n{'kind':<30}{'requests':>10}{'median us':>10}{'ratio':>8}{'90 %':>8}{'found':>8}{'cut':>5}")
    for kind in table:
        kind.show(base)


def main():
    real.check()
    arguments = sys.argv[1:]
    number = int(arguments.pop(0)) if arguments and arguments[0].isdigit() else 200
    with Daemon() as daemon:
        real.load(daemon, {"members": real.MEMBERS, "agenda": real.PASSAGES})
        # As it runs for months, not as it is just after an import.
        daemon.stop()
        daemon.start()
        for collection in ("members", "agenda"):
            measure(daemon, collection, number, arguments)


main()
