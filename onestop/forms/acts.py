"""What the acts on a case ask for, one form each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.models import Account, Agency
from onestop.kinds import Delivery
from onestop.models import Case
from onestop.models.papers import REFUSAL, REFUSAL_OPENING
from onestop.services.apologising import Apology
from portal.core.formatting import short_time
from procedures.eforms.fields import NationalIdField, TidyField, WholeNumberField

Choices = list[tuple[str, str]]


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


class WordsForm(NothingForm):
    """A message, or a note."""

    text = TidyField(label=_("Text"), lines=True, max_length=4000)

    def __init__(self, case: Case, *args: Any, label: Any, **kwargs: Any) -> None:
        super().__init__(case, *args, **kwargs)
        self.fields["text"].label = label


class SupplementRequestForm(NothingForm):
    """Exactly what is missing, why, by which law, and until when."""

    items = forms.MultipleChoiceField(
        label=_("What must be supplemented"), widget=forms.CheckboxSelectMultiple, choices=[]
    )
    reason = TidyField(label=_("Reason"), lines=True, max_length=2000)
    basis = TidyField(label=_("Legal basis"), max_length=300)
    days = forms.IntegerField(label=_("Days for the applicant to answer"), min_value=1, max_value=60, initial=10)

    def __init__(self, case: Case, *args: Any, items: Choices, basis: str, **kwargs: Any) -> None:
        super().__init__(case, *args, **kwargs)
        self.fields["items"].choices = items  # type: ignore[attr-defined]
        self.fields["basis"].initial = basis
        if case.supplements:
            self.fields["items"].help_text = _(
                "This case was asked for a supplement before. Another request is lawful; in the ranking of "
                "QĐ 766/QĐ-TTg the case counts as late then, whenever it ends."
            )


class SendBackForm(ReasonForm):
    """To which earlier step, and why."""

    to = forms.ChoiceField(label=_("Back to step"), choices=[])

    def __init__(self, case: Case, *args: Any, steps: Choices, **kwargs: Any) -> None:
        super().__init__(case, *args, **kwargs)
        self.fields["to"].choices = steps  # type: ignore[attr-defined]


class DaysForm(ReasonForm):
    """A reason, and a number of working days."""

    days = WholeNumberField(label=_("Working days"), min_value=1, max_value=90)

    def __init__(self, case: Case, *args: Any, label: Any = None, **kwargs: Any) -> None:
        super().__init__(case, *args, **kwargs)
        if label is None:
            del self.fields["days"]
        else:
            self.fields["days"].label = label

    def propose(self, apology: Apology) -> None:
        """Put a drafted apology in: words, days, and by what these are judged."""
        self.fields["reason"].initial = apology.reason
        if "days" in self.fields and apology.until is not None:
            by_forecast, by_plan = _("By the forecast: until %(until)s"), _("By the plan: until %(until)s")
            judged = by_forecast if apology.is_forecast else by_plan
            self.fields["days"].initial = apology.days
            self.fields["days"].help_text = judged % {"until": short_time(apology.until)}


class ColleagueForm(ReasonForm):
    """To which colleague, and why."""

    to = forms.ModelChoiceField(label=_("Colleague"), queryset=Account.objects.none())

    def __init__(self, case: Case, *args: Any, colleagues: QuerySet[Account], **kwargs: Any) -> None:
        super().__init__(case, *args, **kwargs)
        to = self.fields["to"]
        to.queryset = colleagues  # type: ignore[attr-defined]
        to.label_from_instance = Account.get_full_name  # type: ignore[attr-defined]


class PaymentForm(NothingForm):
    """Which of the published fees are asked for now."""

    fees = forms.MultipleChoiceField(label=_("What is to be paid"), widget=forms.CheckboxSelectMultiple, choices=[])
    note = TidyField(label=_("Note to the applicant"), lines=True, max_length=2000, required=False)

    def __init__(self, case: Case, *args: Any, fees: Choices, **kwargs: Any) -> None:
        super().__init__(case, *args, **kwargs)
        self.fields["fees"].choices = fees  # type: ignore[attr-defined]


class DraftForm(NothingForm):
    """Grant or refuse, and the parts of the result's wording that may be written anew, one paragraph a line."""

    PARTS: Final = {
        "subtitle": _("Under the heading"),
        "grounds": _("Grounds, one a line"),
        "opening": _("Opening"),
        "articles": _("Articles, one a line"),
        "recipients": _("Recipients, one a line"),
    }

    decision = forms.ChoiceField(
        label=_("Decision"),
        widget=forms.RadioSelect,
        choices=[("grant", _("Grant: draft the result")), ("refuse", _("Refuse: draft a written refusal"))],
    )
    refusal_opening = TidyField(
        label=_("Opening of the refusal"),
        help_text=_("Left empty, the usual sentence stands there."),
        lines=True,
        max_length=2000,
        required=False,
    )
    refusal = TidyField(
        label=_("Reasons and legal basis of the refusal"), lines=True, max_length=4000, required=False
    )

    def __init__(self, case: Case, *args: Any, wording: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(case, *args, **kwargs)
        self.fields["decision"].initial = "refuse" if REFUSAL in wording else "grant"
        for part in (REFUSAL, REFUSAL_OPENING):
            self.fields[part].initial = wording.get(part, "")
        # Whom it goes to stands on every document, the rest where its template has it.
        self.parts = {part: label for part, label in self.PARTS.items() if wording.get(part) or part == "recipients"}
        for part, label in self.parts.items():
            said = wording[part]
            self.fields[part] = TidyField(
                label=label,
                lines=True,
                max_length=8000,
                required=False,
                initial=said if isinstance(said, str) else "\n".join(said),
            )

    def written(self, template: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parts that say something else than the template does; of a refusal its own."""
        said = {part: self.cleaned_data[part] for part in self.parts}
        parts = {
            part: text if isinstance(template[part], str) else [line for line in text.splitlines() if line.strip()]
            for part, text in said.items()
        }
        changed = {part: text for part, text in parts.items() if text != template[part]}
        if self.cleaned_data["decision"] == "grant":
            return changed
        opening = self.cleaned_data[REFUSAL_OPENING]
        own = {REFUSAL: self.cleaned_data[REFUSAL]} | ({REFUSAL_OPENING: opening} if opening else {})
        return own | {part: text for part, text in changed.items() if part == "recipients"}


class VerificationForm(NothingForm):
    """Which office is to verify what."""

    of = forms.ModelChoiceField(label=_("Office that is asked"), queryset=Agency.objects.none())
    text = TidyField(label=_("What is to be verified"), lines=True, max_length=2000)

    def __init__(self, case: Case, *args: Any, **kwargs: Any) -> None:
        super().__init__(case, *args, **kwargs)
        offices = Agency.objects.on(timezone.localdate()).exclude(kind="CENTRE").order_by("sort_key")
        self.fields["of"].queryset = offices  # type: ignore[attr-defined]


class VerificationAnswerForm(NothingForm):
    """What the other office found."""

    confirmed = forms.ChoiceField(
        label=_("Answer of the office"),
        widget=forms.RadioSelect,
        choices=[("yes", _("Confirmed")), ("no", _("Nothing found"))],
    )
    text = TidyField(label=_("Their words"), lines=True, max_length=2000)


class ReturnForm(NothingForm):
    """The proof of handing over: the card that was shown and the originals brought along, or the waybill."""

    compared = forms.MultipleChoiceField(
        label=_("Originals taken in and compared with what was filed"),
        widget=forms.CheckboxSelectMultiple,
        choices=[],
    )
    checked_id_number = NationalIdField(label=_("Identity number read from the card"), max_length=30)
    collected_by = TidyField(
        label=_("Who collects it in the applicant's place: full name"),
        help_text=_("Leave it empty when the applicant is here: then the card must be theirs."),
        max_length=100,
        required=False,
    )
    authorisation = TidyField(
        label=_("Their authorisation: number, day, and who certified it"), max_length=200, required=False
    )
    waybill = TidyField(label=_("Number of the waybill"), max_length=40)
    postage = WholeNumberField(label=_("Postage (VND)"), min_value=0, max_value=10_000_000, required=False)

    def __init__(self, case: Case, *args: Any, originals: Choices, can_authorise: bool, **kwargs: Any) -> None:
        super().__init__(case, *args, **kwargs)
        is_posted = case.delivery == Delivery.POST
        shown = {
            "compared": bool(originals) and not is_posted,
            "checked_id_number": not is_posted,
            "collected_by": can_authorise and not is_posted,
            "authorisation": can_authorise and not is_posted,
            "waybill": is_posted,
            "postage": is_posted,
        }
        for name in [name for name, is_asked in shown.items() if not is_asked]:
            del self.fields[name]
        if "compared" in self.fields:
            self.fields["compared"].choices = originals  # type: ignore[attr-defined]


class UndeliveredForm(ReasonForm):
    """Why the post brought it back, and what happens now."""

    collects = forms.ChoiceField(
        label=_("What happens now"),
        widget=forms.RadioSelect,
        choices=[("yes", _("The applicant collects it at the counter")), ("no", _("It is sent once more"))],
    )
