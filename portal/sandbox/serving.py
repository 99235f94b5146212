"""A threaded HTTP server that lives in one process, can hang up on a client, and ends on SIGTERM."""

from __future__ import annotations

import contextlib
import signal
import socket
import sys
import threading
from types import FrameType
from typing import Any

from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application

from portal.sandbox.faults.plan import HANG_UP
from portal.sandbox.paygov import confirming


class Handler(WSGIRequestHandler):
    """Hands the application a way to cut the line, which a fault plan needs."""

    # The answer goes out in two writes; with Nagle's algorithm the second would wait 40 ms for an ACK.
    disable_nagle_algorithm = True

    def get_environ(self) -> dict[str, Any]:
        return {**super().get_environ(), HANG_UP: self.hang_up}

    def hang_up(self) -> None:
        line: Any = self.request  # a socket; the stubs take it for a WSGI request
        self.close_connection = True
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)


class Server(ThreadedWSGIServer):
    request_queue_size = 256


def serve(host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT."""
    server = Server((host, port), Handler)
    server.set_app(get_wsgi_application())
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    for work in (server.serve_forever, confirming.work(stop)):
        threading.Thread(target=work, daemon=True).start()
    sys.stdout.write(f"Sandbox on http://{host}:{server.server_port}\n")
    sys.stdout.flush()
    stop.wait()
    server.shutdown()
    server.server_close()
