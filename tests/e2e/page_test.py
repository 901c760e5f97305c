#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The search page by HTTP, as browsers and strangers ask for it."""
import socket

from daemon import Daemon, claim, load_corpus, run

daemon = Daemon()
load_corpus(daemon)
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def get(target, method="GET", **headers):
    return daemon.request(method, target, headers={**BROWSER, **headers})


def raw(request):
    """What comes back for bytes that no client sends."""
    with socket.create_connection(("127.0.0.1", daemon.port), timeout=60) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        reply = b""
        while part := connection.recv(65536):
            reply += part
    return reply


@claim
def a_target_without_a_path_is_refused_and_harms_nothing():
    for target in (b"*", b"foo", b"?q=1", b"http://x", b"http://x?q=1"):
        reply = raw(b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n")
        assert reply.startswith(b"HTTP/1.1 "), (target, reply)
        assert get("/").status == 200, target


run()
