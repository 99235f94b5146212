"""A life event, read from its file under `events/` and checked once a process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final

import yaml
from jsonschema import Draft202012Validator

from procedures import rules, wording
from procedures.eforms.definition import Text

_FOLDER: Final = Path(__file__).parent / "events"
_TEXT: Final = {
    "type": "object",
    "required": ["vi", "en"],
    "additionalProperties": False,
    "properties": {"vi": {"type": "string", "minLength": 1}, "en": {"type": "string", "minLength": 1}},
}
_CODE: Final = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,30}$"}
_PROCEDURE: Final = {"type": "string", "pattern": "^[0-9]\\.[0-9]{6}$"}


def _object(required: list[str], properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": required, "additionalProperties": False, "properties": properties}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": 1}


_OPTION = _object(["value", "label"], {"value": {"type": "string", "pattern": "^[A-Z_]+$"}, "label": _TEXT})
_SCHEMA: Final = _object(
    ["position", "name", "summary", "questions", "lines"],
    {
        "position": {"type": "integer"},
        "name": _TEXT,
        "summary": _TEXT,
        "questions": _list(
            _object(
                ["code", "label", "options"],
                {
                    "code": _CODE,
                    "label": _TEXT,
                    "hint": _TEXT,
                    "options": _list(_OPTION),
                    "show_if": {"type": "object"},
                },
            )
        ),
        "lines": _list(
            _object(
                ["procedure", "because", "source"],
                {
                    "procedure": _PROCEDURE,
                    "name": _TEXT,
                    "when": {"type": "object"},
                    "because": _TEXT,
                    "source": {"type": "string", "minLength": 1},
                    "after": _list(_PROCEDURE),
                },
            )
        ),
    },
)


class LifeEventError(ValueError):
    """A file is wrong; the message names the place."""


@dataclass(frozen=True)
class Question:
    """A question with its choices (value → words)."""

    code: str
    label: Text
    hint: Text
    choices: Mapping[str, Text]
    show_if: rules.Rule | None


@dataclass(frozen=True)
class Line:
    """A procedure that is needed when the rule holds, why, by which law, and after which others."""

    procedure: str
    name: Text  # for as long as the procedure is not published here
    when: rules.Rule | None
    because: Text
    source: str
    after: tuple[str, ...]


@dataclass(frozen=True)
class LifeEvent:
    """What happens in a life, the questions about it, and the lines that may come of the answers."""

    code: str
    position: int
    name: Text
    summary: Text
    questions: tuple[Question, ...]
    lines: tuple[Line, ...]

    @cached_property
    def procedures(self) -> frozenset[str]:
        """The codes of all procedures that may come of it."""
        return frozenset(line.procedure for line in self.lines)

    def asked(self, given: Mapping[str, str], today: date) -> list[Question]:
        """Return the questions that the answers given so far lead to."""
        return self._followed(given, today)[0]

    def answers(self, given: Mapping[str, str], today: date) -> dict[str, str]:
        """Return the answers that count: to questions that are asked, from their choices."""
        return self._followed(given, today)[1]

    def rule_text(self, rule: rules.Rule) -> str:
        """Return a rule in the words of the questions and choices."""
        labels = {question.code: str(question.label) for question in self.questions}
        choices = {q.code: {value: str(text) for value, text in q.choices.items()} for q in self.questions}
        return wording.rule_text(wording.with_choices(rule, choices), labels)

    def _followed(self, given: Mapping[str, str], today: date) -> tuple[list[Question], dict[str, str]]:
        asked, answers = [], dict[str, str]()
        for question in self.questions:
            if question.show_if is None or rules.evaluate(question.show_if, answers, today):
                asked.append(question)
                if given.get(question.code) in question.choices:
                    answers[question.code] = given[question.code]
        return asked, answers


@lru_cache(maxsize=1)
def all_events() -> tuple[LifeEvent, ...]:
    """Return the events of the files in their order; raises `LifeEventError`."""
    found = [_read(path) for path in _FOLDER.glob("*.yaml")]
    return tuple(sorted(found, key=lambda event: event.position))


def event_called(code: str) -> LifeEvent | None:
    """Return the event, or None."""
    return next((event for event in all_events() if event.code == code), None)


def _read(path: Path) -> LifeEvent:
    document = yaml.safe_load(path.read_text())
    error = next(iter(Draft202012Validator(_SCHEMA).iter_errors(document)), None)
    if error is not None:
        raise LifeEventError(f"{path.name} {error.json_path}: {error.message}")
    event = LifeEvent(
        code=path.stem,
        position=document["position"],
        name=_text(document["name"]),
        summary=_text(document["summary"]),
        questions=tuple(_question(question) for question in document["questions"]),
        lines=tuple(_line(line) for line in document["lines"]),
    )
    _check(event)
    return event


def _check(event: LifeEvent) -> None:
    """Refuse rules about questions that do not exist (or come later), and lines after lines that come later."""
    known: set[str] = set()
    for question in event.questions:
        _check_rule(event, question.show_if, known)
        known.add(question.code)
    earlier: set[str] = set()
    for line in event.lines:
        _check_rule(event, line.when, known)
        if not set(line.after) <= earlier:
            raise LifeEventError(f"{event.code}: {line.procedure} comes after a line that does not stand before it")
        earlier.add(line.procedure)


def _check_rule(event: LifeEvent, rule: rules.Rule | None, known: set[str]) -> None:
    try:
        if rule is not None:
            rules.check(rule, dict.fromkeys(known, rules.Shape(rules.Answer.CHOICE)))
    except rules.RuleError as wrong:
        raise LifeEventError(f"{event.code}: {wrong}") from wrong


def _text(document: Mapping[str, str] | None) -> Text:
    return Text(document["vi"], document["en"]) if document else Text()


def _question(document: Mapping[str, Any]) -> Question:
    choices = {option["value"]: _text(option["label"]) for option in document["options"]}
    return Question(
        document["code"], _text(document["label"]), _text(document.get("hint")), choices, document.get("show_if")
    )


def _line(document: Mapping[str, Any]) -> Line:
    return Line(
        procedure=document["procedure"],
        name=_text(document.get("name")),
        when=document.get("when"),
        because=_text(document["because"]),
        source=document["source"],
        after=tuple(document.get("after", ())),
    )
