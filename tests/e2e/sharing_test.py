#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Searches of one request share what their words find, and nobody can tell by
the answers: each is what it is when it is asked alone."""
import json
import random

from daemon import Daemon, claim, load_corpus, run

QUERIES = "/1/indexes/*/queries"
WORDS = ["security", "securty", "cyber", "supply chain", "hospital", "Krankenhaus", "réseaux", "energy grid",
         "xqzvv", "certification of products", "\"supply chain\"", "-cloud security", "iso 27001", "e", "",
         "sovereignity europe", "NIS2", "cryptograpy and privacy"]
FILTERS = ["country:DE", "country:BE OR country:FR", "stakeholder:sme", "sectors:healthcare", "founded > 2010",
           "country:XX", "NOT stakeholder:sme"]
FACETS = ["country", "sectors", "stakeholder", "topics.lvl0", "founded", "country.label"]

daemon = Daemon()
load_corpus(daemon)


def ask(requests):
    answer = daemon.request("POST", QUERIES, {"requests": requests})
    assert answer.status == 200, answer.body[:300]
    found = answer.json["results"]
    for one in found:
        one.pop("processingTimeMS", None)
        for name in ("queryID", "serverTimeMS"):
            one.pop(name, None)
    return found


def draw(dice, words):
    request = {"indexName": "members", "query": words, "hitsPerPage": dice.choice([0, 0, 1, 5, 20])}
    if dice.random() < 0.7:
        request["filters"] = dice.choice(FILTERS)
    if dice.random() < 0.7:
        request["facets"] = dice.sample(FACETS, dice.randint(1, 4))
    if dice.random() < 0.2:
        request["typoTolerance"] = False
    if dice.random() < 0.2:
        request["page"] = dice.randint(0, 3)
    if dice.random() < 0.1:
        request["restrictSearchableAttributes"] = ["name", "profile"]
    if dice.random() < 0.2:
        request["indexName"] = dice.choice(["members_name_asc", "agenda", "groups"])
        request.pop("filters", None)
        request.pop("facets", None)
        request.pop("restrictSearchableAttributes", None)
    return request


@claim
def three_hundred_groups_of_searches_answer_as_each_alone():
    dice = random.Random(411)
    found = 0
    for _ in range(300):
        words = dice.choice(WORDS)
        group = [draw(dice, words if dice.random() < 0.85 else dice.choice(WORDS))
                 for _ in range(dice.randint(2, 8))]
        together = ask(group)
        for request, shared in zip(group, together):
            alone = ask([request])[0]
            assert shared == alone, (json.dumps(group), request, shared["nbHits"], alone["nbHits"])
            found += shared["nbHits"] > 0
    assert found > 500, found


@claim
def a_filter_that_leaves_too_little_is_corrected_as_it_is_alone():
    # "securty" finds enough by its slip only where few are left: each decides for itself.
    group = [{"indexName": "members", "query": "securty"},
             {"indexName": "members", "query": "securty", "filters": "country:DE"},
             {"indexName": "members", "query": "securty", "filters": "country:XX"},
             {"indexName": "members", "query": "securty", "typoTolerance": False}]
    together = ask(group)
    assert [one["nbHits"] for one in together] == [ask([request])[0]["nbHits"] for request in group]
    assert together[0]["nbHits"] > 0 == together[3]["nbHits"]


@claim
def it_ends_cleanly():
    assert daemon.stop() == 0


run()
