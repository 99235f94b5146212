"""The e-form as paper: printed from the form's definition for those who rather write by hand.

It is in Vietnamese, as it is handed in; for readers of English the questions stand below in English.
Making one takes a second of a processor, so a process makes one at a time and keeps what it made.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, Final

from django.core.cache import cache
from django.utils.translation import override
from redis.exceptions import RedisError

from portal.core.pdf import render_pdf
from procedures import rules, wording
from procedures.eforms import FieldDefinition, FormDefinition, kind_of
from procedures.eforms.definition import Text
from procedures.errors import BusyError
from procedures.models import ProcedureVersion

_LAYOUT: Final = 3  # counts the changes to the template
_KEPT: Final = 30 * 24 * 3600
_PATIENCE: Final = 4.0
_one_at_a_time = Lock()
_YES_NO: Final = {"YES": Text("Có", "Yes"), "NO": Text("Không", "No")}
_ADDRESS: Final = (
    Text("Số nhà, đường, khu phố, ấp", "House number, street, quarter, hamlet"),
    Text("Phường, xã", "Ward, commune"),
    Text("Tỉnh, thành phố", "Province, city"),
)


@dataclass(frozen=True)
class Question:
    """A question on paper: rows to write on, or boxes to tick, or columns of a table."""

    kind: str
    label: Text
    hint: Text
    condition: str
    rows: tuple[Text, ...] = ()
    boxes: tuple[Text, ...] = ()
    columns: tuple[Text, ...] = ()
    blank_rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class Part:
    """A step of the form on paper."""

    title: Text
    condition: str
    questions: tuple[Question, ...]


def blank_form(version: ProcedureVersion, *, language: str) -> bytes | None:
    """Return the PDF for readers of a language; None for a procedure without a form.

    Raises `BusyError` while others are being made.
    """
    definition = version.definition
    if definition.form is None:
        return None
    key = f"blank-form:{_LAYOUT}:{language}:{version.sha256}"
    context = {"definition": definition, "parts": parts_of(definition.form), "in_english": language == "en"}
    return _kept(key) or _made(key, context)


def parts_of(form: FormDefinition) -> tuple[Part, ...]:
    """Return the form as it is printed; its conditions in Vietnamese."""
    with override("vi"):
        return tuple(
            Part(step.title, _condition(step.show_if, form), tuple(_question(f, form) for f in step.fields))
            for step in form.steps
        )


def _kept(key: str) -> bytes | None:
    try:
        content: bytes | None = cache.get(key)
    except (RedisError, OSError):
        return None
    return content


def _made(key: str, context: Mapping[str, Any]) -> bytes:
    if not _one_at_a_time.acquire(timeout=_PATIENCE):
        raise BusyError
    try:
        content = _kept(key) or render_pdf("documents/blank_form.html", context)
    finally:
        _one_at_a_time.release()
    with suppress(RedisError, OSError):
        cache.set(key, content, _KEPT)
    return content


def _question(field: FieldDefinition, form: FormDefinition) -> Question:
    condition = _condition(field.show_if or field.required_if, form)
    plain = Question("line", field.label, field.hint, condition)
    kind = kind_of(field)
    match kind.on_paper:
        case "boxes" if field.settings.get("list"):
            return plain
        case "boxes":
            boxes = tuple(option.label for option in field.options) or tuple(_YES_NO.values())
            return replace(plain, kind="boxes", boxes=boxes)
        case "table":
            columns = tuple(part.label for part in field.fields)
            return replace(plain, kind="table", columns=columns, blank_rows=tuple(range(min(field.max_rows, 4))))
        case "rows":
            return replace(plain, kind="rows", rows=tuple(part.label for part in kind.parts(field)) or _ADDRESS)
    return replace(plain, kind=kind.on_paper)


def _condition(rule: rules.Rule | None, form: FormDefinition) -> str:
    if rule is None:
        return ""
    labels = {code: str(field.label) for code, field in form.fields.items()}
    yes_no = {value: str(label) for value, label in _YES_NO.items()}
    choices = {
        code: {option.value: str(option.label) for option in field.options} or yes_no
        for code, field in form.fields.items()
    }
    return wording.rule_text(wording.with_choices(rule, choices), labels)
