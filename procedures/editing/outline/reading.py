"""The pages and questions of a document, and where each stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from procedures import wording
from procedures.editing.parts import Part


def pages(document: Part) -> list[dict[str, Any]]:
    """Return the pages of the document's form."""
    return list((document.get("form") or {}).get("steps", []))


def page(document: Part, code: str) -> dict[str, Any]:
    """Return a page; raises `LookupError`."""
    return pages(document)[place_of(pages(document), code)]


def question(document: Part, path: str) -> dict[str, Any]:
    """Return a question; raises `LookupError`."""
    siblings, place = find(document, path)
    return siblings[place]


def questions(document: Part) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each question outside of groups with the code of its page, in order."""
    for one in pages(document):
        for field in one.get("fields", []):
            yield one["code"], field


def page_of(document: Part, path: str) -> str:
    """Return the code of the page that a question stands on; raises `LookupError`."""
    code = path.split(".")[0]
    return next((page for page, field in questions(document) if field["code"] == code), "") or not_there(path)


def labels(document: Part) -> dict[str, str]:
    """Return the words of the questions outside of groups, by code."""
    return {field["code"]: wording.name_of(field) for _page, field in questions(document)}


def find(document: Part, path: str) -> tuple[list[dict[str, Any]], int]:
    """Return the questions among which a question stands, and its place; raises `LookupError`."""
    code, _dot, inner = path.partition(".")
    for one in pages(document):
        for place, field in enumerate(one["fields"]):
            if field["code"] == code:
                siblings = field.get("fields", [])
                return (siblings, place_of(siblings, inner)) if inner else (one["fields"], place)
    raise LookupError(path)


def place_of(parts: Sequence[Part], code: str) -> int:
    """Return the place of the part of this code; raises `LookupError`."""
    place = next((place for place, part in enumerate(parts) if part["code"] == code), None)
    return not_there(code) if place is None else place


def not_there(name: str) -> Any:
    """Raise `LookupError`: the page or question was removed meanwhile, or never was."""
    raise LookupError(name)
