"""Which questions wait for which: the order in which a page is decided and computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from procedures.eforms.question import FieldDefinition
from procedures.rules import fields_of


def waits_for(field: FieldDefinition) -> set[str]:
    """Return the codes of the questions that decide whether `field` is asked, must be answered, or its value."""
    rules = (field.show_if, field.required_if, field.settings.get("value"))
    own = {path.split(".")[0] for rule in rules for path in fields_of(rule)}
    inside = {part.code for part in field.fields}
    return own | {code for part in field.fields for code in waits_for(part) if code not in inside}


def in_order(fields: Iterable[FieldDefinition]) -> list[FieldDefinition]:
    """Return the questions so that each comes after those that it waits for; as defined where that is free."""
    known = {field.code: field for field in fields}
    found: dict[str, FieldDefinition] = {}
    for code in known:
        _after(code, known, found, set())
    return list(found.values())


def circle(fields: Iterable[FieldDefinition]) -> list[str]:
    """Return the codes of questions that wait for one another in a circle, if there are any."""
    known = {field.code: waits_for(field) for field in fields}
    done: set[str] = set()
    return next((found for code in known if (found := _circle_from(code, known, [], done))), [])


def _after(
    code: str, known: Mapping[str, FieldDefinition], found: dict[str, FieldDefinition], waiting: set[str]
) -> None:
    if code in found or code in waiting:
        return
    waiting.add(code)
    for other in sorted(waits_for(known[code]) & known.keys(), key=list(known).index):
        _after(other, known, found, waiting)
    found[code] = known[code]


def _circle_from(code: str, known: Mapping[str, set[str]], path: list[str], done: set[str]) -> list[str]:
    if code in path:
        return path[path.index(code) :]
    if code in done:
        return []
    for other in sorted(known[code] & known.keys()):
        found = _circle_from(other, known, [*path, code], done)
        if found:
            return found
    done.add(code)
    return []
