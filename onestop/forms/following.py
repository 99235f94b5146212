"""Following a case that a ministry's own system handles."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from procedures.eforms.fields import TidyField


class FollowForm(forms.Form):
    """The code that the ministry's system gave to the case."""

    code = TidyField(label=_("Code of the case at the ministry"), max_length=60)
