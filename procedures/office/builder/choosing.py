"""Rules by choosing from lists: what may be asked about an answer, with which operators and which values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from procedures import wording
from procedures.editing.rules import Line, Rule, lines_of, rule_of
from procedures.eforms import FieldDefinition, FormDefinition, kind_of
from procedures.eforms.fields import DateField, WholeNumberField
from procedures.rules import Answer

# (operator, words) of each aspect of an answer.
ASPECTS: Final[dict[str, tuple[tuple[str, Any], ...]]] = {
    "choice": (("is", _("is (one of)")), ("ne", _("is not"))),
    "among": (("contains", _("has ticked")),),
    "number": (
        ("ge", _("is at least")),
        ("le", _("is at most")),
        ("gt", _("is more than")),
        ("lt", _("is less than")),
        ("eq", _("is exactly")),
        ("ne", _("is not")),
    ),
    "date": (
        ("ge", _("is on or after")),
        ("le", _("is on or before")),
        ("gt", _("is after")),
        ("lt", _("is before")),
    ),
    "age": (
        ("age_at_least", _("makes the person at least … years old")),
        ("days_ago_more_than", _("is more than … days ago")),
    ),
    "answered": (("filled", _("has been answered")), ("empty", _("has not been answered"))),
}
_MOST: Final = 20  # lines of a rule
_WORDS_OF_ASPECTS: Final = {
    "choice": _("what was chosen"),
    "among": _("what was ticked"),
    "number": _("the number"),
    "date": _("the date itself"),
    "age": _("age, or how long ago"),
    "answered": _("whether it is answered"),
}
_ASPECTS_OF: Final[dict[Answer, tuple[str, ...]]] = {
    Answer.CHOICE: ("choice", "answered"),
    Answer.FLAG: ("choice", "answered"),
    Answer.SEVERAL: ("among", "answered"),
    Answer.NUMBER: ("number", "answered"),
    Answer.DATE: ("date", "age", "answered"),
}


@dataclass(frozen=True)
class Subject:
    """An answer that a rule may look at: the path of the question, its words, and what there is to choose."""

    path: str
    label: str
    answer: Answer
    options: tuple[tuple[str, str], ...]

    @property
    def aspects(self) -> tuple[str, ...]:
        found = _ASPECTS_OF.get(self.answer, ("answered",))
        return tuple(aspect for aspect in found if self.options or aspect not in {"choice", "among"})

    @property
    def is_countable(self) -> bool:
        """Whether something can be computed from it."""
        return self.answer in {Answer.NUMBER, Answer.DATE, Answer.ROWS, Answer.SEVERAL}

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The subject by aspects, for a list to choose from."""
        return [(f"{self.path}|{aspect}", f"{self.label}: {_WORDS_OF_ASPECTS[aspect]}") for aspect in self.aspects]


def subjects(form: FormDefinition, *, page: str, question: str = "") -> list[Subject]:
    """Return the answers given before `question` of `page`, or before the page itself."""
    found: list[Subject] = []
    for step in form.steps:
        if step.code == page and not question:
            break
        for field in step.fields:
            if step.code == page and field.code == question:
                return found
            found += _of(field)
        if step.code == page:
            break
    return found


def computable(form: FormDefinition, *, page: str, question: str) -> list[tuple[str, str]]:
    """Return the paths and words of what a value may be computed from; without `question` of the whole page."""
    found = [
        (one.path, one.label) for one in subjects(form, page=page, question=question or "\0") if one.is_countable
    ]
    for step in form.steps:
        for field in step.fields:
            if kind_of(field).shape(field).answer == Answer.ROWS and (field.code, str(field.label)) in found:
                found += [(f"{field.code}.{part.code}", f"{field.label} – {part.label}") for part in field.fields]
    return found


def all_subjects(form: FormDefinition) -> list[Subject]:
    """Return every answer of the form."""
    return [subject for step in form.steps for field in step.fields for subject in _of(field)]


def sentence(rule: Rule | None, form: FormDefinition) -> str:
    """Return a rule in words that name questions and choices as the form does; empty without a rule."""
    if not rule:
        return ""
    known = all_subjects(form)
    choices = {subject.path: dict(subject.options) for subject in known}
    return wording.rule_text(wording.with_choices(rule, choices), {one.path: one.label for one in known})


def aspect_of(line: Line, subject: Subject) -> str:
    """Return the aspect that a line of an existing rule is about; empty when it cannot be shown as one."""
    if isinstance(line.value, Mapping):
        return ""  # it is compared with another answer
    op = "is" if line.op in {"eq", "in"} and "choice" in subject.aspects else line.op
    for aspect in subject.aspects:
        if op in dict(ASPECTS[aspect]):
            return aspect
    return ""


def lines_to_choose(rule: Rule | None, subjects: Sequence[Subject]) -> tuple[str, list[Line]] | None:
    """Return the lines of a rule as `lines_of` does; None also when one of them cannot be chosen from the lists."""
    found = lines_of(rule)
    known = {subject.path: subject for subject in subjects}
    if found is None or any(line.field not in known or not aspect_of(line, known[line.field]) for line in found[1]):
        return None
    return found


class RuleForm(forms.Form):
    """The lines of a rule, each about one aspect of an earlier answer."""

    joined = forms.ChoiceField(
        label=_("How the conditions go together"),
        choices=[("all", _("all of them must hold")), ("any", _("one of them is enough"))],
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(
        self,
        data: Any = None,
        *,
        subjects: Sequence[Subject],
        joined: str = "all",
        lines: Sequence[Line] = (),
        names: Sequence[str] = (),
    ) -> None:
        self.subjects = {subject.path: subject for subject in subjects}
        if data is not None:
            names = [str(name) for name in data.getlist("line")][:_MOST]
        elif lines:
            names = [f"{line.field}|{self._aspect(line)}" for line in lines]
        super().__init__(data, initial={"joined": joined})
        self.rows: list[tuple[int, Subject, str]] = []
        for place, name in enumerate(names):
            path, _bar, aspect = name.partition("|")
            subject = self.subjects.get(path)
            if subject is not None and aspect in subject.aspects:
                self._add(place, subject, aspect, lines[place] if lines and data is None else None)
        if len(self.rows) < 2:
            del self.fields["joined"]

    def as_typed(self) -> RuleForm:
        """Return the lines as they were typed, without complaints: another line was asked for, nothing was sent."""
        names = [f"{subject.path}|{aspect}" for _place, subject, aspect in self.rows]
        again = RuleForm(subjects=list(self.subjects.values()), names=names)
        again.initial.update({name: self[name].value() for name in again.fields if name in self.fields})
        return again

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The rows as the page shows them: what they are about, and their bound fields."""
        return [
            {
                "place": place,
                "name": f"{subject.path}|{aspect}",
                "label": subject.label,
                "fields": [self[f"{part}{place}"] for part in "ov" if f"{part}{place}" in self.fields],
            }
            for place, subject, aspect in self.rows
        ]

    def rule(self) -> dict[str, Any] | None:
        """Return the rule that was chosen; None without lines."""
        given = self.cleaned_data
        lines = [
            _line(subject.path, given[f"o{place}"], given.get(f"v{place}")) for place, subject, _aspect in self.rows
        ]
        return rule_of(given.get("joined") or "all", lines)

    def _aspect(self, line: Line) -> str:
        subject = self.subjects.get(line.field)
        return aspect_of(line, subject) if subject else ""

    def _add(self, place: int, subject: Subject, aspect: str, line: Line | None) -> None:
        self.rows.append((place, subject, aspect))
        self.fields[f"o{place}"] = forms.ChoiceField(label=subject.label, choices=list(ASPECTS[aspect]))
        value = _value_field(subject, aspect)
        if value is not None:
            self.fields[f"v{place}"] = value
        if line is not None:
            self.initial[f"o{place}"] = "is" if aspect == "choice" and line.op in {"eq", "in"} else line.op
            is_several = aspect == "choice" and not isinstance(line.value, list)
            self.initial[f"v{place}"] = [line.value] if is_several else line.value

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for place, _subject, aspect in self.rows:
            chosen = cleaned.get(f"v{place}")
            if aspect == "choice" and cleaned.get(f"o{place}") == "ne" and chosen and len(chosen) > 1:
                self.add_error(f"v{place}", _("Choose one here; add a condition for each of the others."))
        return cleaned


def _value_field(subject: Subject, aspect: str) -> forms.Field | None:
    match aspect:
        case "choice":
            return forms.MultipleChoiceField(
                label=gettext("Which"), choices=subject.options, widget=forms.CheckboxSelectMultiple
            )
        case "among":
            return forms.ChoiceField(label=gettext("Which"), choices=subject.options)
        case "number":
            return WholeNumberField(label=gettext("Whole number"))
        case "age":
            return WholeNumberField(label=gettext("How many years, or days"), min_value=0, max_value=100_000)
        case "date":
            return DateField(label=gettext("Date"), latest=date(2200, 1, 1))
    return None


def _line(path: str, op: str, value: Any) -> Line:
    if op == "is":
        return Line(path, "eq", value[0]) if len(value) == 1 else Line(path, "in", list(value))
    if isinstance(value, list):
        return Line(path, op, value[0])
    return Line(path, op, value)


def _of(field: FieldDefinition) -> list[Subject]:
    answer = kind_of(field).shape(field).answer
    if answer == Answer.NOTHING:
        return []
    parts = kind_of(field).parts(field)
    if not parts or answer != Answer.PARTS:
        return [Subject(field.code, str(field.label), answer, _options(field))]
    return [
        Subject(f"{field.code}.{part.code}", f"{field.label} – {part.label}", _answer(part), _options(part))
        for part in parts
    ]


def _answer(field: FieldDefinition) -> Answer:
    return kind_of(field).shape(field).answer


def _options(field: FieldDefinition) -> tuple[tuple[str, str], ...]:
    if field.kind == "yes_no":
        return (("YES", gettext("Yes")), ("NO", gettext("No")))
    return tuple((option.value, str(option.label)) for option in field.options)


def words_of(rule: Mapping[str, Any] | None, form: FormDefinition | None) -> str:
    """Return a rule as a sentence, or empty where there is no form to name questions from."""
    return sentence(rule, form) if form is not None else ""


def posted_lines(request: HttpRequest) -> tuple[Any, bool]:
    """Return what was posted (None for nothing), and whether it only asks for a line more or less."""
    if request.method != "POST":
        return None, False
    if "add" not in request.POST and "drop" not in request.POST:
        return request.POST, False
    return _with_other_lines(request.POST), True


def _with_other_lines(data: Any) -> Any:
    """Return what was posted with a line more or less, its fields numbered anew."""
    changed = data.copy()
    lines = data.getlist("line")
    if "drop" in data:
        kept = [place for place in range(len(lines)) if str(place) != data["drop"]]
        for part in "ov":
            for new, old in enumerate(kept):
                for name in [name for name in data if name == f"{part}{old}" or name.startswith(f"{part}{old}_")]:
                    changed.setlist(f"{part}{new}{name[len(f'{part}{old}') :]}", data.getlist(name))
        changed.setlist("line", [lines[place] for place in kept])
    elif data.get("new"):
        changed.setlist("line", [*lines, data["new"]])
    return changed
