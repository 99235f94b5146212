"""The terms of a step: how often an act may be done in it, and how opinions are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from identity.access import serves_as
from identity.queries import agency_choices
from identity.states import AgencyKind, Role
from portal.core.errors import ConflictError, DomainError
from procedures import wording
from procedures.definition import DefinitionError
from procedures.editing import steps
from procedures.eforms.fields import WholeNumberField
from procedures.office.builder.one_step import save_process, step_called, step_frame
from procedures.office.saving import draft_called, words

admin = serves_as(Role.CATALOGUE_ADMIN)
TIME_UNITS: Final = ("WORKING_DAYS", "WORKING_HOURS", "CALENDAR_DAYS")
# What may be asked or granted more than once; the others end the step, or change nothing.
LIMITED: Final = ("REQUEST_SUPPLEMENT", "ASK_OPINION", "ASK_CONSENT", "ASK_VERIFICATION", "SEND_BACK")
_NAMED_KINDS: Final = (AgencyKind.PROVINCE, AgencyKind.DEPARTMENT, AgencyKind.VERTICAL, AgencyKind.COMMUNE)


class TermsForm(forms.Form):
    """How often each act may be done, and, where opinions are asked for, of whom, until when, and on which terms."""

    days = WholeNumberField(
        label=_("Time to give an opinion"),
        min_value=1,
        max_value=365,
        required=False,
        help_text=_("Left empty, who asks chooses the days."),
    )
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    agencies = forms.MultipleChoiceField(
        label=_("Whose opinion is asked"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They are ticked already when opinions are asked for; all are asked at once."),
    )
    silence_is_consent = forms.BooleanField(label=_("Silence until then is consent"), required=False)
    stops_clock = forms.BooleanField(label=_("The time of the case stands meanwhile"), required=False)
    confidential = forms.BooleanField(label=_("The opinions are confidential"), required=False)

    def __init__(self, data: Any = None, *, step: Mapping[str, Any]) -> None:
        asked = step.get("consultation", {})
        time = asked.get("time", {})
        limits = step.get("at_most", {})
        super().__init__(data, initial=dict(asked) | {"days": time.get("value"), "unit": time.get("kind")})
        self.step = step
        if steps.ASKING in step["actions"]:
            unit: Any = self.fields["unit"]
            unit.choices = [(one, wording.value_text("kind", one)) for one in TIME_UNITS]
            agencies: Any = self.fields["agencies"]
            agencies.choices = agencies_by_name(*asked.get("agencies", []))
        else:
            self.fields.clear()
        for act in self._acts:
            self.fields[act.lower()] = WholeNumberField(
                label=gettext("“%(act)s” at most so often") % {"act": wording.value_text("actions", act)},
                min_value=1,
                max_value=99,
                required=False,
                initial=limits.get(act),
                help_text=_("Left empty, as often as needed."),
            )

    @property
    def _acts(self) -> list[str]:
        return [act for act in LIMITED if act in self.step["actions"]]

    def members(self) -> dict[str, Any]:
        """Return the entries of the step that the cleaned fields stand for."""
        given = self.cleaned_data
        limits = {act: given[act.lower()] for act in self._acts if given[act.lower()]}
        kept = {act: most for act, most in self.step.get("at_most", {}).items() if act not in self._acts}
        return {"at_most": kept | limits, "consultation": self._consultation()}

    def _consultation(self) -> dict[str, Any]:
        given = self.cleaned_data
        flags = ("silence_is_consent", "stops_clock", "confidential")
        asked: dict[str, Any] = {name: True for name in flags if given.get(name)}
        if given.get("days"):
            before = self.step.get("consultation", {}).get("time", {})
            asked["time"] = {**before, "kind": given["unit"] or TIME_UNITS[0], "value": given["days"]}
        if given.get("agencies"):
            asked["agencies"] = given["agencies"]
        return asked


@admin
@require_http_methods(["GET", "POST"])
def terms(request: HttpRequest, uuid: UUID, step: str) -> HttpResponse:
    """The terms of one step."""
    draft = draft_called(uuid)
    current = step_called(draft, step)
    form = TermsForm(request.POST if request.method == "POST" else None, step=current)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            document = steps.step_changed(draft.document, step, form.members())
            try:
                save_process(request, draft, document, gettext("terms of “%(name)s”") % {"name": current["name"]})
            except (DomainError, DefinitionError) as error:
                form.add_error(None, words(error))
                status = 409 if isinstance(error, ConflictError) else 422
                draft.refresh_from_db()
            else:
                messages.success(request, gettext("Saved."))
                return redirect("office:section", uuid=uuid, section="quy-trinh")
    context = step_frame(draft, current, "office:step_terms") | {"form": form}
    return render(request, "office/builder/terms.html", context, status=status)


def agencies_by_name(*kept: str) -> list[tuple[str, str]]:
    """Return the codes and names of the agencies that a process may name, those in `kept` first."""
    known = dict(one for kind in _NAMED_KINDS for one in agency_choices(kind, timezone.localdate()))
    first = [(code, known.get(code, code)) for code in kept if code]
    return [*first, *((code, name) for code, name in known.items() if code not in kept)]
