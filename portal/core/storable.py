"""JSON from outside: read with care, and whether the database can hold what was read."""

from __future__ import annotations

import json
from typing import Any, Final

_DEEPEST: Final = 30


def read_json(text: str | bytes) -> Any:
    """Return what the JSON says; raises `ValueError` for what is none.

    Refused are also what no form or column takes: numbers without end, halves of surrogate pairs, nesting so deep
    that whoever reads on must fear for the stack.
    """
    try:
        found = json.loads(text, parse_constant=_refuse, parse_float=_finite)
        json.dumps(found, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not _is_shallow(found, _DEEPEST):
        raise ValueError("nested too deep")
    return found


def can_be_stored(content: object) -> bool:
    """Return whether the database can hold it: no NUL, no half of a surrogate pair, no number without end."""
    try:
        text = json.dumps(content, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return False
    return b"\\u0000" not in text


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError(digits)
    return number


def _is_shallow(value: object, levels: int) -> bool:
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return levels > 0 and all(_is_shallow(one, levels - 1) for one in inner)
