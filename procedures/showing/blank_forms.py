"""The e-form as paper: printed from the form's definition for those who rather write by hand.

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
from procedures.errors import BusyError
from procedures.models import ProcedureVersion

_LAYOUT: Final = 2  # counts the changes to the template
_KEPT: Final = 30 * 24 * 3600
_PATIENCE: Final = 4.0
_one_at_a_time = Lock()
_YES_NO: Final = {"YES": "Có", "NO": "Không"}
_ADDRESS: Final = ("Số nhà, đường, khu phố, ấp", "Phường, xã", "Tỉnh, thành phố")


@dataclass(frozen=True)
class Question:
    """A question on paper: rows to write on, or boxes to tick, or columns of a table."""

    kind: str
    label: str
    hint: str
    condition: str
    rows: tuple[str, ...] = ()
    boxes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    blank_rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class Part:
    """A step of the form on paper."""

    title: str
    condition: str
    questions: tuple[Question, ...]


def blank_form(version: ProcedureVersion) -> bytes | None:
    """Return the PDF; None for a procedure without a form. Raises `BusyError` while others are being made."""
    definition = version.definition
    if definition.form is None:
        return None
    key = f"blank-form:{_LAYOUT}:{version.sha256}"
    return _kept(key) or _made(key, {"definition": definition, "parts": parts_of(definition.form)})


def parts_of(form: FormDefinition) -> tuple[Part, ...]:
    """Return the form as it is printed, in Vietnamese."""
    with override("vi"):
        return tuple(
            Part(str(step.title), _condition(step.show_if, form), tuple(_question(f, form) for f in step.fields))
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
    plain = Question("line", str(field.label), str(field.hint), condition)
    kind = kind_of(field)
    match kind.on_paper:
        case "boxes" if field.settings.get("list"):
            return plain
        case "boxes":
            boxes = tuple(str(option.label) for option in field.options) or tuple(_YES_NO.values())
            return replace(plain, kind="boxes", boxes=boxes)
        case "table":
            columns = tuple(str(part.label) for part in field.fields)
            return replace(plain, kind="table", columns=columns, blank_rows=tuple(range(min(field.max_rows, 4))))
        case "rows":
            return replace(plain, kind="rows", rows=tuple(str(part.label) for part in kind.parts(field)) or _ADDRESS)
    return replace(plain, kind=kind.on_paper)


def _condition(rule: rules.Rule | None, form: FormDefinition) -> str:
    if rule is None:
        return ""
    labels = {code: str(field.label) for code, field in form.fields.items()}
    choices = {
        code: {option.value: str(option.label) for option in field.options} or _YES_NO
        for code, field in form.fields.items()
    }
    return wording.rule_text(wording.with_choices(rule, choices), labels)
