"""Asking the population database for a personal number, as work for later."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from onestop.models import Case
from portal.core import outbox
from procedures.definition import ProcessStep

TOPIC: Final = "onestop.personal_number"
FACT: Final = "personal_number"


def is_wanted(case: Case, step: ProcessStep) -> bool:
    """Return whether the step needs a personal number that the case does not have yet."""
    entered = [code for code in step.requires if code != FACT]
    return FACT in step.requires and not case.facts.get(FACT) and all(case.facts.get(code) for code in entered)


def ask_for_personal_number(case: Case, at: datetime) -> None:
    """Record the request; the worker sends it, the answer becomes a fact of the case."""
    outbox.record(
        topic=TOPIC,
        group=f"population:{case.uuid}",
        key=f"population:{case.uuid}",
        payload={"case_id": case.pk},
        at=at,
    )


PROVINCE: Final = "074"  # Bình Dương among the codes of birth registration (TT 59/2021/TT-BCA)
