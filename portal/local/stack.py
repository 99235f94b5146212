"""The whole portal as processes: databases, sandboxes, web, worker, beat."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from portal.env import BASE_DIR
from portal.local import postgres, problems, unprivileged, valkey
from portal.local.environment import Place
from portal.local.messages import compile_messages
from portal.local.supervisor import Supervisor, answers

Say = Callable[[str], None]


@contextmanager
def locked(where: Place) -> Iterator[None]:
    """Hold var/ for this process; raises `ProblemError` when another demo has it."""
    where.var.mkdir(parents=True, exist_ok=True)
    with (where.var / "lock").open("w") as handle:
        _lock(handle, where)
        yield


def start_databases(supervisor: Supervisor, where: Place, say: Say) -> None:
    """Start what was not given: Postgres without DATABASE_URL, Valkey without REDIS_URL."""
    if "DATABASE_URL" in os.environ:
        say(f"using the database at {postgres.describe(os.environ['DATABASE_URL'])}")
    else:
        say("starting Postgres")
        postgres.start(supervisor, where)
    if "REDIS_URL" in os.environ:
        say("using the Redis server that was given")
    else:
        say("starting Valkey")
        valkey.start(supervisor, where)


def prepare_data(supervisor: Supervisor, say: Say, *, cases: int = 0) -> str:
    """Migrate, collect the static files, compile the messages, seed; returns what seeding printed.

    `cases` are filed where nobody has filed any yet.
    """
    say("compiling translations")
    compile_messages()
    with ThreadPoolExecutor(1) as beside:
        collecting = beside.submit(_collect_static, supervisor, say)
        say("migrating the database")
        supervisor.run("Migrating", _manage("migrate", "--verbosity", "0"))
        collecting.result()
    say("seeding the province, its catalogue and its people")
    return supervisor.run("Seeding", _manage("seed_demo", "--cases", str(cases), "--if-empty"))


def _collect_static(supervisor: Supervisor, say: Say) -> None:
    """Collect and compress the static files, unless they are as they were: compressing takes seconds."""
    sources = [BASE_DIR / "requirements" / "base.txt", *sorted((BASE_DIR / "static").rglob("*"))]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources if path.is_file())).hexdigest()
    stamp = Path(supervisor.environment["STATIC_ROOT"]) / ".collected"
    if stamp.exists() and stamp.read_text() == digest:
        return
    say("collecting static files")
    command = _manage("collectstatic", "--noinput", "--verbosity", "0", "--ignore", "redoc")
    supervisor.run("Collecting static files", command)
    stamp.write_text(digest)


def start_sandboxes(supervisor: Supervisor, where: Place, say: Say) -> None:
    """Start the demo certificate authority and the sandbox of the outside world."""
    say("starting the demo certificate authority and the sandbox")
    folder = str(where.var / "pki")
    supervisor.start("ca", _module("portal.sandbox.ca", "--port", str(where.port + 2), "--dir", folder))
    supervisor.start("sandbox", _module("portal.sandbox", "--port", str(where.port + 1)))
    supervisor.wait_for("ca", lambda: answers(f"http://127.0.0.1:{where.port + 2}/livez"))
    supervisor.wait_for("sandbox", lambda: answers(f"http://127.0.0.1:{where.port + 1}/livez"))


def start_portal(supervisor: Supervisor, where: Place, say: Say) -> None:
    """Start web, worker and beat and wait until each is ready."""
    say("starting web, worker and beat")
    start_web(supervisor, where)
    start_worker(supervisor)
    schedule = str(where.var / "beat-schedule")
    supervisor.start("beat", _module("celery", "-A", "portal", "beat", "--loglevel", "INFO", "-s", schedule))
    supervisor.wait_for("web", lambda: answers(f"http://127.0.0.1:{where.port}/readyz"))
    for name, word in (("worker", " ready."), ("beat", "Starting")):
        log = supervisor.logs / f"{name}.log"
        supervisor.wait_for(name, lambda log=log, word=word: _says(log, word))  # type: ignore[misc]


def start_web(supervisor: Supervisor, where: Place) -> None:
    """Start the web server: two processes, WSGI."""
    arguments = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(where.port), "--workers", "2"]
    supervisor.start("web", _module("granian", *arguments, "--blocking-threads", "4", "portal.wsgi:application"))


def start_worker(supervisor: Supervisor) -> None:
    """Start a worker with two processes."""
    supervisor.start(
        "worker", _module("celery", "-A", "portal", "worker", "--loglevel", "INFO", "--concurrency", "2")
    )


def reset(where: Place) -> None:
    """Throw away all data of this installation."""
    for name in (
        "postgres",
        "files",
        "pki",
        "sandbox.sqlite3",
        "sandbox.sqlite3-wal",
        "sandbox.sqlite3-shm",
        "portal.env",
    ):
        path = where.var / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)

    shutil.rmtree(unprivileged.folder_for(where.var) / "postgres", ignore_errors=True)


def check_machine(where: Place) -> None:
    """Raise `ProblemError` for what would stop the start half-way."""
    problems.check_python()
    problems.check_disk(where.var)
    for offset, what in enumerate(("web", "sandbox", "certificate authority")):
        problems.check_port(where.port + offset, what)
    problems.ensure_pango()


def _lock(handle: IO[str], where: Place) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise problems.ProblemError(
            f"Another demo is running on {where.var}. Stop it, or set PORTAL_VAR to another folder."
        ) from error


def _says(log: Path, word: str) -> bool:
    return word in log.read_text(errors="replace")


def _module(name: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", name, *arguments]


def _manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]
