"""Forms of the builder. Codes and values are made from words; nobody types them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from procedures import wording
from procedures.code_lists import queries as code_lists
from procedures.editing import free_code
from procedures.eforms.fields import TidyField, WholeNumberField
from procedures.office.builder.kinds import PREFILLS, KindOfQuestion, kinds_to_choose

_AGENCIES: Final = [
    ("COMMUNE", _("People's Committees of wards and communes")),
    ("DEPARTMENT", _("Departments of the province")),
    ("CENTRE", _("One-stop centres")),
]
_CALCULATIONS: Final = [
    ("sum", _("add them up")),
    ("product", _("multiply them")),
    ("difference", _("the first minus the second")),
    ("count", _("count how many there are")),
    ("days_between", _("days from the first date to the second")),
    ("months_between", _("whole months from the first date to the second")),
    ("years_between", _("whole years from the first date to the second")),
]
_OPERANDS: Final = ("operand_1", "operand_2", "operand_3")
_ACCEPTS: Final = [("photo", _("photos")), ("pdf", "PDF"), ("zip", "ZIP")]
# The fields that stand for each property of a question.
_FIELDS_OF: Final[dict[str, tuple[str, ...]]] = {
    "hint": ("hint", "hint_en"),
    "required": ("required",),
    "options": ("options", "options_en"),
    "min": ("min",),
    "max": ("max",),
    "latest": ("until_today",),
    "list": ("code_list",),
    "computed": ("calculation", "operand_1", "operand_2", "operand_3", "is_money"),
    "max_length": ("max_length",),
    "parts": ("parts", "optional_parts"),
    "prefill": ("prefill",),
    "agency_kind": ("agency_kind",),
    "paper": ("paper",),
    "upload": ("accepts", "max_files"),
    "rows": ("first", "min_rows", "max_rows"),
}

_OF_EVERY_KIND: Final = frozenset({"code", "show_if", "required_if", "personal", "default"})


def _lines_field(label: Any, hint: Any = "", *, required: bool = True) -> TidyField:
    return TidyField(label=label, help_text=hint, required=required, max_length=10_000, lines=True)


def _count(label: Any, hint: Any = "", *, most: int = 10**12, least: int = 0) -> WholeNumberField:
    return WholeNumberField(label=label, help_text=hint, required=False, min_value=least, max_value=most)


class QuestionForm(forms.Form):
    """A question of one kind: only what the kind understands is asked."""

    label = TidyField(label=_("The question"), max_length=1000, help_text=_("As the applicant reads it."))
    label_en = TidyField(label=_("The question in English"), required=False, max_length=1000)
    hint = _lines_field(
        _("Hint"), _("Beneath the question: an example, or where to find the answer."), required=False
    )
    hint_en = _lines_field(_("Hint in English"), required=False)
    required = forms.BooleanField(label=_("It must be answered"), required=False)
    options = _lines_field(_("Choices"), _("One a line, in the order in which they are shown."))
    options_en = _lines_field(_("Choices in English"), _("One a line, in the same order."), required=False)
    code_list = forms.ChoiceField(
        label=_("Or the choices of a code list"), required=False, help_text=_("Kept once for all procedures.")
    )
    calculation = forms.ChoiceField(label=_("How it is computed"), choices=_CALCULATIONS)
    operand_1 = forms.ChoiceField(label=_("Computed from"), required=False)
    operand_2 = forms.ChoiceField(label=_("and"), required=False)
    operand_3 = forms.ChoiceField(label=_("and also"), required=False)
    is_money = forms.BooleanField(label=_("It is an amount of money"), required=False)
    min = _count(_("Least"), least=-(10**12))
    max = _count(_("Most"), least=-(10**12))
    until_today = forms.BooleanField(label=_("Not later than today"), required=False)
    max_length = _count(_("Longest answer (signs)"), least=1, most=10_000)
    parts = forms.MultipleChoiceField(label=_("What is asked of the person"), widget=forms.CheckboxSelectMultiple)
    optional_parts = forms.MultipleChoiceField(
        label=_("May be left out"), required=False, widget=forms.CheckboxSelectMultiple
    )
    prefill = forms.BooleanField(
        label=_("Fill in from the applicant's account"),
        required=False,
        help_text=_("What the account knows is shown, not asked."),
    )
    agency_kind = forms.ChoiceField(label=_("Offices to choose from"), choices=_AGENCIES)
    paper = forms.ChoiceField(label=_("Paper of the procedure"), required=False)
    accepts = forms.MultipleChoiceField(
        label=_("What is accepted"), choices=_ACCEPTS, widget=forms.CheckboxSelectMultiple
    )
    max_files = _count(_("Files at most"), least=1, most=50)
    first = _lines_field(
        _("Questions of each row"), _("One a line; their kinds can be changed afterwards."), required=True
    )
    min_rows = _count(_("Rows at least"), most=50)
    max_rows = _count(_("Rows at most"), least=1, most=50)

    def __init__(
        self,
        data: Any = None,
        *,
        kind: KindOfQuestion,
        document: Mapping[str, Any],
        question: Mapping[str, Any] | None = None,
        in_group: bool = False,
        operands: Sequence[tuple[str, str]] = (),
    ) -> None:
        self.kind, self.question = kind, question or {}
        super().__init__(data, initial=self._initial())
        unfit = {"prefill", "paper", "upload"} if in_group else set()
        shown = {"label", "label_en"}
        for name in kind.properties - unfit:
            shown.update(_FIELDS_OF.get(name, ()))
        if self.question.get("fields"):
            shown.discard("first")
        if self._is_deeper():
            shown -= set(_FIELDS_OF["computed"])
        if "required_if" in self.question:
            shown.discard("required")
        for name in [name for name in self.fields if name not in shown]:
            del self.fields[name]
        for name in {"parts", "optional_parts"} & set(self.fields):
            self._choices(name, kind.parts)
        if "paper" in self.fields:
            papers = [(p["code"], p["name"]) for p in document.get("papers", []) if p["mode"] == "SUBMIT"]
            self._choices("paper", [("", gettext("none of them")), *papers])
        if "code_list" in self.fields:
            self._choices("code_list", [("", "–"), *sorted((code, code) for code in code_lists.known_lists())])
            self.fields["options"].required = False
        for name in set(_OPERANDS) & set(self.fields):
            self._choices(name, [("", "–"), *operands])
        for name, label in kind.flags:
            self.fields[name] = forms.BooleanField(
                label=label, required=False, initial=self.question.get(name, False)
            )
        if kind.code in {"note", "statement", "long_text"}:
            self.fields["label"].widget = forms.Textarea(attrs={"rows": 3})

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def _initial(self) -> dict[str, Any]:
        old = self.question
        options = [option["label"] for option in old.get("options", [])]
        return {
            "label": said(old.get("label"), "vi"),
            "label_en": said(old.get("label"), "en"),
            "hint": said(old.get("hint"), "vi"),
            "hint_en": said(old.get("hint"), "en"),
            "required": old.get("required", True),
            "options": "\n".join(said(label, "vi") for label in options),
            "options_en": "\n".join(said(label, "en") for label in options),
            "min": old.get("min") if isinstance(old.get("min"), int) else None,
            "max": old.get("max") if isinstance(old.get("max"), int) else None,
            "until_today": old.get("max") == "today",
            "max_length": old.get("max_length"),
            "parts": list(old.get("parts", self.kind.usual_parts)),
            "optional_parts": list(old.get("optional_parts", [])),
            "prefill": old.get("prefill", "") == PREFILLS.get(self.kind.code),
            "agency_kind": old.get("agency_kind", "COMMUNE"),
            "paper": old.get("paper", old.get("code", "")),
            "accepts": list(old.get("upload", {}).get("accepts", ["photo", "pdf"])),
            "max_files": old.get("upload", {}).get("max_files"),
            "code_list": old.get("list", ""),
            **self._formula(),
            "min_rows": old.get("min_rows"),
            "max_rows": old.get("max_rows"),
        }

    def _is_deeper(self) -> bool:
        """Return whether the value is computed in a way that cannot be chosen here; then it stays as it is."""
        value = self.question.get("value")
        if not isinstance(value, Mapping):
            return False
        parts = value.get("of", [])
        is_plain = all(isinstance(part, Mapping) and set(part) == {"field"} for part in parts)
        return not is_plain or len(parts) > len(_OPERANDS) or value.get("op") not in dict(_CALCULATIONS)

    def _formula(self) -> dict[str, Any]:
        value = self.question.get("value") or {}
        parts = [part.get("field", "") for part in value.get("of", []) if isinstance(part, Mapping)]
        shown = {"calculation": value.get("op"), "is_money": self.question.get("shown_as") == "MONEY"}
        return shown | dict(zip(_OPERANDS, parts, strict=False))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "code_list" in self.fields and bool(cleaned.get("options")) == bool(cleaned.get("code_list")):
            self.add_error("options", _("Give the choices, or choose a code list: one of the two."))
        if "calculation" in self.fields and not any(cleaned.get(name) for name in _OPERANDS):
            self.add_error("operand_1", _("Choose what it is computed from."))
        for least, most in (("min", "max"), ("min_rows", "max_rows")):
            low, high = cleaned.get(least), cleaned.get(most)
            if low is not None and high is not None and low > high:
                self.add_error(most, _("The most is less than the least."))
        words = _lines(cleaned.get("options", ""))
        if len(set(words)) < len(words):
            self.add_error("options", _("A choice stands there twice."))
        if len(words) == 1:
            self.add_error("options", _("One choice is no choice. Give two at least."))
        return cleaned

    def changes(self) -> dict[str, Any]:
        """Return the entries that the cleaned fields stand for; None takes out what only another kind has."""
        old = self.question
        is_another = old.get("kind", self.kind.code) != self.kind.code
        gone = {name: None for name in old if name not in _OF_EVERY_KIND} if is_another else {}
        return gone | self.members()

    def members(self) -> dict[str, Any]:
        """Return the entries that the cleaned fields stand for; None takes an entry out."""
        given, old = self.cleaned_data, self.question
        found: dict[str, Any] = {
            "kind": self.kind.code,
            "label": text(given["label"], given["label_en"], old.get("label")),
        }
        if "hint" in given:
            found["hint"] = text(given["hint"], given["hint_en"], old.get("hint"))
        if "required" in given and given["required"] != old.get("required", True):
            found["required"] = None if given["required"] else False
        if "options" in given:
            found["options"] = options(given["options"], given["options_en"], old.get("options", []))
        if "code_list" in given:
            found["list"] = given["code_list"]
        if "calculation" in given:
            fields = [{"field": given[name]} for name in _OPERANDS if given[name]]
            found["value"] = {"op": given["calculation"], "of": fields}
            found["shown_as"] = "MONEY" if given["is_money"] else None
        found |= {name: given[name] or None for name, _label in self.kind.flags}
        found |= {name: given[name] for name in ("min", "max", "max_length", "min_rows", "max_rows") if name in given}
        if "until_today" in given:
            found["max"] = "today" if given["until_today"] else None
        if "prefill" in given and given["prefill"] != (old.get("prefill", "") == PREFILLS[self.kind.code]):
            found["prefill"] = PREFILLS[self.kind.code] if given["prefill"] else None
        if "parts" in given:
            found |= self._person(given)
        if "agency_kind" in given and given["agency_kind"] != old.get("agency_kind", "COMMUNE"):
            found["agency_kind"] = given["agency_kind"]
        if "paper" in given:
            found["paper"] = given["paper"] if given["paper"] != old.get("code") or "paper" in old else None
        if "accepts" in given:
            found["upload"] = self._upload(given)
        if "first" in given:
            found["fields"] = text_questions(given["first"])
        return found

    def _person(self, given: Mapping[str, Any]) -> dict[str, Any]:
        parts = [part for part, _label in self.kind.parts if part in given["parts"]]
        left_out = [part for part in parts if part in given["optional_parts"]]
        is_usual = "parts" not in self.question and parts == self.kind.usual_parts
        return {"parts": None if is_usual else parts, "optional_parts": left_out}

    def _upload(self, given: Mapping[str, Any]) -> dict[str, Any]:
        old = dict(self.question.get("upload", {}))
        if given["accepts"] != old.get("accepts", ["photo", "pdf"]):
            old["accepts"] = given["accepts"]
        if given.get("max_files"):
            old["max_files"] = given["max_files"]
        else:
            old.pop("max_files", None)
        return old


class PageForm(forms.Form):
    """The words of a page."""

    title = TidyField(
        label=_("Page title"), max_length=300, help_text=_("One theme a page, as a question if possible.")
    )
    title_en = TidyField(label=_("Title in English"), required=False, max_length=300)
    why = _lines_field(_("Why we ask"), _("Beneath the title."), required=False)
    why_en = _lines_field(_("Why we ask, in English"), required=False)

    def __init__(self, data: Any = None, *, page: Mapping[str, Any] | None = None) -> None:
        self.page = page or {}
        names = [(f"{name}{suffix}", name, lang) for name in ("title", "why") for suffix, lang in _LANGUAGES]
        super().__init__(data, initial={field: said(self.page.get(name), lang) for field, name, lang in names})

    def members(self) -> dict[str, Any]:
        """Return the entries that the cleaned fields stand for."""
        given = self.cleaned_data
        return {name: text(given[name], given[f"{name}_en"], self.page.get(name)) for name in ("title", "why")}


_LANGUAGES: Final = (("", "vi"), ("_en", "en"))


class NewPageForm(PageForm):
    """A new page: its words, and what it begins with."""

    start = forms.ChoiceField(label=_("It begins with"), widget=forms.RadioSelect)
    first_label = TidyField(label=_("The first question"), required=False, max_length=1000)
    first_kind = forms.ChoiceField(label=_("Its kind"), required=False)
    first_options = _lines_field(_("Its choices"), _("One a line; only where the kind has choices."), required=False)

    def __init__(self, data: Any = None, *, blocks: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        start: Any = self.fields["start"]
        start.choices = [("question", gettext("a first question")), *blocks]
        self.initial["start"] = "question"
        kind: Any = self.fields["first_kind"]
        kind.choices = [(k.code, f"{k.title} – {k.about}") for k in kinds_to_choose() if k.code != "group"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("start") != "question":
            return cleaned
        if not cleaned.get("first_label"):
            self.add_error("first_label", _("Give the words of the first question."))
        if cleaned.get("first_kind") in {"choice", "several"} and len(_lines(cleaned.get("first_options", ""))) < 2:
            self.add_error("first_options", _("Give two choices at least."))
        return cleaned

    def first_question(self) -> dict[str, Any]:
        """Return the question that the page begins with."""
        given = self.cleaned_data
        found: dict[str, Any] = {"kind": given["first_kind"], "label": given["first_label"]}
        if given["first_kind"] in {"choice", "several"}:
            found["options"] = options(given["first_options"], "", [])
        return found


class RefusalForm(forms.Form):
    """What is said when a rule refuses: at which question, or what to do instead of applying."""

    message = _lines_field(_("What is said"), _("What is wrong, and what to do."))
    message_en = _lines_field(_("What is said, in English"), required=False)
    instead = _lines_field(_("What to do instead"), _("Another procedure, another office."), required=False)
    instead_en = _lines_field(_("What to do instead, in English"), required=False)
    at = forms.ChoiceField(label=_("Shown at the question"))

    def __init__(
        self, data: Any = None, *, refusal: Mapping[str, Any], is_barrier: bool, questions: Mapping[str, str]
    ) -> None:
        self.refusal = refusal
        names = [(f"{name}{suffix}", name, lang) for name in ("message", "instead") for suffix, lang in _LANGUAGES]
        initial: dict[str, Any] = {field: said(refusal.get(name), lang) for field, name, lang in names}
        super().__init__(data, initial=initial | {"at": refusal.get("at", "")})
        for name in ("at",) if is_barrier else ("instead", "instead_en"):
            del self.fields[name]
        if not is_barrier:
            at: Any = self.fields["at"]
            at.choices = list(questions.items())

    def members(self) -> dict[str, Any]:
        """Return the entries that the cleaned fields stand for."""
        given = self.cleaned_data
        found = {
            name: text(given[name], given[f"{name}_en"], self.refusal.get(name))
            for name in ("message", "instead")
            if name in given
        }
        return found | ({"at": given["at"]} if "at" in given else {})


class WordsForm(forms.Form):
    """A name for something: a group, a block, a sample."""

    name = TidyField(label=_("Name"), max_length=200)


class MinutesForm(forms.Form):
    """How long filling in takes."""

    minutes = WholeNumberField(label=_("Minutes to fill in"), min_value=1, max_value=240)


def said(value: object, language: str) -> str:
    """Return a text of the definition in one language, empty when it is not said in it."""
    if isinstance(value, Mapping):
        return str(value.get(language, ""))
    return str(value or "") if language == "vi" else ""


def text(vi: str, en: str, old: object) -> Any:
    """Return a text for the definition; the one there was when it says the same, None when there is none."""
    if (said(old, "vi"), said(old, "en")) == (vi, en) and old:
        return old
    if not vi:
        return None
    return {"vi": vi, "en": en} if en else vi


def options(vi: str, en: str, old: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the choices that the lines stand for; a choice whose words were corrected keeps its value.

    A line is the old choice of the same words, or the one that stood in its place and whose words are gone.
    """
    lines, english = _lines(vi), [line.strip() for line in en.splitlines()]
    by_words = {said(option["label"], "vi"): option for option in old}
    taken = [str(option["value"]) for option in old]
    found = []
    for place, line in enumerate(lines):
        before = by_words.get(line)
        if before is None and place < len(old) and said(old[place]["label"], "vi") not in lines:
            before = old[place]
        value = before["value"] if before else free_code(line, taken).upper()
        taken.append(value)
        label = text(line, english[place] if place < len(english) else "", before["label"] if before else None)
        found.append({**(before or {}), "value": value, "label": label})
    return found


def text_questions(lines: str) -> list[dict[str, Any]]:
    """Return a question for a short text for each line."""
    found: list[dict[str, Any]] = []
    for line in _lines(lines):
        code = free_code(line, [field["code"] for field in found])
        found.append({"code": code, "kind": "text", "label": line})
    return found


def labels_of(fields: Sequence[Mapping[str, Any]]) -> str:
    """Return the words of questions in one line."""
    return ", ".join(wording.name_of(field) for field in fields)


def _lines(lines: str) -> list[str]:
    return [line.strip() for line in lines.splitlines() if line.strip()]
