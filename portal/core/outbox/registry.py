"""Who does which work, and what a worker may answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """A message as its handler sees it. `key` is the same at every attempt."""

    key: str
    group: str
    sequence: int
    payload: dict[str, Any]
    attempt: int
    outcome_unknown: bool  # an earlier attempt may have succeeded: ask before repeating
    now: datetime


class RetryLater(Exception):
    """The work could not be done now and certainly was not done; it is tried again for ever."""

    def __init__(self, reason: str, *, after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.after = after


class Undeliverable(Exception):
    """The work will never succeed as it stands; a person must look at it."""


Handler = Callable[[Envelope], None]
_handlers: dict[str, Handler] = {}


def handler(topic: str) -> Callable[[Handler], Handler]:
    """Register the decorated function for `topic`; it returns when the work is done, or raises."""

    def register(function: Handler) -> Handler:
        if _handlers.setdefault(topic, function) is not function:
            raise LookupError(f"Two handlers for topic {topic!r}.")
        return function

    return register


def handler_of(topic: str) -> Handler:
    """Return the handler of `topic`; raises `KeyError` when nobody registered."""
    return _handlers[topic]
