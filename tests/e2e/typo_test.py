#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Slips of the finger, as a dialogue: what is corrected, what is said of it, and what is left alone."""
import json
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(__file__))
from daemon import ROOT, Daemon, claim, run  # noqa: E402


def schema_with_a_private_text(folder):
    """The shipped schema; members have a memo that is not for everybody."""
    shutil.copytree(os.path.join(ROOT, "corpus", "vocabularies"), os.path.join(folder, "vocabularies"))
    with open(os.path.join(ROOT, "corpus", "schema.json"), encoding="utf-8") as file:
        schema = json.load(file)
    members = next(c for c in schema["collections"] if c["name"] == "members")
    members["fields"].append({"name": "memo", "type": "text", "weight": 1, "private": True})
    path = os.path.join(folder, "schema.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(schema, file)
    return path


DOCUMENTS = [
    {"id": "a", "name": "Quantum Harbour", "country": "BE",
     "profile": "post-quantum cryptography for supply chain ledgers"},
    {"id": "b", "name": "Blockchain Guild", "country": "FR", "profile": "blockchain ledgers and smart grid metering"},
    {"id": "c", "name": "Sécurité Navale", "country": "FR", "profile": "la sécurité des ports; ISO 27001, CVE-2021-44228"},
    {"id": "d", "name": "Harbor Pilots", "country": "BE", "profile": "pilots for the smart harbor"},
    {"id": "e", "name": "Dunkelflaute", "country": "DE", "profile": "weather for the grid", "memo": "insolvent"},
    {"id": "f", "name": "Port of Call", "country": "BE", "profile": "smart port, ports and more ports"},
    {"id": "g", "name": "Meter Works", "country": "LU", "profile": "smart metering for the grid"},
]
home = tempfile.TemporaryDirectory(prefix="ecsearch-schema-")
daemon = Daemon(schema=schema_with_a_private_text(home.name))
assert daemon.bulk("members", DOCUMENTS)["failed"] == 0


def ask(q, **parameters):
    answer = daemon.search("members", q=q, **parameters)
    return [hit["id"] for hit in answer["hits"]], answer["query"]["corrected"], answer


@claim
def each_kind_of_slip_finds_what_was_meant_and_says_so():
    for typed in ("blockchan", "blokcchain", "blockchxin", "blockchainn", "lbockchain", "lockchain", "bloxkchbin"):
        found, corrected, _ = ask(typed)
        assert found == ["b"] and corrected == {"q": "blockchain", "applied": True}, (typed, found, corrected)


@claim
def what_is_corrected_is_marked_in_the_text():
    _, _, answer = ask("dunkelfluate")
    assert answer["hits"][0]["highlight"]["name"] == "<mark>Dunkelflaute</mark>"


@claim
def accents_are_no_slips_and_slips_may_lack_them():
    assert ask("securite")[1] is None
    found, corrected, _ = ask("sécurtié")
    assert found == ["c"] and corrected["q"] == "securite"


@claim
def a_corrected_word_keeps_the_others_and_what_stands_between():
    found, corrected, _ = ask('  smart (metring) "the grid" -weather', match="all")
    assert found == ["g"], found
    assert corrected["q"] == '  smart (metering) "the grid" -weather'


@claim
def words_run_together_and_words_split_apart_are_repaired():
    found, corrected, _ = ask("supplychain ledgers")
    assert found[0] == "a" and corrected["q"] == "supply chain ledgers", (found, corrected)
    found, corrected, _ = ask("block chain")
    assert found[0] == "b" and corrected["q"] == "blockchain", (found, corrected)


@claim
def words_that_find_enough_are_never_touched():
    # "port" stands in three documents in some form; "ports" is no slip of it.
    for typed in ("smart", "ports", "the grid"):
        found, corrected, _ = ask(typed)
        assert len(found) >= 2 and corrected is None, typed


@claim
def a_word_that_is_known_is_no_slip_however_rare():
    for typed in ("harbour", "harbor", "dunkelflaute weather", "quantum pilots"):
        assert ask(typed)[1] is None, typed


@claim
def typo_off_and_quotes_ask_for_what_was_typed():
    assert ask("blockchan", typo="off")[:2] == ([], None)
    assert ask('"blockchan"')[:2] == ([], None)


@claim
def identifiers_negated_words_and_beginnings_are_left_alone():
    for typed in ("CVE-2021-44229", "27002", "nis3", "smart -weathr", "blockchxi*"):
        assert ask(typed)[1] is None, typed


@claim
def experts_are_taken_at_their_word():
    assert ask("blockchan", mode="expert")[:2] == ([], None)


@claim
def a_correction_must_find_something_under_the_filters():
    assert ask("blockchan", filter="country:FR")[0] == ["b"]
    assert ask("blockchan", filter="country:BE")[:2] == ([], None)
    # A word that is known is not corrected for a filter that hides it.
    assert ask("harbour", filter="country:FR")[:2] == ([], None)


@claim
def words_that_go_together_are_preferred():
    # "harbor" and "harbour" are both one edit from "harbonr"; only one goes with "pilots".
    assert ask("harbonr pilots")[1]["q"] == "harbor pilots"
    assert ask("quantum harbonr")[1]["q"] == "quantum harbour"


@claim
def a_private_word_is_never_told():
    for typed in ("insolvnt", "insolvent", "insolvennt"):
        assert ask(typed)[:2] == ([], None), typed


@claim
def a_key_is_told_only_words_that_it_may_see():
    made = daemon.admin("POST", "/v1/keys",
                        {"name": "Belgian", "rights": ["search"], "filter": "country:BE"}).json
    for typed in ("blockchan", "blockchain"):
        answer = daemon.request("POST", "/v1/collections/members/search", {"q": typed}, key=made["key"]).json
        assert answer["hits"] == [] and answer["query"]["corrected"] is None, answer
    # A word that others know and this key does not is to it a slip like any other.
    answer = daemon.request("POST", "/v1/collections/members/search", {"q": "harbou"}, key=made["key"]).json
    assert answer["query"]["corrected"]["q"] in ("harbour", "harbor")


@claim
def a_word_still_being_typed_is_corrected_only_when_none_begins_so():
    assert ask("dunkelfl", prefix="last")[:2] == (["e"], None)
    assert ask("dunkelflutae", prefix="last")[0] == ["e"]


@claim
def what_is_streamed_is_what_is_found():
    answer = daemon.request("GET", "/v1/search?q=blockchan&in=members,groups",
                            headers={"Accept": "application/x-ndjson"})
    assert [json.loads(line)["id"] for line in answer.body.decode().splitlines()] == ["b"]


@claim
def a_word_is_corrected_to_what_was_just_written():
    assert ask("zwiebelfsich")[:2] == ([], None)
    assert daemon.bulk("members", [{"id": "z", "name": "Zwiebelfisch"}])["failed"] == 0
    assert ask("zwiebelfsich")[:2] == (["z"], {"q": "zwiebelfisch", "applied": True})


@claim
def it_ends_cleanly():
    assert daemon.stop() == 0
    assert "error" not in daemon.logged(), daemon.logged()


run()
