"""The terms of a step (how often an act may be done in it, how opinions are asked for), and of the whole process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
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
from procedures.editing import Document, steps, with_members
from procedures.eforms.fields import WholeNumberField
from procedures.models import Proposal
from procedures.office.builder.one_step import process_frame, save_process, step_called
from procedures.office.saving import draft_called, words

admin = serves_as(Role.CATALOGUE_ADMIN)
TIME_UNITS: Final = ("WORKING_DAYS", "WORKING_HOURS", "CALENDAR_DAYS")
# Acts that may be done more than once in a step; the others end it, or change nothing.
LIMITED: Final = ("REQUEST_SUPPLEMENT", "ASK_OPINION", "ASK_CONSENT", "ASK_VERIFICATION", "SEND_BACK")
_NAMED_KINDS: Final = (AgencyKind.PROVINCE, AgencyKind.DEPARTMENT, AgencyKind.VERTICAL)


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


class WholeForm(forms.Form):
    """What holds for the whole process: how long people are waited for, when form 01 is written, who collects."""

    consent_hours = WholeNumberField(
        label=_("Hours in which the applicant may look at a draft"),
        min_value=1,
        max_value=24,
        required=False,
        help_text=_("Silence until then is consent. Left empty, no draft is sent."),
    )
    verification_days = WholeNumberField(
        label=_("Working days in which another office answers a question"), min_value=1, max_value=60, required=False
    )
    receipt_on_request = forms.BooleanField(
        label=_("Done at once: form 01 is written only when the applicant asks for it"), required=False
    )
    collected_in_person = forms.BooleanField(
        label=_("The applicant collects the result themselves: nobody can be authorised"), required=False
    )

    def members(self) -> dict[str, Any]:
        """Return the entries of the process that the cleaned fields stand for."""
        return {name: value or None for name, value in self.cleaned_data.items()}


@admin
@require_http_methods(["GET", "POST"])
def whole(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What holds for the whole process."""
    draft = draft_called(uuid)
    known = draft.document.get("process")
    if not known:
        raise Http404
    form = WholeForm(request.POST if request.method == "POST" else None, initial=known)
    return _edit(
        request,
        draft,
        form,
        lambda: steps.with_process(draft.document, with_members(known, form.members())),
        {"title": gettext("What holds for the whole process")},
    )


@admin
@require_http_methods(["GET", "POST"])
def terms(request: HttpRequest, uuid: UUID, step: str) -> HttpResponse:
    """The terms of one step."""
    draft = draft_called(uuid)
    current = step_called(draft, step)
    form = TermsForm(request.POST if request.method == "POST" else None, step=current)
    return _edit(
        request,
        draft,
        form,
        lambda: steps.step_changed(draft.document, step, form.members()),
        {"title": gettext("Terms of “%(name)s”") % {"name": current["name"]}, "step": current},
    )


def _edit(
    request: HttpRequest, draft: Proposal, form: forms.Form, change: Callable[[], Document], frame: dict[str, Any]
) -> HttpResponse:
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                save_process(request, draft, change(), str(frame["title"]))
            except (DomainError, DefinitionError) as error:
                form.add_error(None, words(error))
                status = 409 if isinstance(error, ConflictError) else 422
                draft.refresh_from_db()
            else:
                messages.success(request, gettext("Saved."))
                return redirect(_process_page(draft))
    context = process_frame(draft) | {"form": form, "back": _process_page(draft)} | frame
    return render(request, "office/builder/terms.html", context, status=status)


def _process_page(draft: Proposal) -> str:
    return reverse("office:section", args=[draft.uuid, "quy-trinh"])


def agencies_by_name(*kept: str) -> list[tuple[str, str]]:
    """Return the codes and names of the agencies that a process may name, those in `kept` first."""
    known = dict(one for kind in _NAMED_KINDS for one in agency_choices(kind, timezone.localdate()))
    first = [(code, known.get(code, code)) for code in kept if code]
    return [*first, *((code, name) for code, name in known.items() if code not in kept)]
