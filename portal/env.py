"""The environment, read once and read strictly.

Values come from the process's environment; what is absent there is looked up in the file that
`PORTAL_ENV_FILE` names (by default `var/portal.env`, which `make demo` writes).
A value that is missing or malformed stops the process with one line that names it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

BASE_DIR: Final = Path(__file__).resolve().parent.parent
_FALSE: Final = frozenset({"", "0", "false", "no", "off"})
_TRUE: Final = frozenset({"1", "true", "yes", "on"})


class MisconfiguredError(SystemExit):
    """A setting is missing or malformed; the process stops and says which."""


def read_env_file(path: Path) -> dict[str, str]:
    """Return the NAME=value lines of `path`; an absent file has none."""
    if not path.is_file():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs}


def load() -> Env:
    """Return the environment of this process over the values of its env file."""
    path = Path(os.environ.get("PORTAL_ENV_FILE", BASE_DIR / "var" / "portal.env"))
    return Env({**read_env_file(path), **os.environ})


class Env:
    """Typed look-ups over a mapping of texts; each stops the process when the text does not fit."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def text(self, name: str, default: str | None = None) -> str:
        value = self._values.get(name) or default
        if value is None:
            raise MisconfiguredError(f"{name} is not set. docs/operations.md lists the environment.")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self._values.get(name, "1" if default else "0").lower()
        if value not in _FALSE | _TRUE:
            raise MisconfiguredError(f"{name}={value!r} is neither yes nor no.")
        return value in _TRUE

    def integer(self, name: str, default: int) -> int:
        value = self._values.get(name) or str(default)
        if not value.isascii() or not value.isdigit():
            raise MisconfiguredError(f"{name}={value!r} is not a whole number.")
        return int(value)

    def words(self, name: str, default: str = "") -> list[str]:
        return [word for word in self._values.get(name, default).replace(",", " ").split() if word]

    def url(self, name: str, default: str | None = None) -> str:
        value = self.text(name, default).rstrip("/")
        if not urlsplit(value).scheme:
            raise MisconfiguredError(f"{name}={value!r} is not a URL.")
        return value

    def database(self, name: str) -> dict[str, object]:
        """Return Django's settings for a `postgresql://user:password@host:port/name?option=…`."""
        parts = urlsplit(self.text(name))
        if parts.scheme not in {"postgres", "postgresql"}:
            raise MisconfiguredError(f"{name} must begin with postgresql://, not {parts.scheme!r}.")
        options = dict(parse_qsl(parts.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
            "PORT": str(parts.port or options.pop("port", "")),
            "OPTIONS": options,
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
