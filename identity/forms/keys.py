"""What people fill in about their account."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from identity.states import Scope
from identity.wording import SCOPES

_DAYS: Final = {"30": _("30 days"), "90": _("90 days"), "180": _("180 days"), "365": _("One year")}


class KeyForm(forms.Form):
    """A new API key: for which program, what it may do, for how long."""

    name = forms.CharField(
        label=_("Which program is the key for?"),
        help_text=_("A name by which you know it again, for example: our accounting program."),
        max_length=80,
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may the program do?"),
        choices=[(str(scope), text) for scope, text in SCOPES.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.ChoiceField(
        label=_("For how long?"), choices=list(_DAYS.items()), widget=forms.RadioSelect, initial="90"
    )

    @property
    def asked(self) -> dict[str, Any]:
        """The cleaned answers as the service wants them."""
        return {
            "name": self.cleaned_data["name"],
            "scopes": [Scope(scope) for scope in self.cleaned_data["scopes"]],
            "lasts": timedelta(days=int(self.cleaned_data["days"])),
        }
