"""A virus scanner that speaks clamd's INSTREAM over a socket, and misbehaves on request."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.core.files.samples import EICAR


class Clamd(socketserver.ThreadingTCPServer):
    """Listens on a port of its own. `mood`: honest, nonsense, silent, cut, error."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.mood = "honest"
        self.heard: list[bytes] = []

    @property
    def url(self) -> str:
        return f"tcp://127.0.0.1:{self.server_address[1]}"


class _Conversation(socketserver.StreamRequestHandler):
    server: Clamd

    def handle(self) -> None:
        if self._read(10) != b"zINSTREAM\0":
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        content = b""
        while size := struct.unpack("!L", self._read(4))[0]:
            content += self._read(size)
        self.server.heard.append(content)
        self.wfile.write(self._answer(content))

    def _answer(self, content: bytes) -> bytes:
        virus = EICAR in content
        moods = {
            "nonsense": b"HTTP/1.1 200 OK\r\n\r\nstream: OK\0",
            "silent": b"",
            "cut": b"stream: OK",
            "error": b"INSTREAM size limit exceeded. ERROR\0",
        }
        honest = b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if virus else b"stream: OK\0"
        return moods.get(self.server.mood, honest)

    def _read(self, size: int) -> bytes:
        return self.rfile.read(size)


@contextmanager
def running() -> Iterator[Any]:
    """Serve until the end of the block."""
    with Clamd() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
