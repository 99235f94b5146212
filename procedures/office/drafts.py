"""Pages on which a draft is edited, section by section. Each saved page is a revision that can be gone back to."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from identity.access import serves_as
from identity.states import Role
from portal.core.errors import ConflictError, DomainError
from portal.core.text import whole_number
from procedures import definition as definitions
from procedures import editing
from procedures.definition import DefinitionError
from procedures.models import Proposal
from procedures.office.choosing import RuleForm, rule_forms
from procedures.office.forms import PartForm
from procedures.office.saving import draft_called, save, words
from procedures.office.sections import SECTIONS, Section, section_called
from procedures.office.subjects import Scope, whole

admin = serves_as(Role.CATALOGUE_ADMIN)
_MOVES = {"len": -1, "xuong": 1}


@admin
@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, uuid: UUID, section: str) -> HttpResponse:
    """A section: its members in a table, or its one form."""
    draft, chosen = draft_called(uuid), _section(section)
    if chosen.is_list:
        scope = _scope(draft)
        rows = [
            (place, chosen.form.name_of(part, draft.document), part, _conditions_of(chosen, part, scope))
            for place, part in enumerate(chosen.parts(draft.document))
        ]
        return render(request, "office/parts.html", _frame(draft, chosen) | {"rows": rows})
    return _edit(request, draft, chosen, None)


@admin
@require_http_methods(["GET", "POST"])
def part(request: HttpRequest, uuid: UUID, section: str, place: str) -> HttpResponse:
    """A member of a list section; `moi` is a new one."""
    draft, chosen = draft_called(uuid), _section(section)
    return _edit(request, draft, chosen, None if place == "moi" else _place(draft, chosen, place))


@admin
@require_POST
def part_act(request: HttpRequest, uuid: UUID, section: str, place: str, act: str) -> HttpResponse:
    """Move, double or remove a member."""
    draft, chosen = draft_called(uuid), _section(section)
    where = _place(draft, chosen, place)
    name = chosen.form.name_of(chosen.parts(draft.document)[where], draft.document)
    try:
        if act in _MOVES:
            document = editing.moved(draft.document, chosen.name, where, where + _MOVES[act])
            note = _("moved: %(name)s")
        elif act == "nhan-doi":
            document, note = editing.duplicated(draft.document, chosen.name, where), _("doubled: %(name)s")
        elif act == "xoa":
            document, note = chosen.without(draft.document, where), _("removed: %(name)s")
        else:
            raise Http404
        save(request, draft, document, note % {"name": name[:200]})
    except (DomainError, DefinitionError) as error:
        messages.error(request, words(error))
    return redirect("office:section", uuid=uuid, section=section)


def _edit(request: HttpRequest, draft: Proposal, chosen: Section, place: int | None) -> HttpResponse:
    current = chosen.part(draft.document, place)
    data = request.POST if request.method == "POST" else None
    form = chosen.form(data, document=draft.document, part=current)
    conditions = rule_forms(data, chosen.form.rules, owner=current or {}, scope=_scope(draft))
    status = 200
    if form.is_rearranged or any(one.is_rearranged for one in conditions):
        for one in (form, *form.rows, *conditions):
            one.errors.clear()
    elif data is not None:
        status = _save(request, draft, chosen, place, form, conditions)
        if status == 302 and chosen.is_list:
            return redirect("office:section", uuid=draft.uuid, section=chosen.code)
        if status == 302:
            return redirect("office:proposal", uuid=draft.uuid)
        draft.refresh_from_db()
    context = _frame(draft, chosen) | {
        "form": form,
        "conditions": conditions,
        "is_new": chosen.is_list and place is None,
    }
    return render(request, "office/part.html", context, status=status)


def _save(
    request: HttpRequest,
    draft: Proposal,
    chosen: Section,
    place: int | None,
    form: PartForm,
    conditions: list[RuleForm],
) -> int:
    if not all([form.is_valid(), *(one.is_valid() for one in conditions)]):
        return 422
    rules = {one.condition.name: one.rule() for one in conditions}
    try:
        save(request, draft, chosen.put(draft.document, place, form, rules), str(chosen.title))
    except (DomainError, DefinitionError) as error:
        form.add_error(None, words(error))
        return 409 if isinstance(error, ConflictError) else 422
    messages.success(request, _("Saved."))
    return 302


def _scope(draft: Proposal) -> Scope:
    return whole(definitions.load(draft.document).form)


def _conditions_of(chosen: Section, part: Any, scope: Scope) -> list[str]:
    """Return the conditions of a part in words."""
    return [f"{one.title} {scope.words(part[one.name])}" for one in chosen.form.rules if part.get(one.name)]


def _frame(draft: Proposal, chosen: Section) -> dict[str, Any]:
    return {"here": "home", "proposal": draft, "section": chosen, "sections": SECTIONS}


def _section(code: str) -> Section:
    found = section_called(code)
    if found is None:
        raise Http404
    return found


def _place(draft: Proposal, chosen: Section, place: str) -> int:
    number = whole_number(place)
    if not chosen.is_list or number is None or number >= len(chosen.parts(draft.document)):
        raise Http404
    return number
