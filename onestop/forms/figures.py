"""Of which time and of whom figures and registers are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.models import Agency
from onestop.figures import Dimension, Period, Question, Scope, Stretch, period_of
from onestop.wording import CHANNELS
from portal.core.days import DayField


class KeyField(forms.IntegerField):
    """The key of what is offered in a list. Any other counts, too: a number leads to its own cases, and never to all,
    also before what it counts is offered.
    """

    widget = forms.Select

    def __init__(self, *, label: Any) -> None:
        super().__init__(label=label, required=False, min_value=1, max_value=10**18)


class FiguresForm(forms.Form):
    """Of which time the figures are, by what they are broken down, and what they are narrowed to."""

    stretch = forms.ChoiceField(
        label=_("Period"),
        required=False,
        choices=[
            (Stretch.THIS_MONTH, _("This month")),
            (Stretch.LAST_MONTH, _("Last month")),
            (Stretch.THIS_QUARTER, _("This quarter")),
            (Stretch.LAST_QUARTER, _("Last quarter")),
            (Stretch.THIS_YEAR, _("This year")),
            (Stretch.LAST_YEAR, _("Last year")),
            (Stretch.FREE, _("From … until …")),
        ],
    )
    first = DayField(label=_("From day"), required=False)
    last = DayField(label=_("Until day"), required=False)
    by = forms.ChoiceField(
        label=_("Broken down by"),
        required=False,
        choices=[
            (Dimension.AGENCY, _("Competent agency")),
            (Dimension.SECTOR, _("Sector")),
            (Dimension.PROCEDURE, _("Procedure")),
            (Dimension.CHANNEL, _("Channel")),
            (Dimension.OFFICER, _("Officer")),
        ],
    )
    agency = KeyField(label=_("Competent agency"))
    sector = KeyField(label=_("Sector"))
    procedure = KeyField(label=_("Procedure"))
    channel = forms.ChoiceField(label=_("Channel"), required=False, choices=[("", _("All")), *CHANNELS.items()])

    def __init__(self, data: Any, choices: Mapping[str, Sequence[tuple[Any, Any]]]) -> None:
        super().__init__(data)
        for name in ("agency", "sector", "procedure"):
            offered = [("", _("All")), *choices[name]]
            self.fields[name].widget.choices = offered
        self.is_valid()

    @property
    def dimension(self) -> Dimension:
        """By what the figures are broken down."""
        return Dimension(self.cleaned_data.get("by") or Dimension.AGENCY)

    @property
    def dimension_text(self) -> str:
        """The same in words."""
        return str(dict(self.fields["by"].choices)[self.dimension])  # type: ignore[attr-defined]

    def question(self, scope: Scope, now: datetime, officer: int | None = None) -> Question:
        """Return what was asked for, as far as it makes sense."""
        typed = self.cleaned_data
        period = period_of(Stretch(typed.get("stretch") or Stretch.THIS_MONTH), timezone.localtime(now).date())
        first, last = typed.get("first"), typed.get("last")
        if typed.get("stretch") == Stretch.FREE and first and last and first <= last:
            period = Period(first, last)
        filters = {name: typed[name] for name in ("agency", "sector", "procedure", "channel") if typed.get(name)}
        return Question(scope, period, now, officer=officer, **filters)


class RegisterForm(forms.Form):
    """Whose register of cases, from which day until which."""

    agency = forms.ModelChoiceField(label=_("Agency or centre"), queryset=Agency.objects.none(), empty_label=None)
    first = DayField(label=_("From day"))
    last = DayField(label=_("Until day"))

    def __init__(self, *args: Any, agencies: Sequence[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        theirs = Agency.objects.filter(pk__in=[agency.pk for agency in agencies]).order_by("sort_key")
        self.fields["agency"].queryset = theirs  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if "first" in typed and "last" in typed and typed["first"] > typed["last"]:
            self.add_error("last", _("The last day is before the first."))
        return typed

    @property
    def period(self) -> Period:
        """The days that were asked for."""
        return Period(self.cleaned_data["first"], self.cleaned_data["last"])
