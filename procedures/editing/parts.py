"""Edits of entries and lists of a document. A part of a list is named by its list and its place in it (0 first)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from portal.core.text import unaccented

Document = dict[str, Any]
Part = Mapping[str, Any]


def with_members(document: Part, changes: Part) -> Document:
    """Return the document with these entries; an entry that is None or empty is taken out."""
    merged = {**deepcopy(dict(document)), **changes}
    return {name: value for name, value in merged.items() if name not in changes or not _is_empty(value)}


def with_part(document: Part, name: str, part: Part, place: int | None = None) -> Document:
    """Return the document with `part` at `place` of the list `name`; at the end when None."""
    changed = deepcopy(dict(document))
    parts = changed.setdefault(name, [])
    if place is None:
        parts.append(dict(part))
    else:
        parts[place] = dict(part)
    return changed


def without_part(document: Part, name: str, place: int) -> Document:
    """Return the document without the part at `place` of the list `name`."""
    changed = deepcopy(dict(document))
    del changed[name][place]
    return changed


def moved(document: Part, name: str, place: int, to: int) -> Document:
    """Return the document with the part at `place` moved to place `to` (kept within the list)."""
    changed = deepcopy(dict(document))
    parts = changed[name]
    parts.insert(max(0, min(to, len(parts) - 1)), parts.pop(place))
    return changed


def duplicated(document: Part, name: str, place: int) -> Document:
    """Return the document with a copy of a part right after it, under a code of its own."""
    changed = deepcopy(dict(document))
    parts = changed[name]
    copy = deepcopy(parts[place])
    if "code" in copy:
        copy["code"] = free_code(copy["code"], [part.get("code", "") for part in parts])
    parts.insert(place + 1, copy)
    return changed


def free_code(wanted: str, taken: Sequence[str]) -> str:
    """Return a code made of `wanted` (words or a code) that is not among `taken`."""
    base = re.sub(r"[^a-z0-9]+", "_", unaccented(wanted)).strip("_")[:50] or "muc"
    base = base if base[0].isalpha() else f"m_{base}"
    lowered = {code.lower() for code in taken}
    if base not in lowered:
        return base
    stem = re.sub(r"_\d+$", "", base)
    return next(code for number in range(2, 10_000) if (code := f"{stem}_{number}") not in lowered)


def _is_empty(value: object) -> bool:
    return value is None or value == "" or value == [] or value == {}
