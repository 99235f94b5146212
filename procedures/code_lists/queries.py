"""Reads of code lists: what can be chosen on a day, and what a code was called then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.db.models import F
from django.utils.translation import get_language

from procedures.code_lists.models import CodeEntry

DATA: Final = Path(__file__).parent / "data"
_MOST_REMEMBERED: Final = 1000


@dataclass(frozen=True)
class Entry:
    """A code with its words."""

    code: str
    vi: str
    en: str

    def __str__(self) -> str:
        return (self.en if (get_language() or "vi").startswith("en") else "") or self.vi


_remembered: dict[tuple[str, date], tuple[Entry, ...]] = {}


@lru_cache(maxsize=1)
def known_lists() -> frozenset[str]:
    """Return the codes of the lists that definitions may name."""
    return frozenset(path.stem for path in DATA.glob("*.csv"))


def entries(code_list: str, day: date) -> tuple[Entry, ...]:
    """Return what can be chosen on `day`, in order; read once a day and process: changes begin tomorrow at the
    earliest.
    """
    found = _remembered.get((code_list, day)) or _entries(code_list, day)
    if found and len(_remembered) < _MOST_REMEMBERED:
        _remembered[code_list, day] = found
    return found


def forget() -> None:
    """Read the lists anew when they are asked for next."""
    _remembered.clear()


def _entries(code_list: str, day: date) -> tuple[Entry, ...]:
    found = CodeEntry.objects.on(day).filter(code_list__code=code_list).order_by("position", "sort_key", "code")
    return tuple(Entry(*row) for row in found.values_list("code", "vi", "en"))


def words(code_list: str, code: str, day: date) -> str:
    """Return what a code was called on `day`; the nearest words known when it was not in force; else the code."""
    known = next((entry for entry in entries(code_list, day) if entry.code == code), None)
    return str(known) if known else _other_words(code_list, code, day) or code


def _other_words(code_list: str, code: str, day: date) -> str:
    rows = CodeEntry.objects.filter(code_list__code=code_list, code=code[:40].replace("\0", ""))
    found = rows.filter(valid_from__lte=day).order_by("-valid_from").first() or rows.order_by(F("valid_from")).first()
    return str(Entry(found.code, found.vi, found.en)) if found else ""
