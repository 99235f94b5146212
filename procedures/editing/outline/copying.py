"""Questions from elsewhere: their codes are free here, and their conditions follow."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from typing import Any

from procedures import wording
from procedures.editing import rules
from procedures.editing.outline.reading import labels
from procedures.editing.outline.uses import RULES, set_or_drop
from procedures.editing.parts import Part, free_code
from procedures.rules import fields_of


def adopted(document: Part, fields: Sequence[Part]) -> list[dict[str, Any]]:
    """Return copies of questions under codes that are free here.

    Comparisons among them follow their codes; those with questions that are not here are left out.
    """
    taken = list(labels(document))
    names: dict[str, str] = {}
    for field in fields:
        wanted = field.get("code") or wording.name_of(field)
        names[wanted] = wanted if wanted not in taken and field.get("code") else free_code(wanted, taken)
        taken.append(names[wanted])
    here = {*labels(document), *names}
    return [_adapted(field, names, here) for field in fields]


def _adapted(field: Part, names: Mapping[str, str], here: Collection[str]) -> dict[str, Any]:
    copy = deepcopy(dict(field))
    row = {inner["code"] for inner in copy.get("fields", [])}
    _follow(copy, names, here)
    for inner in copy.get("fields", []):
        _follow(inner, {**names, **{code: code for code in row}}, {*here, *row})
    return {"code": names[field.get("code") or wording.name_of(field)]} | {
        k: v for k, v in copy.items() if k != "code"
    }


def _follow(owner: dict[str, Any], names: Mapping[str, str], here: Collection[str]) -> None:
    """Let the conditions of a question go by the new codes; comparisons with what is not here are left out."""
    for name in RULES:
        if name in owner:
            missing = {path.split(".")[0] for path in fields_of(owner[name])} - set(here)
            kept = rules.without(owner[name], missing)
            set_or_drop(owner, name, rules.renamed(kept, lambda one: names.get(one, one)) if kept else None)
