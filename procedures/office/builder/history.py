"""Undo and redo over the revisions of a draft: each save stays, going back is a save of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from procedures.models import Proposal


@dataclass(frozen=True)
class Travel:
    """The revisions to which undo and redo lead; None when there is none."""

    undo: int | None
    redo: int | None


def travel(revisions: Iterable[tuple[int, int | None]]) -> Travel:
    """Return where undo and redo lead, given (number, number of the revision it restores) in order."""
    line: list[int] = []
    origin: dict[int, int] = {}
    here = -1
    for number, restores in revisions:
        origin[number] = origin.get(restores, restores) if restores is not None else number
        if restores is not None and origin[number] in line:
            here = line.index(origin[number])
        else:
            line = [*line[: here + 1], origin[number]]
            here = len(line) - 1
    return Travel(
        undo=line[here - 1] if here > 0 else None,
        redo=line[here + 1] if here + 1 < len(line) else None,
    )


def travel_of(proposal: Proposal) -> Travel:
    """Return where undo and redo of a draft lead."""
    return travel(proposal.revisions.order_by("number").values_list("number", "restores"))
