#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Measuring: judged queries through ecsearch eval, test collections through rank."""
import json
import lzma
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(__file__))
from daemon import BUILD, ROOT, SHARED, Daemon, claim, corpus, load_corpus, run  # noqa: E402

daemon = Daemon()
load_corpus(daemon)
SAMPLE = os.path.join(ROOT, "tests", "eval", "sample.ndjson")
RANK = os.path.join(ROOT, "tests", "eval", "rank")
CRANFIELD = os.path.join(SHARED, "eval", "ir", "cranfield")
NAMES = ("nDCG@10", "MAP", "MRR@10", "Recall@100")


def command(*arguments, of=daemon):
    names = dict(os.environ, ECSEARCH_URL=f"http://127.0.0.1:{of.port}", ECSEARCH_KEY=of.key)
    return subprocess.run([os.path.join(BUILD, "ecsearch"), *arguments], env=names, text=True,
                          capture_output=True, check=False)


def evaluate(*arguments, of=daemon):
    done = command("--json", "eval", *arguments, of=of)
    assert done.returncode == 0, (done.returncode, done.stderr)
    return json.loads(done.stdout)


def judgements():
    with open(SAMPLE, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def written(lines, suffix=".ndjson"):
    file = tempfile.NamedTemporaryFile("w", suffix=suffix, encoding="utf-8")
    file.write("".join(line + "\n" for line in lines))
    file.flush()
    return file


@claim
def every_judged_document_of_the_sample_is_there():
    known = {f"{c}/{d['id']}" for c, documents in corpus().items() for d in documents}
    for query in judgements():
        prefix = query["in"] + "/" if "in" in query else ""
        assert not {prefix + i for i in query["relevant"]} - known, query["q"]


@claim
def the_sample_corpus_answers_its_judged_queries():
    made = evaluate(SAMPLE)
    assert made["queries"] == len(judgements()) and made["left_out"] == 0
    assert made["a"]["nDCG@10"] > 0.75 and made["a"]["Recall@100"] > 0.8, made["a"]


@claim
def a_worse_setting_is_told_with_the_queries_it_lost_and_a_small_p():
    made = evaluate(SAMPLE, "--b", "filter=lang:sv")
    of = made["comparison"]["nDCG@10"]
    assert of["difference"] < 0 and of["worse"] > of["better"] and of["p"] < 0.01, of
    assert abs(made["a"]["nDCG@10"] + of["difference"] - made["b"]["nDCG@10"]) < 1e-9
    text = command("eval", SAMPLE, "--b", "filter=lang:sv", "--queries").stdout
    assert "b: filter=lang:sv" in text and "members: cyber insurance" in text, text


@claim
def a_setting_compared_with_itself_differs_nowhere():
    of = evaluate(SAMPLE, "--a", "match=any", "--b", "match=any")["comparison"]
    assert all(of[n] == {"difference": 0, "better": 0, "worse": 0, "p": 1} for n in NAMES), of


@claim
def a_table_of_judgements_measures_as_its_objects_do():
    rows = ["q\tin\tid\tgrade"] + [f"{j['q']}\t{j['in']}\t{i}\t{grade}" for j in judgements() if "in" in j
                                   for i, grade in j["relevant"].items()]
    objects = [json.dumps(j) for j in judgements() if "in" in j]
    with written(rows, ".tsv") as table, written(objects) as lines:
        assert evaluate(table.name) == evaluate(lines.name)


@claim
def a_collection_may_be_said_once_for_all_queries():
    with written(['{"q": "Böhme", "relevant": {"boehme-sicherheitstechnik": 1}}']) as file:
        assert evaluate(file.name, "--in", "members")["a"]["MRR@10"] == 1
        refused = command("eval", file.name)
    assert refused.returncode == 2 and "COLLECTION/ID" in refused.stderr, refused


@claim
def a_setting_the_daemon_does_not_know_is_refused_by_its_name():
    done = command("eval", SAMPLE, "--b", "mtch=any")
    assert done.returncode == 3 and 'did you mean "match"' in done.stderr, done


def ranked(folder, documents, queries, lang="en"):
    run_file = os.path.join(folder, "run.tsv")
    done = subprocess.run([RANK, documents, queries, lang, run_file], cwd=folder, text=True, capture_output=True,
                          env=dict(os.environ, top_builddir=BUILD), check=False)
    return done, run_file


@claim
def rank_asks_anything_and_finds_documents_of_any_id():
    documents = [{"id": "a/b %2F?&#", "title": "", "text": "a wing in a slipstream"},
                 {"id": "Ω \"quoted\"", "title": "Propellers", "text": "a propeller in a wind tunnel"},
                 {"id": 3, "title": "Nothing", "text": "of the kind"}]
    queries = [{"id": "q 1", "text": "slipstream AND (NOT \"wing"}, {"id": 2, "text": "-wind tunnel* ^~:)"},
               {"id": "3", "text": "propellers"}, {"id": "4", "text": "unheard-of"}]
    with tempfile.TemporaryDirectory() as folder, written(map(json.dumps, documents)) as docs, \
            written(map(json.dumps, queries)) as asked:
        done, run_file = ranked(folder, docs.name, asked.name)
        assert done.returncode == 0, done.stderr
        with open(run_file, encoding="utf-8") as file:
            rows = [line.rstrip("\n").split("\t") for line in file]
    assert ["q 1", "a/b %2F?&#", "1"] in rows and ["3", "Ω \"quoted\"", "1"] in rows, rows
    assert all(len(row) == 3 for row in rows) and not [row for row in rows if row[0] == "4"], rows


@claim
def rank_names_the_line_that_is_wrong_and_leaves_no_run():
    with tempfile.TemporaryDirectory() as folder, written(['{"id": "1", "text": "x"}', '{"id": "2"}']) as docs:
        done, run_file = ranked(folder, docs.name, docs.name)
        assert done.returncode == 1 and ':2: "text" is not there' in done.stderr, done.stderr
        assert not os.path.exists(run_file)


def read_run(path):
    with open(path, encoding="utf-8") as file:
        return [line.rstrip("\n").split("\t") for line in file]


def judged_collection(file):
    """Cranfield's judgements as ecsearch eval reads them."""
    grades = {}
    for query, document, grade in read_run(os.path.join(CRANFIELD, "qrels.tsv")):
        grades.setdefault(query, {})[document] = float(grade)
    with lzma.open(os.path.join(CRANFIELD, "queries.ndjson.xz"), "rt", encoding="utf-8") as lines:
        for query in map(json.loads, lines):
            if query["id"] in grades:
                file.write(json.dumps({"q": query["text"], "in": "agenda", "relevant": grades[query["id"]]}) + "\n")
    file.flush()


@claim
def eval_and_a_scorer_of_others_agree_on_a_test_collection():
    if not os.path.isdir(CRANFIELD):
        return "the judged collections do not lie beside the checkout; set ECSEARCH_SHARED"
    sys.path.insert(0, os.path.join(ROOT, "tests", "eval"))
    import ranking  # the daemon of a collection, as rank makes it
    documents = os.path.join(CRANFIELD, "docs.ndjson.xz")
    with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile("w", suffix=".ndjson", encoding="utf-8") as judged:
        done, run_file = ranked(folder, documents, os.path.join(CRANFIELD, "queries.ndjson.xz"))
        assert done.returncode == 0, done.stderr
        theirs = subprocess.run([sys.executable, os.path.join(SHARED, "eval", "score.py"),
                                 os.path.join(CRANFIELD, "qrels.tsv"), run_file],
                                capture_output=True, text=True, check=True).stdout.split()
        judged_collection(judged)
        with ranking.start() as own:
            ranking.index(own, ranking.read_documents(documents), "en")
            ours = evaluate(judged.name, "--a", "match=any", of=own)
    assert ours["queries"] == int(theirs[1])
    for name in NAMES:
        assert f"{ours['a'][name]:.4f}" == theirs[theirs.index(name) + 1], (name, ours["a"], theirs)
    return None


def main():
    with daemon:
        run()


main()
