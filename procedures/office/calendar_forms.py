"""Forms for the working calendars."""

from __future__ import annotations

from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from identity.calendar import Hours
from identity.models import CalendarDay, how_worked
from portal.core.days import DayField
from procedures.eforms.fields import TidyField


class DayForm(forms.Form):
    """A day that does not follow its weekday."""

    _OFF = "off"
    day = DayField(label=_("Day"))
    works_like = forms.ChoiceField(label=_("How it is worked"))
    name = TidyField(
        label=_("What it is"), max_length=100, help_text=_("As Tết holiday, swapped day off, make-up day.")
    )
    source = TidyField(label=_("By which decision"), required=False, max_length=200)
    reason = TidyField(
        label=_("Reason"), max_length=1000, help_text=_("Stands in the history of the cases it moves.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        like: Any = self.fields["works_like"]
        like.choices = [(self._OFF, how_worked(None)), *((str(number), how_worked(number)) for number in WEEKDAYS)]

    @classmethod
    def initial_of(cls, known: CalendarDay | None) -> dict[str, Any]:
        """Return what the fields show for a day."""
        if known is None:
            return {}
        like = cls._OFF if known.works_like is None else str(known.works_like)
        return {"day": known.day.isoformat(), "works_like": like, "name": known.name, "source": known.source}

    def clean_works_like(self) -> int | None:
        value = self.cleaned_data["works_like"]
        return None if value == self._OFF else int(value)


class HoursForm(forms.Form):
    """When a weekday is worked."""

    hours = TidyField(
        label=_("Hours"),
        required=False,
        lines=True,
        max_length=200,
        help_text=_("One stretch a line, as 07:00–11:30. Leave empty when nobody works."),
    )
    valid_from = DayField(label=_("In force from"))
    reason = TidyField(label=_("Reason"), max_length=1000)

    def clean_hours(self) -> list[Hours]:
        return [self._stretch(line.strip()) for line in self.cleaned_data["hours"].splitlines() if line.strip()]

    def _stretch(self, line: str) -> Hours:
        starts, _dash, ends = (part.strip().zfill(5) for part in line.replace("–", "-").partition("-"))
        try:
            return Hours(time.fromisoformat(starts), time.fromisoformat(ends))
        except ValueError as error:
            wrong = _("“%(line)s” is no stretch of hours: write it as 07:00–11:30.")
            raise ValidationError(wrong, params={"line": line}) from error
