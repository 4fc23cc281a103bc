"""Stands between the bot and its homeserver, and fails in ways that a homeserver does on a bad day."""

import http.client
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Wrong = Callable[[str, str], bool]


class Proxy:
    """Passes everything on, until it is told otherwise."""

    def __init__(self, port: int):
        self._port = port
        # Which requests (method and path) are answered with 500, and which of these reach the homeserver all the same.
        self.fails: Wrong = lambda method, path: False
        self.swallows: Wrong = lambda method, path: False
        self.failed = 0
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body are written apart: without this the body waits 40 ms for the head to be acknowledged.
            disable_nagle_algorithm = True

            def _pass_on(self) -> None:
                proxy._answer(self)

            do_GET = do_POST = do_PUT = do_DELETE = _pass_on

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _answer(self, asked: BaseHTTPRequestHandler) -> None:
        body = asked.rfile.read(int(asked.headers.get("Content-Length") or 0))
        swallowed = self.swallows(asked.command, asked.path)
        if self.fails(asked.command, asked.path) and not swallowed:
            self._fail(asked)
            return
        try:
            status, kind, answer = self._ask(asked, body)
        except OSError:
            # As though it were not there.
            asked.close_connection = True
            return
        if swallowed or self.fails(asked.command, asked.path):
            self._fail(asked)
            return
        asked.send_response(status)
        asked.send_header("Content-Type", kind)
        asked.send_header("Content-Length", str(len(answer)))
        asked.end_headers()
        asked.wfile.write(answer)

    def _ask(self, asked: BaseHTTPRequestHandler, body: bytes) -> tuple[int, str, bytes]:
        there = http.client.HTTPConnection("127.0.0.1", self._port, timeout=90)
        headers = {name: value for name, value in asked.headers.items() if name.lower() not in ("host", "connection")}
        there.request(asked.command, asked.path, body or None, headers)
        answer = there.getresponse()
        read = answer.read()
        there.close()
        return answer.status, answer.headers.get("Content-Type", "application/json"), read

    def _fail(self, asked: BaseHTTPRequestHandler) -> None:
        self.failed += 1
        answer = b"<html>Internal Server Error</html>"
        asked.send_response(500)
        asked.send_header("Content-Type", "text/html")
        asked.send_header("Content-Length", str(len(answer)))
        asked.end_headers()
        asked.wfile.write(answer)

    def end(self) -> None:
        self._server.shutdown()
        self._server.server_close()
