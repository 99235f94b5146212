"""What strangers type or upload."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from procedures.eforms.fields import PhoneField, TidyField

_MOST_BYTES = 20 * 1024 * 1024


class TrackForm(forms.Form):
    """Case code and phone number."""

    code = TidyField(
        label=_("Case code"), help_text=_("On the receipt, for example H09.25747.MC-261124-0001."), max_length=60
    )
    phone = PhoneField(label=_("Phone number given in the application"), max_length=30)


class VerifyForm(forms.Form):
    """A PDF to check."""

    file = forms.FileField(
        label=_("The PDF file"), help_text=_("The file as you received it, at most 20 MB."), allow_empty_file=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = "application/pdf"

    def clean_file(self) -> UploadedFile[Any]:
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        if (upload.size or 0) > _MOST_BYTES:
            raise ValidationError(_("The file is larger than 20 MB. Results issued here are smaller."))
        return upload
