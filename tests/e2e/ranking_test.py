#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""What stands above what: claims about the order of hits that hold whatever the weights are."""
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from daemon import Daemon, claim, load_corpus, run  # noqa: E402

sample = Daemon()
load_corpus(sample)
shelf = Daemon()
FILLER = "the company works with partners in many countries and serves customers of every size each day"


def member(identity, name, profile="", **more):
    return {"id": identity, "name": name, "profile": profile, "lang": "en", **more}


def stock(*documents):
    """Put these documents, and no others, on the shelf."""
    for collection in ("members", "groups", "agenda"):
        count = shelf.search(collection, per_page=0)["total"]["value"]
        answer = shelf.admin("DELETE", f"/v1/collections/{collection}/documents?filter=*&confirm={count}")
        assert answer.status in (200, 400), answer.body
    shelf.bulk("members", documents)
    # Words want a collection to be rare in.
    shelf.bulk("members", [member(f"other-{i}", f"Other {i}", FILLER) for i in range(30)])


def ids(of, q, **parameters):
    return [hit["id"] for hit in of.search("members", q=q, **parameters)["hits"]]


@claim
def an_exact_name_comes_first_then_names_with_more_then_mentions():
    stock(member("mention", "Partner", f"We resell Zorvex to all who ask. {FILLER}"),
          member("longer", "Zorvex Benelux Security Services", FILLER),
          member("exact", "Zorvex", FILLER))
    assert ids(shelf, "zorvex") == ["exact", "longer", "mention"]
    assert ids(shelf, "Zorvex Benelux Security Services")[0] == "longer"


@claim
def a_short_name_leads_to_its_owner_before_those_who_mention_it():
    stock(member("mention", "Partner of others", "ZVX here, ZVX there, and ZVX on every page of this profile of ours"),
          member("owner", "Zorvexian Institute", FILLER, short_name="ZVX"),
          member("alias", "Another Institute", FILLER, aliases=["ZVX"]))
    found = ids(shelf, "zvx")
    assert found[0] == "owner" and found[-1] == "mention", found


@claim
def the_exact_form_stands_above_another_form_of_the_word():
    stock(member("plural", "Firm of one", f"It protects networks. {FILLER}"),
          member("singular", "Firm of two", f"It protects network. {FILLER}"),
          member("verb", "Firm of six", f"It protects networking. {FILLER}"))
    assert ids(shelf, "networks", lang="en")[0] == "plural"
    assert ids(shelf, "network", lang="en")[0] == "singular"
    assert len(ids(shelf, "network", lang="en")) == 3


@claim
def the_word_stands_above_its_other_forms_and_these_above_a_part_of_a_compound():
    stock(member("compound", "Haus eins", f"Wir liefern Netzsicherheit. {FILLER}", lang="de"),
          member("form", "Haus zwei", f"Wir liefern Sicherheiten. {FILLER}", lang="de"),
          member("exact", "Haus drei", f"Wir liefern Sicherheit. {FILLER}", lang="de"),
          member("part", "Haus vier", f"Wir liefern ein Netz. {FILLER}", lang="de"))
    assert ids(shelf, "Sicherheit", lang="de") == ["exact", "form", "compound"]


@claim
def the_word_itself_stands_above_the_concept_of_that_name():
    stock(member("concept", "Firm of one", FILLER, sectors=["healthcare"]),
          member("word", "Firm of two", f"healthcare {FILLER}"))
    assert ids(shelf, "healthcare") == ["word", "concept"]


@claim
def a_word_in_the_name_counts_more_than_one_in_the_profile():
    stock(member("profile", "Firm of one", f"Quokka. {FILLER}"), member("name", "Quokka of two", FILLER))
    assert ids(shelf, "quokka") == ["name", "profile"]


@claim
def a_rare_word_counts_more_than_a_common_one():
    stock(member("common", "Firm of one", f"customers {FILLER}"), member("rare", "Firm of two", "quokka and nothing else"))
    assert ids(shelf, "quokka customers", match="any")[0] == "rare"


@claim
def words_that_stand_together_count_more_than_words_apart():
    far = "intelligence is what we look for, and in all of our offices we are glad to meet no threat"
    near = "we are glad to meet no one, and threat intelligence is what we look for in all of our offices"
    stock(member("apart", "Firm of one", far), member("together", "Firm of two", near))
    assert ids(shelf, "threat intelligence") == ["together", "apart"]


@claim
def more_of_the_words_stand_above_fewer():
    stock(member("one", "Firm of one", f"encryption {FILLER}"), member("two", "Firm of two", f"encryption for trams {FILLER}"),
          member("three", "Firm of six", f"encryption for trams in Ghent {FILLER}"))
    assert ids(shelf, "encryption trams ghent", match="any")[:3] == ["three", "two", "one"]


@claim
def fields_restrict_and_weigh():
    stock(member("profile", "Firm of one", f"Quokka. {FILLER}"), member("name", "Quokka of two", FILLER))
    assert ids(shelf, "quokka", fields=["name"]) == ["name"]
    assert ids(shelf, "quokka", fields=["profile"]) == ["profile"]
    assert ids(shelf, "quokka", fields=["name^4", "profile"]) == ["name", "profile"]
    assert ids(shelf, "quokka", fields=["name", "profile^40"]) == ["profile", "name"]
    got = shelf.get("/v1/collections/members/search", q="quokka", fields="name,profile^40").json
    assert [hit["id"] for hit in got["hits"]] == ["profile", "name"]


QUESTIONS = {
    "Which company makes pacemakers and gateways that report to clinics overnight?": "leeside-medtech",
    "Who can hide the real network behind decoys so that attackers are noticed?": "tzel-decoy-labs",
    "I am looking for somebody who moves banks and ministries to cryptography that outlives quantum computers":
        "quendel-kryptografie",
    "where are the backups of hospitals kept in a bunker inside a hill?": "pohorski-zapah",
    "is there a network that finds mentors for women who want to work in security?": "vrouwen-in-beveiliging",
    "what happens to the electricity grid when thousands of heat pumps get the same malicious command":
        "delftstroom-onderzoek",
    "¿quién ayuda a los fabricantes de bombas de insulina con el expediente técnico?": "turia-salud-segura",
    "Wer versichert einen kleinen Betrieb und schreibt die Anforderungen der TS 50701 in jede Ausschreibung?":
        "bernsteinbahn",
}


@claim
def a_long_question_finds_what_it_is_about():
    found = {question: ids(sample, question) for question in QUESTIONS}
    assert all(found[q][:1] == [wanted] for q, wanted in QUESTIONS.items()), \
        [(q, found[q][:3]) for q, wanted in QUESTIONS.items() if found[q][:1] != [wanted]]


PLAIN = ["satellite security", "post-quantum cryptography", "hospital devices", "insurance", "Leeside Medical Devices"]


@claim
def a_word_that_nobody_uses_changes_no_order():
    for q in PLAIN:
        plain = ids(sample, q, match="any", typo="off")
        assert ids(sample, q + " qwxzyt", match="any", typo="off")[:10] == plain[:10], q
        assert ids(sample, "qwxzyt " + q, typo="off")[:1] == plain[:1], q


@claim
def small_words_change_no_first_hit():
    for q in ("satellite security", "insurance", "pacemakers", "decoys"):
        assert ids(sample, f"what is there about the {q} of this and that")[:1] == ids(sample, q)[:1], q


@claim
def the_points_of_an_explanation_add_up_whatever_was_asked():
    asked = [dict(q=q, match=match) for q in [*PLAIN, *QUESTIONS] for match in ("any", "auto")]
    asked += [dict(q='"supply chain" crypt* -bank'), dict(q="santé"), dict(q="IEC 62443", fields=["name^4", "profile"]),
              dict(q="securite des reseaux", lang="fr"), dict(q="cyb", prefix="last"), dict(q="Informationssicherheit"),
              dict(q="Sicherheitstechnik", lang="de"), dict(q="IoT"),
              dict(q="(bank OR hospital^3) NOT cloud", mode="expert"), dict(q="secur* NEAR/4 network*", mode="expert")]
    for parameters in asked:
        hits = sample.search("members", explain=True, **parameters)["hits"]
        assert hits, parameters
        for hit in hits:
            points = sum(reason["points"] for reason in hit["explain"]["reasons"])
            assert abs(points - hit["score"]) < 1e-4 * max(1, hit["score"]), (parameters, hit["id"], points, hit["score"])


@claim
def hits_stand_in_the_order_of_their_scores():
    for q in [*PLAIN, *QUESTIONS]:
        scores = [hit["score"] for hit in sample.search(q=q, match="any", per_page=1000)["hits"]]
        assert scores == sorted(scores, reverse=True) and scores[-1] > 0, q


def main():
    with sample, shelf:
        run()


main()
