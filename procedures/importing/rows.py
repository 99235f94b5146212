"""Reading a file line by line: whatever stands in one line, the next one is read."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator

LONGEST_LINE: Final = 1_000_000  # bytes; the longest real one has 80,000
_CHUNK: Final = 1024 * 1024


@dataclass(frozen=True)
class Row:
    """A line of the file: what it holds, or why it could not be read as a record."""

    line: int
    content: Mapping[str, Any]
    trouble: str = ""


_TEXT: Final = {"type": ["string", "null"], "maxLength": 200_000}
_NUMBER: Final = {"type": ["number", "null"], "minimum": -1e12, "maximum": 1e12}


def _records(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": ["array", "null"], "maxItems": 1000, "items": {"type": "object", "properties": properties}}


_SHAPE: Final = Draft202012Validator(
    {
        "type": "object",
        "properties": {
            **dict.fromkeys(("name", "decision", "sector", "agency", "authority", "steps", "conditions"), _TEXT),
            "levels": {"type": ["array", "null"], "items": {"type": "string"}},
            "subjects": {"type": ["array", "null"], "items": {"type": "string"}},
            "legal_basis": {"type": ["array", "null"], "items": {"type": "string"}},
            "channels": _records(
                {
                    "channel": _TEXT,
                    "time_value": _NUMBER,
                    "time_unit": _TEXT,
                    "fees": _records({"amount": _NUMBER, "currency": _TEXT}),
                    "free": {"type": ["boolean", "null"]},
                    "note": _TEXT,
                }
            ),
            "documents": _records({"group": _TEXT, "name": _TEXT, "originals": _NUMBER, "copies": _NUMBER}),
            "results": _records({"name": _TEXT, "code": _TEXT}),
        },
    }
)


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
    if not _can_be_kept(content):
        return Row(line, {}, _("The line holds signs that no text may hold."))
    wrong = next(iter(_SHAPE.iter_errors(content)), None)
    if wrong is not None:
        return Row(line, content, _("%(place)s is not what it should be.") % {"place": wrong.json_path[:200]})
    return Row(line, content)


def _no_constants(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _can_be_kept(content: object) -> bool:
    """Return whether the database can hold it: no NUL, no half of a surrogate pair."""
    try:
        return "\\u0000" not in json.dumps(content, ensure_ascii=False).encode().decode()
    except UnicodeEncodeError:
        return False
