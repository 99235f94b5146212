"""What is done to an entry of a list."""

from __future__ import annotations

from enum import StrEnum


class ListAct(StrEnum):
    """A change of a list."""

    ADD = "ADD"
    REWORD = "REWORD"
    END = "END"
