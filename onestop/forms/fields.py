"""What forms of the desk are made of."""

from __future__ import annotations

from typing import Any

from django import forms

Choices = list[tuple[str, str]]


class Day(forms.DateInput):
    input_type = "date"

    def format_value(self, value: Any) -> str | None:
        return str(value) if value else None
