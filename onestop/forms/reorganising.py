"""What the province's admins give to see what a reorganisation would do, to apply it, and to take it back."""

from __future__ import annotations

import json
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from identity import services
from identity.errors import PlanRefusedError
from identity.services import Plan
from procedures.eforms.fields import TidyField

_LONGEST: Final = 500_000


class PlanForm(forms.Form):
    """A plan as a YAML file."""

    file = forms.FileField(
        label=_("The plan"),
        help_text=_("A YAML file. It is only looked at first."),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}),
    )

    def clean_file(self) -> Plan:
        """Return the plan that the file holds."""
        given: Any = self.cleaned_data["file"]
        try:
            return _plan(given.read(_LONGEST).decode("utf-8"))
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("The file cannot be read as YAML.")) from error


class _PlanInput(forms.HiddenInput):
    """Carries a plan from the page that shows it to the act that applies it."""

    def format_value(self, value: Any) -> str:
        return json.dumps(value.document, ensure_ascii=False) if isinstance(value, Plan) else str(value or "")


class ApplyForm(forms.Form):
    """The plan that was looked at, and that it is meant."""

    plan = forms.CharField(max_length=_LONGEST, widget=_PlanInput)
    sure = forms.BooleanField(label=_("I have read what the plan does, and it is to be done now"))

    def clean_plan(self) -> Plan:
        """Return the plan that was shown; JSON is YAML."""
        return _plan(self.cleaned_data["plan"])


class TakeBackForm(forms.Form):
    """Why a plan is taken back, and that it is meant."""

    reason = TidyField(label=_("Reason"), max_length=1000)
    sure = forms.BooleanField(label=_("Every agency, appointment and case of the plan goes back to what it was"))


def _plan(text: str) -> Plan:
    try:
        return services.plan_from_yaml(text)
    except PlanRefusedError as error:
        raise forms.ValidationError(error.problems) from error
