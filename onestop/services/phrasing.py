"""What a result says: the procedure's own texts, filled with answers and facts as people read them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils import translation

from onestop.models import Case
from procedures.definition import LegalBasis, ProcedureDefinition, Wording
from procedures.eforms import kind_of, recorded, summary

_NAMED: Final = re.compile(r"\{([a-z][a-z0-9_.]*)\}")
_NOTHING: Final = "–"  # how an answer that was not given is shown


def askable(definition: ProcedureDefinition) -> dict[str, str]:
    """Return what a supplement may name, by code: of the papers those published, then the questions of the form."""
    published = {paper.code: paper.name for paper in definition.papers}
    fields = [field for step in definition.form.steps for field in step.fields] if definition.form else []
    answered = [field for field in fields if kind_of(field).is_asked and not kind_of(field).is_computed]
    papers = [field.code for field in answered if field.kind == "file" and field.code in published]
    questions = {field.code: str(field.label) for field in answered if field.kind != "file"}
    return {code: published[code] for code in papers} | questions


def words_of(definition: ProcedureDefinition, case: Case, today: date) -> dict[str, str]:
    """Return every answer and every recorded fact as people read it, by code, in Vietnamese: paper is official."""
    with translation.override("vi"):
        sections = summary(definition.form, case.answers, today) if definition.form else []
        words = {line.code: line.value for section in sections for line in section.lines}
        for step in definition.process.steps if definition.process else ():
            words |= {line.code: line.value for line in recorded(step.facts, case.facts, today)}
    return words


def phrased(definition: ProcedureDefinition, wording: Wording, words: Mapping[str, str]) -> dict[str, Any]:
    """Return the texts of `wording` for the shared templates; what nobody answered is left out."""
    words = {**words, **_groups(definition, words)}
    return {
        "heading": wording.heading,
        "subtitle": _filled(wording.subtitle, words),
        "authority": wording.authority,
        "grounds": [*map(_ground, definition.legal_basis), *_all(wording.grounds, words)],
        "opening": _filled(wording.opening, words),
        "lines": [
            {"label": line.label, "value": value} for line in wording.lines if (value := _filled(line.value, words))
        ],
        "columns": [column.label for column in wording.columns],
        "rows": _rows(wording.rows, [column.value for column in wording.columns], words) if wording.rows else [],
        "articles": _all(wording.articles, words),
        "recipients": _all(wording.recipients, words),
    }


def _filled(text: str, words: Mapping[str, str]) -> str:
    values = [words.get(code, "") for code in _NAMED.findall(text)]
    if values and not any(value not in {"", _NOTHING} for value in values):
        return ""
    return _NAMED.sub(lambda found: words.get(found[1], ""), text)


def _all(texts: tuple[str, ...], words: Mapping[str, str]) -> list[str]:
    return [said for text in texts if (said := _filled(text, words))]


def _groups(definition: ProcedureDefinition, words: Mapping[str, str]) -> dict[str, str]:
    """Return each group of questions as one text, its rows one after the other."""
    fields = definition.form.fields.values() if definition.form else ()
    rows = {f.code: _rows(f.code, [part.code for part in f.fields], words) for f in fields if f.kind == "group"}
    return {code: "; ".join(", ".join(row) for row in found) for code, found in rows.items()}


def _rows(group: str, columns: list[str], words: Mapping[str, str]) -> list[list[str]]:
    rows: list[list[str]] = []
    while any(f"{group}.{len(rows)}.{column}" in words for column in columns):
        rows.append([words.get(f"{group}.{len(rows)}.{column}", _NOTHING) for column in columns])
    return rows


def _ground(basis: LegalBasis) -> str:
    """Return a legal basis as a document cites it (NĐ 30/2020/NĐ-CP, Phụ lục I)."""
    number, title = basis.number, basis.title
    if "/NĐ-CP" in number:
        return f"Căn cứ Nghị định số {number} của Chính phủ"
    if "/TT-" in number:
        return f"Căn cứ Thông tư số {number}"
    if "/NQ-CP" in number:
        return f"Căn cứ Nghị quyết số {number} của Chính phủ"
    return f"Căn cứ {title if title.startswith(('Luật', 'Bộ luật')) else 'Luật'} số {number}"
