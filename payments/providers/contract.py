"""What a gateway does for us, in plain dataclasses: no Django, no models. Money is whole VND."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


@dataclass(frozen=True)
class Answer:
    """What came back over HTTP."""

    status: int
    body: bytes
    content_type: str


Post = Callable[[str, Mapping[str, Any]], Answer]


@dataclass(frozen=True, kw_only=True)
class Line:
    code: str
    name: str
    kind: str
    amount: int


@dataclass(frozen=True, kw_only=True)
class Order:
    """A payment to begin. `reference` is unique, letters and digits."""

    reference: str
    amount: int
    description: str
    return_url: str
    ip: str
    at: datetime
    payer_name: str
    details: Mapping[str, str]
    lines: tuple[Line, ...]


class Outcome(StrEnum):
    PAID = "PAID"
    DECLINED = "DECLINED"
    PENDING = "PENDING"
    UNKNOWN_ORDER = "UNKNOWN_ORDER"


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """What a gateway says of an order, its signature already verified."""

    reference: str
    partner: str
    amount: int
    outcome: Outcome
    transaction_code: str
    bank: str


class NoticeError(ValueError):
    """A confirmation that cannot be read; `reference` is what it claims to be about."""

    def __init__(self, reason: str, reference: str = "") -> None:
        super().__init__(reason)
        self.reference = reference


class ForgedNoticeError(NoticeError):
    """A confirmation whose signature is not the gateway's."""


class GatewayError(Exception):
    """The gateway answered, and its answer is no use."""


class Gateway(Protocol):
    """A payment platform."""

    @property
    def partner(self) -> str:
        """Who we are to the platform."""
        ...

    def begin(self, order: Order) -> str:
        """Begin a payment; returns the address of the bank page. Raises `GatewayError`, or what `Post` raises."""
        ...

    def read_notice(self, body: bytes) -> Confirmation:
        """Return what a confirmation says; raises `ForgedNoticeError`, `NoticeError`."""
        ...

    def acknowledge(self, reference: str, *, code: str, text: str, at: datetime) -> dict[str, str]:
        """Return the signed answer to a confirmation."""
        ...

    def query(self, reference: str, *, at: datetime) -> Confirmation:
        """Ask how an order stands. Raises `GatewayError`, or what `Post` raises."""
        ...

    def bill(self, reference: str, *, at: datetime) -> bytes:
        """Return the platform's bill as PDF. Raises `GatewayError`, or what `Post` raises."""
        ...
