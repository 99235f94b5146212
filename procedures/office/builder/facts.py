"""What the holder of a step records: questions of the same kinds as those of the form, in the order of the desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from identity.access import serves_as
from identity.states import Role
from portal.core.errors import ConflictError, DomainError
from portal.core.text import whole_number
from procedures import wording
from procedures.definition import DefinitionError
from procedures.editing import moved, steps
from procedures.models import Proposal
from procedures.office.builder.forms import QuestionForm
from procedures.office.builder.kinds import kind_called, kinds_to_choose
from procedures.office.builder.one_step import step_called, step_frame
from procedures.office.saving import draft_called, save, words
from procedures.states import STEP_ACTIONS

admin = serves_as(Role.CATALOGUE_ADMIN)


@admin
@require_GET
def facts(request: HttpRequest, uuid: UUID, step: str) -> HttpResponse:
    """What is recorded in a step, in order."""
    draft = draft_called(uuid)
    current = _step(draft, step)
    rows = [
        (wording.name_of(fact), kind_called(fact["kind"]).title, fact["code"] in current.get("requires", []))
        for fact in current.get("facts", [])
    ]
    return render(request, "office/builder/facts.html", step_frame(draft, current, "office:facts") | {"rows": rows})


@admin
@require_http_methods(["GET", "POST"])
def fact(request: HttpRequest, uuid: UUID, step: str, place: str) -> HttpResponse:
    """One of them; `moi` is a new one, and `?loai=` chooses its kind."""
    draft = draft_called(uuid)
    current = _step(draft, step)
    number = None if place == "moi" else _place(current, place)
    known = current["facts"][number] if number is not None else {}
    wanted = request.GET.get("loai", known.get("kind", ""))
    kinds = kinds_to_choose(in_group=True)
    if not wanted:
        shown = {"kinds": kinds, "changes": wording.name_of(known)}
        return render(request, "office/builder/kinds.html", step_frame(draft, current, "office:facts") | shown)
    if wanted not in {kind.code for kind in kinds} | {known.get("kind")}:
        raise Http404
    kind = kind_called(wanted)
    form = QuestionForm(request.POST or None, kind=kind, document=draft.document, question=known, in_group=True)
    status = 200
    if request.method == "POST":
        status = _save(request, draft, current, number, form)
        if status == 302:
            return redirect("office:facts", uuid=draft.uuid, step=step)
        draft.refresh_from_db()
    context = step_frame(draft, current, "office:facts") | {
        "form": form,
        "title": wording.name_of(known) or _("To be recorded: %(kind)s") % {"kind": kind.title},
        "about": f"{kind.title} – {kind.about}",
        "changes_kind": True,
    }
    return render(request, "office/builder/edit.html", context, status=status)


@admin
@require_POST
def fact_act(request: HttpRequest, uuid: UUID, step: str, place: str, act: str) -> HttpResponse:
    """Move one of them up or down, or leave it out."""
    draft = draft_called(uuid)
    current = _step(draft, step)
    number = _place(current, place)
    name = wording.name_of(current["facts"][number])
    try:
        if act in {"len", "xuong"}:
            to = number + (1 if act == "xuong" else -1)
            document = steps.step_changed(draft.document, step, moved(current, "facts", number, to))
            note = _("moved: %(name)s")
        elif act == "xoa":
            document, note = steps.without_fact(draft.document, step, number), _("removed: %(name)s")
        else:
            raise Http404
        save(request, draft, document, note % {"name": name[:200]})
    except (DomainError, DefinitionError) as error:
        messages.error(request, words(error))
    return redirect("office:facts", uuid=draft.uuid, step=step)


def _save(
    request: HttpRequest, draft: Proposal, current: Mapping[str, Any], number: int | None, form: QuestionForm
) -> int:
    if not form.is_valid():
        return 422
    is_needed = bool(form.cleaned_data.get("required"))
    document = steps.with_fact(draft.document, current["code"], form.changes(), number, is_needed=is_needed)
    note = _("to be recorded: %(name)s") % {"name": form.cleaned_data["label"]}
    try:
        save(request, draft, document, note)
    except (DomainError, DefinitionError) as error:
        form.add_error(None, words(error))
        return 409 if isinstance(error, ConflictError) else 422
    messages.success(request, _("Saved."))
    return 302


def _step(draft: Proposal, code: str) -> dict[str, Any]:
    found = step_called(draft, code)
    if not may_record(found):
        raise Http404
    return found


def may_record(step: Mapping[str, Any]) -> bool:
    """Return whether the role that holds a step records anything."""
    return steps.RECORDING in STEP_ACTIONS.get(Role(step["role"]), ())


def _place(current: Mapping[str, Any], place: str) -> int:
    number = whole_number(place)
    if number is None or number >= len(current.get("facts", [])):
        raise Http404
    return number
