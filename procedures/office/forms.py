"""Forms for the parts of a document. A field is named as the entry it fills; entries without a field stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from identity.queries import agency_choices
from identity.states import AgencyKind
from portal.core.days import DayField
from procedures import definition as definitions
from procedures import folders, wording
from procedures.definition import DefinitionError
from procedures.definition.terms import ANSWERED
from procedures.editing import outline, with_members
from procedures.eforms.fields import TidyField, WholeNumberField
from procedures.office.choosing import Condition
from procedures.office.subjects import Subject, whole
from procedures.rules import Answer
from procedures.states import Audience, Availability, FilingChannel, Level, OnlineLevel, PagePart


def line(label: Any, *, required: bool = True, hint: Any = "", longest: int = 500) -> TidyField:
    return TidyField(label=label, required=required, help_text=hint, max_length=longest)


def text(label: Any, *, required: bool = False, hint: Any = "", longest: int = 5000) -> TidyField:
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


def _several(
    label: Any, values: Sequence[str], *, required: bool = True, hint: Any = ""
) -> forms.MultipleChoiceField:
    choices = [(value, wording.value_text("kind", value)) for value in values]
    return forms.MultipleChoiceField(
        label=label, choices=choices, widget=forms.CheckboxSelectMultiple, required=required, help_text=hint
    )


class PartForm(forms.Form):
    """A part of the document. `codeless` parts have no code of their own; `rows` are forms of lists within it.

    `key` is the entry in which no two parts of a list may be alike.
    """

    codeless = True
    key = ""
    rules: ClassVar[tuple[Condition, ...]] = ()
    rows: Sequence[PartForm] = ()
    legend: str | Promise = ""  # of a form among the rows of another
    again: str | Promise = ""  # the button that shows the page for what was chosen, before anything is saved

    def __init__(
        self,
        data: Any = None,
        *,
        document: Mapping[str, Any],
        part: Mapping[str, Any] | None,
        prefix: str | None = None,
    ) -> None:
        super().__init__(data, initial=self.initial_of(part or {}), prefix=prefix)
        self.document, self.part = document, part or {}

    @classmethod
    def name_of(cls, part: Any, document: Mapping[str, Any]) -> str:
        """Return what a part is called in the list of its section."""
        return wording.name_of(part)

    @property
    def is_rearranged(self) -> bool:
        """Whether the page was only asked for again, as it was filled in."""
        return self.is_bound and "again" in self.data

    @classmethod
    def needed_by(cls, part: Any, document: Mapping[str, Any]) -> list[str]:
        """Return the names of what would be in the air without a part."""
        return []

    def is_valid(self) -> bool:
        """Return whether the fields, and those of all rows, are right."""
        return all([super().is_valid(), *(row.is_valid() for row in self.rows)])

    def choose(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        """Give a field what there is to choose."""
        field: Any = self.fields[name]
        field.choices = list(choices)

    def initial_of(self, part: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the fields show for a part."""
        return dict(part)

    def members(self) -> dict[str, Any]:
        """Return the entries that the cleaned fields stand for; None or empty takes an entry out."""
        return dict(self.cleaned_data)


class FactsForm(PartForm):
    """What the procedure is called, for whom it is and who is competent."""

    name = line(_("Name"), longest=1000)
    name_en = line(_("English name"), required=False, longest=1000)
    summary = text(_("What people get"), hint=_("One or two sentences, as a good clerk would say it."))
    sector_code = line(_("Code of the sector"), longest=30)
    sector_name = line(_("Sector"), longest=200)
    decision = line(_("Decision that published it"), required=False)
    online_level = _choice(_("Online level"), list(OnlineLevel))
    levels = _several(_("Levels"), list(Level))
    audiences = _several(_("Audiences"), list(Audience))
    applicants = text(_("Who may apply"))
    competent = text(_("Competent agency"))
    conditions = text(_("Conditions"))
    steps_text = text(_("How it goes"), hint=_("One step a line."))
    keywords_text = text(_("Search words"), hint=_("What people call it, one a line."))
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
        given["keywords"] = lines_of(given.pop("keywords_text"))
        years = given.pop("retention_years")
        given["retention"] = {**self.part.get("retention", {}), "years": years} if years else None
        return given

    def _steps(self, text: str) -> list[Any]:
        before = {wording.name_of(step): step for step in self.part.get("steps", [])}
        return [before.get(line, line) for line in lines_of(text)]


class PaperForm(PartForm):
    """A paper of the procedure."""

    codeless = False
    name = text(_("Paper"), required=True)
    mode = _choice(_("What to do with it"), ["SUBMIT", "SHOW", "LOOK_UP"])
    originals = _count(_("Originals"), most=100)
    copies = _count(_("Copies"), most=100)
    when = text(_("Only when"), hint=_("In words for the citizen; leave empty when it is always needed."))
    note = text(_("Note"))
    variant = forms.ChoiceField(label=_("Case of application"), required=False)
    basis = line(_("Legal basis"), required=False, hint=_("Article and law on which asking for it rests."))
    template = line(_("Address of the template"), required=False)

    def __init__(self, data: Any = None, **about: Any) -> None:
        super().__init__(data, **about)
        variants = [(variant["code"], variant["name"]) for variant in self.document.get("variants", [])]
        self.choose("variant", [("", _("every one")), *variants])
        if not variants:
            del self.fields["variant"]


class FeeForm(PartForm):
    """A charge or duty: how much, times what, from whom, on which way of filing."""

    codeless = False
    rules = (
        Condition("when", _("Charged only when"), _("it is charged always")),
        Condition("exempt_if", _("Free of charge when"), _("nobody is exempt")),
    )
    name = line(_("Name"))
    kind = _choice(_("Kind"), ["PHI", "LE_PHI"])
    amount = _count(_("Amount (VND)"), least=1, most=10**11, required=True)
    per = forms.ChoiceField(label=_("Charged per"))
    timing = _choice(_("When it is paid"), ["FILING", "SUPPLEMENT", "RETURN", "ON_DEMAND"])
    channels = _several(
        _("Ways of filing on which it is charged"),
        list(FilingChannel),
        required=False,
        hint=_("None: on all of them."),
    )
    exempt = text(_("Who pays nothing"), hint=_("In words for the citizen."))
    illustrative = _flag(_("Illustrative figure"))
    note = text(_("Note"))

    def __init__(self, data: Any = None, **about: Any) -> None:
        super().__init__(data, **about)
        scope = whole(definitions.load(self.document).form)
        counted = [(_per(one), one.label) for one in scope.offered if one.answer in {Answer.NUMBER, Answer.ROWS}]
        kept = [(_KEPT, wording.expression_text(self.part["quantity"]))] if self.initial["per"] == _KEPT else []
        self.choose("per", [("CASE", _("case")), *counted, *kept])

    def initial_of(self, part: Mapping[str, Any]) -> dict[str, Any]:
        return dict(part) | {"per": _per_of(part)}

    def members(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        code = given["per"].removeprefix(_ROWS)
        if given["per"] == _KEPT:
            return given | {"per": self.part.get("per"), "quantity": self.part["quantity"]}
        if code != given["per"]:
            return given | {"per": None, "quantity": {"op": "count", "of": [{"field": code}]}}
        if code == "CASE" and "per" not in self.part:
            given["per"] = None
        return given | {"quantity": None}


_KEPT = "="  # what it is multiplied by is computed in a way that is not among the choices
_ROWS = "#"  # before the code of a group: charged for each row of it


def _per(subject: Subject) -> str:
    return f"{_ROWS}{subject.path}" if subject.answer == Answer.ROWS else subject.path


def _per_of(fee: Mapping[str, Any]) -> str:
    quantity = fee.get("quantity")
    if quantity is None:
        return str(fee.get("per", "CASE"))
    of = quantity.get("of", [])
    is_count = quantity.get("op") == "count" and len(of) == 1 and set(of[0]) == {"field"}
    return f"{_ROWS}{of[0]['field']}" if is_count else _KEPT


_UNITS: Final = ("SAME_DAY", "WORKING_HOURS", "WORKING_DAYS", "CALENDAR_DAYS", "MONTHS", "NONE")


class TimeForm(PartForm):
    """The time limit."""

    kind = _choice(_("Unit"), _UNITS)
    value = _count(_("How many"), least=1, most=3650)
    cut_off = forms.RegexField(
        label=_("Cut-off"),
        regex=r"^([01][0-9]|2[0-3]):[0-5][0-9]$",
        required=False,
        help_text=_("As 15:00: what comes later counts from the next working day."),
    )
    note = text(_("Note"))
    illustrative = _flag(_("Illustrative figure"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("kind") not in {"SAME_DAY", "NONE", "", None} and not cleaned.get("value"):
            self.add_error("value", _("Say how many."))
        return cleaned


class TimeRuleForm(TimeForm):
    """A time limit for some answers; the first whose condition holds is taken."""

    key = "condition"
    rules = (Condition("when", _("It is the time limit when")),)
    condition = line(_("For which cases"), hint=_("In words for the citizen: “houses up to two floors”."))
    field_order = ("condition",)


class ChannelTimeForm(TimeForm):
    """A time limit on one way of filing; left without a unit it is none."""

    legend = _("Time limit on this way of filing")
    kind = _choice(_("Unit"), _UNITS, required=False)
    condition = line(
        _("For which cases"), required=False, hint=_("In words for the citizen; empty when it is always so.")
    )
    field_order = ("condition",)


class ChannelForm(PartForm):
    """A way of filing, with time limits of its own; the fees of a way are told at each fee."""

    key = "channel"
    channel = _choice(_("Way of filing"), list(FilingChannel))
    note = text(_("Note"), hint=_("Where, at what hours, to which address."))

    def __init__(self, data: Any = None, **about: Any) -> None:
        super().__init__(data, **about)
        times = [*self.part.get("times", []), None]
        self.rows = [
            ChannelTimeForm(data, document=self.document, part=limit, prefix=f"times-{place}")
            for place, limit in enumerate(times)
        ]

    def members(self) -> dict[str, Any]:
        times = [with_members(row.part, row.members()) for row in self.rows if row.cleaned_data["kind"]]
        return dict(self.cleaned_data) | {"times": times}


class VariantForm(PartForm):
    """A case of application: papers and steps may be of one."""

    codeless = False
    rules = (Condition("when", _("It is this case when"), _("it is this case always")),)
    name = line(_("Name"), hint=_("As the citizen reads it: “first issue”, “lost certificate”."))

    @classmethod
    def needed_by(cls, part: Any, document: Mapping[str, Any]) -> list[str]:
        steps = [step for step in document.get("steps", []) if isinstance(step, Mapping)]
        found = [*document["papers"], *steps]
        return [str(one.get("name") or one["text"]) for one in found if one.get("variant") == part["code"]]


class RouteForm(PartForm):
    """Which agency is competent; the first whose condition holds is taken."""

    key = "agency"
    rules = (Condition("when", _("It is competent when"), _("in all other cases")),)
    agency = forms.ChoiceField(label=_("Competent agency"))
    note = text(_("Note"))

    def __init__(self, data: Any = None, **about: Any) -> None:
        super().__init__(data, **about)
        known = agencies_to_choose(self.document)
        kept = self.part.get("agency", "")
        self.choose("agency", [*known.items(), *([(kept, kept)] if kept and kept not in known else [])])

    @classmethod
    def name_of(cls, part: Any, document: Mapping[str, Any]) -> str:
        return agencies_to_choose(document).get(part["agency"]) or str(part["agency"])


def agencies_to_choose(document: Mapping[str, Any]) -> dict[str, str]:
    """Return what may be competent: the office that a question asks for, and the agencies by code."""
    asked = {
        f"{ANSWERED}{field['code']}": str(_("the office chosen at “%(name)s”")) % {"name": wording.name_of(field)}
        for _page, field in outline.questions(document)
        if field["kind"] == "agency"
    }
    kinds = (AgencyKind.PROVINCE, AgencyKind.DEPARTMENT, AgencyKind.VERTICAL, AgencyKind.COMMUNE)
    return asked | dict(one for kind in kinds for one in agency_choices(kind, timezone.localdate()))


class BasisForm(PartForm):
    """A legal document."""

    number = line(_("Number"), longest=100, hint=_("As 60/2014/QH13."))
    title = line(_("Title"), required=False)


class AvailabilityForm(PartForm):
    """Whether cases are taken in."""

    state = _choice(_("State"), list(Availability))
    state.help_text = _(
        "Paused: nothing can be filed, the page stays. In season: cases are taken in between two days of each year. "
        "Retired: the page only says so. Cases filed before go on to their end in each of them."
    )
    notice = text(_("Notice for the public"))
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
    effective_from = DayField(
        label=_("In force from"), required=False, help_text=_("Leave empty for the day of approval.")
    )


def lines_of(text: str) -> list[str]:
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
