"""A new version in mid-form: answers are carried over where their question survives; what is dropped is shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone

from onestop.models import Case, Draft
from onestop.services.typed import Values, asks
from procedures.differences import compare
from procedures.eforms import FieldDefinition, FormDefinition, step_form, summary, visible_steps
from procedures.eforms.submission import as_data
from procedures.models import ProcedureVersion

# What an applicant must know of; how the office works inside is its own affair.
_CONCERNS: Final = ("papers", "fees", "time", "channels", "variants", "form", "availability")
_MOST_CHANGES: Final = 30


def concerns_applicants(before: ProcedureVersion, after: ProcedureVersion) -> bool:
    """Return whether the newer version asks something else of applicants, or promises something else."""
    return bool(_changes(before, after))


def carry_over(case: Case, draft: Draft, version: ProcedureVersion, at: datetime) -> None:
    """Put a locked draft under `version`; whoever calls saves both.

    Answers stay where the new form asks a question of the same code and kind (and, of a choice, still offers it).
    What changed, and what was answered to questions that are gone, is noted in `draft.news` for the applicant.
    """
    today = timezone.localtime(at).date()
    old = case.procedure_version.definition.form
    new = version.definition.form
    changes = _changes(case.procedure_version, version)
    if old is not None and new is not None:
        gone = _gone(old, new, case.answers)
        dropped = [*draft.news.get("dropped", []), *_as_lines(old, case.answers, gone, today)]
        dropped += _typed_lines(old, new, draft)
        case.answers = {code: value for code, value in case.answers.items() if code not in gone}
        draft.steps = _moved(old, new, draft)
        draft.done = _still_done(new, case.answers, draft.done, today)
        if changes or dropped:
            draft.news = {"changes": [*draft.news.get("changes", []), *changes], "dropped": dropped}
    draft.revision += 1
    case.procedure_version = version


def _changes(before: ProcedureVersion, after: ProcedureVersion) -> list[str]:
    documents = (before.document, after.document)
    old, new = ({name: document[name] for name in _CONCERNS if name in document} for document in documents)
    return [f"{change.area}: {change.sentence}" for change in compare(old, new) if change.binds][:_MOST_CHANGES]


def _gone(old: FormDefinition, new: FormDefinition, answers: Mapping[str, Any]) -> set[str]:
    return {
        code
        for code, value in answers.items()
        if code in old.fields and not _survives(old.fields[code], new.fields.get(code), value)
    }


def _survives(old: FieldDefinition, new: FieldDefinition | None, value: Any) -> bool:
    if new is None or new.kind != old.kind:
        return False
    offered = {option.value for option in new.options}
    match new.kind:
        case "choice":
            return value in offered or not value
        case "several":
            return set(value or []) <= offered
    return True


def _as_lines(old: FormDefinition, answers: Mapping[str, Any], gone: set[str], today: date) -> list[list[str]]:
    lines = [line for section in summary(old, answers, today) for line in section.lines]
    return [[line.label, line.value] for line in lines if line.code.partition(".")[0] in gone and line.value != "–"]


def _typed_lines(old: FormDefinition, new: FormDefinition, draft: Draft) -> list[list[str]]:
    """Return what was typed and not accepted for questions that are gone, as it was typed."""
    found = []
    for step in old.steps:
        typed = draft.typed(step.code) or {}
        for question in step.fields:
            survivor = new.fields.get(question.code)
            if survivor is not None and survivor.kind == question.kind:
                continue
            texts = [text for name, texts in typed.items() if asks(question, name) for text in texts if text]
            if texts:
                found.append([str(question.label), " ".join(texts)])
    return found


def _moved(old: FormDefinition, new: FormDefinition, draft: Draft) -> dict[str, Any]:
    """Return what was typed, and what another device typed, each value on the page that asks its question now."""
    at = max((entry.get("at", "") for entry in draft.steps.values()), default="")
    typed = {step: entry.get("values", {}) for step, entry in draft.steps.items()}
    aside = {step: entry.get("aside", {}).get("values", {}) for step, entry in draft.steps.items()}
    found: dict[str, Any] = {}
    for step, values in _by_page(old, new, typed).items():
        found[step] = {"values": values, "at": at, "revision": draft.revision + 1, "page": None}
    for step, values in _by_page(old, new, aside).items():
        found.setdefault(step, {})["aside"] = {"values": values, "at": at, "page": None}
    return found


def _by_page(old: FormDefinition, new: FormDefinition, typed: Mapping[str, Values]) -> dict[str, Values]:
    everything = {name: texts for values in typed.values() for name, texts in values.items()}
    found: dict[str, Values] = {}
    for step in new.steps:
        asked = [question for question in step.fields if _kind_of(old, question.code) == question.kind]
        values = {name: texts for name, texts in everything.items() if any(asks(q, name) for q in asked)}
        if values:
            found[step.code] = values
    return found


def _kind_of(form: FormDefinition, code: str) -> str:
    return form.fields[code].kind if code in form.fields else ""


def _still_done(form: FormDefinition, answers: Mapping[str, Any], done: list[str], today: date) -> list[str]:
    """Return the pages that were accepted and that the new form would accept as they are."""
    pages = [step for step in visible_steps(form, answers, today) if step.code in done]
    return [
        step.code for step in pages if step_form(form, step.code, answers, today, as_data(step, answers)).is_valid()
    ]
