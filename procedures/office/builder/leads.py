"""Where the outcome of a step leads, and when a step is taken at all: chosen from lists, as everywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from identity.access import serves_as
from identity.states import Role
from portal.core.errors import ConflictError, DomainError
from portal.core.text import whole_number
from procedures import definition as definitions
from procedures import wording
from procedures.definition import END, ENDING_ACTS, DefinitionError, ProcessStep
from procedures.editing import Document, moved, steps, without_part
from procedures.models import Proposal
from procedures.office.builder.one_step import save_process, step_called, step_frame
from procedures.office.choosing import Condition, RuleForm
from procedures.office.saving import draft_called, words
from procedures.office.subjects import Scope, with_facts
from procedures.showing.words import rule_words

admin = serves_as(Role.CATALOGUE_ADMIN)
_LEADS_WHEN: Final = Condition("when", _("When it leads there"), _("always"))
_TAKEN_WHEN: Final = Condition("when", _("When the step is taken"), _("always"))


class LeadForm(forms.Form):
    """To which step, and by which act."""

    to = forms.ChoiceField(label=_("To which step"))
    by = forms.ChoiceField(label=_("By which act"), required=False)

    def __init__(self, data: Any = None, *, document: Document, step: Mapping[str, Any], lead: Mapping[str, Any]):
        super().__init__(data, initial=dict(lead))
        others = [(one["code"], one["name"]) for one in steps.steps(document) if one["code"] != step["code"]]
        acts = [act for act in step["actions"] if act in ENDING_ACTS]
        acts += ["ANSWER_SUPPLEMENT"] if "REQUEST_SUPPLEMENT" in step["actions"] else []
        to: Any = self.fields["to"]
        to.choices = [*others, (END, wording.value_text("to", END))]
        by: Any = self.fields["by"]
        by.choices = [("", _("any that ends the step")), *((act, wording.value_text("by", act)) for act in acts)]


@admin
@require_GET
def leads(request: HttpRequest, uuid: UUID, step: str) -> HttpResponse:
    """Where a step leads, in the order in which it is asked."""
    draft = draft_called(uuid)
    current = step_called(draft, step)
    definition = definitions.load(draft.document)
    names = {one["code"]: one["name"] for one in steps.steps(draft.document)}
    rows = [
        (
            names.get(lead["to"], wording.value_text("to", END)),
            wording.value_text("by", lead.get("by", "")),
            rule_words(definition, lead.get("when")),
        )
        for lead in current.get("next", [])
    ]
    context = step_frame(draft, current, "office:leads") | {
        "rows": rows,
        "taken_when": rule_words(definition, current.get("when")),
    }
    return render(request, "office/builder/leads.html", context)


@admin
@require_http_methods(["GET", "POST"])
def lead(request: HttpRequest, uuid: UUID, step: str, place: str) -> HttpResponse:
    """One of its ways; `moi` is a new one."""
    draft = draft_called(uuid)
    current = step_called(draft, step)
    number = None if place == "moi" else _place(current, place)
    known = current["next"][number] if number is not None else {}
    data = request.POST if request.method == "POST" else None
    form = LeadForm(data, document=draft.document, step=current, lead=known)
    rule = RuleForm(data, condition=_LEADS_WHEN, owner=known, scope=_scope(draft))

    def change() -> Document:
        chosen = {**form.cleaned_data, "when": rule.rule()}
        return steps.with_lead(draft.document, step, {name: one for name, one in chosen.items() if one}, number)

    return _edit(request, draft, current, rule, change, form=form)


@admin
@require_http_methods(["GET", "POST"])
def taken(request: HttpRequest, uuid: UUID, step: str) -> HttpResponse:
    """When a step is taken; otherwise the case goes past it."""
    draft = draft_called(uuid)
    current = step_called(draft, step)
    data = request.POST if request.method == "POST" else None
    rule = RuleForm(data, condition=_TAKEN_WHEN, owner=current, scope=_scope(draft))
    return _edit(
        request, draft, current, rule, lambda: steps.step_changed(draft.document, step, {"when": rule.rule()})
    )


@admin
@require_POST
def lead_act(request: HttpRequest, uuid: UUID, step: str, place: str, act: str) -> HttpResponse:
    """Move a way up or down, or leave it out."""
    draft = draft_called(uuid)
    current = step_called(draft, step)
    number = _place(current, place)
    match act:
        case "len" | "xuong":
            changed = moved(current, "next", number, number + (1 if act == "xuong" else -1))
        case "xoa":
            changed = without_part(current, "next", number)
        case _:
            raise Http404
    document = steps.step_changed(draft.document, step, {"next": changed["next"]})
    try:
        save_process(request, draft, document, _note(current))
    except (DomainError, DefinitionError) as error:
        messages.error(request, words(error))
    return redirect("office:leads", uuid=draft.uuid, step=step)


def _edit(
    request: HttpRequest,
    draft: Proposal,
    current: Mapping[str, Any],
    rule: RuleForm,
    change: Callable[[], Document],
    *,
    form: LeadForm | None = None,
) -> HttpResponse:
    status = 200
    if rule.is_bound and not rule.is_rearranged:
        status = 422
        if rule.is_valid() and (form is None or form.is_valid()):
            try:
                save_process(request, draft, change(), _note(current))
            except (DomainError, DefinitionError) as error:
                rule.add_error(None, words(error))
                status = 409 if isinstance(error, ConflictError) else 422
                draft.refresh_from_db()
            else:
                messages.success(request, gettext("Saved."))
                return redirect("office:leads", uuid=draft.uuid, step=current["code"])
    context = step_frame(draft, current, "office:leads") | {"form": rule, "lead_form": form}
    return render(request, "office/builder/lead.html", context, status=status)


def _scope(draft: Proposal) -> Scope:
    definition = definitions.load(draft.document)
    recording: tuple[ProcessStep, ...] = definition.process.steps if definition.process else ()
    return with_facts(definition.form, [fact for step in recording for fact in step.facts])


def _note(current: Mapping[str, Any]) -> str:
    return gettext("where “%(name)s” leads") % {"name": current["name"]}


def _place(current: Mapping[str, Any], place: str) -> int:
    number = whole_number(place)
    if number is None or number >= len(current.get("next", [])):
        raise Http404
    return number
