"""What civil servants type at the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import Case as CaseWhen
from django.db.models import QuerySet, When
from django.utils.translation import gettext_lazy as _

from identity.models import Agency, Appointment
from onestop.kinds import Delivery
from onestop.lists.columns import COLUMNS
from onestop.lists.narrowing import CAME, DUE, Narrowing
from onestop.models import Case
from procedures.definition import Consultation
from procedures.eforms.fields import NationalIdField, TidyField


class _Day(forms.DateInput):
    input_type = "date"

    def format_value(self, value: Any) -> str | None:
        return str(value) if value else None


class NothingForm(forms.Form):
    """An act that needs no words."""

    def __init__(self, case: Case, *args: Any, **kwargs: Any) -> None:
        self.case = case
        super().__init__(*args, **kwargs)


class AcceptForm(NothingForm):
    """Accepting; whether a case that is done at once gets form 01, too."""

    with_receipt = forms.BooleanField(label=_("The applicant asks for a receipt (form 01)"), required=False)

    def __init__(self, case: Case, *args: Any, is_optional: bool, **kwargs: Any) -> None:
        super().__init__(case, *args, **kwargs)
        if not is_optional:
            del self.fields["with_receipt"]


class ReasonForm(NothingForm):
    """An act with a reason that the applicant, or a colleague, will read."""

    reason = TidyField(label=_("Reason"), lines=True, max_length=2000)


class NoteForm(NothingForm):
    """An act with an optional note to the next colleague."""

    note = TidyField(label=_("Note for the next colleague"), lines=True, max_length=2000, required=False)


class SupplementRequestForm(NothingForm):
    """Exactly what is missing, why, and until when."""

    items = forms.MultipleChoiceField(
        label=_("What must be supplemented"), widget=forms.CheckboxSelectMultiple, choices=[]
    )
    reason = TidyField(label=_("Reason and legal basis"), lines=True, max_length=2000)
    days = forms.IntegerField(label=_("Days for the applicant to answer"), min_value=1, max_value=60, initial=10)

    def __init__(self, case: Case, *args: Any, items: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(case, *args, **kwargs)
        self.fields["items"].choices = items  # type: ignore[attr-defined]


class SendBackForm(ReasonForm):
    """To which earlier step, and why."""

    to = forms.ChoiceField(label=_("Back to step"), choices=[])

    def __init__(self, case: Case, *args: Any, steps: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(case, *args, **kwargs)
        self.fields["to"].choices = steps  # type: ignore[attr-defined]


class VerificationForm(NothingForm):
    """Which office is to verify what."""

    of = forms.ModelChoiceField(label=_("Office that is asked"), queryset=Agency.objects.none())
    text = TidyField(label=_("What is to be verified"), lines=True, max_length=2000)

    def __init__(self, case: Case, *args: Any, **kwargs: Any) -> None:
        super().__init__(case, *args, **kwargs)
        offices = Agency.objects.filter(valid_to=None).exclude(kind="CENTRE").order_by("sort_key")
        self.fields["of"].queryset = offices  # type: ignore[attr-defined]


class VerificationAnswerForm(NothingForm):
    """What the other office found."""

    confirmed = forms.ChoiceField(
        label=_("Answer of the office"),
        widget=forms.RadioSelect,
        choices=[("yes", _("Confirmed")), ("no", _("Nothing found"))],
    )
    text = TidyField(label=_("Their words"), lines=True, max_length=2000)


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
        offices = Agency.objects.filter(valid_to=None).exclude(kind="CENTRE")
        first = CaseWhen(When(code__in=proposed, then=0), default=1)
        self.fields["of"].queryset = offices.order_by(first, "sort_key")  # type: ignore[attr-defined]
        self.fields["of"].initial = list(offices.filter(code__in=proposed).values_list("pk", flat=True))
        self.fields["people"].queryset = colleagues  # type: ignore[attr-defined]
        if terms and terms.time:
            del self.fields["days"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("of") and not cleaned.get("people"):
            self.add_error("of", _("Choose whose opinion is asked."))
        return cleaned


class FollowForm(forms.Form):
    """The code that the ministry's system gave to the case."""

    code = TidyField(label=_("Code of the case at the ministry"), max_length=60)


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

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("outcome") in {"CONDITIONS", "OBJECTED"} and not cleaned.get("text"):
            self.add_error("text", _("Please say what is objected to, or under which conditions."))
        return cleaned


class ReturnForm(NothingForm):
    """The proof of handing over: the card that was shown, or the waybill."""

    checked_id_number = NationalIdField(
        label=_("Identity number read from the applicant's card"), max_length=30, required=False
    )
    waybill = TidyField(label=_("Number of the waybill"), max_length=40, required=False)

    def __init__(self, case: Case, *args: Any, **kwargs: Any) -> None:
        super().__init__(case, *args, **kwargs)
        del self.fields["checked_id_number" if case.delivery == Delivery.POST else "waybill"]
        for field in self.fields.values():
            field.required = True


class ListForm(forms.Form):
    """What narrows a list of the desk, orders it, and which columns it shows; what makes no sense is left out."""

    procedure = forms.TypedChoiceField(label=_("Procedure"), required=False, coerce=int, empty_value=None)
    sector = forms.TypedChoiceField(label=_("Sector"), required=False, coerce=int, empty_value=None)
    agency = forms.TypedChoiceField(label=_("Competent agency"), required=False, coerce=int, empty_value=None)
    state = forms.ChoiceField(label=_("State"), required=False)
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    due_from = forms.DateField(label=_("Due from"), required=False, widget=_Day())
    due_to = forms.DateField(label=_("Due until"), required=False, widget=_Day())
    holder = forms.TypedChoiceField(label=_("Held by"), required=False, coerce=int, empty_value=None)
    order = forms.ChoiceField(
        label=_("Order"), required=False, choices=[(DUE, _("By due time")), (CAME, _("By arrival at the unit"))]
    )
    column = forms.MultipleChoiceField(
        label=_("Columns"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(one.code, one.title) for one in COLUMNS],
    )

    def __init__(self, data: Any, choices: Mapping[str, Sequence[tuple[Any, Any]]]) -> None:
        super().__init__(data)
        for name, offered in choices.items():
            self.fields[name].choices = [("", _("All")), *offered]  # type: ignore[attr-defined]
        self.is_valid()

    @property
    def narrowing(self) -> Narrowing:
        """What was asked for, as far as it makes sense."""
        asked = {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
        asked.pop("column", None)
        return Narrowing(**asked)


class ViewForm(forms.Form):
    """The name under which a view is kept, and whether colleagues see it."""

    name = TidyField(label=_("Name of the view"), max_length=60)
    shared = forms.BooleanField(label=_("Colleagues of my agency see it, too"), required=False)
