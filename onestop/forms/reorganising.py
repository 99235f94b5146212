"""What the province's admins give to see what a reorganisation would do."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from identity import services
from identity.errors import PlanRefusedError
from identity.services import Plan

_LONGEST: Final = 500_000


class PlanForm(forms.Form):
    """A plan as a YAML file."""

    file = forms.FileField(
        label=_("The plan"),
        help_text=_("The YAML file that the operator will apply."),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}),
    )

    def clean_file(self) -> Plan:
        """Return the plan that the file holds."""
        given: Any = self.cleaned_data["file"]
        try:
            return services.plan_from_yaml(given.read(_LONGEST).decode("utf-8"))
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("The file cannot be read as YAML.")) from error
        except PlanRefusedError as error:
            raise forms.ValidationError(error.problems) from error
