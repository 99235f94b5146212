"""Adding, changing, moving and removing pages and questions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from copy import deepcopy
from typing import Any, Final

from django.utils.translation import gettext as _

from procedures import wording
from procedures.editing.outline.copying import adopted
from procedures.editing.outline.reading import (
    find,
    labels,
    not_there,
    page,
    page_of,
    pages,
    place_of,
    question,
    questions,
)
from procedures.editing.outline.uses import forgotten, refuse_while_needed
from procedures.editing.parts import Document, Part, free_code, with_members
from procedures.eforms import KINDS
from procedures.errors import NotPossibleError

NOT_IN_GROUPS: Final = frozenset(code for code, kind in KINDS.items() if not kind.fits_in_group)


def with_page(document: Part, members: Part, fields: Sequence[Part], *, after: str = "") -> Document:
    """Return the document with a new page of `fields`, after the page `after` or at the end."""
    changed = deepcopy(dict(document))
    form = changed.get("form") or {"steps": []}
    changed["form"] = form
    steps = form["steps"]
    code = free_code(wording.name_of(members), [step["code"] for step in steps])
    new = with_members({"code": code}, members) | {"fields": adopted(document, fields)}
    steps.insert(place_of(steps, after) + 1 if after else len(steps), new)
    return changed


def page_changed(document: Part, code: str, members: Part) -> Document:
    """Return the document with these entries of a page."""
    return _edited(document, lambda steps: _replace(steps, place_of(steps, code), members))


def page_moved(document: Part, code: str, to: int) -> Document:
    """Return the document with a page at place `to`, kept within the form."""
    return _edited(document, lambda steps: _shift(steps, place_of(steps, code), to))


def page_duplicated(document: Part, code: str) -> Document:
    """Return the document with a copy of a page, its questions under codes of their own, right after it."""
    copy = {name: value for name, value in page(document, code).items() if name not in {"code", "fields"}}
    return with_page(document, copy, page(document, code)["fields"], after=code)


def without_page(document: Part, code: str) -> Document:
    """Return the document without a page, and without the comparisons that refer to its questions.

    The form goes with its last page. Raises `NotPossibleError` while something outside of the form needs a question.
    """
    gone = [field["code"] for field in page(document, code)["fields"]]
    refuse_while_needed(document, gone, besides=code)
    changed = forgotten(document, gone)
    steps = changed["form"]["steps"]
    del steps[place_of(steps, code)]
    if not steps:
        del changed["form"]
    return changed


def with_question(document: Part, where: str, field: Part) -> Document:
    """Return the document with a new question at the end of a page, or of the group `.path` (a dot before it)."""
    if not where.startswith("."):
        new = adopted(document, [field])
        return _edited(document, lambda steps: steps[place_of(steps, where)]["fields"].extend(new))
    if field["kind"] in NOT_IN_GROUPS:
        raise NotPossibleError(_("This kind of question cannot be repeated in a group."))
    changed = deepcopy(dict(document))
    inner = question(changed, where[1:])["fields"]
    inner.append({**field, "code": free_code(wording.name_of(field), [one["code"] for one in inner])})
    return changed


def question_changed(document: Part, path: str, members: Part) -> Document:
    """Return the document with these entries of a question."""
    changed = deepcopy(dict(document))
    siblings, place = find(changed, path)
    _replace(siblings, place, members)
    return changed


def question_moved(document: Part, path: str, to: int, page_code: str = "") -> Document:
    """Return the document with a question at place `to` of its page (or group), or of another page.

    Raises `NotPossibleError` when a page would be left without questions.
    """
    changed = deepcopy(dict(document))
    siblings, place = find(changed, path)
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
    siblings, place = find(document, path)
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
    siblings, place = find(changed, path)
    taken = [one["code"] for one in siblings] if "." in path else list(labels(document))
    siblings.insert(place + 1, {**deepcopy(siblings[place]), "code": free_code(siblings[place]["code"], taken)})
    return changed


def without_question(document: Part, path: str) -> Document:
    """Return the document without a question, and without the comparisons that refer to it.

    Raises `NotPossibleError` while something outside of the form needs it, and for the last one of its page or group.
    """
    siblings, place = find(document, path)
    if len(siblings) == 1:
        raise NotPossibleError(_("It is the only question there. Remove the whole page or group instead."))
    refuse_while_needed(document, [path])
    changed = forgotten(document, [path])
    del find(changed, path)[0][place]
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
    refuse_while_needed(document, gone)
    changed = forgotten(document, gone)
    fields = page(changed, chosen[0][0])["fields"]
    place = next(place for place, field in enumerate(fields) if field["code"] in gone)
    inner = deepcopy([field for _page, field in chosen])
    fields[:] = [field for field in fields if field["code"] not in gone]
    code = free_code(label, list(labels(document)))
    fields.insert(place, {"code": code, "kind": "group", "label": label, "min_rows": 1, "fields": inner})
    return changed


def ungrouped(document: Part, code: str) -> Document:
    """Return the document with the questions of a group asked once, in its place."""
    refuse_while_needed(document, [code])
    inner = question(document, code)["fields"]
    changed = forgotten(document, [code])
    siblings, place = find(changed, code)
    siblings[place : place + 1] = adopted(document, inner)
    return changed


def with_copies(document: Part, page_code: str, fields: Sequence[Part]) -> Document:
    """Return the document with copies of questions (from elsewhere) at the end of a page."""
    new = adopted(document, fields)
    return _edited(document, lambda steps: steps[place_of(steps, page_code)]["fields"].extend(new))


def _edited(document: Part, edit: Callable[[list[dict[str, Any]]], None]) -> Document:
    changed = deepcopy(dict(document))
    edit(changed["form"]["steps"] if changed.get("form") else not_there("form"))
    return changed


def _replace(parts: list[dict[str, Any]], place: int, members: Part) -> None:
    parts[place] = with_members(parts[place], members)


def _shift(parts: list[dict[str, Any]], place: int, to: int) -> None:
    parts.insert(max(0, min(to, len(parts) - 1)), parts.pop(place))
