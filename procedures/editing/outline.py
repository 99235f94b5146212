"""Edits of the e-form: pages, and the questions on them.

A page is named by its code, a question by its path: its code, or `group.code` for a question of a group. Codes are
made from words and are unique in the form, or in their group. Raises `NotPossibleError` for what a form cannot be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from procedures import wording
from procedures.editing import refusals, rules
from procedures.editing.parts import Document, Part, free_code, with_members
from procedures.eforms import KINDS
from procedures.errors import NotPossibleError
from procedures.rules import fields_of

RULES: Final = ("show_if", "required_if")
NOT_IN_GROUPS: Final = frozenset(code for code, kind in KINDS.items() if not kind.fits_in_group)


@dataclass(frozen=True)
class Use:
    """Something that refers to a question: what it is in words, and whether it may go with the question."""

    words: str
    may_go: bool


def pages(document: Part) -> list[dict[str, Any]]:
    """Return the pages of the document's form."""
    return list((document.get("form") or {}).get("steps", []))


def page(document: Part, code: str) -> dict[str, Any]:
    """Return a page; raises `LookupError`."""
    return pages(document)[_place(pages(document), code)]


def question(document: Part, path: str) -> dict[str, Any]:
    """Return a question; raises `LookupError`."""
    siblings, place = _find(document, path)
    return siblings[place]


def questions(document: Part) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each question outside of groups with the code of its page, in order."""
    for one in pages(document):
        for field in one.get("fields", []):
            yield one["code"], field


def page_of(document: Part, path: str) -> str:
    """Return the code of the page that a question stands on; raises `LookupError`."""
    code = path.split(".")[0]
    return next((page for page, field in questions(document) if field["code"] == code), "") or _not_there(path)


def labels(document: Part) -> dict[str, str]:
    """Return the words of the questions outside of groups, by code."""
    return {field["code"]: wording.name_of(field) for _page, field in questions(document)}


def with_page(document: Part, members: Part, fields: Sequence[Part], *, after: str = "") -> Document:
    """Return the document with a new page of `fields`, after the page `after` or at the end."""
    changed = deepcopy(dict(document))
    form = changed.get("form") or {"steps": []}
    changed["form"] = form
    steps = form["steps"]
    code = free_code(wording.name_of(members), [step["code"] for step in steps])
    new = with_members({"code": code}, members) | {"fields": _adopted(document, fields)}
    steps.insert(_place(steps, after) + 1 if after else len(steps), new)
    return changed


def page_changed(document: Part, code: str, members: Part) -> Document:
    """Return the document with these entries of a page."""
    return _edited(document, lambda steps: _replace(steps, _place(steps, code), members))


def page_moved(document: Part, code: str, to: int) -> Document:
    """Return the document with a page at place `to`, kept within the form."""
    return _edited(document, lambda steps: _shift(steps, _place(steps, code), to))


def page_duplicated(document: Part, code: str) -> Document:
    """Return the document with a copy of a page, its questions under codes of their own, right after it."""
    copy = {name: value for name, value in page(document, code).items() if name not in {"code", "fields"}}
    return with_page(document, copy, page(document, code)["fields"], after=code)


def without_page(document: Part, code: str) -> Document:
    """Return the document without a page, and without the comparisons that refer to its questions.

    The form goes with its last page. Raises `NotPossibleError` while something outside of the form needs a question.
    """
    gone = [field["code"] for field in page(document, code)["fields"]]
    _refuse_while_needed(document, gone, besides=code)
    changed = _forgotten(document, gone)
    steps = changed["form"]["steps"]
    del steps[_place(steps, code)]
    if not steps:
        del changed["form"]
    return changed


def with_question(document: Part, where: str, field: Part) -> Document:
    """Return the document with a new question at the end of a page, or of the group `.path` (a dot before it)."""
    if not where.startswith("."):
        new = _adopted(document, [field])
        return _edited(document, lambda steps: steps[_place(steps, where)]["fields"].extend(new))
    if field["kind"] in NOT_IN_GROUPS:
        raise NotPossibleError(_("This kind of question cannot be repeated in a group."))
    changed = deepcopy(dict(document))
    inner = question(changed, where[1:])["fields"]
    inner.append({**field, "code": free_code(wording.name_of(field), [one["code"] for one in inner])})
    return changed


def question_changed(document: Part, path: str, members: Part) -> Document:
    """Return the document with these entries of a question."""
    changed = deepcopy(dict(document))
    siblings, place = _find(changed, path)
    _replace(siblings, place, members)
    return changed


def question_moved(document: Part, path: str, to: int, page_code: str = "") -> Document:
    """Return the document with a question at place `to` of its page (or group), or of another page.

    Raises `NotPossibleError` when a page would be left without questions.
    """
    changed = deepcopy(dict(document))
    siblings, place = _find(changed, path)
    if not page_code or "." in path or page_code == page_of(changed, path):
        _shift(siblings, place, to)
        return changed
    if len(siblings) == 1:
        raise NotPossibleError(
            _("A page keeps at least one question. Remove the page instead, or add another first.")
        )
    target = page(changed, page_code)["fields"]
    target.insert(max(0, min(to, len(target))), siblings.pop(place))
    return changed


def question_stepped(document: Part, path: str, step: int) -> Document:
    """Return the document with a question one place up (-1) or down (1); at the edge of a page it goes to the next.

    A question of a group stays within it.
    """
    siblings, place = _find(document, path)
    if "." in path or 0 <= place + step < len(siblings):
        return question_moved(document, path, place + step)
    codes = [one["code"] for one in pages(document)]
    target = codes.index(page_of(document, path)) + step
    if not 0 <= target < len(codes):
        return deepcopy(dict(document))
    end = len(pages(document)[target]["fields"]) if step < 0 else 0
    return question_moved(document, path, end, codes[target])


def question_duplicated(document: Part, path: str) -> Document:
    """Return the document with a copy of a question, under a code of its own, right after it."""
    changed = deepcopy(dict(document))
    siblings, place = _find(changed, path)
    taken = [one["code"] for one in siblings] if "." in path else list(labels(document))
    siblings.insert(place + 1, {**deepcopy(siblings[place]), "code": free_code(siblings[place]["code"], taken)})
    return changed


def without_question(document: Part, path: str) -> Document:
    """Return the document without a question, and without the comparisons that refer to it.

    Raises `NotPossibleError` while something outside of the form needs it, and for the last one of its page or group.
    """
    siblings, place = _find(document, path)
    if len(siblings) == 1:
        raise NotPossibleError(_("It is the only question there. Remove the whole page or group instead."))
    _refuse_while_needed(document, [path])
    changed = _forgotten(document, [path])
    del _find(changed, path)[0][place]
    return changed


def grouped(document: Part, codes: Collection[str], label: str) -> Document:
    """Return the document with these questions of one page inside a new repeated group, where the first stood.

    Comparisons elsewhere that refer to them go; their own now look at the same row.
    """
    chosen = [(page_code, field) for page_code, field in questions(document) if field["code"] in codes]
    if not chosen:
        raise NotPossibleError(_("Choose at least one question."))
    if len({page_code for page_code, _field in chosen}) > 1:
        raise NotPossibleError(_("Questions of one group stand on the same page. Move them there first."))
    names = [wording.name_of(field) for _page, field in chosen if field["kind"] in NOT_IN_GROUPS]
    if names:
        raise NotPossibleError(_("This cannot be repeated in a group: %(names)s.") % {"names": ", ".join(names)})
    gone = [field["code"] for _page, field in chosen]
    _refuse_while_needed(document, gone)
    changed = _forgotten(document, gone)
    fields = page(changed, chosen[0][0])["fields"]
    place = next(place for place, field in enumerate(fields) if field["code"] in gone)
    inner = deepcopy([field for _page, field in chosen])
    fields[:] = [field for field in fields if field["code"] not in gone]
    code = free_code(label, list(labels(document)))
    fields.insert(place, {"code": code, "kind": "group", "label": label, "min_rows": 1, "fields": inner})
    return changed


def ungrouped(document: Part, code: str) -> Document:
    """Return the document with the questions of a group asked once, in its place."""
    _refuse_while_needed(document, [code])
    inner = question(document, code)["fields"]
    changed = _forgotten(document, [code])
    siblings, place = _find(changed, code)
    siblings[place : place + 1] = _adopted(document, inner)
    return changed


def with_copies(document: Part, page_code: str, fields: Sequence[Part]) -> Document:
    """Return the document with copies of questions (from elsewhere) at the end of a page."""
    new = _adopted(document, fields)
    return _edited(document, lambda steps: steps[_place(steps, page_code)]["fields"].extend(new))


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


def _refuse_while_needed(document: Part, codes: Collection[str], besides: str = "") -> None:
    needed = [use.words for use in uses_of(document, codes, besides=besides) if not use.may_go]
    if needed:
        message = _("It is still needed by: %(what)s. Please change that first.")
        raise NotPossibleError(message % {"what": "; ".join(needed)})


def _forgotten(document: Part, codes: Collection[str]) -> Document:
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
                _set_or_drop(owner.part, name, rules.without(owner.part[name], owner.names))
    return changed


def _set_or_drop(owner: dict[str, Any], name: str, rule: Mapping[str, Any] | None) -> None:
    if rule is None:
        del owner[name]
    else:
        owner[name] = rule


def _adopted(document: Part, fields: Sequence[Part]) -> list[dict[str, Any]]:
    """Return copies of questions under codes that are free here.

    Comparisons among them follow their codes; those with questions that are not here are left out.
    """
    taken = list(labels(document))
    names: dict[str, str] = {}
    for field in fields:
        wanted = field.get("code") or wording.name_of(field)
        names[wanted] = wanted if wanted not in taken and field.get("code") else free_code(wanted, taken)
        taken.append(names[wanted])
    here = {*labels(document), *names}
    return [_adapted(field, names, here) for field in fields]


def _adapted(field: Part, names: Mapping[str, str], here: Collection[str]) -> dict[str, Any]:
    copy = deepcopy(dict(field))
    row = {inner["code"] for inner in copy.get("fields", [])}
    _follow(copy, names, here)
    for inner in copy.get("fields", []):
        _follow(inner, {**names, **{code: code for code in row}}, {*here, *row})
    return {"code": names[field.get("code") or wording.name_of(field)]} | {
        k: v for k, v in copy.items() if k != "code"
    }


def _follow(owner: dict[str, Any], names: Mapping[str, str], here: Collection[str]) -> None:
    """Let the conditions of a question go by the new codes; comparisons with what is not here are left out."""
    for name in RULES:
        if name in owner:
            missing = {path.split(".")[0] for path in fields_of(owner[name])} - set(here)
            kept = rules.without(owner[name], missing)
            _set_or_drop(owner, name, rules.renamed(kept, lambda one: names.get(one, one)) if kept else None)


def _edited(document: Part, edit: Callable[[list[dict[str, Any]]], None]) -> Document:
    changed = deepcopy(dict(document))
    edit(changed["form"]["steps"] if changed.get("form") else _not_there("form"))
    return changed


def _find(document: Part, path: str) -> tuple[list[dict[str, Any]], int]:
    code, _dot, inner = path.partition(".")
    for one in pages(document):
        for place, field in enumerate(one["fields"]):
            if field["code"] == code:
                siblings = field.get("fields", [])
                return (siblings, _place(siblings, inner)) if inner else (one["fields"], place)
    raise LookupError(path)


def _place(parts: Sequence[Part], code: str) -> int:
    place = next((place for place, part in enumerate(parts) if part["code"] == code), None)
    return _not_there(code) if place is None else place


def _not_there(name: str) -> Any:
    raise LookupError(name)


def _replace(parts: list[dict[str, Any]], place: int, members: Part) -> None:
    parts[place] = with_members(parts[place], members)


def _shift(parts: list[dict[str, Any]], place: int, to: int) -> None:
    parts.insert(max(0, min(to, len(parts) - 1)), parts.pop(place))
