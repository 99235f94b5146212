"""A real worker in a process of its own, on the test's database, that can be killed and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.env import BASE_DIR
from tests.processes import authority, authority_process, database_address, neighbours, sandbox_process
from tests.sandbox.world import World

__all__ = ["authority", "authority_process", "neighbours", "sandbox_process"]


class Worker:
    """Celery's worker with its beat, one child, a short lease and a quick sweep."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.environment, self.folder = environment, folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "celery", "-A", "portal", "worker", "--loglevel", "INFO"]
        schedule = str(self.folder / "beat")
        with (self.folder / "worker.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--concurrency", "2", "-B", "-s", schedule],
                cwd=BASE_DIR,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """End the worker and its children at once, as `kill -9` does."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


@pytest.fixture
def worker(neighbours: World, settings: Any, tmp_path: Path, transactional_db: None) -> Iterator[Worker]:
    """A worker that is not started yet."""
    names = ("NATIONAL_PORTAL_URL", "NATIONAL_PORTAL_USERNAME", "NATIONAL_PORTAL_PASSWORD", "POPULATION_URL")
    ours = {name: str(getattr(settings, name)) for name in (*names, "POPULATION_TOKEN", "MEDIA_ROOT", "PAYGOV_URL")}
    secret = {"FIELD_KEYS": " ".join(settings.FIELD_KEYS), "BLIND_INDEX_KEY": settings.BLIND_INDEX_KEY}
    quick = {"OUTBOX_LEASE_SECONDS": "3", "OUTBOX_SWEEP_SECONDS": "1", "HTTP_TIMEOUT_SECONDS": "4"}
    hired = Worker({**os.environ, **ours, **secret, **quick, "DATABASE_URL": database_address()}, tmp_path)
    yield hired
    hired.kill()


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for what a worker will do."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.2)
