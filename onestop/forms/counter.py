"""What a clerk types when somebody stands at the counter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from onestop.kinds import Presented
from onestop.wording import PRESENTED
from procedures.definition import Paper
from procedures.eforms.fields import NationalIdField, PhoneField, TidyField


class PersonForm(forms.Form):
    """Somebody at the counter whom the portal does not know yet, as their card and they themselves say."""

    national_id = NationalIdField(label=_("Identity number read from the card"), max_length=30)
    full_name = TidyField(label=_("Full name, as on the card"), max_length=120)
    phone = PhoneField(label=_("Phone"), max_length=30)
    email = forms.EmailField(label=_("E-mail, to be told of each step"), required=False, max_length=120)


class CounterForm(forms.Form):
    """What a clerk says when filing for somebody: how each published paper was brought, the money, and what next."""

    CASH: Final = "CASH"

    def __init__(
        self,
        papers: Sequence[Paper],
        data: Any = None,
        *,
        expected: Mapping[str, Presented | None],
        has_fee: bool,
        receipt_on_request: bool = False,
    ) -> None:
        super().__init__(data)
        self.papers = papers
        for paper in papers:
            self.fields[f"paper_{paper.code}"] = forms.ChoiceField(
                label=paper.name,
                help_text=paper.when,
                initial=expected[paper.code] or "",
                choices=[("", _("Choose")), *PRESENTED.items()],
            )
        if has_fee:
            self.fields["payment"] = forms.ChoiceField(
                label=_("The fee"),
                widget=forms.RadioSelect,
                initial=self.CASH,
                choices=[(self.CASH, _("Taken in cash now")), ("LATER", _("Paid online with a QR code"))],
            )
        self.fields["accepts"] = forms.BooleanField(
            label=_("Accept the case at once, and print the receipt (form 01)"), initial=True, required=False
        )
        if receipt_on_request:
            self.fields["accepts"].label = _("Accept the case at once")
            self.fields["accepts"].help_text = _(
                "Form 01 is printed when the person asks for it: then untick this, and choose it when you accept."
            )

    @property
    def presented(self) -> dict[str, Presented]:
        """How each paper was brought, by its code."""
        return {paper.code: Presented(self.cleaned_data[f"paper_{paper.code}"]) for paper in self.papers}

    @property
    def takes_cash(self) -> bool:
        """Whether the clerk has taken the fee."""
        return self.cleaned_data.get("payment") == self.CASH
