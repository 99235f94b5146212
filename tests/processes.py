"""The neighbours as real processes: the sandbox and the demo certificate authority, with settings for them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from django.db import connection

from tests.sandbox.conftest import ENVIRONMENT, ROOT, free_port, start
from tests.sandbox.world import World

LEADER_KEY, SEAL_KEY = "leader-test", "seal-test"
SIGNERS = [
    {
        "key": LEADER_KEY,
        "name": "Phạm Văn Đức",
        "organisation": "Ủy ban nhân dân phường Thử Nghiệm",
        "title": "Chủ tịch",
    },
    {"key": SEAL_KEY, "name": "Ủy ban nhân dân phường Thử Nghiệm", "organisation": "Tỉnh Bình Dương"},
]


@dataclass
class Neighbour:
    """The sandbox as a process that a test may stop and start again; its database stays."""

    url: str
    database: Path
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=10)

    def start(self) -> None:
        # Nobody listens at PUBLIC_URL: whoever needs the bank's call back gives a portal of its own.
        self.process = start(self.url, self.database, public_url="http://127.0.0.1:9")


@dataclass(frozen=True)
class Authority:
    """The running demo certificate authority: its address, and the folder of keys and certificates."""

    url: str
    folder: Path


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbour]:
    """The sandbox in a process of its own, one for the whole run."""
    url, database = f"http://127.0.0.1:{free_port()}", tmp_path_factory.mktemp("neighbour") / "sandbox.sqlite3"
    neighbour = Neighbour(url, database, start(url, database, public_url="http://127.0.0.1:9"))
    yield neighbour
    neighbour.stop()


@pytest.fixture
def neighbours(sandbox_process: Neighbour, settings: Any) -> Iterator[World]:
    """The emptied sandbox, with Django's settings pointing at it."""
    url = sandbox_process.url
    settings.SANDBOX_URL = url
    settings.PAYGOV_URL, settings.PAYGOV_PARTNER = f"{url}/paygov", ENVIRONMENT["PAYGOV_PARTNER"]
    settings.PAYGOV_SECRET = ENVIRONMENT["PAYGOV_SECRET"]
    settings.NATIONAL_PORTAL_URL = f"{url}/dvcqg"
    settings.NATIONAL_PORTAL_USERNAME = ENVIRONMENT["NATIONAL_PORTAL_USERNAME"]
    settings.NATIONAL_PORTAL_PASSWORD = ENVIRONMENT["NATIONAL_PORTAL_PASSWORD"]
    settings.POPULATION_URL, settings.POPULATION_TOKEN = f"{url}/dan-cu", ENVIRONMENT["POPULATION_TOKEN"]
    settings.MESSAGING_URL, settings.MESSAGING_TOKEN = f"{url}/tin-nhan", ENVIRONMENT["MESSAGING_TOKEN"]
    settings.HOUSEHOLD_BUSINESS_URL = f"{url}/ho-kinh-doanh"
    settings.HOUSEHOLD_BUSINESS_TOKEN = ENVIRONMENT["HOUSEHOLD_BUSINESS_TOKEN"]
    settings.VNEID_URL = f"{url}/vneid"
    with httpx.Client(base_url=url, timeout=10, trust_env=False) as http:
        http.post("/reset").raise_for_status()
        yield World(http)


@pytest.fixture(scope="session")
def authority_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    """The demo certificate authority with a leader's key and an agency's seal, one for the whole run."""
    folder, port = tmp_path_factory.mktemp("pki"), free_port()
    (folder / "signers.json").write_text(json.dumps(SIGNERS), encoding="utf-8")
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "portal.sandbox.ca", "--port", str(port), "--dir", str(folder)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    _wait_until(lambda: _answers(f"{url}/livez", process))
    yield Authority(url, folder)
    process.terminate()
    process.wait(timeout=10)


@pytest.fixture
def authority(authority_process: Authority, settings: Any) -> Authority:
    """The certificate authority, with Django's settings pointing at it."""
    settings.PKI_DIR = str(authority_process.folder)
    settings.TIMESTAMP_URL = f"{authority_process.url}/tsa"
    return authority_process


def database_address() -> str:
    """Return the address of the test's database, for a process of its own."""
    given = connection.settings_dict
    who = f"{quote(str(given['USER']))}:{quote(str(given['PASSWORD']))}"
    return (
        f"postgresql://{who}@/{given['NAME']}?host={quote(str(given['HOST']), safe='/')}&port={given['PORT'] or 5432}"
    )


def _answers(url: str, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, "the process ended at once"
    try:
        return httpx.get(url, trust_env=False).is_success
    except httpx.TransportError:
        return False


def _wait_until(condition: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.1)
