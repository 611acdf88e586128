"""The server of ``fastvec explore``: on the loopback address, for pages of its own only."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from fastvec.errors import FastvecError, ResourceError
from fastvec.explore.answers import Answers, Explored
from fastvec.explore.pages import read_pages

ADDRESS = "127.0.0.1"
MOST_BYTES = 1 << 20  # Of a question.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class ExploreServer(ThreadingHTTPServer):
    """Serves the pages and answers their questions; ``serve_forever`` runs it.

    Parameters
    ----------
    models : sequence of Explored
        One or two models.
    port : int, default 0
        0 takes a free one.

    Attributes
    ----------
    url : str
        Where the page is.

    Raises
    ------
    ResourceError
        If the port is taken or may not be used.
    """

    daemon_threads = True

    def __init__(self, models: Sequence[Explored], port: int = 0) -> None:
        try:
            super().__init__((ADDRESS, port), _Handler)
        except OSError as error:
            raise ResourceError(
                f"port {port} cannot be used: {error.strerror}; choose another --port, or leave it "
                "out for a free one"
            ) from error
        self.answers = Answers(models)
        self.pages = read_pages()
        self.url = f"http://{ADDRESS}:{self.server_port}/"
        # A page elsewhere can have its own name point here; its requests carry that name.
        self.hosts = {f"{name}:{self.server_port}" for name in (ADDRESS, "localhost")}

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of readers that went away."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    server: ExploreServer
    protocol_version = "HTTP/1.1"
    timeout = 120
    # One packet a reply: parts of one would wait for each other.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Send a file of the page."""
        if not self._trusted():
            return
        page = self.server.pages.get(self.path)
        if page:
            self._send(HTTPStatus.OK, page.kind, page.content)
        else:
            self._refuse(HTTPStatus.NOT_FOUND, "there is no such page")

    def do_POST(self) -> None:
        """Answer a question: ``/api/NAME``, its parameters as JSON."""
        asked = self._question()
        if asked is None:
            return
        try:
            answer = self.server.answers.answer(self.path.removeprefix("/api/"), asked)
        except FastvecError as error:
            self._refuse(HTTPStatus.BAD_REQUEST, str(error))
        except Exception as error:
            # The page must hear of any fault; the next question may well work.
            self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR, f"{type(error).__name__}: {error}")
        else:
            self._send_json(HTTPStatus.OK, answer)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the terminal free."""

    def _question(self) -> dict[str, Any] | None:
        """Read the parameters of a question; refuse what is none."""
        if not self._trusted():
            return None
        length = self.headers.get("Content-Length", "")
        if not self.server.answers.knows(self.path.removeprefix("/api/")):
            self._refuse(HTTPStatus.NOT_FOUND, "there is no such question")
        elif self.headers.get_content_type() != "application/json":
            # Pages elsewhere cannot send this type without asking first, which is never granted.
            self._refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "ask in application/json")
        elif not (length.isascii() and length.isdigit()) or int(length) > MOST_BYTES:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the question is too long")
        else:
            asked = _json(self.rfile.read(int(length)))
            if isinstance(asked, dict):
                return asked
            self._refuse(HTTPStatus.BAD_REQUEST, "the question is no JSON object")
        return None

    def _trusted(self) -> bool:
        """Refuse requests that a page from elsewhere had the browser make."""
        host, origin = self.headers.get("Host"), self.headers.get("Origin")
        known = host in self.server.hosts
        if not known or origin not in (None, f"http://{host}"):
            self._refuse(HTTPStatus.FORBIDDEN, f"open {self.server.url} itself")
            return False
        return True

    def _refuse(self, status: HTTPStatus, reason: str) -> None:
        # What was sent with it is unread, so the connection cannot go on.
        self.close_connection = True
        self._send_json(status, {"error": reason})

    def _send_json(self, status: HTTPStatus, value: Any) -> None:
        self._send(status, "application/json", json.dumps(value).encode())

    def _send(self, status: HTTPStatus, kind: str, content: bytes) -> None:
        self.send_response(status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)


def _json(text: bytes) -> Any:
    """Read JSON; None if it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
