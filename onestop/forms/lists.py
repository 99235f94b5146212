"""What narrows a list of the desk, and the name under which that is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from onestop.lists.columns import COLUMNS, USUAL, Column, columns
from onestop.lists.narrowing import CAME, DUE, RISK, Narrowing
from portal.core.days import DayField
from procedures.eforms.fields import TidyField


class ListForm(forms.Form):
    """What narrows a list of the desk, orders it, and which columns it shows; what makes no sense is left out."""

    procedure = forms.TypedChoiceField(label=_("Procedure"), required=False, coerce=int, empty_value=None)
    sector = forms.TypedChoiceField(label=_("Sector"), required=False, coerce=int, empty_value=None)
    agency = forms.TypedChoiceField(label=_("Competent agency"), required=False, coerce=int, empty_value=None)
    state = forms.ChoiceField(label=_("State"), required=False)
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    due_from = DayField(label=_("Due from"), required=False)
    due_to = DayField(label=_("Due until"), required=False)
    holder = forms.TypedChoiceField(label=_("Held by"), required=False, coerce=int, empty_value=None)
    order = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[(DUE, _("By due time")), (RISK, _("By risk of being late")), (CAME, _("By arrival at the unit"))],
    )
    column = forms.MultipleChoiceField(
        label=_("Columns"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(one.code, one.title) for one in COLUMNS],
    )

    def __init__(self, data: QueryDict, choices: Mapping[str, Sequence[tuple[Any, Any]]]) -> None:
        data = data.copy()
        data.setlistdefault("column", list(USUAL))
        super().__init__(data)
        for name, offered in choices.items():
            self.fields[name].choices = [("", _("All")), *offered]  # type: ignore[attr-defined]
        self.is_valid()

    @property
    def narrowing(self) -> Narrowing:
        """What was asked for, as far as it makes sense."""
        asked = {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
        asked.pop("column", None)
        return Narrowing(**asked)

    @property
    def columns(self) -> list[Column]:
        """The columns that the list shows; what it is ordered by is among them."""
        chosen = self.cleaned_data.get("column", [])
        return columns([*chosen, "risk"] if self.narrowing.order == RISK else chosen)


class ViewForm(forms.Form):
    """The name under which a view is kept, and whether colleagues see it."""

    name = TidyField(label=_("Name of the view"), max_length=60)
    shared = forms.BooleanField(label=_("Colleagues of my agency see it, too"), required=False)
