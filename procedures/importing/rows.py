"""Reading a file line by line: whatever stands in one line, the next one is read."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from portal.core.storable import can_be_stored

LONGEST_LINE: Final = 1_000_000  # bytes; the longest real one has 80,000
_CHUNK: Final = 1024 * 1024


@dataclass(frozen=True)
class Row:
    """A line of the file: what it holds, or why it could not be read as a record."""

    line: int
    content: Mapping[str, Any]
    trouble: str = ""


# What a record holds: texts, numbers, a yes or no, lists of texts, lists of records. All of it may be absent.
_FEE: Final = {"amount": "number", "currency": "text"}
_CHANNEL: Final = {
    "channel": "text",
    "time_value": "number",
    "time_unit": "text",
    "fees": _FEE,
    "free": "flag",
    "note": "text",
}
_RECORD: Final[Mapping[str, Any]] = {
    **dict.fromkeys(("name", "decision", "sector", "agency", "authority", "steps", "conditions"), "text"),
    **dict.fromkeys(("levels", "subjects", "legal_basis"), "texts"),
    "channels": _CHANNEL,
    "documents": {"group": "text", "name": "text", "originals": "number", "copies": "number"},
    "results": {"name": "text", "code": "text"},
}
_LONGEST_TEXT: Final = 200_000
_MOST_MEMBERS: Final = 1000
_GREATEST: Final = 1e12


def rows_of(file: Path) -> Iterator[Row]:
    """Yield the rows of a JSON Lines file (.gz too), empty lines left out. Raises `OSError`, `EOFError`."""
    with _opened(file) as handle:
        line = 0
        while text := handle.readline(LONGEST_LINE + 1):
            line += 1
            if len(text) > LONGEST_LINE:
                _skip_the_rest(handle, text)
                yield Row(line, {}, _("The line is longer than a procedure can be."))
            elif text.strip():
                yield _read(line, text)


def count_of(file: Path) -> int:
    """Return about how many rows a file has, for those who wait: its lines that are not empty."""
    with _opened(file) as handle:
        return sum(1 for line in iter(lambda: handle.readline(LONGEST_LINE), b"") if line.strip())


def sha256_of_file(file: Path) -> str:
    """Return the SHA-256 (hex) of a file's bytes."""
    digest = hashlib.sha256()
    with file.open("rb") as handle:
        while chunk := handle.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _is_compressed(file: Path) -> bool:
    """Return whether a file's content is gzip, whatever it is called."""
    with file.open("rb") as handle:
        return handle.read(2) == b"\x1f\x8b"


def _opened(file: Path) -> io.BufferedIOBase:
    return gzip.open(file, "rb") if _is_compressed(file) else file.open("rb")


def _skip_the_rest(handle: io.BufferedIOBase, text: bytes) -> None:
    while text and not text.endswith(b"\n"):
        text = handle.readline(LONGEST_LINE)


def _read(line: int, text: bytes) -> Row:
    try:
        content = json.loads(text.decode("utf-8-sig"), parse_constant=_no_constants)
    except (ValueError, RecursionError) as error:
        return Row(line, {}, _("This is not JSON: %(why)s.") % {"why": str(error)[:200]})
    if not isinstance(content, dict):
        return Row(line, {}, _("The line holds no record."))
    if not can_be_stored(content):
        return Row(line, {}, _("The line holds signs that no text may hold."))
    wrong = next(_misshapen(content, _RECORD), None)
    if wrong is not None:
        return Row(line, content, _("%(place)s is not what it should be.") % {"place": wrong})
    return Row(line, content)


def _misshapen(record: Mapping[str, Any], shape: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of entries that are not of their kind."""
    for name, kind in shape.items():
        value = record.get(name)
        if value is None:
            continue
        if isinstance(kind, dict):
            if not _is_list_of(value, dict):
                yield name
            else:
                yield from (f"{name}.{wrong}" for member in value for wrong in _misshapen(member, kind))
        elif not _KINDS[kind](value):
            yield name


def _is_list_of(value: object, kind: type) -> bool:
    return isinstance(value, list) and len(value) <= _MOST_MEMBERS and all(isinstance(one, kind) for one in value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and -_GREATEST <= value <= _GREATEST


_KINDS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "text": lambda value: isinstance(value, str) and len(value) <= _LONGEST_TEXT,
    "number": _is_number,
    "flag": lambda value: isinstance(value, bool),
    "texts": lambda value: _is_list_of(value, str),
}


def _no_constants(name: str) -> float:
    raise ValueError(f"{name} is no number")
