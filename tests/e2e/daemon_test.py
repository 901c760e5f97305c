#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The program itself: options, settings, signals, manual, a wrong schema."""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(__file__))
from daemon import BUILD, ROOT, SCHEMA, Daemon, claim, run  # noqa: E402

PROGRAM = os.path.join(BUILD, "ecsearchd")


def call(*arguments, **environment):
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=60,
                          env=dict(os.environ, **environment))
    return done.returncode, done.stdout, done.stderr


def options():
    """Names of the options as --help tells them."""
    return re.findall(r"^  --([a-z-]+)", call("--help")[1], re.MULTILINE)


def manual(name):
    with open(os.path.join(ROOT, "src", "main", name), encoding="utf-8") as file:
        return file.read()


@claim
def the_manual_lists_every_option_and_no_other():
    in_manual = re.findall(r"^\.It Fl -([a-z-]+)", manual("ecsearchd.8"), re.MULTILINE)
    assert in_manual == options() and len(in_manual) > 10
    settings = re.findall(r"^\.It Ic ([a-z-]+)", manual("ecsearch.conf.5"), re.MULTILINE)
    assert settings == [o for o in options() if o not in ("config", "check-config", "help", "version")]


def told_by_help():
    """Option -> what it does and its default (None without one), as --help tells them."""
    told = {}
    for line in call("--help")[1].splitlines():
        found = re.match(r"  --([a-z-]+)[^a-z]*? {2,}(.*?)(?: \[(.*)\])?$", line)
        if found:
            told[found.group(1)] = found.group(2), found.group(3)
    return told


def told_by_manual(name, item):
    """The same from a manual page: the paragraphs of its option list."""
    told = {}
    for paragraph in re.split(r"^\.It " + item, manual(name).split(".El")[0], flags=re.MULTILINE)[1:]:
        lines = paragraph.splitlines()
        default = re.search(r"^The default is\n\.Ql (.*) \.$", paragraph, re.MULTILINE)
        told[re.match(r"[a-z-]+", lines[0]).group()] = lines[1], default and default.group(1)
    return told


@claim
def the_manual_says_what_the_program_says():
    paths = ("config", "data", "schema")  # told for a system's prefix
    program = told_by_help()
    assert list(program) == options()
    for page, item in (("ecsearchd.8", "Fl -"), ("ecsearch.conf.5", "Ic ")):
        told = told_by_manual(page, item)
        assert len(told) > 10
        for name, (text, default) in told.items():
            assert text == program[name][0][0].upper() + program[name][0][1:] + ".", (page, name)
            assert bool(default) == bool(program[name][1]), (page, name)
            assert name in paths or default == program[name][1], (page, name)


@claim
def the_manual_tells_the_bounds_that_are_kept():
    bounds = re.findall(r"^\.It Ic ([a-z-]+)[^\n]*\n[^\n]*\nFrom (\d+) to (\d+)\.$", manual("ecsearch.conf.5"), re.MULTILINE)
    assert len(bounds) > 5
    for name, low, high in bounds:
        for value, status in ((int(low), 0), (int(high), 0), (int(low) - 1, 2), (int(high) + 1, 2)):
            done = call(f"--{name}={value}", "--schema", SCHEMA, "--check-config")
            assert done[0] == status, (name, value, done)


@claim
def the_manual_is_good_mdoc():
    if not shutil.which("mandoc"):
        return "mandoc is not here"
    for page in ("ecsearch.1", "ecsearch-map.5", "ecsearch.conf.5", "ecsearchd.8"):
        done = subprocess.run(["mandoc", "-Tlint", "-Wwarning", os.path.join(ROOT, "src", "main", page)],
                              capture_output=True, text=True)
        assert done.returncode == 0, done.stdout
    return None


@claim
def settings_come_from_command_line_then_environment_then_file():
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
        file.write("# a comment\n[any section]\ndata = /from/file\nqueue = 7\ntimeout_ms = 99\n")
        file.flush()
        status, out, _ = call("--config", file.name, "--schema", SCHEMA, "--queue", "9", "--check-config",
                              ECSEARCH_TIMEOUT_MS="500", ECSEARCH_QUEUE="8")
        lines = {line.split()[0]: line for line in out.splitlines() if line.strip()}
        assert status == 0, out
        assert "/from/file" in lines["data"] and "(file)" in lines["data"]
        assert " 9 " in lines["queue"] and "(command line)" in lines["queue"]
        assert " 500 " in lines["timeout-ms"] and "(environment)" in lines["timeout-ms"]


@claim
def a_wrong_setting_is_named_with_its_place():
    status, _, err = call("--queue", "many")
    assert status == 2 and "queue" in err and "many" in err
    status, _, err = call("--nonsense")
    assert status == 2 and "--nonsense" in err
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
        file.write("data = x\n\nlisten_on = y\n")
        file.flush()
        status, _, err = call("--config", file.name)
        assert status == 2 and "line 3" in err and "listen_on" in err
    status, _, err = call("--config", "/nowhere/at/all.conf")
    assert status == 2 and "/nowhere/at/all.conf" in err


@claim
def a_wrong_schema_is_refused_at_start_with_file_pointer_and_reason():
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(os.path.join(ROOT, "corpus", "vocabularies"), os.path.join(folder, "vocabularies"))
        with open(SCHEMA, encoding="utf-8") as file:
            text = file.read()
        path = os.path.join(folder, "schema.json")
        for wrong, right, pointer in (('"type": "geo"', '"type": "gio"', "/collections/0/fields/"),
                                      ('"title": "name"', '"title": "nmae"', "/collections/0/title")):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text.replace(wrong, right, 1))
            status, _, err = call("--schema", path, "--data", os.path.join(folder, "data"))
            assert status == 2 and path in err and pointer in err, err
            assert not os.path.exists(os.path.join(folder, "data"))


@claim
def the_first_start_writes_a_key_that_only_its_owner_reads():
    with Daemon() as daemon:
        assert os.stat(os.path.join(daemon.data, "admin.key")).st_mode & 0o777 == 0o600
        assert os.stat(os.path.join(daemon.data, "records.db")).st_mode & 0o077 == 0
        assert daemon.admin("GET", "/v1/stats").status == 200
        key = daemon.key
        daemon.stop()
        daemon.start()
        assert daemon.key == key and daemon.admin("GET", "/v1/stats").status == 200


@claim
def a_term_signal_finishes_what_was_begun():
    daemon = Daemon()
    answers = []
    body = "".join('{"id":"d%d","name":"Drain %d"}\n' % (i, i) for i in range(4000))
    def write():
        answers.append(daemon.admin("POST", "/v1/collections/members/documents", body,
                                    {"Content-Type": "application/x-ndjson"}).json)
    thread = threading.Thread(target=write)
    with daemon:
        daemon.get("/healthz")
        before = daemon.cpu_seconds()
        thread.start()
        deadline = time.monotonic() + 20
        while daemon.cpu_seconds() < before + 0.05 and time.monotonic() < deadline:
            time.sleep(0.005)
        daemon.process.send_signal(signal.SIGTERM)
        thread.join()
        assert daemon.process.wait(30) == 0
        assert answers[0]["indexed"] == 4000
        daemon.start()
        assert daemon.search("members", per_page=0)["total"]["value"] == 4000


@claim
def a_hang_up_signal_reads_the_settings_again():
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as file, Daemon(arguments=["--config", file.name]) as daemon:
        file.write("log-level = 7\n")
        file.flush()
        daemon.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 10
        while "settings read again" not in daemon.logged() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert "settings read again" in daemon.logged()
        assert daemon.get("/healthz").status == 200


@claim
def a_second_daemon_is_kept_out_of_the_data():
    with Daemon() as daemon:
        status, _, err = call("--data", daemon.data, "--schema", SCHEMA, "--listen", "127.0.0.1:0")
        assert status == 1 and "in use" in err


@claim
def a_change_of_schema_rebuilds_and_serves():
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(os.path.join(ROOT, "corpus", "vocabularies"), os.path.join(folder, "vocabularies"))
        path = os.path.join(folder, "schema.json")
        with open(SCHEMA, encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        with Daemon(schema=path) as daemon:
            daemon.bulk("members", [{"id": f"s{i}", "name": "Schema", "website": f"https://s{i}.example"}
                                    for i in range(50)])
            daemon.stop()
            with open(path, "w", encoding="utf-8") as file:
                file.write(text.replace('{"name": "website", "type": "url"', '{"name": "website", "type": "url", '
                                                                             '"facet": true, "sort": true'))
            daemon.start()
            answer = daemon.search("members", q="schema", facets=["website"], sort="-website")
            assert answer["total"]["value"] == 50 and answer["facets"][0]["total_values"] == 50


@claim
def writing_can_be_kept_to_a_listener_of_its_own():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "admin.sock")
        with Daemon(arguments=["--admin-listen", "unix:" + path]) as daemon:
            assert daemon.admin("PUT", "/v1/collections/members/documents/a", {"name": "A"}).status == 404
            done = subprocess.run(["python3", "-c", f"""
import http.client, socket
c = http.client.HTTPConnection("localhost")
c.sock = socket.socket(socket.AF_UNIX)
c.sock.connect({path!r})
c.request("PUT", "/v1/collections/members/documents/a", '{{"name":"A"}}',
          {{"Authorization": "Bearer {daemon.key}", "Content-Type": "application/json"}})
print(c.getresponse().status)
"""], capture_output=True, text=True, timeout=30)
            assert done.stdout.strip() == "201", done
            assert daemon.search("members", per_page=0)["total"]["value"] == 1


run()
