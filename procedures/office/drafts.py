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
from procedures import editing, wording
from procedures.definition import DefinitionError
from procedures.models import Proposal
from procedures.office.saving import draft_called, save, words
from procedures.office.sections import SECTIONS, Section, section_called

admin = serves_as(Role.CATALOGUE_ADMIN)
_MOVES = {"len": -1, "xuong": 1}


@admin
@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, uuid: UUID, section: str) -> HttpResponse:
    """A section: its members in a table, or its one form."""
    draft, chosen = draft_called(uuid), _section(section)
    if chosen.is_list:
        rows = [(place, wording.name_of(part), part) for place, part in enumerate(chosen.parts(draft.document))]
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
    name = wording.name_of(chosen.parts(draft.document)[where])
    if act in _MOVES:
        document, note = editing.moved(draft.document, chosen.name, where, where + _MOVES[act]), _("moved: %(name)s")
    elif act == "nhan-doi":
        document, note = editing.duplicated(draft.document, chosen.name, where), _("doubled: %(name)s")
    elif act == "xoa":
        document, note = editing.without_part(draft.document, chosen.name, where), _("removed: %(name)s")
    else:
        raise Http404
    try:
        save(request, draft, document, note % {"name": name[:200]})
    except (DomainError, DefinitionError) as error:
        messages.error(request, words(error))
    return redirect("office:section", uuid=uuid, section=section)


def _edit(request: HttpRequest, draft: Proposal, chosen: Section, place: int | None) -> HttpResponse:
    current = chosen.part(draft.document, place)
    data = request.POST if request.method == "POST" else None
    form = chosen.form(data, document=draft.document, part=current)
    status = 200
    if data is not None and form.is_valid():
        try:
            save(request, draft, chosen.put(draft.document, place, form), str(chosen.title))
        except ConflictError as error:
            form.add_error(None, words(error))
            status = 409
        except (DomainError, DefinitionError) as error:
            form.add_error(None, words(error))
            status = 422
        else:
            messages.success(request, _("Saved."))
            if chosen.is_list:
                return redirect("office:section", uuid=draft.uuid, section=chosen.code)
            return redirect("office:proposal", uuid=draft.uuid)
    elif data is not None:
        status = 422
    if status == 409:
        draft.refresh_from_db()
    context = _frame(draft, chosen) | {"form": form, "is_new": chosen.is_list and place is None}
    return render(request, "office/part.html", context, status=status)


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
