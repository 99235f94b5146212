"""What refers to a question: what must stay while it does, and what goes with it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from procedures import wording
from procedures.editing import refusals, rules
from procedures.editing.outline.reading import pages
from procedures.editing.parts import Document, Part
from procedures.errors import NotPossibleError

RULES: Final = ("show_if", "required_if")


@dataclass(frozen=True)
class Use:
    """Something that refers to a question: what it is in words, and whether it may go with the question."""

    words: str
    may_go: bool


def uses_of(document: Part, codes: Collection[str], *, besides: str = "") -> list[Use]:
    """Return what refers to these questions; `besides` is a page that goes with them."""
    found = [Use(words, True) for words in _uses_in_form(document, codes, besides)]
    found += [Use(words, True) for words in _refusals_of(document, codes)]
    found += [Use(words, False) for words in _computed_from(document, codes, besides)]
    for fee in document.get("fees", []):
        if rules.touches([fee, {"field": fee.get("per")}], codes):
            found.append(Use(_("fee “%(name)s”") % {"name": fee["name"]}, False))
    for variant in document.get("variants", []):
        if rules.touches(variant.get("when"), codes):
            found.append(Use(_("case of application “%(name)s”") % {"name": variant["name"]}, False))
    for name in ("time_rules", "route"):
        if rules.touches(document.get(name), codes):
            found.append(Use(wording.area(name), False))
    for step in (document.get("process") or {}).get("steps", []):
        if rules.touches(step.get("when"), codes):
            found.append(Use(_("step of the process “%(name)s”") % {"name": step["name"]}, False))
    for result in document.get("results", []):
        if shown_by(result) & set(codes):
            found.append(Use(_("result “%(name)s”, which shows the answer") % {"name": result["name"]}, False))
    return found


def shown_by(result: Part) -> set[str]:
    """Return the codes of the answers and recorded facts that the document of a result shows."""
    words = result.get("wording", {})
    named = re.findall(r"\{([a-z0-9_]+)", str(words))
    sources = [str(source).split(".")[1] for source in result.get("context", {}).values() if "." in str(source)]
    return {*named, *sources, str(words.get("table", {}).get("rows", ""))}


@dataclass(frozen=True)
class _Owner:
    """A page (`path` is empty) or a question, with the paths by which its rules name some answers."""

    page: str
    path: str
    part: dict[str, Any]
    names: Collection[str]


def _owners(document: Part, codes: Collection[str]) -> Iterator[_Owner]:
    """Yield the pages and questions; one in a row names what stands in the same row without its group."""
    for one in pages(document):
        yield _Owner(one["code"], "", one, codes)
        for field in one["fields"]:
            yield _Owner(one["code"], field["code"], field, codes)
            row = field.get("fields", [])
            own = {code.partition(".")[2] for code in codes if code.startswith(f"{field['code']}.")}
            hidden = {inner["code"] for inner in row}
            names = own | {code for code in codes if code.split(".")[0] not in hidden}
            for inner in row:
                yield _Owner(one["code"], f"{field['code']}.{inner['code']}", inner, names)


def _staying(document: Part, codes: Collection[str], besides: str) -> Iterator[_Owner]:
    for owner in _owners(document, codes):
        if owner.page != besides and not {owner.path, owner.path.split(".")[0]} & set(codes):
            yield owner


def _uses_in_form(document: Part, codes: Collection[str], besides: str) -> Iterator[str]:
    for owner in _staying(document, codes, besides):
        name = {"name": wording.name_of(owner.part)}
        if rules.touches(owner.part.get("show_if"), owner.names):
            asked, shown = _("when “%(name)s” is asked"), _("when the page “%(name)s” is shown")
            yield (asked if owner.path else shown) % name
        if rules.touches(owner.part.get("required_if"), owner.names):
            yield _("when “%(name)s” must be answered") % name


def _computed_from(document: Part, codes: Collection[str], besides: str) -> Iterator[str]:
    for owner in _staying(document, codes, besides):
        if rules.touches(owner.part.get("value"), owner.names):
            yield _("“%(name)s”, which is computed from it") % {"name": wording.name_of(owner.part)}


def _refusals_of(document: Part, codes: Collection[str]) -> Iterator[str]:
    for sort in refusals.SORTS:
        for one in refusals.refusals(document, sort):
            if _refuses(one, codes):
                message = wording.value_text("message", one["message"])
                yield _("the rule that says “%(message)s”") % {"message": message}


def _refuses(refusal: Part, codes: Collection[str]) -> bool:
    return rules.touches([refusal["when"], {"field": refusal.get("at")}], codes)


def refuse_while_needed(document: Part, codes: Collection[str], besides: str = "") -> None:
    """Raise `NotPossibleError` while something that cannot go along needs one of these questions."""
    needed = [use.words for use in uses_of(document, codes, besides=besides) if not use.may_go]
    if needed:
        message = _("It is still needed by: %(what)s. Please change that first.")
        raise NotPossibleError(message % {"what": "; ".join(needed)})


def forgotten(document: Part, codes: Collection[str]) -> Document:
    """Return the document without the comparisons and refusals of its form that refer to `codes`."""
    changed = deepcopy(dict(document))
    for sort in refusals.SORTS:
        found = refusals.refusals(changed, sort)
        if found:
            kept = [one for one in found if not _refuses(one, codes)]
            changed = refusals.with_refusals(changed, sort, kept)
    for owner in _owners(changed, codes):
        for name in RULES:
            if rules.touches(owner.part.get(name), owner.names):
                set_or_drop(owner.part, name, rules.without(owner.part[name], owner.names))
    return changed


def set_or_drop(owner: dict[str, Any], name: str, rule: Mapping[str, Any] | None) -> None:
    """Write a condition of a page or question; one of which nothing is left goes."""
    if rule is None:
        del owner[name]
    else:
        owner[name] = rule
