"""The server: for its own page on this machine, and nobody else."""

from __future__ import annotations

import json
import socket
import time
from http.client import HTTPConnection

import pytest

from fastvec.errors import ResourceError
from fastvec.explore.answers import Explored
from fastvec.explore.pages import read_pages
from fastvec.explore.server import ExploreServer

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def server(serve, first, second):
    return serve(Explored("one", first), Explored("two", second))


@pytest.fixture
def request_of(server):
    """Give a function that sends a request and returns the reply and its text."""
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=20)

    def send(method, path, body=None, headers=()):
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        connection.request(method, path, data, dict(headers))
        reply = connection.getresponse()
        return reply, reply.read().decode()

    yield send
    connection.close()


def test_it_listens_on_the_loopback_address_only(server):
    assert server.server_address[0] == "127.0.0.1"
    assert server.url == f"http://127.0.0.1:{server.server_port}/"
    assert server.server_port > 0


def test_the_page_and_its_files_are_there(request_of):
    reply, text = request_of("GET", "/")
    assert reply.status == 200
    assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
    for path in read_pages():
        assert request_of("GET", path)[0].status == 200
        assert path == "/" or f'"{path}"' in text
    policy = reply.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'")
    assert "unsafe" not in policy
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    ["/../server.py", "/..%2f..%2fetc/passwd", "//etc/passwd", "/assets/explore.js",
     "/explore.html", "/./explore.js", "/explore.js/", "/explore.js?x", "/%2e%2e/",
     "/api/about", "/\\..\\a"],
)  # fmt: skip
def test_no_other_path_leads_anywhere(request_of, path):
    reply, text = request_of("GET", path)
    assert reply.status == 404
    assert json.loads(text) == {"error": "there is no such page"}


def test_a_question_is_answered(request_of, first):
    reply, text = request_of(
        "POST", "/api/neighbors", {"model": 0, "word": "苹果", "topn": 2}, JSON
    )
    assert reply.status == 200
    found = [entry["word"] for entry in json.loads(text)["neighbors"]]
    assert found == [word for word, _ in first.most_similar("苹果", topn=2)]


def test_a_question_that_fails_says_why(request_of):
    reply, text = request_of("POST", "/api/neighbors", {"model": 0, "word": "xyz", "topn": 2}, JSON)
    assert reply.status == 400
    assert json.loads(text)["error"].startswith("'xyz' is not among the 77 words")


def test_a_fault_of_ours_is_told_and_the_next_question_works(request_of, server, monkeypatch):
    def fail(*_):
        raise RuntimeError("broken")

    with monkeypatch.context() as patch:
        patch.setattr(server.answers, "answer", fail)
        reply, text = request_of("POST", "/api/about", {}, JSON)
    assert (reply.status, json.loads(text)) == (500, {"error": "RuntimeError: broken"})
    assert request_of("POST", "/api/about", {}, JSON)[0].status == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", "0.0.0.0:1", ""])
def test_a_name_that_was_pointed_here_is_refused(request_of, host):
    for method, path in (("GET", "/"), ("POST", "/api/about")):
        reply, text = request_of(method, path, {}, {**JSON, "Host": host})
        assert reply.status == 403
        assert "open http://127.0.0.1:" in json.loads(text)["error"]


def test_localhost_is_a_name_of_this_machine(request_of, server):
    host = {"Host": f"localhost:{server.server_port}"}
    assert request_of("GET", "/", None, host)[0].status == 200


def test_requests_of_other_pages_are_refused(request_of, server):
    foreign = {**JSON, "Origin": "https://evil.example"}
    assert request_of("POST", "/api/about", {}, foreign)[0].status == 403
    own = {**JSON, "Origin": server.url.rstrip("/")}
    assert request_of("POST", "/api/about", {}, own)[0].status == 200
    # A form of another page can only send types such as this one.
    assert request_of("POST", "/api/about", {}, {"Content-Type": "text/plain"})[0].status == 415
    assert request_of("OPTIONS", "/api/about")[0].status == 501


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"[1]", 400), (b"{", 400), (b"", 400), (b"\xff", 400), (b"[" * 100_000, 400)],
)
def test_what_is_no_question_is_refused(request_of, body, status):
    assert request_of("POST", "/api/about", body, JSON)[0].status == status


def test_a_question_without_an_end_or_too_long_is_refused(server):
    for length in ("-1", "1e3", "٣", "", str((1 << 20) + 1), "9" * 30):
        with socket.create_connection(server.server_address, timeout=20) as link:
            lines = ["POST /api/about HTTP/1.1", f"Host: 127.0.0.1:{server.server_port}",
                     "Content-Type: application/json", f"Content-Length: {length}"]  # fmt: skip
            link.sendall("\r\n".join([*lines, "", ""]).encode())
            assert link.recv(100).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("path", ["/api/nothing", "/api/", "/api", "/about"])
def test_other_questions_are_refused(request_of, path):
    assert request_of("POST", path, {}, JSON)[0].status == 404


def test_many_questions_on_one_connection_do_not_wait(request_of):
    """Replies in two packets would wait 40 ms each for the reader's acknowledgement."""
    request_of("POST", "/api/search", {"model": 0, "query": "w"}, JSON)
    times = []
    for _ in range(15):
        begun = time.perf_counter()
        request_of("POST", "/api/search", {"model": 0, "query": "w"}, JSON)
        times.append(time.perf_counter() - begun)
    assert sorted(times)[7] < 0.03


def test_a_taken_port_is_named(server, first):
    with pytest.raises(ResourceError, match=f"port {server.server_port} cannot be used: .*--port"):
        ExploreServer([Explored("one", first)], server.server_port)


def test_a_reader_that_goes_away_is_no_news(server, capfd, request_of):
    with socket.create_connection(server.server_address) as link:
        link.sendall(b"GET / HTTP/1.1\r\nHost: x")
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    assert request_of("GET", "/")[0].status == 200
    assert capfd.readouterr() == ("", "")
