"""About how many cases a year well-known procedures have, for those whose document does not say."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).parent / "usual_cases.txt"


def usual_cases(code: str) -> int:
    """Return the rough number for a procedure; 0 for one that the file does not know."""
    return _all().get(code, 0)


@cache
def _all() -> dict[str, int]:
    lines = (line.split("#")[0].split() for line in _FILE.read_text(encoding="utf-8").splitlines())
    return {words[0]: int(words[1]) for words in lines if words}
