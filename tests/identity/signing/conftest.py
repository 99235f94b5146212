"""One result, signed and sealed once a run by the demo authority; and an authority that nobody trusts."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from wsgiref.simple_server import make_server

import pytest

from portal.sandbox.ca.__main__ import _Quiet, _Server, build
from tests.identity.signing import papers
from tests.processes import SIGNERS, Authority
from tests.sandbox.conftest import free_port


@pytest.fixture
def leaders(authority: Authority) -> bytes:
    """A result that the leader has signed."""
    return _leaders(str(authority.folder))


@pytest.fixture
def result(authority: Authority) -> bytes:
    """A finished result."""
    return _result(str(authority.folder))


@pytest.fixture(scope="session")
def impostor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    """An authority of its own root that certifies the same names."""
    folder, port = tmp_path_factory.mktemp("impostor"), free_port()
    name_signers(folder)
    url = f"http://127.0.0.1:{port}"
    server = make_server("127.0.0.1", port, build(folder, url), _Server, _Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Authority(url, folder)
    server.shutdown()
    thread.join()
    server.server_close()


def name_signers(folder: Path) -> None:
    (folder / "signers.json").write_text(json.dumps(SIGNERS), encoding="utf-8")


@lru_cache(maxsize=1)
def _leaders(folder: str) -> bytes:
    return papers.signed(papers.unsigned())


@lru_cache(maxsize=1)
def _result(folder: str) -> bytes:
    return papers.sealed(_leaders(folder))
