"""Procedures that test themselves: sample applicants, and whether the procedure does for them what it should."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext as _

from identity.calendar import Calendar, Hours
from portal.core import formatting
from procedures.definition import ProcedureDefinition, Sample
from procedures.eforms import clean_answers, step_form, visible_steps, with_computed
from procedures.eforms.definition import FormDefinition
from procedures.promises import due_at
from procedures.rules import Answer, evaluate
from procedures.states import FilingChannel

_ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_FILED_AT: Final = "2026-11-24T09:00"  # a Tuesday morning, for samples to which the time does not matter
# Ordinary weeks: a sample must not fail because the province moves a day off.
_DAY: Final = (Hours(time(7), time(11, 30)), Hours(time(13, 30), time(17)))
_ORDINARY_WEEKS: Final = Calendar(dict.fromkeys(range(5), _DAY))
_SHAPES: Final[dict[Answer, type]] = {Answer.PARTS: dict, Answer.ROWS: list, Answer.SEVERAL: list}


@dataclass(frozen=True)
class Difference:
    """What was expected of a sample and did not come."""

    what: str
    expected: str
    found: str

    def __str__(self) -> str:
        return _("%(what)s: expected %(expected)s, found %(found)s") % {
            "what": self.what,
            "expected": self.expected,
            "found": self.found,
        }


@dataclass(frozen=True)
class Outcome:
    """How a sample went."""

    sample: Sample
    differences: tuple[Difference, ...]

    @property
    def passed(self) -> bool:
        return not self.differences

    @property
    def sentence(self) -> str:
        """The sample's name and what went wrong first."""
        first = f": {self.differences[0]}" if self.differences else ""
        return _("Sample “%(name)s”") % {"name": self.sample.name} + first


def run(definition: ProcedureDefinition) -> list[Outcome]:
    """Try every sample of the procedure; an outcome without differences passed."""
    return [Outcome(sample, tuple(_differences(definition, sample))) for sample in definition.samples]


def fitting(form: FormDefinition | None, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers whose shape is that of their question: the form may have changed since they were given."""
    shapes = form.shapes if form else {}
    return {
        code: value
        for code, value in answers.items()
        if code in shapes and isinstance(value, _SHAPES.get(shapes[code].answer, str | int | float | None))
    }


def outcome_of(
    definition: ProcedureDefinition, answers: Mapping[str, Any], filed_at: str, *, due: bool = False
) -> dict[str, Any]:
    """Return what comes of these answers now, in the shape in which a sample expects it; with `due`, also when."""
    at, answers = _local(filed_at), fitting(definition.form, answers)
    today = at.date()
    shown = asked(definition, answers, today)
    every = list(definition.form.fields) if definition.form else []
    refused = sorted(clean_answers(definition.form, answers, today).errors)
    return {
        "asked": [code for code in every if code in shown],
        "not_asked": [code for code in every if code not in shown],
        "papers": sorted(papers_for(definition, answers, today)),
        "fee": sum(line.amount for line in definition.fee_lines(answers, "FILING", today, FilingChannel.ONLINE)),
        "route": _route(definition, answers, today),
        **({"refused": refused} if refused else {}),
        **({"due": _due(definition, at, answers)} if due else {}),
    }


def expected_anew(definition: ProcedureDefinition, sample: Mapping[str, Any]) -> dict[str, Any]:
    """Return a sample's expectations as they come true now; what it does not name stays unnamed."""
    expects, given, filed_at = sample.get("expects", {}), sample["answers"], sample.get("filed_at", "")
    today = _local(filed_at).date()
    result = clean_answers(definition.form, given, today)
    answers = with_computed(definition.form, given, today)
    came = {
        "refused": [],
        "eligible": not result.barriers,
        "computed": {code: result.answers.get(code) for code in expects.get("computed", {})},
        "agency": definition.competent_agency(answers, today),
        **outcome_of(definition, answers, filed_at, due=True),
    }
    found = {name: _kept(name, value, came[name]) for name, value in expects.items() if name in came}
    return found | ({"refused": came["refused"]} if came["refused"] else {})


def _kept(name: str, expected: Any, came: Any) -> Any:
    """Return what came, in the order and to the extent in which it was expected."""
    if name in {"asked", "not_asked"}:
        return [code for code in expected if code in came]
    if isinstance(expected, list) and sorted(expected) == sorted(came):
        return expected if name != "route" else came
    return came


def asked(definition: ProcedureDefinition, answers: Mapping[str, Any], today: date) -> set[str]:
    """Return the codes of the questions that somebody with these answers is asked."""
    if definition.form is None:
        return set()
    return {
        question.code
        for step in visible_steps(definition.form, answers, today)
        for question in step_form(definition.form, step.code, answers, today).questions
    }


def papers_for(definition: ProcedureDefinition, answers: Mapping[str, Any], today: date) -> set[str]:
    """Return the codes of the papers that somebody with these answers must submit.

    A paper that the form asks a file for is needed when that question is asked and must be answered; another one
    when its case of application is theirs.
    """
    variants = definition.variants_for(answers, today)
    shown = asked(definition, answers, today)
    uploads = (
        {field.paper: field for field in definition.form.fields.values() if field.kind == "file"}
        if (definition.form)
        else {}
    )
    found = set()
    for paper in definition.papers:
        upload = uploads.get(paper.code)
        if paper.mode != "SUBMIT" or (paper.variant and paper.variant not in variants):
            continue
        if upload is None:
            needed = not paper.when and paper.originals + paper.copies > 0
        else:
            rule = upload.required_if
            needed = upload.code in shown and (evaluate(rule, answers, today) if rule else upload.required)
        if needed:
            found.add(paper.code)
    return found


def _differences(definition: ProcedureDefinition, sample: Sample) -> Iterable[Difference]:
    filed_at = _local(sample.filed_at)
    today, expects = filed_at.date(), sample.expects
    answers = fitting(definition.form, sample.answers)
    result = clean_answers(definition.form, answers, today)
    errors = sorted(result.errors.keys() - ({NON_FIELD_ERRORS} if result.barriers else set()))
    yield from _compare(_("refused answers"), sorted(expects.get("refused", [])), errors)
    if "eligible" in expects:
        yield from _compare(_("whether one can apply"), expects["eligible"], not result.barriers)
    if "computed" in expects:
        wanted = expects["computed"]
        values = {code: result.answers.get(code) for code in wanted}
        yield from _compare(_("computed values"), _pairs(wanted), _pairs(values))
    answers = with_computed(definition.form, answers, today)
    if "agency" in expects:
        yield from _compare(_("competent agency"), expects["agency"], definition.competent_agency(answers, today))
    shown = asked(definition, answers, today)
    if "asked" in expects:
        missing = [code for code in expects["asked"] if code not in shown]
        yield from _compare(_("questions asked"), expects["asked"], [c for c in expects["asked"] if c not in missing])
    if "not_asked" in expects:
        yield from _compare(_("questions not to be asked"), [], [c for c in expects["not_asked"] if c in shown])
    if "papers" in expects:
        yield from _compare(_("papers"), sorted(expects["papers"]), sorted(papers_for(definition, answers, today)))
    if "fee" in expects:
        total = sum(line.amount for line in definition.fee_lines(answers, "FILING", today, FilingChannel.ONLINE))
        yield from _compare(_("fee"), formatting.dong(expects["fee"]), formatting.dong(total))
    if "route" in expects:
        yield from _compare(_("route"), expects["route"], _route(definition, answers, today))
    if "due" in expects:
        yield from _compare(_("due time"), expects["due"], _due(definition, filed_at, result.answers))


def _local(filed_at: str) -> datetime:
    return datetime.fromisoformat(filed_at or _FILED_AT).replace(tzinfo=_ZONE)


def _due(definition: ProcedureDefinition, filed_at: datetime, answers: Mapping[str, Any]) -> str:
    due = due_at(definition.time_for(answers, filed_at.date(), FilingChannel.ONLINE), _ORDINARY_WEEKS, filed_at)
    return due.astimezone(_ZONE).strftime("%Y-%m-%dT%H:%M") if due else "–"


def _pairs(values: Mapping[str, Any]) -> list[str]:
    return [f"{code} = {value}" for code, value in values.items()]


def _route(definition: ProcedureDefinition, answers: Mapping[str, Any], today: date) -> list[str]:
    return [step.code for step in definition.process.road(answers, today)] if definition.process else []


def _compare(what: str, expected: object, found: object) -> Iterable[Difference]:
    if expected != found:
        yield Difference(what, _text(expected), _text(found))


def _text(value: object) -> str:
    return (", ".join(map(str, value)) or "–") if isinstance(value, list) else str(value)
