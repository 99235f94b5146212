"""The environment of the local processes: secrets made at the first start, addresses worked out at each."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from portal.env import BASE_DIR, read_env_file
from portal.local import unprivileged
from portal.local.problems import ProblemError

_LONGEST_SOCKET = 100  # bytes; the kernel's limit is 107


@dataclass(frozen=True)
class Place:
    """Where a local installation lives, and on which ports: web, sandbox beside it, certificate authority."""

    var: Path
    port: int

    @property
    def run(self) -> Path:
        """A private folder for sockets: below var/, or a short one when that path is too long for a socket."""
        near = self.var / "run"
        is_short = len(str(near / ".s.PGSQL.5432").encode()) < _LONGEST_SOCKET
        if is_short and not unprivileged.needs_a_folder_of_its_own():
            return near
        digest = hashlib.sha256(str(self.var).encode()).hexdigest()[:12]
        return Path(f"/tmp/portal-{os.getuid()}-{digest}")  # noqa: S108 - made with mode 700 and owned by us


def place() -> Place:
    """Return the place that `PORTAL_VAR` and `PORT` name; var/ and 8000 without them."""
    var = Path(os.environ.get("PORTAL_VAR") or BASE_DIR / "var").resolve()
    return Place(var, int(os.environ.get("PORT") or 8000))


def prepare(where: Place) -> dict[str, str]:
    """Return the whole environment for the children, with secrets made at the first start.

    It is kept in `portal.env`, so that `manage.py` finds the same portal while it runs.
    """
    for folder in (where.var, where.var / "log"):
        folder.mkdir(parents=True, exist_ok=True)
    _make_private(where.run)
    file = where.var / "portal.env"
    kept = read_env_file(file)
    lasting = _secrets() | kept
    addresses = _addresses(where, lasting["DATABASE_PASSWORD"])
    ours = lasting | {name: os.environ.get(name, value) for name, value in addresses.items()}
    if ours != kept:
        _write(file, ours)
    return {**ours, **os.environ} | {
        "PORTAL_ENV_FILE": str(file),
        "PORTAL_VAR": str(where.var),
    }


def _make_private(folder: Path) -> None:
    """Make a folder that only we can enter; raises `ProblemError` when somebody else made it first."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.getuid(), unprivileged.NOBODY}:
            raise ProblemError(f"{folder} belongs to somebody else: remove it and try again.") from None
        folder.chmod(0o700)


def _secrets() -> dict[str, str]:
    return {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "FIELD_KEYS": f"1:{base64.b64encode(secrets.token_bytes(32)).decode()}",
        "BLIND_INDEX_KEY": secrets.token_urlsafe(32),
        "DATABASE_PASSWORD": secrets.token_hex(16),
        "DEMO_PASSWORD": f"{secrets.choice(_WORDS)}-{secrets.choice(_WORDS)}-{secrets.randbelow(9000) + 1000}",
        "VNEID_CLIENT_ID": "portal",
        "VNEID_CLIENT_SECRET": secrets.token_hex(16),
        "PAYGOV_PARTNER": "BINHDUONG",
        "PAYGOV_SECRET": secrets.token_hex(16),
        "NATIONAL_PORTAL_USERNAME": "h09",
        "NATIONAL_PORTAL_PASSWORD": secrets.token_hex(16),
        "POPULATION_TOKEN": secrets.token_hex(16),
        "MESSAGING_TOKEN": secrets.token_hex(16),
        "HOUSEHOLD_BUSINESS_TOKEN": secrets.token_hex(16),
    }


_WORDS = ("song", "cau", "dong", "lua", "may", "tre", "sen", "bien", "nui", "gio", "nang", "mua")


def _addresses(where: Place, password: str) -> dict[str, str]:
    sandbox = f"http://127.0.0.1:{where.port + 1}"
    return {
        "PORT": str(where.port),
        "PUBLIC_URL": f"http://127.0.0.1:{where.port}",
        "DATABASE_URL": f"postgresql://portal:{password}@/portal?host={where.run}",
        "REDIS_URL": f"redis+socket://{where.run}/valkey.sock",
        "SANDBOX_URL": sandbox,
        "SANDBOX_DB": str(where.var / "sandbox.sqlite3"),
        "VNEID_URL": f"{sandbox}/vneid",
        "PAYGOV_URL": f"{sandbox}/paygov",
        "NATIONAL_PORTAL_URL": f"{sandbox}/dvcqg",
        "POPULATION_URL": f"{sandbox}/dan-cu",
        "MESSAGING_URL": f"{sandbox}/tin-nhan",
        "MAIL_DIR": str(where.var / "mail"),
        "HOUSEHOLD_BUSINESS_URL": f"{sandbox}/ho-kinh-doanh",
        "TIMESTAMP_URL": f"http://127.0.0.1:{where.port + 2}/tsa",
        "PKI_DIR": str(where.var / "pki"),
        "MEDIA_ROOT": str(where.var / "files"),
        "STATIC_ROOT": str(where.var / "static"),
    }


def _write(file: Path, values: dict[str, str]) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.writelines(f"{name}={value}\n" for name, value in values.items())
