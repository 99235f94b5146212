"""The process of a draft: a ready one to begin with, then its steps in one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from identity.access import serves_as
from identity.states import Role
from portal.core.errors import ConflictError, DomainError
from portal.core.text import whole_number
from procedures import definition as definitions
from procedures import wording
from procedures.definition import DefinitionError
from procedures.editing import steps as editing
from procedures.eforms.fields import TidyField, WholeNumberField
from procedures.invariants import problems
from procedures.models import Proposal
from procedures.office.builder.facts import may_record
from procedures.office.builder.forms import labels_of
from procedures.office.builder.history import travel_of
from procedures.office.builder.library import ready_processes
from procedures.office.builder.one_step import save_process
from procedures.office.builder.terms import LIMITED, TIME_UNITS, agencies_by_name
from procedures.office.saving import draft_called, save, words
from procedures.office.sections import SECTIONS, section_called
from procedures.showing.drawing import drawing_of, inside_of
from procedures.states import STEP_ACTIONS, AgencyRule

admin = serves_as(Role.CATALOGUE_ADMIN)
_MOST: Final = 20
_BLANK: Final = {"name": "", "role": "OFFICER", "agency": "COMPETENT", "share": 0, "actions": ["FORWARD"]}


class StepForm(forms.Form):
    """A step of the process: who, where, which share of the time, what its holder may do."""

    code = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    name = TidyField(label=_("Step"), max_length=200)
    role = forms.ChoiceField(label=_("Who holds it"))
    agency = forms.ChoiceField(label=_("Where"))
    agency_code = forms.ChoiceField(label=_("Which agency"), required=False)
    share = WholeNumberField(label=_("Share of the time (%)"), min_value=0, max_value=100, required=False)
    own_time = WholeNumberField(label=_("Or a time of its own"), min_value=1, max_value=3650, required=False)
    own_unit = forms.ChoiceField(label=_("Unit of its own time"), required=False)
    actions = forms.MultipleChoiceField(label=_("What its holder may do"), widget=forms.CheckboxSelectMultiple)
    not_same_as = forms.BooleanField(label=_("Not by the person of the step before"), required=False)

    def __init__(self, data: Any = None, *, step: Mapping[str, Any], before: str, prefix: str) -> None:
        self.step, self.before = step, before
        role = str(step["role"])
        super().__init__(data, prefix=prefix, initial=self._initial())
        acts = STEP_ACTIONS.get(Role(role), ()) if role in set(Role) else ()
        self._choices("role", [(r, wording.value_text("role", str(r))) for r in STEP_ACTIONS])
        self._choices("agency", [(a, wording.value_text("agency", a)) for a in self._rules()])
        self._choices("agency_code", [("", "–"), *agencies_by_name(step.get("agency_code", ""))])
        self._choices("own_unit", [(unit, wording.value_text("kind", unit)) for unit in TIME_UNITS])
        kept = [act for act in step["actions"] if act not in acts]
        self._choices("actions", [(act, wording.value_text("actions", act)) for act in [*acts, *kept]])
        if not before:
            del self.fields["not_same_as"]

    def _choices(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = list(choices)

    def _initial(self) -> dict[str, Any]:
        own = self.step.get("time", {})
        return dict(self.step) | {
            "not_same_as": self.before in self.step.get("not_same_as", []),
            "own_time": own.get("value"),
            "own_unit": own.get("kind", TIME_UNITS[0]),
        }

    def _rules(self) -> list[AgencyRule]:
        """Return the rules to choose from; which agency by the answers is chosen on a page of its own."""
        return [rule for rule in AgencyRule if rule != AgencyRule.ROUTED or self.step.get("route")]

    @property
    def leads(self) -> int:
        """How many ways leave the order here; a step that is not saved yet has none."""
        return len(self.step.get("next", []))

    @property
    def routes(self) -> int:
        """How many agencies the step may go to, by the answers."""
        return len(self.step.get("route", []))

    @property
    def has_terms(self) -> bool:
        """Whether the step stands already, and its holder does something that may be limited."""
        return bool(self.step.get("code")) and bool(set(LIMITED) & set(self.step["actions"]))

    @property
    def records(self) -> bool:
        """Whether the step stands already, and its holder records something or may."""
        return bool(self.step.get("code")) and may_record(self.step)

    @property
    def recorded(self) -> str:
        """What is recorded in the step, in words."""
        return labels_of(self.step.get("facts", []))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("agency") == "NAMED" and not cleaned.get("agency_code"):
            self.add_error("agency_code", _("Choose the agency."))
        if (cleaned.get("share") is None) == (cleaned.get("own_time") is None) and not self.errors:
            self.add_error("share", _("Give a share of the time, or a time of its own."))
        return cleaned

    def step_as_chosen(self) -> dict[str, Any]:
        """Return the step that the cleaned fields stand for."""
        given = self.cleaned_data
        changed = {**self.step, **{name: given[name] for name in ("name", "role", "agency", "share", "actions")}}
        own = {"kind": given["own_unit"] or TIME_UNITS[0], "value": given["own_time"]}
        changed["time"] = {**self.step.get("time", {}), **own} if given["own_time"] else None
        changed["agency_code"] = given["agency_code"] if given["agency"] == "NAMED" else ""
        if self.before:
            others = [code for code in self.step.get("not_same_as", []) if code != self.before]
            changed["not_same_as"] = others + ([self.before] if given["not_same_as"] else [])
        return {name: value for name, value in changed.items() if value not in ("", [], None)}


@admin
@require_http_methods(["GET", "POST"])
def process(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The steps in a table; posting saves them all, or adds, moves or removes one of them on the page."""
    draft = draft_called(uuid)
    given = editing.steps(draft.document)
    status = 200
    if request.method == "POST":
        rows = _posted(request, given)
        if "act" in request.POST:
            rows = _rearranged(rows, request.POST["act"])
            table = _unbound(rows)
        else:
            table = _bound(request, rows)
            status, done = _save(request, draft, table)
            if done:
                return redirect("office:section", uuid=uuid, section="quy-trinh")
            draft.refresh_from_db()
    else:
        table = _unbound(given)
    definition = definitions.load(draft.document)
    stations = inside_of(definition, for_office=dict(agencies_by_name()))
    context = {
        "here": "home",
        "proposal": draft,
        "sections": SECTIONS,
        "section": section_called("quy-trinh"),
        "stations": stations,
        "drawing": drawing_of(stations),
        "problems": problems(definition),
        "travel": travel_of(draft),
        "table": table,
        "errors": [form for form in table if form.is_bound and form.errors],
        "ready": ready_processes(),
    }
    return render(request, "office/builder/process.html", context, status=status)


@admin
@require_POST
def use_ready(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Begin with a ready process; it replaces the one there is."""
    draft = draft_called(uuid)
    chosen = next((one for one in ready_processes() if one.key == request.POST.get("ready")), None)
    if chosen is None:
        raise Http404
    try:
        save(request, draft, editing.with_process(draft.document, chosen.process), str(_("Process")))
    except (DomainError, DefinitionError) as error:
        messages.error(request, words(error))
    else:
        messages.success(request, gettext("The process is there. Its steps can be changed now."))
    return redirect("office:section", uuid=uuid, section="quy-trinh")


def _save(request: HttpRequest, draft: Proposal, table: list[StepForm]) -> tuple[int, bool]:
    wrong = [form for form in table if not form.is_valid()]
    if wrong:
        return 422, False
    try:
        document = editing.with_steps(draft.document, [form.step_as_chosen() for form in table])
        save_process(request, draft, document, str(_("Process")))
    except (DomainError, DefinitionError) as error:
        messages.error(request, words(error))
        return (409 if isinstance(error, ConflictError) else 422), False
    messages.success(request, gettext("Saved."))
    return 302, True


def _posted(request: HttpRequest, given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the steps as they stand in the page: what was posted laid over what was known of each."""
    known = {step["code"]: step for step in given}
    count = min(whole_number(request.POST.get("count", "")) or 0, _MOST)
    rows: list[dict[str, Any]] = []
    for place in range(count):
        saved = known.get(request.POST.get(f"s{place}-code", ""), _BLANK)
        previous = str(rows[-1].get("code", "")) if rows else ""
        rows.append(_posted_step(request.POST, f"s{place}-", saved, previous))
    return rows


def _posted_step(data: QueryDict, prefix: str, saved: Mapping[str, Any], previous: str) -> dict[str, Any]:
    """Return a step as it was typed; acts that its role does not have are left out."""
    role = data.get(f"{prefix}role", "")
    role = role if role in set(STEP_ACTIONS) else str(saved["role"])
    fitting = [*STEP_ACTIONS[Role(role)], *(saved["actions"] if role == saved["role"] else [])]
    actions = [act for act in data.getlist(f"{prefix}actions") if act in fitting]
    if not actions and role != saved["role"]:
        actions = fitting[:1]
    others = [code for code in saved.get("not_same_as", []) if code != previous]
    return {
        **saved,
        **{name: data.get(f"{prefix}{name}", "") for name in ("name", "agency", "agency_code")},
        "role": role,
        "share": whole_number(data.get(f"{prefix}share", "")),
        "time": _own_time(data, prefix),
        "actions": actions,
        "not_same_as": [*others, previous] if previous and f"{prefix}not_same_as" in data else others,
    }


def _own_time(data: QueryDict, prefix: str) -> dict[str, Any]:
    value = whole_number(data.get(f"{prefix}own_time", ""))
    return {"kind": data.get(f"{prefix}own_unit", ""), "value": value} if value else {}


def _rearranged(rows: list[dict[str, Any]], act: str) -> list[dict[str, Any]]:
    word, _bar, number = act.partition(":")
    place = whole_number(number)
    if word == "them" and len(rows) < _MOST:
        return [*rows, dict(_BLANK)]
    if place is None or place >= len(rows):
        return rows
    if word == "bo":
        return rows[:place] + rows[place + 1 :]
    to = place + {"len": -1, "xuong": 1}.get(word, 0)
    if 0 <= to < len(rows):
        rows.insert(to, rows.pop(place))
    return rows


def _unbound(rows: Sequence[Mapping[str, Any]]) -> list[StepForm]:
    return [StepForm(step=row, before=_before(rows, place), prefix=f"s{place}") for place, row in enumerate(rows)]


def _bound(request: HttpRequest, rows: Sequence[Mapping[str, Any]]) -> list[StepForm]:
    data = request.POST.copy()
    for place, row in enumerate(rows):
        data.setlist(f"s{place}-actions", list(row["actions"]))
    return [
        StepForm(data, step=row, before=_before(rows, place), prefix=f"s{place}") for place, row in enumerate(rows)
    ]


def _before(rows: Sequence[Mapping[str, Any]], place: int) -> str:
    return str(rows[place - 1].get("code", "")) if place else ""
