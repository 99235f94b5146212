"""What a clerk says of a paper that they scan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.days import DayField
from procedures.eforms.fields import TidyField

_LONGEST = 120


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "procedures/eforms/files.html"


class _FilesField(forms.FileField):
    """Several files at once, as a list."""

    widget = _Files

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(_FilesField, self).clean(one, initial) for one in data or [None]]


class ScanForm(forms.Form):
    """The scan, and what stands on the paper; `about` is what was said of it."""

    scans = _FilesField(
        label=_("Scan, or photos of the pages"),
        help_text=_(
            "PDF in colours with at least 200 dpi. Several photos become one PDF, a page each, in their order."
        ),
    )
    kind = TidyField(label=_("Kind of paper"), max_length=_LONGEST)
    number = TidyField(label=_("Number on it"), max_length=_LONGEST, required=False)
    issuer = TidyField(label=_("Issued by"), max_length=_LONGEST, required=False)
    owner = TidyField(label=_("Whose it is"), max_length=_LONGEST, required=False)
    issued_on = DayField(label=_("Date of issue"), required=False)
    valid_until = DayField(label=_("Valid until"), required=False)
    is_compared = forms.BooleanField(
        label=_("I have compared it with the original: sign it as a certified copy with my key"), required=False
    )

    def __init__(self, data: Any = None, *, accepts: str, refused: str = "", **kwargs: Any) -> None:
        """`refused` says why a file did not arrive."""
        super().__init__(data, **kwargs)
        self.refused = refused
        self.fields["scans"].widget.attrs["accept"] = accepts
        self.fields["scans"].required = not refused

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if self.refused:
            self.add_error("scans", self.refused)
        issued_on, valid_until = found.get("issued_on"), found.get("valid_until")
        if issued_on and valid_until and valid_until < issued_on:
            self.add_error("valid_until", _("A paper cannot run out before it was issued."))
        return found

    @property
    def about(self) -> dict[str, str]:
        """What was said of the paper, dates as ISO days, without what was left empty."""
        names = ("kind", "number", "issuer", "owner", "issued_on", "valid_until")
        return {name: str(self.cleaned_data[name]) for name in names if self.cleaned_data.get(name)}
