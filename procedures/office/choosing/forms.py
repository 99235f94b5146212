"""The form of a condition: groups of lines; what cannot be shown as a line travels in the page as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core.storable import read_json
from procedures import rules
from procedures.editing.rules import Group, group_of, rule_of
from procedures.eforms.fields import DateField, TidyField, TimeField, WholeNumberField
from procedures.office.choosing.lines import ASPECTS, WORDS_OF_ASPECTS, Line, aspects_of, line_of, others
from procedures.office.subjects import Scope, Subject
from procedures.rules import Rule

_MOST: Final = 40  # lines and groups of a condition
_JOINED: Final = (
    ("all", _("all of them hold")),
    ("any", _("one of them is enough")),
    ("none", _("none of them holds")),
)


@dataclass(frozen=True)
class Condition:
    """A condition of a part of the document: its entry, what it is called, what is so without one.

    `without` is empty where there must be a condition.
    """

    name: str
    title: str | Promise
    without: str | Promise = ""


class KeptField(forms.CharField):
    """A rule that cannot be shown as a line: it travels in the page as it is."""

    widget = forms.HiddenInput

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        super().__init__()

    def prepare_value(self, value: Any) -> Any:
        return json.dumps(value, ensure_ascii=False) if isinstance(value, Mapping) else value

    def clean(self, value: Any) -> Any:
        try:
            rule = read_json(super().clean(value))
            rules.check(rule, self.scope.shapes or {})
        except ValueError as error:
            raise ValidationError(str(error)) from error
        return rule


@dataclass(frozen=True)
class _Part:
    """A part of the form: a group (its name is "group"), a line, or a rule that is kept."""

    number: int
    name: str

    def __str__(self) -> str:
        return f"{self.number}:{self.name}"


class RuleForm(forms.Form):
    """A condition: a group of lines, and groups of lines in it.

    What was posted names the parts in order (`part`); a line belongs to the group before it. `act` asks for a part
    more or less; then nothing is to be saved yet.
    """

    def __init__(self, data: Any = None, *, condition: Condition, owner: Mapping[str, Any], scope: Scope) -> None:
        self.condition, self.scope = condition, scope
        self.current: Rule | None = owner.get(condition.name)
        self.saved = group_of(self.current, lambda rule: line_of(rule, scope) is not None)
        self.gone: list[str] = []
        self.is_rearranged = bool(data and data.get(f"{condition.name}-act"))
        if self.is_rearranged:
            data = _rearranged(data, condition.name)
        super().__init__(data, prefix=condition.name)
        if data is None:
            self.parts = list(self._shown(self.saved))
        else:
            self.parts = list(self._posted(data.getlist(self.add_prefix("part"))))
        if self.is_rearranged:
            self.errors.clear()

    @property
    def sentence(self) -> str:
        """The saved condition in words."""
        return self.scope.words(self.current)

    @property
    def choices(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """What a new line may be about, by answers."""
        return [
            (one.label, [(f"{one.path}|{a}", f"{one.label}: {WORDS_OF_ASPECTS[a]}") for a in aspects])
            for one in self.scope.offered
            if (aspects := aspects_of(one, self.scope))
        ]

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The groups as the page shows them, the outer one first: how they are joined, and their lines."""
        found: list[dict[str, Any]] = []
        for part in self.parts:
            if part.name == "group":
                found.append(
                    {"part": part, "is_inner": part.number > 0, "joined": self[f"j{part.number}"], "lines": []}
                )
            else:
                found[-1]["lines"].append(self._line_shown(part))
        outer = found[0]
        size = len(outer["lines"]) + len(found) - 1
        outer["is_joined"] = size > 1 or outer["joined"].value() == "none"
        return found

    def rule(self) -> Rule | None:
        """Return the condition that was chosen; what was not changed stays as it is written."""
        chosen = rule_of(self._group())
        return self.current if chosen == rule_of(self._written_anew(self.saved)) else chosen

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.gone:
            raise ValidationError(_("A condition was about a question that is not there. It has been left out here."))
        if not self.condition.without and all(part.name == "group" for part in self.parts):
            raise ValidationError(_("Choose a condition at least."))
        return cleaned

    def _shown(self, group: Group) -> Iterator[_Part]:
        yield self._with_group(len(self.fields), group.joined)
        for one in group.parts:
            line = None if isinstance(one, Group) else line_of(one, self.scope)
            if isinstance(one, Group):
                yield from self._shown(one)
            elif line is None:
                yield self._with_kept(len(self.fields), one)
            else:
                yield self._with_line(len(self.fields), line.subject, line.aspect, line)

    def _posted(self, names: list[str]) -> Iterator[_Part]:
        yield self._with_group(0)
        for name in names[:_MOST]:
            number, _colon, rest = name.partition(":")
            found = self._subject(rest)
            if not re.fullmatch(r"[1-9]\d{0,3}", number, re.ASCII):
                continue
            if rest == "group":
                yield self._with_group(int(number))
            elif rest == "kept":
                yield self._with_kept(int(number))
            elif found is not None:
                yield self._with_line(int(number), *found)
            else:
                self.gone.append(rest)

    def _with_group(self, number: int, joined: str | None = None) -> _Part:
        label = _("How those of the group go together") if number else _("How the conditions go together")
        field = forms.ChoiceField(label=label, choices=_JOINED, widget=forms.RadioSelect, required=False)
        self._put(f"j{number}", field, joined)
        return _Part(number, "group")

    def _with_kept(self, number: int, rule: Rule | None = None) -> _Part:
        self._put(f"k{number}", KeptField(self.scope), rule)
        return _Part(number, "kept")

    def _with_line(self, number: int, subject: Subject, aspect: str, line: Line | None = None) -> _Part:
        operator = forms.ChoiceField(label=subject.label, choices=list(ASPECTS[aspect]))
        self._put(f"o{number}", operator, line.op if line else None)
        field = _value_field(subject, aspect, self.scope)
        if field is not None:
            self._put(f"v{number}", field, line.value if line else None)
        return _Part(number, f"{subject.path}|{aspect}")

    def _put(self, name: str, field: forms.Field, value: Any) -> None:
        self.fields[name] = field
        if value is not None:
            self.initial[name] = value

    def _subject(self, name: str) -> tuple[Subject, str] | None:
        path, _bar, aspect = name.partition("|")
        subject = next((one for one in self.scope.offered if one.path == path), None)
        return (subject, aspect) if subject and aspect in aspects_of(subject, self.scope) else None

    def _line_shown(self, part: _Part) -> dict[str, Any]:
        names = [name for sort in "okv" if (name := f"{sort}{part.number}") in self.fields]
        subject = self._subject(part.name)
        return {
            "part": part,
            "label": subject[0].label if subject else gettext("A condition that is kept as it is"),
            "words": self._kept_words(part) if not subject else "",
            "fields": [self[name] for name in names],
        }

    def _kept_words(self, part: _Part) -> str:
        try:
            return self.scope.words(KeptField(self.scope).clean(self[f"k{part.number}"].value()))
        except ValidationError:
            return ""

    def _group(self) -> Group:
        groups: list[tuple[str, list[Any]]] = []
        for part in self.parts:
            if part.name == "group":
                groups.append((self.cleaned_data[f"j{part.number}"] or "all", []))
            else:
                groups[-1][1].append(self._chosen(part))
        joined, lines = groups[0]
        return Group(joined, (*lines, *(Group(name, tuple(inner)) for name, inner in groups[1:])))

    def _chosen(self, part: _Part) -> Rule:
        given, number = self.cleaned_data, part.number
        found = self._subject(part.name)
        if found is None:
            return given[f"k{number}"]  # type: ignore[no-any-return]
        return Line(*found, given[f"o{number}"], given.get(f"v{number}")).as_rule()

    def _written_anew(self, group: Group) -> Group:
        """Return the saved condition as this form would write it."""
        return Group(group.joined, tuple(map(self._part_anew, group.parts)))

    def _part_anew(self, part: Any) -> Any:
        if isinstance(part, Group):
            return self._written_anew(part)
        line = line_of(part, self.scope)
        return line.as_rule() if line else part


def rule_forms(
    data: Any, conditions: tuple[Condition, ...], *, owner: Mapping[str, Any], scope: Scope
) -> list[RuleForm]:
    """Return the forms of the conditions that a part has."""
    return [RuleForm(data, condition=one, owner=owner, scope=scope) for one in conditions]


def _rearranged(data: Any, prefix: str) -> Any:
    """Return what was posted with the part more or less that `act` asks for: `add:3`, `drop:4`, `group`."""
    changed, name = data.copy(), f"{prefix}-part"
    changed.setdefault(f"{prefix}-j0", "all")
    parts: list[str] = data.getlist(name)
    act, _colon, number = data[f"{prefix}-act"].partition(":")
    new = max((int(n) for n in (part.partition(":")[0] for part in parts) if n.isdecimal()), default=0) + 1
    places = [place for place, part in enumerate(parts) if part.partition(":")[0] == number]
    start = places[0] if places else -1
    end = next((p for p in range(start + 1, len(parts)) if parts[p].endswith(":group")), len(parts))
    match act:
        case "group":
            parts = [*parts, f"{new}:group"]
            changed[f"{prefix}-j{new}"] = "all" if data.get(f"{prefix}-j0") == "any" else "any"
        case "add" if asked := data.get(f"{prefix}-new{number}"):
            parts = [*parts[:end], f"{new}:{asked}", *parts[end:]]
        case "drop" if places:
            parts = parts[:start] + parts[end if parts[start].endswith(":group") else start + 1 :]
    changed.setlist(name, parts)
    return changed


def _value_field(subject: Subject, aspect: str, scope: Scope) -> forms.Field | None:
    match aspect:
        case "choice":
            return forms.MultipleChoiceField(
                label=_("Which"), choices=subject.options, widget=forms.CheckboxSelectMultiple
            )
        case "among":
            return forms.ChoiceField(label=_("Which"), choices=subject.options)
        case "number" | "count":
            return WholeNumberField(label=_("Whole number"))
        case "age":
            return WholeNumberField(label=_("How many years, or days"), min_value=0, max_value=100_000)
        case "date":
            return DateField(label=_("Date"), latest=date(2200, 1, 1))
        case "time":
            return TimeField(label=_("Time"))
        case "text":
            return TidyField(label=_("What was written"), max_length=500)
        case "other":
            choices = [(one.path, one.label) for one in others(subject, scope)]
            return forms.ChoiceField(label=_("The other answer"), choices=choices)
    return None
