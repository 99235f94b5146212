"""Edits of the rules that refuse: who cannot apply (`eligible`), which answers deny one another (`validate`)."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Final

from procedures.editing.parts import Document, Part, with_members

SORTS: Final = ("eligible", "validate")


def refusals(document: Part, sort: str) -> list[dict[str, Any]]:
    """Return the refusals of a sort."""
    return list((document.get("form") or {}).get(sort, []))


def with_refusal(document: Part, sort: str, members: Part, place: int | None = None) -> Document:
    """Return the document with a refusal at `place`; at the end when None."""
    kept = refusals(document, sort)
    if place is None:
        kept.append(with_members({}, members))
    else:
        kept[place] = with_members(kept[place], members)
    return with_refusals(document, sort, kept)


def without_refusal(document: Part, sort: str, place: int) -> Document:
    """Return the document without a refusal."""
    kept = refusals(document, sort)
    del kept[place]
    return with_refusals(document, sort, kept)


def with_refusals(document: Part, sort: str, kept: list[dict[str, Any]]) -> Document:
    """Return the document with these refusals of a sort, and no others."""
    form = with_members(document["form"], {sort: deepcopy(kept)})
    return with_members(document, {"form": form})
