"""Why a file is not taken: a word for the one who asked; the words for people stand at the portal's side."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """What is wrong with a file."""

    EMPTY = "EMPTY"
    WRONG_TYPE = "WRONG_TYPE"
    HEIC = "HEIC"
    DAMAGED = "DAMAGED"
    TOO_BIG = "TOO_BIG"
    TOO_HEAVY = "TOO_HEAVY"  # small to send, huge to open
    TOO_MANY_PAGES = "TOO_MANY_PAGES"
    TOO_MANY_ROWS = "TOO_MANY_ROWS"
    NO_PAGES = "NO_PAGES"
    ENCRYPTED = "ENCRYPTED"
    ACTIVE = "ACTIVE"  # programs inside
    LAYERED = "LAYERED"  # shows something else by switching layers
    UNDRAWN = "UNDRAWN"  # filled in without being drawn: each program shows it in its own way, or not at all
    DISGUISED = "DISGUISED"  # two kinds of file in one
    UNSAFE_ARCHIVE = "UNSAFE_ARCHIVE"
    INFECTED = "INFECTED"
    UNSCANNED = "UNSCANNED"


class Refused(Exception):
    """The file is refused for a reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason
