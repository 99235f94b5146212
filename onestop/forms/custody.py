"""What is typed when originals change hands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from identity.models import Account, Agency, Appointment
from procedures.eforms.fields import NationalIdField, TidyField


class HandoverForm(forms.Form):
    """To whom originals go: an agency that may read all their cases, or a person there."""

    to = forms.ChoiceField(label=_("To whom"))

    def __init__(
        self, destinations: Sequence[tuple[Agency, Sequence[Appointment]]], data: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.places: dict[str, tuple[Agency, Account | None]] = {}
        groups = []
        for agency, staff in destinations:
            lines = [(str(agency.pk), str(_("%(agency)s: whoever takes it there") % {"agency": agency.name}))]
            self.places[str(agency.pk)] = (agency, None)
            for one in staff:
                key = f"{agency.pk}-{one.account_id}"
                lines.append((key, ", ".join(filter(None, [one.account.full_name, one.title]))))
                self.places[key] = (agency, one.account)
            groups.append((agency.name, lines))
        self.fields["to"].choices = groups  # type: ignore[attr-defined]

    @property
    def receiver(self) -> tuple[Agency, Account | None]:
        """The agency, and the person where one was chosen."""
        return self.places[self.cleaned_data["to"]]


class ReceiveForm(forms.Form):
    """What the receiver writes down beside the ticks."""

    remark = TidyField(
        label=_("Surplus or damaged, if anything"),
        help_text=_("What is not ticked counts as missing, and stays with the giver."),
        lines=True,
        max_length=1000,
        required=False,
    )


class GiveBackForm(forms.Form):
    """The proof that originals went back: the card that was shown, or the waybill."""

    id_number = NationalIdField(
        label=_("Identity number read from the applicant's card"), max_length=30, required=False
    )
    waybill = TidyField(label=_("Or, by post: number of the waybill"), max_length=40, required=False)
