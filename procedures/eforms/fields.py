"""Django form fields for the kinds of question, and what each accepts. Cleaned values are plain JSON values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.choices import BaseChoiceIterator
from django.utils.translation import gettext_lazy as _

# Province codes of the 12-digit personal number (Thông tư 59/2021/TT-BCA, Phụ lục): those of birth registration.
_PROVINCE_CODES: Final = """
001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038 040 042 044
045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080 082 083 084 086 087 089 091
092 093 094 095 096
"""
_PROVINCES: Final = frozenset(_PROVINCE_CODES.split())
EARLIEST: Final = date(1900, 1, 1)
UNKNOWN: Final = "UNKNOWN"


def tidy(text: str, *, lines: bool = False) -> str:
    """Return `text` in NFC without control signs, spaces collapsed; line breaks stay when `lines`."""
    normal = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    kept = "".join(sign for sign in normal if sign in "\n\t\0" or unicodedata.category(sign) not in {"Cc", "Cf"})
    if lines:
        return "\n".join(re.sub(r"[^\S\n]+", " ", line).strip() for line in kept.split("\n")).strip()
    return re.sub(r"\s+", " ", kept).strip()


class TidyField(forms.CharField):
    """Text as people meant it: see `tidy`."""

    def __init__(self, *, lines: bool = False, **kwargs: Any) -> None:
        self.lines = lines
        if lines:
            kwargs["widget"] = forms.Textarea(attrs={"rows": 4})
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        return tidy(str(super().to_python(value) or ""), lines=self.lines)


class PhoneField(TidyField):
    """A Vietnamese phone number, returned as 0xxxxxxxxx; +84, spaces, dots and dashes are understood."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs |= {"inputmode": "tel", "autocomplete": "tel"}

    def clean(self, value: Any) -> str:
        text = re.sub(r"[\s.()-]", "", super().clean(value))
        number = "0" + text[3:] if text.startswith("+84") else text
        if number and not re.fullmatch(r"0[1-9]\d{8,9}", number, re.ASCII):
            raise ValidationError(_("Enter a phone number with 10 digits, for example 0912 345 678."))
        return number


class NationalIdField(TidyField):
    """The 12-digit personal number (số định danh cá nhân), spaces understood."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}

    def clean(self, value: Any) -> str:
        number = re.sub(r"[\s.-]", "", super().clean(value))
        if number and not re.fullmatch(r"\d{12}", number, re.ASCII):
            raise ValidationError(_("Enter all 12 digits of the identity number."))
        if number and number[:3] not in _PROVINCES:
            raise ValidationError(
                _("The first three digits are not the code of any province. Please check the card.")
            )
        return number


def id_contradicts(number: str, *, birth_date: str, sex: str) -> bool:
    """Return whether a 12-digit number denies the birth year or sex that were given.

    Digit 4 tells century and sex (0/1 for men/women born 1900-1999, 2/3 for 2000-2099, …), digits 5-6 the year
    (Nghị định 137/2015/NĐ-CP, Điều 13).
    """
    if len(number) != 12:
        return False
    if re.match(r"\d{4}", birth_date, re.ASCII):
        year = int(birth_date[:4])
        if int(number[3]) // 2 != year // 100 - 19 or int(number[4:6]) != year % 100:
            return True
    return sex in {"MALE", "FEMALE"} and int(number[3]) % 2 != (sex == "FEMALE")


class TaxCodeField(TidyField):
    """A tax code: 10 digits with their check digit, those and `-001` of a branch, or a personal number of 12 digits
    (since 2025-07-01 the tax code of people and household businesses).
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}

    def clean(self, value: Any) -> str:
        digits = re.sub(r"[\s.-]", "", super().clean(value))
        if not digits:
            return ""
        if not re.fullmatch(r"\d{10}|\d{12,13}", digits, re.ASCII):
            raise ValidationError(_("Enter a tax code with 10 digits, 10-3 for a branch, or 12 for a person."))
        is_right = digits[:3] in _PROVINCES if len(digits) == 12 else check_digit(digits[:9]) == digits[9]
        if not is_right:
            raise ValidationError(_("This tax code does not exist: please compare every digit."))
        return f"{digits[:10]}-{digits[10:]}" if len(digits) == 13 else digits


def check_digit(nine: str) -> str:
    """Return the tenth digit of a tax code, two digits (which fit nothing) when no code begins so."""
    weights = (31, 29, 23, 19, 17, 13, 7, 5, 3)
    return str(10 - sum(int(digit) * weight for digit, weight in zip(nine, weights, strict=True)) % 11)


class PassportField(TidyField):
    """A passport's number: letters and digits, as many as the machine-readable line has room for."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs |= {"autocapitalize": "characters", "autocomplete": "off"}

    def clean(self, value: Any) -> str:
        number = re.sub(r"[\s.-]", "", super().clean(value)).upper()
        if number and not re.fullmatch(r"(?=[A-Z0-9]*\d)[A-Z0-9]{6,9}", number, re.ASCII):
            raise ValidationError(_("Enter the passport number as it is printed, for example B1234567."))
        return number


class TimeField(TidyField):
    """A time of the day, returned as `17:00`; `17h`, `17h30` and `17 giờ 30` are understood."""

    def __init__(self, *, earliest: str = "", latest: str = "", **kwargs: Any) -> None:
        self.earliest, self.latest = earliest, latest
        super().__init__(**kwargs)
        self.widget.attrs |= {"autocomplete": "off", "size": "8", "class": "short"}

    def clean(self, value: Any) -> str:
        text = super().clean(value).lower()
        if not text:
            return ""
        found = re.fullmatch(r"(\d{1,2}) ?(?::|h|giờ|g) ?(\d{2})?( ?phút)?", text, re.ASCII)
        hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 99)
        if hour > 23 or minute > 59:
            raise ValidationError(_("Enter a time, for example 08:30 or 17:00."))
        time = f"{hour:02}:{minute:02}"
        if self.earliest and time < self.earliest:
            raise ValidationError(_("Enter a time from %(limit)s on."), params={"limit": self.earliest})
        if self.latest and time > self.latest:
            raise ValidationError(_("Enter a time until %(limit)s."), params={"limit": self.latest})
        return time


class DateWidget(forms.Widget):
    """Day, month and year as three numbers: no picker to fight with, nothing to guess about the order.

    With `can_be_unknown` there is a box to tick instead, as for old civil-status papers.
    """

    template_name = "procedures/eforms/date.html"
    is_set = True  # several inputs under one question
    can_be_unknown = False
    parts: Final = (("day", _("Day"), 2), ("month", _("Month"), 2), ("year", _("Year"), 4))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        numbers = value if isinstance(value, Mapping) else _split(value)
        context["widget"]["parts"] = [
            {"name": f"{name}_{part}", "label": label, "size": size, "value": numbers.get(part, "")}
            for part, label, size in self.parts
        ]
        context["widget"]["can_be_unknown"] = self.can_be_unknown
        context["widget"]["is_unknown"] = bool(numbers.get("unknown"))
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> dict[str, str]:
        if name in data:
            return _split(data[name])
        names = [*(part for part, _label, _size in self.parts), "unknown"]
        return {part: str(data.get(f"{name}_{part}", "")).strip() for part in names}

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data and f"{name}_day" not in data

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_day" if id_ else id_


def _split(value: Any) -> dict[str, str]:
    pieces = str(value or "").split("-")
    if pieces == [UNKNOWN]:
        return {"unknown": "on"}
    if len(pieces) > 3:
        return {"day": "", "month": "", "year": ""}
    year, month, day = (*pieces, "", "")[:3]
    return {"day": day.lstrip("0"), "month": month.lstrip("0"), "year": year}


class DateField(forms.Field):
    """A day of the calendar, returned as an ISO date.

    With `partial` a year, or a month and a year, is enough: `1975`, `1975-03`. With `can_be_unknown` so is a tick
    that nobody knows: `UNKNOWN`.
    """

    widget = DateWidget

    def __init__(
        self,
        *,
        earliest: date = EARLIEST,
        latest: date | None = None,
        partial: bool = False,
        can_be_unknown: bool = False,
        **kwargs: Any,
    ) -> None:
        self.earliest, self.latest = earliest, latest
        self.partial, self.can_be_unknown = partial, can_be_unknown
        super().__init__(**kwargs)
        self.widget.can_be_unknown = can_be_unknown

    def to_python(self, value: Any) -> str:
        numbers = value if isinstance(value, Mapping) else _split(value)
        texts = [numbers.get(part, "") for part in ("year", "month", "day")]
        is_unknown = self.can_be_unknown and bool(numbers.get("unknown"))
        if not any(texts):
            return UNKNOWN if is_unknown else ""
        if is_unknown:
            raise ValidationError(_("Either enter what is known of the date, or tick that it is unknown."))
        given = [text for text in texts if text] if self.partial else texts
        if texts[: len(given)] != given:
            raise ValidationError(_("Enter the year; before a day the month, too."))
        day = _day([*given, "1", "1"][:3])
        if day < self.earliest:
            raise ValidationError(_("Enter a date after %(limit)s."), params={"limit": f"{self.earliest:%d/%m/%Y}"})
        if self.latest and day > self.latest:
            raise ValidationError(_("Enter a date that is not later than today."))
        return day.isoformat()[: (4, 7, 10)[len(given) - 1]]


def _day(texts: Iterable[str]) -> date:
    try:
        year, month, day = (int(text) for text in texts if re.fullmatch(r"\d{1,4}", text, re.ASCII))
        if year < 1000:
            raise ValueError
        return date(year, month, day)
    except ValueError as error:
        raise ValidationError(_("Enter a date that exists, for example 15 3 2024.")) from error


class WholeNumberField(forms.IntegerField):
    """A whole number; dots that group thousands are understood."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "numeric"}), **kwargs)
        for validator in self.validators:
            if isinstance(validator, MinValueValidator):
                validator.message = _("Enter a number that is at least %(limit_value)s.")
            if isinstance(validator, MaxValueValidator):
                validator.message = _("Enter a number that is at most %(limit_value)s.")

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str):
            value = value.strip()
            if re.fullmatch(r"\d{1,3}(\.\d{3})+", value, re.ASCII):
                value = value.replace(".", "")
            if value and not re.fullmatch(r"-?\d{1,15}", value, re.ASCII):
                raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class Pairs(BaseChoiceIterator):
    """Choices that are pairs already, taken as they are.

    Of a plain list Django makes another one whenever a form is made: of hundreds of communes and countries, also
    where nothing is shown and one answer is checked.
    """

    def __init__(self, pairs: Sequence[tuple[str, Any]]) -> None:
        self.pairs = pairs

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        return iter(self.pairs)


class SearchableSelect(forms.Select):
    """A long list: one to open without scripts, one to type into with them."""

    template_name = "procedures/eforms/searchable.html"


class OutputWidget(forms.Widget):
    """A value that the server computes: shown, never sent."""

    template_name = "procedures/eforms/output.html"

    def use_required_attribute(self, initial: Any) -> bool:
        return False


class ComputedField(forms.Field):
    """A computed value among the fields of a page; what is posted for it is ignored."""

    widget = OutputWidget

    def __init__(self, *, shown: str, **kwargs: Any) -> None:
        self.shown = shown
        super().__init__(disabled=True, **{**kwargs, "required": True})  # no "(optional)" beside it

    def prepare_value(self, value: Any) -> str:
        return self.shown

    def clean(self, value: Any) -> None:
        return None


class KeptFilesWidget(forms.FileInput):
    """Files that were uploaded already are listed; the input adds to them."""

    template_name = "procedures/eforms/files.html"
    needs_multipart_form = True

    def __init__(self, kept: list[str], accept: str) -> None:
        self.kept = kept
        super().__init__({"accept": accept})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return self.kept

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


class KeptFilesField(forms.Field):
    """The files of a paper, by the identifiers under which the server keeps them; never from the browser."""

    def __init__(self, *, kept: list[str], accept: str, **kwargs: Any) -> None:
        super().__init__(widget=KeptFilesWidget(kept, accept), **kwargs)

    def clean(self, value: Any) -> list[str]:
        if self.required and not value:
            raise ValidationError(_("Add a photo or a scan of this paper."), code="required")
        return list(value or [])
