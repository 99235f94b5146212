"""Edits of the process: its steps as a whole, because their shares of the time hang together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from procedures.editing.parts import Document, Part, free_code, with_members
from procedures.errors import NotPossibleError


def steps(document: Part) -> list[dict[str, Any]]:
    """Return the steps of the document's process."""
    return list((document.get("process") or {}).get("steps", []))


def with_process(document: Part, process: Mapping[str, Any]) -> Document:
    """Return the document with another process."""
    return with_members(document, {"process": dict(process)})


def with_steps(document: Part, given: Sequence[Part]) -> Document:
    """Return the document with these steps, in this order; a step without a code gets one from its name.

    What refers to a step that is gone goes with it. Raises `NotPossibleError` when the shares do not add up to 100,
    or a step has no holder or nothing to do.
    """
    total = sum(step["share"] for step in given)
    if total != 100:
        raise NotPossibleError(_("The shares add up to %(total)s %%. They must add up to 100 %%.") % {"total": total})
    if not given:
        raise NotPossibleError(_("A process has at least one step."))
    found: list[dict[str, Any]] = []
    for step in given:
        if not step.get("role") or not step.get("actions"):
            raise NotPossibleError(_("“%(name)s” needs a holder and something to do.") % {"name": step["name"]})
        taken = [str(one["code"]) for one in [*given, *found] if one.get("code")]
        found.append({**step, "code": step.get("code") or free_code(step["name"], taken)})
    codes = {step["code"] for step in found}
    kept = [_with_known(step, codes) for step in found]
    return with_members(document, {"process": {**(document.get("process") or {}), "steps": kept}})


def _with_known(step: Part, codes: set[str]) -> dict[str, Any]:
    others = [code for code in step.get("not_same_as", []) if code in codes and code != step["code"]]
    return with_members(step, {"not_same_as": others})
