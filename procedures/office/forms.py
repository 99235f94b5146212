"""Forms for the parts of a document. A field is named as the entry it fills; entries without a field stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from procedures import folders, wording
from procedures.definition import DefinitionError
from procedures.eforms.fields import TidyField, WholeNumberField
from procedures.states import Audience, Availability, Level, OnlineLevel, PagePart


def _line(label: Any, *, required: bool = True, hint: Any = "", longest: int = 500) -> TidyField:
    return TidyField(label=label, required=required, help_text=hint, max_length=longest)


def _text(label: Any, *, required: bool = False, hint: Any = "", longest: int = 5000) -> TidyField:
    return TidyField(
        label=label, required=required, help_text=hint, max_length=longest, lines=True, widget=forms.Textarea
    )


def _count(label: Any, *, least: int = 0, most: int | None = None, required: bool = False) -> WholeNumberField:
    return WholeNumberField(label=label, required=required, min_value=least, max_value=most)


def _flag(label: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False)


def _choice(label: Any, values: Sequence[str], *, required: bool = True) -> forms.ChoiceField:
    choices = [(value, wording.value_text("kind", value)) for value in values]
    return forms.ChoiceField(label=label, choices=choices if required else [("", "–"), *choices], required=required)


def _several(label: Any, values: Sequence[str]) -> forms.MultipleChoiceField:
    choices = [(value, wording.value_text("kind", value)) for value in values]
    return forms.MultipleChoiceField(label=label, choices=choices, widget=forms.CheckboxSelectMultiple)


class PartForm(forms.Form):
    """A part of the document. `codeless` parts have no code of their own."""

    codeless = True

    def __init__(self, data: Any = None, *, document: Mapping[str, Any], part: Mapping[str, Any] | None) -> None:
        super().__init__(data, initial=self.initial_of(part or {}))
        self.document, self.part = document, part or {}

    def initial_of(self, part: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the fields show for a part."""
        return dict(part)

    def members(self) -> dict[str, Any]:
        """Return the entries that the cleaned fields stand for; None or empty takes an entry out."""
        return dict(self.cleaned_data)


class FactsForm(PartForm):
    """What the procedure is called, for whom it is and who is competent."""

    name = _line(_("Name"), longest=1000)
    name_en = _line(_("English name"), required=False, longest=1000)
    summary = _text(_("What people get"), hint=_("One or two sentences, as a good clerk would say it."))
    sector_code = _line(_("Code of the sector"), longest=30)
    sector_name = _line(_("Sector"), longest=200)
    decision = _line(_("Decision that published it"), required=False)
    online_level = _choice(_("Online level"), list(OnlineLevel))
    levels = _several(_("Levels"), list(Level))
    audiences = _several(_("Audiences"), list(Audience))
    applicants = _text(_("Who may apply"))
    competent = _text(_("Competent agency"))
    conditions = _text(_("Conditions"))
    steps_text = _text(_("How it goes"), hint=_("One step a line."))
    keywords_text = _text(_("Search words"), hint=_("What people call it, one a line."))
    popularity = _count(_("Cases a year"), most=100_000_000)
    unconfirmed = forms.MultipleChoiceField(
        label=_("Still being checked"),
        help_text=_("The page says so of these parts, and asks people to inquire before they file."),
        choices=lambda: [(part, wording.label(part)) for part in PagePart],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    retention_years = _count(_("Years for which cases are kept"), least=1, most=200)

    def initial_of(self, part: Mapping[str, Any]) -> dict[str, Any]:
        return dict(part) | {
            "sector_code": part.get("sector", {}).get("code", ""),
            "sector_name": part.get("sector", {}).get("name", ""),
            "steps_text": "\n".join(wording.name_of(step) for step in part.get("steps", [])),
            "keywords_text": "\n".join(part.get("keywords", [])),
            "retention_years": part.get("retention", {}).get("years"),
        }

    def members(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        given["sector"] = {"code": given.pop("sector_code"), "name": given.pop("sector_name")}
        given["steps"] = self._steps(given.pop("steps_text"))
        given["keywords"] = _lines(given.pop("keywords_text"))
        years = given.pop("retention_years")
        given["retention"] = {**self.part.get("retention", {}), "years": years} if years else None
        return given

    def _steps(self, text: str) -> list[Any]:
        before = {wording.name_of(step): step for step in self.part.get("steps", [])}
        return [before.get(line, line) for line in _lines(text)]


class PaperForm(PartForm):
    """A paper of the procedure."""

    codeless = False
    name = _text(_("Paper"), required=True)
    mode = _choice(_("What to do with it"), ["SUBMIT", "SHOW", "LOOK_UP"])
    originals = _count(_("Originals"), most=100)
    copies = _count(_("Copies"), most=100)
    when = _text(_("Only when"), hint=_("In words for the citizen; leave empty when it is always needed."))
    note = _text(_("Note"))
    basis = _line(_("Legal basis"), required=False, hint=_("Article and law on which asking for it rests."))
    template = _line(_("Address of the template"), required=False)


class FeeForm(PartForm):
    """A charge or duty."""

    codeless = False
    name = _line(_("Name"))
    kind = _choice(_("Kind"), ["PHI", "LE_PHI"])
    amount = _count(_("Amount (VND)"), least=1, most=10**11, required=True)
    per = forms.ChoiceField(label=_("Charged per"))
    timing = _choice(_("When it is paid"), ["FILING", "SUPPLEMENT", "RETURN", "ON_DEMAND"])
    exempt = _text(_("Who pays nothing"))
    illustrative = _flag(_("Illustrative figure"))
    note = _text(_("Note"))

    def __init__(self, data: Any = None, *, document: Mapping[str, Any], part: Mapping[str, Any] | None) -> None:
        super().__init__(data, document=document, part=part)
        steps = (self.document.get("form") or {}).get("steps", [])
        counted = [f for step in steps for f in step["fields"] if f["kind"] == "number"]
        per: Any = self.fields["per"]
        per.choices = [("CASE", _("case"))] + [(field["code"], wording.name_of(field)) for field in counted]

    def members(self) -> dict[str, Any]:
        # Flags are entries even when they are off.
        return dict(self.cleaned_data)


class TimeForm(PartForm):
    """The time limit."""

    kind = _choice(_("Unit"), ["SAME_DAY", "WORKING_HOURS", "WORKING_DAYS", "CALENDAR_DAYS", "MONTHS", "NONE"])
    value = _count(_("How many"), least=1, most=3650)
    cut_off = forms.RegexField(
        label=_("Cut-off"),
        regex=r"^([01][0-9]|2[0-3]):[0-5][0-9]$",
        required=False,
        help_text=_("As 15:00: what comes later counts from the next working day."),
    )
    note = _text(_("Note"))
    illustrative = _flag(_("Illustrative figure"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("kind") not in {"SAME_DAY", "NONE"} and not cleaned.get("value"):
            self.add_error("value", _("Say how many."))
        return cleaned


class BasisForm(PartForm):
    """A legal document."""

    number = _line(_("Number"), longest=100, hint=_("As 60/2014/QH13."))
    title = _line(_("Title"), required=False)


class ResultForm(PartForm):
    """What the applicant gets."""

    name = _line(_("Name"), longest=1000)
    code = _line(_("Code (KQ…)"), required=False, longest=30)


class AvailabilityForm(PartForm):
    """Whether cases are taken in."""

    state = _choice(_("State"), list(Availability))
    state.help_text = _(
        "Paused: nothing can be filed, the page stays. In season: cases are taken in between two days of each year. "
        "Retired: the page only says so. Cases filed before go on to their end in each of them."
    )
    notice = _text(_("Notice for the public"))
    successor = forms.RegexField(
        label=_("Code of the procedure that replaces it"), regex=r"^[0-9]\.[0-9]{6}$", required=False
    )
    season_from = forms.RegexField(
        label=_("Season from (month-day)"),
        regex=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
        required=False,
        help_text=_("Only for “in season”: month and day, for example 03-01."),
    )
    season_until = forms.RegexField(
        label=_("Season until (month-day)"), regex=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", required=False
    )

    def initial_of(self, part: Mapping[str, Any]) -> dict[str, Any]:
        return (
            {"state": "OPEN"}
            | dict(part)
            | {"season_from": part.get("from", ""), "season_until": part.get("until", "")}
        )

    def members(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return given | {"from": given.pop("season_from"), "until": given.pop("season_until")}


class ReasonForm(forms.Form):
    """Why; kept in the history."""

    reason = TidyField(label=_("Reason"), max_length=1000)


class ProposeForm(forms.Form):
    """Handing a draft to the second person."""

    reason = TidyField(label=_("Why this change"), max_length=1000)
    effective_from = forms.DateField(
        label=_("In force from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Leave empty for the day of approval."),
    )


def _lines(text: str) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


class WrittenForm(PartForm):
    """A part that has no form of its own yet: written as the catalogue's files have it (YAML)."""

    text = forms.CharField(
        label=_("As the catalogue's files have it"),
        required=False,
        max_length=200_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "code"}),
    )

    def initial_of(self, part: Mapping[str, Any]) -> dict[str, Any]:
        return {"text": folders.as_text(part) if part else ""}

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        try:
            self.content = folders.from_text(text) if text.strip() else None
        except DefinitionError as error:
            raise ValidationError(str(error)) from error
        return text

    def members(self) -> dict[str, Any]:
        return {"content": self.content}
