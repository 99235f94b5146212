"""The sandbox as a real process, and a stand-in for the portal that records the confirmations it is sent."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.sandbox.world import PARTNER, SECRET, TOKEN, World, signature

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {
    "PORTAL_ENV_FILE": "/nonexistent",
    "VNEID_CLIENT_ID": "portal",
    "VNEID_CLIENT_SECRET": "client-secret",
    "PAYGOV_PARTNER": PARTNER,
    "PAYGOV_SECRET": SECRET,
    "NATIONAL_PORTAL_USERNAME": "h09",
    "NATIONAL_PORTAL_PASSWORD": "password",
    "POPULATION_TOKEN": TOKEN,
    "MESSAGING_TOKEN": TOKEN,
    "HOUSEHOLD_BUSINESS_TOKEN": TOKEN,
}


@dataclass
class Portal:
    """What stands at the portal's address; `answer_code` is the MaLoi with which it acknowledges."""

    url: str = ""
    answer_code: str = "00"
    received: list[dict[str, Any]] = field(default_factory=list)

    def wait_for(self, count: int) -> list[dict[str, Any]]:
        """Return what was received once there are `count`; fails after ten seconds."""
        end = time.monotonic() + 10
        while len(self.received) < count:
            assert time.monotonic() < end, f"only {len(self.received)} of {count} came"
            time.sleep(0.05)
        return self.received


@pytest.fixture(scope="session")
def _portal_server() -> Iterator[Portal]:
    portal = Portal()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            portal.received.append(body)
            answer = {
                "MaLoi": portal.answer_code,
                "MoTaLoi": "",
                "MaDoiTac": body["MaDoiTac"],
                "MaThamChieu": body["MaThamChieu"],
                "ThoiGianGD": body["ThoiGianGD"],
            }
            answer["MaXacThuc"] = signature("MaLoi MoTaLoi MaDoiTac MaThamChieu ThoiGianGD", answer)
            text = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    portal.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield portal
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def _sandbox_url(_portal_server: Portal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    url = f"http://127.0.0.1:{free_port()}"
    database = tmp_path_factory.mktemp("sandbox") / "sandbox.sqlite3"
    process = start(url, database, public_url=_portal_server.url)
    yield url
    process.terminate()
    assert process.wait(timeout=10) == 0


@pytest.fixture
def portal(_portal_server: Portal) -> Portal:
    """The portal's stand-in, having received nothing yet."""
    _portal_server.received.clear()
    _portal_server.answer_code = "00"
    return _portal_server


@pytest.fixture
def world(_sandbox_url: str, portal: Portal) -> Iterator[World]:
    """The running sandbox, emptied."""
    with httpx.Client(base_url=_sandbox_url, timeout=10, trust_env=False) as http:
        http.post("/reset").raise_for_status()
        yield World(http)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def start(url: str, database: Path, *, public_url: str) -> subprocess.Popen[bytes]:
    """Start the sandbox and return it once it answers."""
    environment = {
        **os.environ,
        **ENVIRONMENT,
        "SANDBOX_URL": url,
        "SANDBOX_DB": str(database),
        "PUBLIC_URL": public_url,
    }
    command = [sys.executable, "-m", "portal.sandbox", "--port", url.rsplit(":", 1)[1]]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    end = time.monotonic() + 30
    while True:
        try:
            httpx.get(f"{url}/livez", trust_env=False).raise_for_status()
        except httpx.TransportError:
            assert process.poll() is None and time.monotonic() < end, "the sandbox did not start"
            time.sleep(0.1)
        else:
            return process
