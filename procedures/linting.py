"""What is wrong with a definition though it could be read: findings for those who publish.

An error keeps a proposal from being approved; a warning is shown to the second person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from portal.core.formatting import dong
from procedures import invariants
from procedures.definition import ProcedureDefinition
from procedures.eforms import FieldDefinition, FormDefinition, kind_of
from procedures.rules import Rule, fields_of

_APPLICANT: Final = {"requester", "applicant", "phone", "email"}
_LONGEST_NAME: Final = 1000  # the columns of `Procedure` and `Sector`
_LONGEST_SECTOR: Final = 200
_NAMED: Final = re.compile(r"\{([^{}]+)\}")
_AMOUNT: Final = re.compile(r"(\d{1,3}(?:\.\d{3})+) ?(?:đồng|đ)\b")
_MOST_COLUMNS: Final = 6
_HEADING: Final = re.compile(r"^(#{1,6})\s", re.MULTILINE)


@dataclass(frozen=True)
class Finding:
    """Something to look at: where, what, and whether it must be put right before publishing."""

    code: str
    place: str
    message: str
    is_error: bool = False

    @property
    def sentence(self) -> str:
        """The place and the message in one line."""
        return f"{self.place}: {self.message}"


def lint(definition: ProcedureDefinition) -> list[Finding]:
    """Return the findings, errors first, in the order of the definition."""
    found = [*_lengths(definition), *_papers(definition), *_texts(definition), *_english(definition)]
    found += [*_data(definition), *_amounts(definition)]
    if definition.form is not None:
        found += [*_questions(definition.form), *_reach(definition.form), *_refusals(definition.form)]
        found += _named_in_results(definition, definition.form)
    if definition.is_fileable:
        found += _competence(definition)
    found += [Finding("process", _("Process"), message, is_error=True) for message in invariants.problems(definition)]
    return sorted(found, key=lambda finding: not finding.is_error)


def _lengths(definition: ProcedureDefinition) -> Iterator[Finding]:
    for text, longest in ((definition.name, _LONGEST_NAME), (definition.sector_name, _LONGEST_SECTOR)):
        if len(text) > longest:
            message = _("It is longer than %(n)s letters, which no list can show.") % {"n": longest}
            yield Finding("too-long", f"{text[:60]}…", message, is_error=True)


def _papers(definition: ProcedureDefinition) -> Iterator[Finding]:
    for paper in definition.papers:
        if paper.mode == "SUBMIT" and not paper.basis and not definition.legal_basis:
            message = _("A paper is asked for, and no legal basis says why.")
            yield Finding("paper-without-basis", paper.name, message, is_error=True)
        elif paper.mode == "SUBMIT" and not paper.basis:
            yield Finding("paper-without-basis", paper.name, _("No article is named on which asking for it rests."))


def _texts(definition: ProcedureDefinition) -> Iterator[Finding]:
    for place, text in (("summary", definition.summary), ("conditions", definition.conditions)):
        depth = 0
        for mark in _HEADING.findall(text):
            if len(mark) > depth + 1:
                yield Finding("heading-order", place, _("A heading skips a level."), is_error=True)
            depth = len(mark)


def _english(definition: ProcedureDefinition) -> Iterator[Finding]:
    said = set(public_texts(definition))
    for text in definition.english:
        if text not in said:
            yield Finding("english-of-nothing", text, _("It is given in English, and stands nowhere in Vietnamese."))


def public_texts(definition: ProcedureDefinition) -> Iterator[str]:
    """Yield the texts outside the form that the public reads, each in the reader's language; some are empty."""
    yield from (
        definition.name,
        definition.summary,
        definition.applicants,
        definition.competent,
        definition.conditions,
        definition.fees_note,
    )
    yield from (definition.time.note, definition.availability.notice)
    yield from (limit.condition for limit in definition.time_rules)
    yield from (text for paper in definition.papers for text in (paper.name, paper.when, paper.note, paper.basis))
    yield from (text for fee in definition.fees for text in (fee.name, fee.note, fee.exempt))
    yield from (
        text for part in definition.channels for text in (part.note, *(time.condition for time in part.times))
    )
    yield from (basis.title for basis in definition.legal_basis)
    yield from (result.name for result in definition.results)
    yield from (stage.text for stage in definition.steps)
    yield from (variant.name for variant in definition.variants)
    if definition.elsewhere is not None:
        yield definition.elsewhere.name
    if definition.process is not None:
        yield from (step.name for step in definition.process.steps)


def _data(definition: ProcedureDefinition) -> Iterator[Finding]:
    fields = definition.form.fields.values() if definition.form else ()
    if definition.retention is None and any(field.personal for field in fields):
        yield Finding(
            "no-retention", definition.name, _("Personal data is asked for, and nothing says how long it is kept.")
        )


def _amounts(definition: ProcedureDefinition) -> Iterator[Finding]:
    """Words beside a fee that still name another amount: they are easily forgotten when the fee changes."""
    fields = definition.form.fields if definition.form else {}
    for fee in definition.fees:
        asked = fields.get(fee.per)
        for text in (fee.note, *((asked.label.vi, asked.hint.vi) if asked else ())):
            named = [int(amount.replace(".", "")) for amount in _AMOUNT.findall(text)]
            if named and fee.amount not in named:
                message = _("“%(text)s” does not name the amount of the fee, %(amount)s.")
                yield Finding("other-amount", fee.name, message % {"text": text, "amount": dong(fee.amount)})


def _questions(form: FormDefinition) -> Iterator[Finding]:
    for step in form.steps:
        if not str(step.title).strip():
            yield Finding("label-missing", step.code, _("The page has no title."), is_error=True)
    for field in _all(form.fields.values()):
        if not field.label.vi.strip():
            yield Finding("label-missing", field.code, _("The question has no words."), is_error=True)
        for option in field.options:
            if not option.label.vi.strip():
                yield Finding("label-missing", f"{field.code}/{option.value}", _("The choice has no words."), True)
        if field.kind == "file" and not field.hint.vi.strip():
            yield Finding("hint-missing", field.code, _("An upload says what to take a picture of, and how large."))
        for name in field.without_effect:
            message = _("“%(name)s” means nothing for a question of this kind.") % {"name": name}
            yield Finding("without-effect", field.code, message)
        if field.kind == "table" and len(field.fields) > _MOST_COLUMNS:
            yield Finding(
                "wide-table", field.code, _("A table with so many columns is hard to fill in: ask in rows.")
            )
        if kind_of(field).account_knows and field.code in _APPLICANT and not field.prefill:
            yield Finding("known-to-the-account", field.code, _("The account knows this already: fill it in."))


def _competence(definition: ProcedureDefinition) -> Iterator[Finding]:
    """Somebody must be competent whatever is answered."""
    is_asked = definition.form is not None and "competent_agency" in definition.form.fields
    is_settled = any(route.when is None for route in definition.route) if definition.route else is_asked
    if not is_settled:
        yield Finding(
            "no-competent-agency", definition.name, _("There are answers for which no agency is competent."), True
        )


def _refusals(form: FormDefinition) -> Iterator[Finding]:
    """People learn that they cannot apply before they have taken pictures of their papers."""
    uploads = False
    for step in form.steps:
        uploads = uploads or any(field.kind == "file" for field in step.fields)
        for refusal in step.refusals:
            if uploads and refusal.is_barrier:
                yield Finding(
                    "late-refusal", step.code, _("Who cannot apply is told so only after uploading papers.")
                )
            if not _can_hold(refusal.when, form):
                yield Finding("never-refused", refusal.at or step.code, _("No answers can make this appear."), True)


def _reach(form: FormDefinition) -> Iterator[Finding]:
    """Questions nobody can reach: they wait for a later answer, or for one that cannot be given."""
    before: set[str] = set()
    for step in form.steps:
        here = {field.code for field in step.fields}
        yield from _never(step.code, step.show_if, form, before)
        for field in step.fields:
            yield from _never(field.code, field.show_if, form, before | here - {field.code})
        before |= here


def _never(place: str, rule: Rule | None, form: FormDefinition, answered: set[str]) -> Iterator[Finding]:
    if rule is None:
        return
    if {path.split(".")[0] for path in fields_of(rule)} - answered:
        yield Finding("unreachable", place, _("It waits for a question that is asked later."), is_error=True)
    elif not _can_hold(rule, form):
        yield Finding("never-shown", place, _("No answers can make this appear."), is_error=True)


def _can_hold(rule: Rule, form: FormDefinition) -> bool:
    """Return False only when it is certain that no answers satisfy `rule`."""
    if "all" in rule:
        wanted: dict[str, set[Any]] = {}
        for part in rule["all"]:
            if part.get("op") == "eq" and isinstance(part.get("field"), str):
                wanted.setdefault(part["field"], set()).add(_key(part.get("value")))
        agree = all(len(values) == 1 for values in wanted.values())
        return agree and all(_can_hold(part, form) for part in rule["all"])
    if "any" in rule:
        return any(_can_hold(part, form) for part in rule["any"])
    if "not" in rule or rule.get("op") not in {"eq", "in", "contains"}:
        return True
    return _is_an_option(rule, form)


def _is_an_option(rule: Mapping[str, Any], form: FormDefinition) -> bool:
    field = form.fields.get(str(rule.get("field")))
    if field is None or not (field.options or field.kind == "yes_no"):
        return True
    options = {"YES", "NO"} if field.kind == "yes_no" else {option.value for option in field.options}
    value = rule.get("value")
    return bool(options & {_key(one) for one in value}) if isinstance(value, list) else _key(value) in options


def _key(value: object) -> str:
    return str(value)


def _named_in_results(definition: ProcedureDefinition, form: FormDefinition) -> Iterator[Finding]:
    """Words of a document that stand for no question and no fact would print as nothing."""
    facts = {fact.code for step in definition.process.steps for fact in step.facts} if definition.process else set()
    known = facts | set(form.fields)
    for result in definition.results:
        texts = result.wording.texts if result.wording else ()
        named = {code.split(".")[0] for text in texts for code in _NAMED.findall(text)}
        if result.wording and result.wording.rows:
            named |= _missing_columns(form, result.wording.rows, [column.value for column in result.wording.columns])
        for code in sorted(named - known):
            message = _("The document names something that is neither asked nor recorded.")
            yield Finding("unknown-word", f"{result.name}/{code}", message, is_error=True)


def _missing_columns(form: FormDefinition, group: str, columns: list[str]) -> set[str]:
    asked = {field.code for field in form.fields[group].fields} if group in form.fields else set()
    return {group, *(f"{group}/{column}" for column in columns if column not in asked)}


def _all(fields: Iterable[FieldDefinition]) -> Iterator[FieldDefinition]:
    for field in fields:
        yield field
        yield from _all(field.fields)
