"""Days as they are typed into pages of the offices."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = date(2199, 12, 31)  # the months before and the day after can still be counted


class DayInput(forms.DateInput):
    input_type = "date"

    def format_value(self, value: Any) -> str | None:
        return str(value) if value else None


class DayField(forms.DateField):
    """A day with which a calendar can reckon."""

    widget = DayInput
    default_validators = [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]
