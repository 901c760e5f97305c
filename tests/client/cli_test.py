#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""cli_test - ecsearch as people and scripts meet it, against a fake server."""

import gzip
import json
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import fake_server  # noqa: E402

PROGRAM = os.path.abspath("ecsearch")
SOURCE = os.environ.get("srcdir", ".")
MANUAL = os.path.abspath(os.path.join(SOURCE, "src", "main", "ecsearch.1"))
MAPS = os.path.abspath(os.path.join(SOURCE, "corpus", "maps"))


class Run:
    """One run of the program and what it left."""

    def __init__(self, *args, url=None, stdin="", env=None):
        names = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
        for kept in ("ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS",
                     "LD_LIBRARY_PATH", "LD_PRELOAD"):
            if kept in os.environ:
                names[kept] = os.environ[kept]
        names.update(env or {})
        if url:
            names["ECSEARCH_URL"] = url
        done = subprocess.run([PROGRAM, *args], input=stdin.encode(),
                              capture_output=True, env=names, timeout=60)
        self.code = done.returncode
        self.out = done.stdout.decode()
        self.err = done.stderr.decode()

    def is_(self, code, *texts):
        """Fail unless the code is this and each text stands somewhere."""
        assert self.code == code, (self.code, self.out, self.err)
        for text in texts:
            assert text in self.out + self.err, (text, self.out, self.err)
        return self


def write(name, text, opener=open):
    with opener(name, "wt", encoding="utf-8") as file:
        file.write(text)
    return name


def help_and_version_need_no_server():
    Run("--version").is_(0, "ecsearch ")
    text = Run("--help").is_(0, "usage: ecsearch").out
    for line in text.splitlines():
        if line.startswith("  ") and line[2:3].isalpha():
            Run(line.split()[0], "--help").is_(0, "usage: ecsearch")


def the_manual_tells_every_command_and_option():
    with open(MANUAL, encoding="utf-8") as file:
        manual = file.read().replace(" , -", " Fl -")
    for line in Run("--help").out.splitlines():
        if not (line.startswith("  ") and line[2:3].isalpha()):
            continue
        name = line.split()[0]
        assert "\n.It Cm " + name in manual, name
        for option in re.findall(r"--([a-z-]+) ", Run(name, "--help").out):
            told = "Fl -" + option in manual or option == "output"
            assert told, (name, option)


def mistakes_on_the_command_line_are_exit_code_2():
    Run().is_(2, "name a command")
    Run("imprt").is_(2, 'did you mean "import"')
    Run("--speed").is_(2, "--speed is no option")
    Run("import", "members").is_(2, "needs a collection and files")
    Run("import", "--wait", "ages", "members", "-").is_(2, "--wait is")
    Run("import", "members", "nowhere.json").is_(2, "No such file")
    Run("search", "--page", "x", "q").is_(2, "--page is a number")
    Run("delete", "members").is_(2, "either ids or --filter")
    Run("key", "make").is_(2, "list, create or delete")
    Run("eval").is_(2, "needs one file")
    Run("eval", "--b", "lang", "-").is_(2, "a setting is NAME=VALUE")
    Run("eval", "--b", "lang=en&page=2", "-").is_(2, "eval sets page itself")


def a_server_that_is_not_there_is_exit_code_4():
    Run("collections", url="http://127.0.0.1:9").is_(
        4, "127.0.0.1:9", "is ecsearchd running there?")


def refusals_are_exit_code_3_and_shown_with_their_places():
    server = fake_server.Server()
    Run("--key", "wrong", "collections", url=server.url).is_(
        3, "this key is not known", "--key or ECSEARCH_KEY")
    Run("import", "strict", "-", url=server.url, stdin='{"id":"1"}').is_(
        3, "a document is wrong", "/foundd: no such field",
        'did you mean "founded"')
    Run("import", "broken", "-", url=server.url, stdin='{"id":"1"}').is_(
        4, "it broke")


def failures_are_told_in_the_lines_of_the_source():
    server = fake_server.Server()
    lines = ['{"id":"a%d","name":"x"}' % i for i in range(1, 200)]
    lines[49] = '{"id":"a50"}'
    lines[59] = '{"id":"a60"'
    lines[69] = ""
    lines[79] = "[1]"
    lines[149] = '{"id":"a150"}'
    write("m.ndjson", "\n".join(lines) + "\n")
    run = Run("--json", "import", "--batch", "1k", "members", "m.ndjson",
              url=server.url)
    run.is_(1, 'm.ndjson:50: "a50": name is missing', "m.ndjson:60: column",
            "m.ndjson:80: a document is an object",
            'm.ndjson:150: "a150": name is missing')
    summary = json.loads(run.out)
    assert summary["indexed"] == 194 and summary["failed"] == 4, summary
    assert {e["line"] for e in summary["errors"]} == {50, 60, 80, 150}
    assert len(server.documents["members"]) == 194
    assert len(server.requests) > 3 and server.connections == 1


def files_folders_and_standard_input_are_read():
    server = fake_server.Server()
    os.makedirs("d/sub")
    write("d/b.json", '[{"id":"b1","name":"x"},\n{"id":"b2","name":"y"}]')
    write("d/a.csv", "id;name\nc1;Zoë\n")
    write("d/README", "not data")
    write("d/sub/c.ndjson.gz", '{"id":"g1","name":"x"}\n', gzip.open)
    Run("import", "members", "d", "-", url=server.url,
        stdin='{"id":"s1","name":"x"}').is_(0, "5 indexed")
    kept = server.documents["members"]
    assert list(kept) == ["c1", "b1", "b2", "g1", "s1"], list(kept)
    assert kept["c1"]["name"] == "Zoë"


def numbers_reach_the_server_as_they_were_written():
    server = fake_server.Server()
    text = '{"id":"n", "name":"x", "lat": 45.178690000000000001e0}'
    Run("import", "members", "-", url=server.url, stdin=text).is_(0)
    assert server.requests[-1][3].decode().strip() == text


def a_busy_server_is_asked_again():
    server = fake_server.Server()
    Run("import", "busy", "-", url=server.url,
        stdin='{"id":"1","name":"x"}').is_(0, "1 indexed")
    assert len(server.requests) == 3


def a_body_too_large_is_sent_in_halves():
    server = fake_server.Server()
    lines = ['{"id":"%d","name":"%s"}' % (i, "x" * 40) for i in range(20)]
    lines[3] = '{"id":"3","name":"%s"}' % ("x" * 400)
    Run("import", "small", "-", url=server.url, stdin="\n".join(lines)).is_(
        1, "standard input:4: the body is too large", "19 indexed")
    assert len(server.documents["small"]) == 19


def options_of_import_reach_the_server():
    server = fake_server.Server()
    Run("import", "--atomic", "--dry-run", "--wait", "durable", "members", "-",
        url=server.url, stdin='{"id":"1","name":"x"}').is_(
            0, "nothing was written")
    path = server.requests[-1][1]
    for part in ("atomic=true", "dry_run=true", "wait=durable"):
        assert part in path, path


def a_wrong_map_is_refused_before_anything_is_read():
    server = fake_server.Server()
    write("bad.map", '{"fields": {"id": {"form": "x"}}}')
    Run("import", "--map", "bad.map", "members", "-", url=server.url,
        stdin="{}").is_(2, "/fields/id/form", 'did you mean "from"')
    assert not server.requests


def two_documents_of_one_id_do_not_overwrite_each_other_silently():
    lines = '{"id":"1","v":"a"}\n{"id":"1","v":"b"}\n'
    write("m.map", '{"fields": {"id": "id", "name": "v"}}')
    server = fake_server.Server()
    Run("import", "--map", "m.map", "members", "-", url=server.url,
        stdin=lines).is_(1, ':2: "1": another document has this id')
    assert server.documents["members"]["1"]["name"] == "a"
    Run("import", "members", "-", url=server.url,
        stdin=lines.replace("v", "name")).is_(0, "1 documents replaced")


def every_shipped_map_is_right():
    for name in sorted(os.listdir(MAPS)):
        Run("import", "--print", "--map", os.path.join(MAPS, name), "x", "-",
            stdin="").is_(0)


def the_shipped_maps_do_what_they_say():
    ror = {"id": "https://ror.org/1", "name": "Uni", "country_code": "BE",
           "names": [{"value": "Uni", "types": ["ror_display", "label"]},
                     {"value": "U1", "types": ["acronym"]},
                     {"value": "U2", "types": ["acronym"]},
                     {"value": "Université", "types": ["label"]}],
           "types": ["education", "healthcare"], "lat": 50.8, "lng": 4,
           "links": ["https://u.example"], "region": None}
    got = mapped("ror", ror)
    assert got == [{
        "id": "https://ror.org/1", "name": "Uni", "short_name": "U1",
        "aliases": ["U2", "Université"], "country": "BE",
        "location": {"lat": 50.8, "lon": 4}, "stakeholder": "university",
        "sectors": ["healthcare"], "website": "https://u.example"}], got
    got = mapped("cordis", {"id": "1", "name": "X", "shortName": "X",
                            "country": "EL", "type": "PRC"})
    assert got == [{"id": "1", "name": "X", "country": "GR"}], got
    lines = [{"id": "cz:1#1", "kind": "law", "title": "T", "section": "§ 1",
              "text": "a", "country": "CZ", "lang": "cs",
              "date": "2001-02-03"},
             {"id": "cz:1#2", "kind": "law", "title": "T", "section": "",
              "text": "b", "country": "CZ", "lang": "cs"}]
    got = mapped("law-passages", *lines)
    assert got[0]["sections"] == [
        {"heading": "§ 1", "text": "a"}, {"text": "b"}], got
    assert (got[0]["id"], got[0]["year"], len(got)) == ("cz:1", 2001, 1), got


def mapped(name, *records):
    run = Run("import", "--print", "--map",
              os.path.join(MAPS, name + ".json"), "x", "-",
              stdin="\n".join(json.dumps(r) for r in records)).is_(0)
    return [json.loads(line) for line in run.out.splitlines()]


def search_shows_hits_and_facets_and_nothing_steers_the_terminal():
    server = fake_server.Server()
    run = Run("search", "--facets", "country,sectors", "members", "cloud",
              "-legacy", "--per-page", "5", url=server.url)
    run.is_(0, "1 found", "A [31mB", "x cloud & y", "3 * Belgium",
            "1   without a value")
    assert "\x1b" not in run.out
    method, path, _, body = server.requests[-1]
    assert (method, path) == ("POST", "/v1/collections/members/search")
    assert json.loads(body) == {"q": "cloud -legacy", "per_page": 5,
                                "facets": ["country", "sectors"]}


def a_first_word_that_is_no_collection_belongs_to_the_query():
    server = fake_server.Server()
    Run("search", "security", "policy", url=server.url).is_(0)
    assert server.requests[-1][1] == "/v1/search"
    assert json.loads(server.requests[-1][3])["q"] == "security policy"


def suggest_shows_what_typing_would_offer():
    server = fake_server.Server()
    run = Run("suggest", "--in", "members,agenda", "se", "hé", "--limit", "3",
              url=server.url)
    run.is_(0, "A [31mB (x & y)\n     members a\n",
            "Healthcare\n     sectors:healthcare 39\n",
            "supply chain\n     agenda 5\n")
    assert "\x1b" not in run.out
    assert server.requests[-1][1] == \
        "/v1/suggest?q=se%20h%C3%A9&in=members%2Cagenda&limit=3"
    Run("suggest", url=server.url).is_(2, "what is being typed")


def finding_nothing_is_exit_code_1():
    server = fake_server.Server()
    Run("suggest", "nothing", url=server.url).is_(1)
    Run("search", "nothing", url=server.url).is_(1, "0 found")
    json.loads(Run("--json", "search", "nothing", url=server.url).is_(1).out)


def eval_measures_what_the_server_ranks():
    server = fake_server.Server()
    write("j.ndjson",
          '{"q":"a b c","in":"members","relevant":{"b":1,"z":0}}\n'
          '\n{"q":"x y","in":"members","relevant":{"x":2}}\n'
          '{"q":"n","in":"members","relevant":{"n":0}}\n')
    Run("eval", "j.ndjson", url=server.url).is_(
        0, "2 queries, 1 more have nothing relevant", "nDCG@10       0.8155",
        "MAP           0.7500", "MRR@10        0.7500", "Recall@100    1.0000")
    run = Run("eval", "j.ndjson", "--queries", "--b", "lang=xx",
              url=server.url)
    run.is_(0, "0.8155   0.6309  -0.1845       0       1       1   1.0000",
            "1.0000   0.6309  -0.3691  members: x y")
    assert "members: a b c" not in run.out
    assert [r[1] for r in server.requests[-4:]] == [
        "/v1/collections/members/search?q=%s&per_page=1000&highlight=false"
        "&passages=0&timeout_ms=10000%s" % (q, more)
        for q in ("a%20b%20c", "x%20y") for more in ("", "&lang=xx")]


def eval_escapes_what_an_address_may_not_hold():
    server = fake_server.Server()
    write("j.ndjson", '{"q":"a","in":"members","relevant":{"a":1}}')
    Run("eval", "j.ndjson", "--a", "fields=name^4,é&timeout_ms=9&x=%41",
        url=server.url).is_(0)
    assert server.requests[-1][1].endswith(
        "&passages=0&fields=name%5E4%2C%C3%A9&timeout_ms=9&x=%41")


def a_search_that_was_cut_is_not_measured():
    server = fake_server.Server()
    write("j.ndjson", '{"q":"slow","in":"members","relevant":{"slow":1}}')
    Run("eval", "j.ndjson", url=server.url).is_(4, '"slow" was cut')


def a_judgement_that_is_wrong_is_told_with_its_line():
    good = '{"q":"a","in":"m","relevant":{"a":1}}\n'
    for line, told in (
            ('{"q":"a"', "j:2: column "),
            ('{"in":"m","relevant":{}}', 'j:2: "q" is the query'),
            ('{"q":"a","in":["m"],"relevant":{}}', 'j:2: "in" names one'),
            ('{"q":"a","in":"m","relevant":["a"]}', 'j:2: "relevant" is an'),
            ('{"q":"a","in":"m","relevant":{"a":"x"}}', 'j:2: the grade of'),
            ('{"q":"a","in":"m","relevant":{"a":-1}}', 'j:2: the grade of'),
            ('{"q":"a","relevant":{"a":1}}', "COLLECTION/ID"),
            ('{"q":"a","relevant":{"http://a":1}}', "COLLECTION/ID"),
            ('{"q":"a","in":"m","relevant":{"a":1,"a":2}}', "j:2: column")):
        write("j", good + line + "\n" + good)
        Run("eval", "j").is_(2, told)
    write("t.tsv", "q\tid\tgrade\na\tm/a\t1\na\tm/a\t2\n")
    Run("eval", "t.tsv").is_(2, 't.tsv:3: "m/a" is judged twice')
    write("t.tsv", "q\tid\na\tm/a\n")
    Run("eval", "t.tsv").is_(2, "t.tsv:2: a row has no grade")
    write("t.tsv", "q\tid\tgrade\na\tm/a\tgood\n")
    Run("eval", "t.tsv").is_(2, "t.tsv:2: the grade of")
    write("empty", '{"q":"a","in":"m","relevant":{}}\n')
    Run("eval", "empty").is_(2, "no query with something relevant")


def export_gives_back_what_import_took():
    server = fake_server.Server()
    Run("import", "members", "-", url=server.url,
        stdin='{"id":"a/b","name":"é"}\n{"id":"2","name":"y"}').is_(0)
    Run("export", "members", "-o", "out.ndjson", url=server.url).is_(
        0, "2 documents")
    before = dict(server.documents.pop("members"))
    Run("import", "members", "out.ndjson", url=server.url).is_(0)
    assert server.documents["members"] == before
    Run("delete", "members", "a/b", "none", url=server.url).is_(
        1, "none: no such document", "1 deleted")
    assert list(server.documents["members"]) == ["2"]


def the_small_commands_ask_what_they_should():
    server = fake_server.Server()
    Run("collections", url=server.url).is_(0, "members", "documents")
    Run("key", "list", url=server.url).is_(0, "website")
    Run("key", "create", "site", "search", "write:members", "--rate", "5",
        "--origin", "https://a.example", url=server.url).is_(0, "s3cret")
    assert json.loads(server.requests[-1][3]) == {
        "name": "site", "rights": ["search", "write:members"], "rate": 5,
        "origins": ["https://a.example"]}
    Run("check", url=server.url).is_(1, "missing: 1")
    Run("backup", "/srv/b", url=server.url).is_(0, "/srv/b")
    Run("rebuild", "members", url=server.url).is_(0, "done")
    assert server.task_asked == 2


def queries_shows_what_is_searched_and_forgets_it():
    server = fake_server.Server()
    run = Run("queries", "--days", "7", "--without-hits", "--in", "", url=server.url)
    run.is_(0, "2026-10-26 to 2026-11-24: 20 searches, 4 without hits, 2 clicks\n",
            "    7     3             1       2      smart [31m grid\n",
            "5 more were searched on fewer than 3 days", "there were too many")
    assert "\x1b" not in run.out
    path = server.requests[-1][1]
    assert re.fullmatch(r"/v1/queries\?order=without_hits&from=\d{4}-\d\d-\d\d&in=", path), path
    assert Run("queries", "--csv", url=server.url).is_(0).out == "q,in,count\r\n'=a,members,7\r\n"
    assert server.requests[-1][2]["Accept"] == "text/csv"
    Run("queries", "forget", "smart", "grid", url=server.url).is_(0, "forgotten")
    assert server.requests[-1][:2] == ("DELETE", "/v1/queries?q=smart%20grid")
    Run("queries", "forget", "nothing", url=server.url).is_(1, "nothing of it")
    Run("queries", "--days", "0", url=server.url).is_(2, "--days is a whole number")
    Run("queries", "forgte", "x", url=server.url).is_(2, "usage: ecsearch queries")
    Run("queries", "forget", url=server.url).is_(2, "needs a query")


def the_admin_key_is_shown_to_a_local_server_only():
    server = fake_server.Server()
    os.makedirs("data", exist_ok=True)
    write("data/admin.key", "k-local\n")
    Run("collections", url=server.url).is_(0)
    assert server.requests[-1][2]["X-API-Key"] == "k-local"
    port = server.url.rsplit(":", 1)[1]
    Run("collections", url="http://127.0.0.2:" + port)
    Run("collections", url="http://localhost.localdomain:" + port)
    Run("--key", "given", "collections", url=server.url).is_(0)
    assert server.requests[-1][2]["X-API-Key"] == "given"
    seen = [r[2].get("X-API-Key") for r in server.requests]
    assert seen.count("k-local") == 1, seen


TESTS = [value for name, value in list(globals().items())
         if callable(value) and getattr(value, "__module__", "") == "__main__"
         and name[0].islower() and name not in ("write", "mapped")]


def main():
    print("1..%d" % len(TESTS))
    failed = 0
    for number, test in enumerate(TESTS, 1):
        home = os.getcwd()
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                test()
                word = "ok"
            except Exception as why:  # pylint: disable=broad-except
                word = "not ok"
                failed += 1
                print("# %s: %s" % (type(why).__name__,
                                    str(why).replace("\n", "\n# ")))
            os.chdir(home)
        print("%s %d - %s" % (word, number, test.__name__), flush=True)
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
