#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Words as data: what says the same, what is taken as said, and where it is kept."""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(__file__))
from daemon import BUILD, ROOT, Daemon, claim, run  # noqa: E402

MEMBERS = [
    {"id": "iot", "name": "Alpha", "lang": "en", "profile": "We secure IoT devices."},
    {"id": "things", "name": "Beta", "lang": "en", "profile": "Testing the internet of things."},
    {"id": "objets", "name": "Gamma", "lang": "fr", "profile": "La sécurité de l'internet des objets."},
    {"id": "ai-en", "name": "Delta", "lang": "en", "profile": "Our AI finds attacks in log files."},
    {"id": "ai-it", "name": "Epsilon", "lang": "it", "profile": "Offriamo aiuto ai comuni e ai cittadini."},
    {"id": "ai-de", "name": "Zeta", "lang": "de", "profile": "Wir setzen künstliche Intelligenz ein."},
    {"id": "chain-en", "name": "Eta", "lang": "en", "profile": "Audits along the supply chain of energy."},
    {"id": "chain-de", "name": "Theta", "lang": "de", "profile": "Prüfung der Sicherheit von Lieferketten."},
    {"id": "chain-fr", "name": "Pi", "lang": "fr", "profile": "La chaîne d'approvisionnement numérique."},
    {"id": "cve", "name": "Kappa", "lang": "en", "profile": "First to report CVE-2021-44228."},
    {"id": "crypt-de", "name": "Lambda", "lang": "de", "profile": "Starke Verschlüsselungen für Banken."},
    {"id": "health", "name": "Mu", "lang": "en", "profile": "Audits.", "sectors": ["healthcare"]},
]


def own_schema():
    """A folder of its own with the shipped schema and vocabularies, and no words."""
    folder = tempfile.mkdtemp(prefix="ecsearch-words-")
    shutil.copytree(os.path.join(ROOT, "corpus", "vocabularies"), os.path.join(folder, "vocabularies"))
    shutil.copy(os.path.join(ROOT, "corpus", "schema.json"), folder)
    return folder


def write(folder, name, data):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(data if isinstance(data, str) else json.dumps(data))


def found(of, q, **parameters):
    parameters = {"match": "all", "per_page": 50, **parameters}
    return {hit["id"] for hit in of.search("members", q=q, **parameters)["hits"]}


def until(happens):
    """A signal is followed soon, not at once."""
    deadline = time.monotonic() + 20
    while not happens():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


daemon = Daemon()
report = daemon.bulk("members", MEMBERS)
assert report["failed"] == 0, report

# ---- what says the same ----


@claim
def words_that_say_the_same_find_each_other_in_every_language():
    things = {"iot", "things", "objets"}
    for q in ["IoT", "iot", "internet of things", "internet des objets", "Internet der Dinge"]:
        assert found(daemon, q) == things, (q, found(daemon, q))
    chains = {"chain-en", "chain-de", "chain-fr"}
    for q in ["supply chain", "supply chains", "Lieferkette", "chaîne d'approvisionnement"]:
        assert found(daemon, q) == chains, (q, found(daemon, q))


@claim
def the_other_words_of_the_query_still_count():
    assert found(daemon, "supply chain energy") == {"chain-en"}
    assert found(daemon, "secure internet of things") >= {"iot"}
    assert "things" not in found(daemon, "secure internet of things")


@claim
def one_word_of_a_known_language_is_found_in_its_forms():
    assert "crypt-de" in found(daemon, "encryption")


@claim
def an_abbreviation_that_is_a_common_word_elsewhere_is_not_mistaken():
    assert found(daemon, "artificial intelligence") == {"ai-en", "ai-de"}
    assert "ai-de" in found(daemon, "AI") and "ai-en" in found(daemon, "AI")
    assert "ai-de" not in found(daemon, "aiuto ai comuni", match="any")
    assert "ai-de" not in found(daemon, "ai", lang="it")
    assert "ai-de" in found(daemon, "ai", lang="en")


@claim
def a_relation_leads_one_way_only():
    assert found(daemon, "Log4Shell") == {"cve"}
    synonym = daemon.search("members", q="Log4Shell", match="all")["hits"][0]["score"]
    typed = daemon.search("members", q="CVE-2021-44228", match="all")["hits"][0]["score"]
    assert typed > synonym > 0
    daemon.bulk("members", [{"id": "shell", "name": "Nu", "lang": "en", "profile": "Log4Shell, explained."}])
    assert found(daemon, "Log4Shell") == {"cve", "shell"}
    assert found(daemon, "CVE-2021-44228") == {"cve"}
    assert daemon.admin("DELETE", "/v1/collections/members/documents/shell").status == 200


@claim
def what_was_typed_comes_before_what_says_the_same():
    hits = daemon.search("members", q="IoT", match="all")["hits"]
    assert hits[0]["id"] == "iot" and {h["id"] for h in hits[1:]} == {"things", "objets"}


@claim
def in_quotes_and_behind_a_minus_a_word_is_only_itself():
    assert found(daemon, '"IoT"') == {"iot"}
    assert found(daemon, '"internet of things"') == {"things"}
    left = found(daemon, "supply chain -energy")
    assert left == {"chain-de", "chain-fr"}, left
    assert "things" in found(daemon, "testing -iot")


@claim
def what_says_the_same_is_highlighted():
    marked = {hit["id"]: hit["highlight"].get("profile", "")
              for hit in daemon.search("members", q="IoT", match="all")["hits"]}
    assert "<mark>IoT</mark>" in marked["iot"]
    assert "<mark>internet of things</mark>" in marked["things"], marked
    assert "<mark>internet des objets</mark>" in marked["objets"], marked


@claim
def the_explanation_says_which_word_or_name_was_meant():
    def reasons(q):
        hits = daemon.search("members", q=q, match="all", explain=True, lang="en")["hits"]
        return {hit["id"]: json.dumps(hit["explain"], ensure_ascii=False).replace('\\"', '"') for hit in hits}
    assert 'says the same as "IoT"' in reasons("IoT")["things"]
    assert 'follows from "Log4Shell"' in reasons("Log4Shell")["cve"]
    told = reasons("sante")["health"]
    assert 'sectors "Healthcare" (fr: Santé)' in told, told
    told = reasons("medical sector")["health"]
    assert "(en: medical sector)" in told, told


# ---- files ----

@claim
def a_file_beside_the_schema_is_read_at_start_and_on_a_signal():
    folder = own_schema()
    try:
        with Daemon(schema=os.path.join(folder, "schema.json")) as other:
            other.bulk("members", MEMBERS)
            assert found(other, "gizmo") == set()
            first = other.search("members", q="gizmo")["revision"]
            write(folder, "synonyms.json", {"synonyms": [{"words": ["gizmo", "IoT"]}]})
            other.process.send_signal(signal.SIGHUP)
            until(lambda: found(other, "gizmo") == {"iot"})
            second = other.search("members", q="gizmo")["revision"]
            assert second > first
            # What is wrong changes nothing, and is told in the log.
            write(folder, "synonyms.json", {"synonyms": [{"words": ["gizmo"]}]})
            other.process.send_signal(signal.SIGHUP)
            until(lambda: "words stay as they were" in other.logged())
            assert "synonyms.json: /synonyms/0: needs two words" in other.logged()
            assert found(other, "gizmo") == {"iot"}
            assert other.search("members", q="gizmo")["revision"] == second
            # Changed while the daemon is down: another revision.
            write(folder, "synonyms.json", {"synonyms": [{"words": ["gizmo", "AI"], "lang": "en"}]})
            other.stop()
            other.start()
            assert found(other, "gizmo") == {"ai-en"}
            assert other.search("members", q="gizmo")["revision"] > second
    finally:
        shutil.rmtree(folder)


@claim
def a_bad_file_keeps_the_daemon_from_starting_and_is_named():
    folder = own_schema()
    write(folder, "synonyms.json", '{"synonyms": [{"words": ["a", "b"]},]}')
    try:
        with Daemon(schema=os.path.join(folder, "schema.json")):
            raise AssertionError("it started")
    except RuntimeError as error:
        assert "synonyms.json: line 1, column" in str(error), error
    finally:
        shutil.rmtree(folder)


# ---- over the interface ----


def put(of, name, words, status=200):
    answer = of.admin("PUT", "/v1/" + name, words)
    assert answer.status == status, (answer.status, answer.body[:300])
    return answer.json


@claim
def what_is_put_stands_instead_of_the_file_at_once():
    before = daemon.get("/v1/search", q="IoT")
    assert put(daemon, "synonyms", {"synonyms": [{"words": ["IoT", "gizmo"]}]})["source"] == "put"
    assert found(daemon, "gizmo") == {"iot"} and found(daemon, "IoT") == {"iot"}
    # An answer that a client has kept is not taken for today's.
    again = daemon.request("GET", "/v1/search?q=IoT", headers={"If-None-Match": before.header("ETag")})
    assert again.status == 200 and again.header("ETag") != before.header("ETag")
    assert daemon.admin("GET", "/v1/synonyms").json == {"synonyms": [{"words": ["IoT", "gizmo"]}]}
    back = daemon.admin("DELETE", "/v1/synonyms").json
    assert back["source"] == "file" and back["revision"] > 0
    assert found(daemon, "IoT") == {"iot", "things", "objets"} and found(daemon, "gizmo") == set()
    with open(os.path.join(ROOT, "corpus", "synonyms.json"), encoding="utf-8") as file:
        assert daemon.admin("GET", "/v1/synonyms").json == json.load(file)


@claim
def what_is_wrong_changes_nothing_and_is_shown_its_place():
    revision = daemon.search("members", q="IoT")["revision"]
    wrong = put(daemon, "synonyms", {"synonyms": [{"words": ["a", "b"]}, {"words": ["a", 7]}]}, 422)
    assert wrong["code"] == "bad_synonyms" and wrong["errors"][0]["pointer"] == "/synonyms/1/words/1"
    slip = put(daemon, "synonyms", {"synonyms": [{"form": ["a"], "to": ["b"]}]}, 422)
    assert slip["errors"][0]["did_you_mean"] == "from", slip
    wrong = put(daemon, "stopwords", {"en": {"add": ["fine", "not fine"]}}, 422)
    assert wrong["code"] == "bad_stopwords" and wrong["errors"][0]["pointer"] == "/en/add/1"
    assert daemon.search("members", q="IoT")["revision"] == revision
    assert found(daemon, "IoT") == {"iot", "things", "objets"}


@claim
def only_an_administrator_puts_words():
    search = daemon.admin("POST", "/v1/keys", {"name": "s", "rights": ["search", "write:*"]}).json["key"]
    for name in ("synonyms", "stopwords", "stems"):
        for method in ("GET", "PUT", "DELETE"):
            body = {} if method == "PUT" else None
            assert daemon.request(method, "/v1/" + name, body).status == 401
            assert daemon.request(method, "/v1/" + name, body, key=search).status == 403


@claim
def stop_words_are_added_and_taken_away_without_a_rebuild():
    generation = [c["generation"] for c in daemon.admin("GET", "/v1/stats").json["collections"]]
    assert found(daemon, "audits xyzzy", lang="en") == set()
    put(daemon, "stopwords", {"en": {"add": ["xyzzy"]}})
    assert found(daemon, "audits xyzzy", lang="en") == {"chain-en", "health"}
    # Quoted, or alone, it is a word as any other.
    assert found(daemon, 'audits "xyzzy"', lang="en") == set()
    assert found(daemon, "xyzzy", lang="en") == set()
    assert found(daemon, "audits what", lang="en") == {"chain-en", "health"}
    put(daemon, "stopwords", {"en": {"remove": ["what"]}})
    assert found(daemon, "audits what", lang="en") == set()
    put(daemon, "stopwords", {"en": ["xyzzy"]})
    assert found(daemon, "audits xyzzy", lang="en") == {"chain-en", "health"}
    assert found(daemon, "audits along the", lang="en") == {"chain-en"}
    assert daemon.admin("DELETE", "/v1/stopwords").json["source"] == "none"
    assert found(daemon, "audits xyzzy", lang="en") == set()
    assert [c["generation"] for c in daemon.admin("GET", "/v1/stats").json["collections"]] == generation


@claim
def what_was_put_survives_a_crash_and_a_backup():
    folder = tempfile.mkdtemp(prefix="ecsearch-words-")
    try:
        put(daemon, "synonyms", {"synonyms": [{"words": ["gadget", "IoT"]}]})
        put(daemon, "stopwords", {"en": {"add": ["xyzzy"]}})
        daemon.kill()
        daemon.start()
        assert found(daemon, "gadget") == {"iot"}
        assert found(daemon, "audits xyzzy", lang="en") == {"chain-en", "health"}
        assert daemon.admin("POST", "/v1/backup", {"directory": os.path.join(folder, "data")}).status == 200
        with Daemon(data=os.path.join(folder, "data")) as other:
            assert found(other, "gadget") == {"iot"}
            assert found(other, "audits xyzzy", lang="en") == {"chain-en", "health"}
    finally:
        shutil.rmtree(folder)
        daemon.admin("DELETE", "/v1/synonyms")
        daemon.admin("DELETE", "/v1/stopwords")


# ---- vocabularies ----

SECTORS = "/v1/vocabularies/sectors"


@claim
def a_vocabulary_is_changed_at_once_in_all_it_is_for():
    given = daemon.get(SECTORS, source="true").json
    with open(os.path.join(ROOT, "corpus", "vocabularies", "sectors.json"), encoding="utf-8") as file:
        assert given == json.load(file)
    changed = json.loads(json.dumps(given))
    health = next(v for v in changed["values"] if v["id"] == "healthcare")
    health["label"]["en"] = "Wellness"
    health["aliases"]["fr"] = ["quinquina"]
    changed["values"].append({"id": "mining", "label": {"en": "Mining"}})
    assert found(daemon, "quinquina") == set()
    before = daemon.get("/v1/search", q="audits", facets="sectors", lang="en")
    assert daemon.admin("PUT", SECTORS, changed).json["source"] == "put"
    assert found(daemon, "quinquina") == found(daemon, "wellness") == {"health"}
    after = daemon.request("GET", "/v1/search?q=audits&facets=sectors&lang=en",
                           headers={"If-None-Match": before.header("ETag")})
    assert after.status == 200
    assert "Wellness" in [v["label"] for f in after.json["facets"] for v in f["values"]]
    assert daemon.get("/v1/suggest", q="wellne").json["suggestions"][0]["value"] == "healthcare"
    # A document may carry the new value, which may not go again then.
    miner = {"id": "miner", "name": "Xi", "lang": "en", "profile": "Pit.", "sectors": ["mining"]}
    assert daemon.bulk("members", [miner])["failed"] == 0
    gone = daemon.admin("DELETE", SECTORS)
    assert gone.status == 409 and gone.json["code"] == "in_use" and '"mining"' in gone.json["detail"], gone.body
    assert found(daemon, "mining") == {"miner"}
    daemon.kill()
    daemon.start()
    assert found(daemon, "quinquina") == {"health"} and found(daemon, "mining") == {"miner"}
    assert daemon.admin("DELETE", "/v1/collections/members/documents/miner").status == 200
    assert daemon.admin("DELETE", SECTORS).json["source"] == "file"
    assert found(daemon, "quinquina") == set() and daemon.get(SECTORS, source="true").json == given
    assert daemon.bulk("members", [miner])["failed"] == 1


@claim
def a_vocabulary_that_does_not_fit_is_refused_and_nothing_changes():
    given = daemon.get(SECTORS, source="true").json

    def refused(which, status, **change):
        answer = daemon.admin("PUT", "/v1/vocabularies/" + which, {**given, **change})
        assert answer.status == status, answer.body
        return answer.json
    assert refused("sectors", 409, values=given["values"][:2])["code"] == "in_use"
    assert refused("sectors", 400, name="other")["errors"][0]["pointer"] == "/name"
    assert refused("sectors", 400, values=[{"id": "x"}])["errors"][0]["pointer"] == "/values/0"
    refused("nothing", 404)
    groups = daemon.get("/v1/vocabularies/country_groups", source="true").json
    groups["values"][0]["countries"] = ["BE"]
    assert daemon.admin("PUT", "/v1/vocabularies/country_groups", groups).json["code"] == "schema_changed"
    search = daemon.admin("POST", "/v1/keys", {"name": "v", "rights": ["search", "write:*"]}).json["key"]
    assert daemon.request("PUT", SECTORS, given, key=search).status == 403
    assert daemon.request("PUT", SECTORS, given).status == 401
    assert daemon.get(SECTORS, source="true").json == given


@claim
def vocabulary_files_are_read_again_on_a_signal():
    folder = own_schema()
    try:
        with Daemon(schema=os.path.join(folder, "schema.json")) as other:
            other.bulk("members", MEMBERS)
            given = other.get(SECTORS, source="true").json
            next(v for v in given["values"] if v["id"] == "healthcare")["aliases"] = {"en": ["quinquina"]}
            write(folder, "vocabularies/sectors.json", given)
            assert found(other, "quinquina") == set()
            other.process.send_signal(signal.SIGHUP)
            until(lambda: found(other, "quinquina") == {"health"})
    finally:
        shutil.rmtree(folder)


# ---- the command line ----


@claim
def the_command_line_gets_puts_and_resets_words():
    folder = tempfile.mkdtemp(prefix="ecsearch-words-")

    def ecsearch(*words, code=0, stdin=None):
        ran = subprocess.run([os.path.join(BUILD, "ecsearch"), "--url", f"http://127.0.0.1:{daemon.port}",
                              "--key", daemon.key, *words], input=stdin, capture_output=True, text=True,
                             check=False, timeout=60)
        assert ran.returncode == code, (words, ran)
        return ran.stdout + ran.stderr
    try:
        write(folder, "s.json", {"synonyms": [{"words": ["IoT", "widget"]}]})
        assert "put" in ecsearch("synonyms", "put", os.path.join(folder, "s.json"))
        assert json.loads(ecsearch("synonyms", "get")) == {"synonyms": [{"words": ["IoT", "widget"]}]}
        assert found(daemon, "widget") == {"iot"}
        ecsearch("synonyms", "reset")
        assert found(daemon, "widget") == set()
        ecsearch("stopwords", "put", "-", stdin='{"en": {"add": ["xyzzy"]}}')
        assert json.loads(ecsearch("stopwords", "get")) == {"en": {"add": ["xyzzy"]}}
        ecsearch("stopwords", "reset")
        assert "done" in ecsearch("stems", "put", "-", stdin='{"en": {"audits": "zorb"}}')
        assert found(daemon, "zorb") == {"chain-en", "health"}
        ecsearch("stems", "reset")
        kinds = ecsearch("vocabulary", "kinds", "get")
        ecsearch("vocabulary", "kinds", "put", "-", stdin=kinds)
        assert ecsearch("vocabulary", "kinds", "get") == kinds
        ecsearch("vocabulary", "kinds", "reset")
        # Mistakes are told with their place.
        assert "line 1, column" in ecsearch("stems", "put", "-", stdin="{", code=2)
        assert "/synonyms/0" in ecsearch("synonyms", "put", "-", stdin='{"synonyms": [{}]}', code=3)
        assert "usage: ecsearch synonyms" in ecsearch("synonyms", "drop", code=2)
        ecsearch("vocabulary", "nothing", "get", code=3)
    finally:
        shutil.rmtree(folder)


# ---- stem exceptions ----


def task_done(of, task):
    told = {}

    def over():
        told.update(of.get(f"/v1/tasks/{task}").json)
        return told["state"] != "waiting"
    until(over)
    assert told["state"] == "done", told


def generations(of):
    return {c["name"]: c["generation"] for c in of.admin("GET", "/v1/stats").json["collections"]}


PAIR = [{"id": "colour", "name": "Colour", "lang": "en", "profile": "Painting zorbs."},
        {"id": "other", "name": "Other", "lang": "en", "profile": "Painting jackalopes."}]


@claim
def stem_exceptions_take_effect_when_everything_is_rebuilt():
    with Daemon() as other:
        other.bulk("members", PAIR)
        assert found(other, "jackalope") == {"other"}
        before = generations(other)
        answer = other.admin("PUT", "/v1/stems", {"en": {"jackalopes": "zorb", "jackalope": "zorb"}})
        assert answer.status == 202, answer.body
        assert answer.header("Location") == "/v1/tasks/" + answer.json["task"]
        task_done(other, answer.json["task"])
        assert found(other, "jackalope") == found(other, "zorb") == {"colour", "other"}
        assert all(generations(other)[name] == before[name] + 1 for name in before), generations(other)
        # The same again needs no work, nor do other words.
        same = other.admin("PUT", "/v1/stems", {"en": {"jackalopes": "zorb", "jackalope": "zorb"}})
        assert same.status == 200 and same.json["source"] == "put", same.body
        after = generations(other)
        put(other, "stopwords", {"en": {"add": ["xyzzy"]}})
        assert generations(other) == after
        # A restart finds the index as it must be.
        other.kill()
        other.start()
        assert generations(other) == after
        assert found(other, "jackalope") == {"colour", "other"}
        wrong = other.admin("PUT", "/v1/stems", {"en": {"a": 1}})
        assert wrong.status == 400 and wrong.json["errors"][0]["pointer"] == "/en/a", wrong.body
        back = other.admin("DELETE", "/v1/stems")
        assert back.status == 202
        task_done(other, back.json["task"])
        assert found(other, "jackalope") == {"other"} and other.admin("GET", "/v1/stems").json == {}
        assert other.admin("POST", "/v1/check").json["ok"]


@claim
def while_it_is_rebuilt_answers_and_writes_are_as_ever():
    with Daemon() as other:
        many = [{"id": f"m{i}", "name": f"Name {i}", "lang": "en", "profile": "A jackalope among many. " * 20}
                for i in range(3000)]
        other.bulk("members", many)
        other.bulk("members", PAIR)
        # Two changes in a row: the second is what counts in the end.
        first = other.admin("PUT", "/v1/stems", {"en": {"zorbs": "jackalop"}})
        second = other.admin("PUT", "/v1/stems", {"en": {"zorbs": "jackalop", "painting": "jackalop"}})
        assert first.status == second.status == 202
        seen, written = set(), 0
        while other.get("/v1/tasks/" + second.json["task"]).json["state"] == "waiting":
            total = other.search("members", q="jackalope", match="all")["total"]["value"]
            seen.add(total - written)
            other.bulk("members", [{"id": f"w{written}", "name": "Late", "lang": "en", "profile": "jackalope"}])
            written += 1
            other.admin("DELETE", f"/v1/collections/members/documents/m{written}")
            other.bulk("members", [{"id": f"m{written}", "name": "Again", "lang": "en", "profile": "jackalopes"}])
        task_done(other, second.json["task"])
        # Before: those with the word; after: those with the other words too.
        assert seen <= {3001, 3002}, seen
        assert other.search("members", q="jackalope", match="all")["total"]["value"] == 3002 + written
        assert found(other, "painting", per_page=1) and written > 0
        assert other.admin("POST", "/v1/check").json["ok"]


@claim
def what_is_taken_back_in_time_never_takes_effect():
    with Daemon() as other:
        other.bulk("members", PAIR)
        before = generations(other)
        task = other.admin("PUT", "/v1/stems", {"en": {"jackalopes": "zorb"}}).json["task"]
        back = other.admin("DELETE", "/v1/stems")
        if back.status == 202:  # it was in effect already: back again
            task = back.json["task"]
        task_done(other, task)
        assert found(other, "zorb") == {"colour"}
        assert back.status == 202 or generations(other) == before


@claim
def a_crash_in_the_rebuild_is_made_up_for_at_the_next_start():
    with Daemon() as other:
        other.bulk("members", PAIR)
        assert other.admin("PUT", "/v1/stems", {"en": {"jackalopes": "zorb"}}).status == 202
        other.kill()
        other.start()
        assert found(other, "zorb") == {"colour", "other"}
        until(lambda: found(other, "zorb") == {"colour", "other"})


@claim
def it_ends_cleanly():
    assert daemon.stop() == 0


run()
