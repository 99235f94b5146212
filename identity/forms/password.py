"""What civil servants fill in to choose a password of their own."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm
from django import forms
from django.utils.translation import gettext_lazy as _


class PasswordForm(ChangePasswordForm):
    """The password of now, and the one to be, twice; it is another one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {"oldpassword": _("Password of now"), "password1": _("New password"), "password2": _("Once more")}
        for name, label in labels.items():
            field = self.fields[name]
            field.label, field.help_text = label, ""
            field.widget.attrs.pop("placeholder", None)
        self.fields["password1"].help_text = _(
            "At least 12 signs, not like your name, and not what many use. Several words in a row are easy to keep."
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        new = cleaned.get("password1")
        if new and new == cleaned.get("oldpassword"):
            self.add_error("password1", forms.ValidationError(_("This is the password of now: choose another one.")))
        return cleaned
