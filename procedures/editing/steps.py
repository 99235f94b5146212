"""Edits of the process: its steps as a whole, whose shares of the time hang together, and what each records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from procedures import wording
from procedures.definition import END
from procedures.editing import outline
from procedures.editing.parts import Document, Part, free_code, with_members, with_part, without_part
from procedures.errors import NotPossibleError

RECORDING: Final = "RECORD_FACTS"  # the act of recording
ASKING: Final = "ASK_OPINION"


def steps(document: Part) -> list[dict[str, Any]]:
    """Return the steps of the document's process."""
    return list((document.get("process") or {}).get("steps", []))


def with_process(document: Part, process: Mapping[str, Any]) -> Document:
    """Return the document with another process."""
    return with_members(document, {"process": dict(process)})


def with_steps(document: Part, given: Sequence[Part]) -> Document:
    """Return the document with these steps, in this order; a step without a code gets one from its name.

    What refers to a step that is gone, or to an act that its holder no longer does, goes with it. Raises
    `NotPossibleError` without steps, or when one has no holder or nothing to do.
    """
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


def step_changed(document: Part, code: str, members: Part) -> Document:
    """Return the document with these entries of a step."""
    changed = [with_members(step, members) if step["code"] == code else step for step in steps(document)]
    return with_members(document, {"process": {**document["process"], "steps": changed}})


def with_way(document: Part, code: str, member: str, way: Part, place: int | None) -> Document:
    """Return the document with a way of a step (`next`: to another one, `route`: to its agency), the last by default.

    A step with a route has no other rule for its agency; the agency of all other cases stands last.
    """
    ways = with_part(_step(document, code), member, way, place)[member]
    if member != "route":
        return step_changed(document, code, {member: ways})
    in_order = sorted(ways, key=lambda one: "when" not in one)
    return step_changed(document, code, {"route": in_order, "agency": "ROUTED", "agency_code": ""})


def without_way(document: Part, code: str, member: str, place: int) -> Document:
    """Return the document without a way of a step; without its last route the competent agency has the step."""
    ways = without_part(_step(document, code), member, place)[member]
    left = {"agency": "COMPETENT"} if member == "route" and not ways else {}
    return step_changed(document, code, {member: ways} | left)


def with_fact(document: Part, code: str, members: Part, place: int | None, *, is_needed: bool) -> Document:
    """Return the document with a fact to record in a step, at `place` or as the last one.

    The case goes on only when it is there if `is_needed`. The holder of the step may record from then on.
    """
    step = _step(document, code)
    old = step.get("facts", [])[place] if place is not None else {"code": _free(document, members)}
    new = with_members(old, members)
    needed = step.get("requires", [])
    if is_needed != (new["code"] in needed):
        needed = [*needed, new["code"]] if is_needed else [one for one in needed if one != new["code"]]
    acts = step["actions"] if RECORDING in step["actions"] else [RECORDING, *step["actions"]]
    facts = with_part(step, "facts", new, place)["facts"]
    return step_changed(document, code, {"facts": facts, "requires": needed, "actions": acts})


def without_fact(document: Part, code: str, place: int) -> Document:
    """Return the document without a fact of a step. Raises `NotPossibleError` while a result shows it."""
    step = _step(document, code)
    gone = step["facts"][place]["code"]
    for result in document.get("results", []):
        if gone in outline.shown_by(result):
            message = _("The result “%(name)s” still shows it. Please change that first.")
            raise NotPossibleError(message % {"name": result["name"]})
    needed = [one for one in step.get("requires", []) if one != gone]
    facts = without_part(step, "facts", place)["facts"]
    return step_changed(document, code, {"facts": facts, "requires": needed})


def _step(document: Part, code: str) -> dict[str, Any]:
    return next(step for step in steps(document) if step["code"] == code)


def _free(document: Part, members: Part) -> str:
    """Return a code that neither a question nor another fact has: a result names both."""
    taken = [fact["code"] for step in steps(document) for fact in step.get("facts", [])]
    return free_code(wording.name_of(members), [*taken, *outline.labels(document)])


def _with_known(step: Part, codes: set[str]) -> dict[str, Any]:
    others = [code for code in step.get("not_same_as", []) if code in codes and code != step["code"]]
    ways = [lead for lead in step.get("next", []) if lead["to"] in codes | {END}]
    limits = {act: most for act, most in step.get("at_most", {}).items() if act in step["actions"]}
    asked = step.get("consultation") if ASKING in step["actions"] else None
    return with_members(step, {"not_same_as": others, "next": ways, "at_most": limits, "consultation": asked})
