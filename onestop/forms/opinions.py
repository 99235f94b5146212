"""Asking others for an opinion, and giving one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Case as CaseWhen
from django.db.models import QuerySet, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.models import Agency, Appointment
from onestop.forms.acts import NothingForm
from onestop.models import Case, CaseRequest
from procedures.definition import Consultation
from procedures.eforms.fields import TidyField


class OpinionRequestForm(NothingForm):
    """Whose opinion is asked, on what, until when. What the process proposes is ticked already."""

    of = forms.ModelMultipleChoiceField(
        label=_("Agencies whose opinion is asked"),
        queryset=Agency.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    people = forms.ModelMultipleChoiceField(
        label=_("Colleagues whose opinion is asked"),
        queryset=Appointment.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    text = TidyField(label=_("On what is an opinion asked"), lines=True, max_length=2000)
    days = forms.IntegerField(label=_("Working days to answer"), min_value=1, max_value=60, initial=5)
    is_confidential = forms.BooleanField(
        label=_("The opinions are confidential: the applicant does not see them"), required=False
    )

    def __init__(
        self, case: Case, *args: Any, terms: Consultation | None, colleagues: QuerySet[Appointment], **kwargs: Any
    ) -> None:
        super().__init__(case, *args, **kwargs)
        proposed = terms.agencies if terms else ()
        offices = Agency.objects.on(timezone.localdate()).exclude(kind="CENTRE")
        first = CaseWhen(When(code__in=proposed, then=0), default=1)
        self.fields["of"].queryset = offices.order_by(first, "sort_key")  # type: ignore[attr-defined]
        self.fields["of"].initial = list(offices.filter(code__in=proposed).values_list("pk", flat=True))
        people: Any = self.fields["people"]
        people.queryset, people.label_from_instance = colleagues, lambda one: f"{one.account.full_name}, {one.title}"
        if terms and terms.time:
            del self.fields["days"]
        self.fields["is_confidential"].initial = bool(terms and terms.confidential)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("of") and not cleaned.get("people"):
            self.add_error("of", _("Choose whose opinion is asked."))
        return cleaned


class OpinionForm(forms.Form):
    """The opinion of the agency that was asked."""

    outcome = forms.ChoiceField(
        label=_("Opinion"),
        widget=forms.RadioSelect,
        choices=[
            ("AGREED", _("Agrees")),
            ("CONDITIONS", _("Agrees, with conditions")),
            ("OBJECTED", _("Does not agree")),
        ],
    )
    text = TidyField(label=_("In words, with the legal basis"), lines=True, max_length=4000, required=False)
    attachment = forms.FileField(
        label=_("Letter of the agency"), required=False, help_text=_("A PDF or a picture, at most 20 MB.")
    )
    is_confidential = forms.BooleanField(
        label=_("Confidential: the applicant does not see this opinion"), required=False
    )

    def __init__(self, asked: CaseRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if asked.is_confidential:  # so is the answer, then
            del self.fields["is_confidential"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("outcome") in {"CONDITIONS", "OBJECTED"} and not cleaned.get("text"):
            self.add_error("text", _("Please say what is objected to, or under which conditions."))
        return cleaned
