"""What is chosen at a step by conditions: where it leads, which agency has it, and whether it is taken at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
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
from procedures.editing import Document, moved, steps
from procedures.eforms.fields import TidyField
from procedures.models import Proposal
from procedures.office.builder.one_step import save_process, step_called, step_frame
from procedures.office.choosing import Condition, RuleForm
from procedures.office.forms import agencies_to_choose
from procedures.office.saving import draft_called, words
from procedures.office.subjects import Scope, with_facts
from procedures.showing.words import rule_words

admin = serves_as(Role.CATALOGUE_ADMIN)
_TAKEN_WHEN: Final = Condition("when", _("When the step is taken"), _("always"))


class LeadForm(forms.Form):
    """To which step, and by which act."""

    to = forms.ChoiceField(label=_("To which step"))
    by = forms.ChoiceField(label=_("By which act"), required=False)

    def __init__(self, data: Any = None, *, document: Document, step: Mapping[str, Any], way: Mapping[str, Any]):
        super().__init__(data, initial=dict(way))
        others = [(one["code"], one["name"]) for one in steps.steps(document) if one["code"] != step["code"]]
        acts = [act for act in step["actions"] if act in ENDING_ACTS]
        acts += ["ANSWER_SUPPLEMENT"] if "REQUEST_SUPPLEMENT" in step["actions"] else []
        to: Any = self.fields["to"]
        to.choices = [*others, (END, wording.value_text("to", END))]
        by: Any = self.fields["by"]
        by.choices = [("", _("any that ends the step")), *((act, wording.value_text("by", act)) for act in acts)]

    @staticmethod
    def words_of(document: Document, way: Mapping[str, Any]) -> tuple[str, str]:
        """Return what a way is called, and what is said beside it."""
        names = {one["code"]: one["name"] for one in steps.steps(document)}
        return names.get(way["to"], wording.value_text("to", END)), wording.value_text("by", way.get("by", ""))


class AgencyForm(forms.Form):
    """Which agency has the step: one by name, or the one that an answer names."""

    agency = forms.ChoiceField(label=_("Which agency"))
    note = TidyField(label=_("Note"), required=False, max_length=300)

    def __init__(self, data: Any = None, *, document: Document, step: Mapping[str, Any], way: Mapping[str, Any]):
        super().__init__(data, initial=dict(way))
        known = agencies_to_choose(document)
        kept = str(way.get("agency", ""))
        agency: Any = self.fields["agency"]
        agency.choices = [*known.items(), *([(kept, kept)] if kept and kept not in known else [])]

    @staticmethod
    def words_of(document: Document, way: Mapping[str, Any]) -> tuple[str, str]:
        """Return what a way is called, and what is said beside it."""
        return agencies_to_choose(document).get(way["agency"], str(way["agency"])), str(way.get("note", ""))


@dataclass(frozen=True)
class Sort:
    """What is chosen by conditions at a step, the first that fits: the step after it, or the agency that has it."""

    member: str
    pages: tuple[str, str, str]  # the names of the addresses: all of them, one of them, what is done to one
    form: type[LeadForm | AgencyForm]
    condition: Condition
    title: str | Promise
    about: str | Promise
    empty: str | Promise
    add: str | Promise


LEADS: Final = Sort(
    "next",
    ("office:leads", "office:lead", "office:lead_act"),
    LeadForm,
    Condition("when", _("When it leads there"), _("always")),
    _("Where “%(name)s” leads"),
    _("The first way whose act and condition fit is taken; otherwise the case goes on to the next step."),
    _("It leads to the next step in the table."),
    _("Add a way"),
)
ROUTES: Final = Sort(
    "route",
    ("office:routes", "office:route", "office:route_act"),
    AgencyForm,
    Condition("when", _("When this agency has the step"), _("in all other cases")),
    _("Which agency has “%(name)s”"),
    _("The first agency whose condition fits has the step; let the last one have none, for all other cases."),
    _("The agency is the same for every case: it stands in the table of the process."),
    _("Add an agency"),
)


@admin
@require_GET
def ways(request: HttpRequest, uuid: UUID, step: str, sort: Sort) -> HttpResponse:
    """What is chosen at a step, in the order in which it is asked."""
    draft = draft_called(uuid)
    current = step_called(draft, step)
    definition = definitions.load(draft.document)
    rows = [
        (*sort.form.words_of(draft.document, way), rule_words(definition, way.get("when")))
        for way in current.get(sort.member, [])
    ]
    context = step_frame(draft, current, sort.pages[0]) | {
        "rows": rows,
        "sort": sort,
        "title": str(sort.title) % {"name": current["name"]},
        "taken_when": rule_words(definition, current.get("when")) if sort is LEADS else None,
    }
    return render(request, "office/builder/ways.html", context)


@admin
@require_http_methods(["GET", "POST"])
def way(request: HttpRequest, uuid: UUID, step: str, place: str, sort: Sort) -> HttpResponse:
    """One of them; `moi` is a new one."""
    draft = draft_called(uuid)
    current = step_called(draft, step)
    number = None if place == "moi" else _place(current, place, sort)
    known = current[sort.member][number] if number is not None else {}
    data = request.POST if request.method == "POST" else None
    form = sort.form(data, document=draft.document, step=current, way=known)
    rule = RuleForm(data, condition=sort.condition, owner=known, scope=_scope(draft))

    def change() -> Document:
        chosen = {**form.cleaned_data, "when": rule.rule()}
        given = {name: one for name, one in chosen.items() if one}
        return steps.with_way(draft.document, step, sort.member, given, number)

    return _edit(request, draft, current, rule, change, sort=sort, form=form)


@admin
@require_http_methods(["GET", "POST"])
def taken(request: HttpRequest, uuid: UUID, step: str) -> HttpResponse:
    """When a step is taken; otherwise the case goes past it."""
    draft = draft_called(uuid)
    current = step_called(draft, step)
    data = request.POST if request.method == "POST" else None
    rule = RuleForm(data, condition=_TAKEN_WHEN, owner=current, scope=_scope(draft))
    return _edit(
        request,
        draft,
        current,
        rule,
        lambda: steps.step_changed(draft.document, step, {"when": rule.rule()}),
        sort=LEADS,
    )


@admin
@require_POST
def way_act(request: HttpRequest, uuid: UUID, step: str, place: str, act: str, sort: Sort) -> HttpResponse:
    """Move one of them up or down, or leave it out."""
    draft = draft_called(uuid)
    current = step_called(draft, step)
    number = _place(current, place, sort)
    match act:
        case "len" | "xuong":
            changed = moved(current, sort.member, number, number + (1 if act == "xuong" else -1))
            document = steps.step_changed(draft.document, step, {sort.member: changed[sort.member]})
        case "xoa":
            document = steps.without_way(draft.document, step, sort.member, number)
        case _:
            raise Http404
    try:
        save_process(request, draft, document, _note(current, sort))
    except (DomainError, DefinitionError) as error:
        messages.error(request, words(error))
    return redirect(sort.pages[0], uuid=draft.uuid, step=step)


def _edit(
    request: HttpRequest,
    draft: Proposal,
    current: Mapping[str, Any],
    rule: RuleForm,
    change: Callable[[], Document],
    *,
    sort: Sort,
    form: forms.Form | None = None,
) -> HttpResponse:
    status = 200
    if rule.is_bound and not rule.is_rearranged:
        status = 422
        if rule.is_valid() and (form is None or form.is_valid()):
            try:
                save_process(request, draft, change(), _note(current, sort))
            except (DomainError, DefinitionError) as error:
                rule.add_error(None, words(error))
                status = 409 if isinstance(error, ConflictError) else 422
                draft.refresh_from_db()
            else:
                messages.success(request, gettext("Saved."))
                return redirect(sort.pages[0], uuid=draft.uuid, step=current["code"])
    title = str(sort.title) if form else gettext("When is the step “%(name)s” taken?")
    context = step_frame(draft, current, sort.pages[0]) | {
        "form": rule,
        "way_form": form,
        "title": title % {"name": current["name"]},
    }
    return render(request, "office/builder/way.html", context, status=status)


def _scope(draft: Proposal) -> Scope:
    definition = definitions.load(draft.document)
    recording: tuple[ProcessStep, ...] = definition.process.steps if definition.process else ()
    return with_facts(definition.form, [fact for step in recording for fact in step.facts])


def _note(current: Mapping[str, Any], sort: Sort) -> str:
    return str(sort.title) % {"name": current["name"]}


def _place(current: Mapping[str, Any], place: str, sort: Sort) -> int:
    number = whole_number(place)
    if number is None or number >= len(current.get(sort.member, [])):
        raise Http404
    return number
