"""What changed between two documents, in words: "Phí cấp bản sao: 8.000 đồng → 10.000 đồng", not JSON.

Lists are compared by the code of their parts, so that moving a question is not removing it and adding another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.utils.translation import gettext as _

from procedures import wording
from procedures.wording import RULES, area, label, name_of, rule_text, value_text, with_choices

Part = Mapping[str, Any]


class Kind(StrEnum):
    """What happened to a part."""

    ADDED = "ADDED"
    REMOVED = "REMOVED"
    CHANGED = "CHANGED"
    MOVED = "MOVED"


@dataclass(frozen=True)
class Change:
    """One thing that changed: in which area of the procedure, on what, from what to what."""

    area: str
    kind: Kind
    subject: str
    before: str = ""
    after: str = ""
    binds: bool = False  # it changes what an applicant or an officer must do, not only words

    @property
    def is_changed(self) -> bool:
        return self.kind == Kind.CHANGED

    @property
    def sentence(self) -> str:
        """The change in one line."""
        match self.kind:
            case Kind.ADDED:
                return _("added: %(subject)s") % {"subject": self.subject} + (
                    f" ({self.after})" if self.after else ""
                )
            case Kind.REMOVED:
                return _("removed: %(subject)s") % {"subject": self.subject}
            case Kind.MOVED:
                return _("moved: %(subject)s") % {"subject": self.subject}
        return f"{self.subject}: {self.before or '–'} → {self.after or '–'}"


# Parts that are lists, and by what their members are known.
_LISTS: Final = {
    "papers": "code",
    "fees": "code",
    "variants": "code",
    "samples": "code",
    "channels": "channel",
    "results": "name",
    "legal_basis": "number",
    "authorities": "name",
    "related": "code",
    "time_rules": "condition",
    "route": "agency",
}
_BINDING: Final = {
    "papers",
    "fees",
    "time",
    "channels",
    "variants",
    "form",
    "process",
    "availability",
    "time_rules",
    "route",
}


def compare(before: Part | None, after: Part) -> list[Change]:
    """Return the changes from `before` (None: nothing yet) to `after`, in the order of the document."""
    if before is None:
        return [Change(_("Procedure"), Kind.ADDED, str(after.get("name", "")))]
    changes: list[Change] = []
    for name in [*before, *(name for name in after if name not in before)]:
        if before.get(name) != after.get(name):
            changes += _compare_part(name, *(_told(name, document) for document in (before, after)))
    return changes


def _told(name: str, document: Part) -> Any:
    """Return a part of the document; what stands there in codes for all of them, in words."""
    part = document.get(name)
    if name == "unconfirmed" and part:
        return [label(one) for one in part]
    if name != "samples" or not part:
        return part
    return [{**one, "expects": dict(wording.expectations(document, one.get("expects", {})))} for one in part]


def _compare_part(name: str, before: Any, after: Any) -> Iterator[Change]:
    if name == "form":
        yield from _form(before or {}, after or {})
    elif name == "process":
        yield from _process(before or {}, after or {})
    elif name in _LISTS:
        yield from _list(area(name), before or [], after or [], _LISTS[name], binds=name in _BINDING)
    elif isinstance(before, Mapping) or isinstance(after, Mapping):
        yield from _members(area(name), "", before or {}, after or {}, binds=name in _BINDING)
    elif name == "steps" or (isinstance(before, list) and isinstance(after, list)):
        yield from _texts(area(name), before or [], after or [])
    else:
        yield Change(_("Facts"), Kind.CHANGED, label(name), value_text(name, before), value_text(name, after))


def _form(before: Part, after: Part) -> Iterator[Change]:
    place = _("E-form")
    old, new = before.get("steps", []), after.get("steps", [])
    yield from _list(place, _bare(old), _bare(new), "code", binds=True, what=_("page"))
    yield from _list(place, _fields(old), _fields(new), "code", binds=True, what=_("question"))
    words = _questions([*old, *new])
    for name in ("eligible", "validate"):
        yield from _refusals(place, name, before.get(name, []), after.get(name, []), words)
    apart = {"steps", "eligible", "validate"}
    rest = [{name: value for name, value in part.items() if name not in apart} for part in (before, after)]
    yield from _members(place, "", rest[0], rest[1], binds=False)


def _refusals(
    place: str, name: str, before: Sequence[Part], after: Sequence[Part], words: Mapping[str, str]
) -> Iterator[Change]:
    """Rules that refuse have no code: they are known by what they say."""
    old, new = ([_refusal_text(part, words) for part in parts] for parts in (before, after))
    for text in old:
        if text not in new:
            yield Change(place, Kind.REMOVED, f"{area(name)}: {text}", binds=True)
    for text in new:
        if text not in old:
            yield Change(place, Kind.ADDED, f"{area(name)}: {text}", binds=True)


def _refusal_text(part: Part, words: Mapping[str, str]) -> str:
    said = [value_text(name, part[name]) for name in ("message", "instead") if name in part]
    return f"{rule_text(part['when'], words)} → {' '.join(said)}"


def _process(before: Part, after: Part) -> Iterator[Change]:
    place = _("Process")
    yield from _list(place, before.get("steps", []), after.get("steps", []), "code", binds=True, what=_("step"))
    rest = [{name: value for name, value in part.items() if name != "steps"} for part in (before, after)]
    yield from _members(place, "", rest[0], rest[1], binds=True)


def _bare(steps: Sequence[Part]) -> list[Part]:
    words, choices = _questions(steps), _choices(steps)
    pages = [{name: value for name, value in step.items() if name != "fields"} for step in steps]
    return [_readable(page, words, choices) for page in pages]


def _fields(steps: Sequence[Part]) -> list[Part]:
    words, choices = _questions(steps), _choices(steps)
    fields = [{**field, "page": step["code"]} for step in steps for field in step.get("fields", [])]
    return [_readable(field, words, choices) for field in fields]


def _questions(steps: Sequence[Part]) -> dict[str, str]:
    return {field["code"]: name_of(field) for step in steps for field in step.get("fields", [])}


def _choices(steps: Sequence[Part]) -> dict[str, dict[str, str]]:
    """Return the words of the choices of each question, by its code and their values."""
    found = {}
    for field in (field for step in steps for field in step.get("fields", [])):
        found[field["code"]] = {option["value"]: name_of(option) for option in field.get("options", [])}
        if field.get("kind") == "yes_no":
            found[field["code"]] = {"YES": _("Yes"), "NO": _("No")}
    return found


def _readable(part: Part, words: Mapping[str, str], choices: Mapping[str, Mapping[str, str]]) -> Part:
    """Return the part with its rules as sentences that name questions and choices by their words."""
    rules = {name: rule_text(with_choices(value, choices), words) for name, value in part.items() if name in RULES}
    values = {
        name: wording.expression_text(value, words)
        for name, value in part.items()
        if name in wording.EXPRESSIONS and isinstance(value, Mapping)
    }
    return {**part, **rules, **values}


def _list(
    place: str, before: Sequence[Part], after: Sequence[Part], key: str, *, binds: bool, what: str = ""
) -> Iterator[Change]:
    old = {str(part[key]): part for part in before}
    new = {str(part[key]): part for part in after}
    for code, part in old.items():
        if code not in new:
            yield Change(place, Kind.REMOVED, _named(part, what), binds=binds)
    for code, part in new.items():
        if code not in old:
            yield Change(place, Kind.ADDED, _named(part, what), after=_gist(part), binds=binds)
        elif part != old[code]:
            yield from _members(place, _named(old[code], what), old[code], part, binds=binds)
    yield from _moves(place, [c for c in old if c in new], [c for c in new if c in old], new, binds=False, what=what)


def _moves(
    place: str, before: list[str], after: list[str], parts: Mapping[str, Part], *, binds: bool, what: str
) -> Iterator[Change]:
    """Tell the fewest parts that must have moved: all but the longest run that kept its order."""
    kept = _longest_in_order([before.index(code) for code in after])
    for code in after:
        if before.index(code) not in kept:
            yield Change(place, Kind.MOVED, _named(parts[code], what), binds=binds)


def _longest_in_order(places: list[int]) -> set[int]:
    best: list[list[int]] = []
    for place in places:
        shorter = [run for run in best if run[-1] < place]
        best.append([*_longest(shorter), place])
    return set(_longest(best))


def _longest(runs: list[list[int]]) -> list[int]:
    return max(runs, key=len) if runs else []


def _members(place: str, subject: str, before: Part, after: Part, *, binds: bool) -> Iterator[Change]:
    for name in [*before, *(name for name in after if name not in before)]:
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        title = f"{subject} – {label(name)}" if subject else label(name)
        is_text = name in wording.TEXTS
        if _is_keyed(old) and _is_keyed(new):
            yield from _list(f"{place}: {title}", old or [], new or [], _key_of(old or new), binds=binds)
        elif isinstance(old, Mapping) and isinstance(new, Mapping) and not wording.is_simple(name, old):
            yield from _members(place, title, old, new, binds=binds and not is_text)
        else:
            texts = [value_text(name, value) for value in (old, new)]
            if texts[0] == texts[1]:  # only another language changed
                texts = [" / ".join(map(str, v.values())) if isinstance(v, Mapping) else str(v) for v in (old, new)]
            yield Change(place, Kind.CHANGED, title, texts[0], texts[1], binds=binds and not is_text)


def _is_keyed(value: Any) -> bool:
    is_list = isinstance(value, list) and bool(value) and all(isinstance(part, Mapping) for part in value)
    return value is None or (is_list and _key_of(value) != "")


def _key_of(value: Any) -> str:
    parts = value or []
    return next((key for key in ("code", "value", "channel", "number") if all(key in part for part in parts)), "")


def _texts(place: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[Change]:
    old, new = [name_of(text) for text in before], [name_of(text) for text in after]
    for text in old:
        if text not in new:
            yield Change(place, Kind.REMOVED, text)
    for text in new:
        if text not in old:
            yield Change(place, Kind.ADDED, text)
    if old != new and set(old) == set(new):
        yield Change(place, Kind.CHANGED, _("order"), " · ".join(old), " · ".join(new))


def _named(part: Part, what: str) -> str:
    return f"{what} “{name_of(part)}”" if what else name_of(part)


def _gist(part: Part) -> str:
    """What a new part says in short: a fee its amount, a question its kind."""
    return ", ".join(value_text(name, part[name]) for name in ("amount", "kind", "mode") if name in part)
