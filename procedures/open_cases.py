"""What publishing asks of whoever runs cases: how many are open, and under which versions.

Cases stand above the catalogue: they register themselves here, and the catalogue asks without knowing them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class RunsCases(Protocol):
    """Who runs cases."""

    def filed_and_open(self, code: str) -> Mapping[int, int]:
        """Return how many filed cases of the procedure are open, by the primary key of their version."""
        ...

    def drafts(self, code: str) -> int:
        """Return how many drafts of the procedure there are."""
        ...

    def open_now(self, codes: Sequence[str]) -> Mapping[str, int]:
        """Return how many filed cases of these procedures are open, by the procedure's code."""
        ...

    def dated_by(self, calendar_id: int, at: datetime) -> int:
        """Return how many open cases get another due time when this working calendar changes at `at`, at most."""
        ...


@dataclass(frozen=True)
class Effect:
    """What a change does to the cases that are open when it comes into force."""

    unaffected: int
    keep_their_version: int
    drafts_go_on: int

    @property
    def open(self) -> int:
        return self.unaffected + self.keep_their_version + self.drafts_go_on

    @property
    def sentence(self) -> str:
        """The effect in one line."""
        if not self.open:
            return _("No case is open.")
        parts = [_("%(n)s unaffected") % {"n": self.unaffected}] if self.unaffected else []
        if self.keep_their_version:
            parts.append(_("%(n)s keep the version they were filed under") % {"n": self.keep_their_version})
        if self.drafts_go_on:
            drafts = ngettext(
                "%(n)s draft goes on under the new one", "%(n)s drafts go on under the new one", self.drafts_go_on
            )
            parts.append(drafts % {"n": self.drafts_go_on})
        return _("%(n)s open: %(parts)s") % {"n": self.open, "parts": ", ".join(parts)}


_registered: list[RunsCases] = []


def register(who: RunsCases) -> None:
    """Let `who` answer from now on."""
    _registered.append(who)


def effect_of_change(code: str, *, newest: int | None, binds: bool) -> Effect:
    """Return what replacing the version `newest` (primary key) does to open cases.

    A change that binds nobody affects none. Otherwise cases filed under the newest version keep it, those of older
    versions are where they were, and drafts go on under the new one.
    """
    filed: dict[int, int] = {}
    drafts = 0
    for who in _registered:
        for version, count in who.filed_and_open(code).items():
            filed[version] = filed.get(version, 0) + count
        drafts += who.drafts(code)
    total = sum(filed.values())
    if not binds:
        return Effect(total + drafts, 0, 0)
    keep = filed.get(newest, 0) if newest is not None else 0
    return Effect(total - keep, keep, drafts)


def open_now(codes: Sequence[str]) -> dict[str, int]:
    """Return how many filed cases of these procedures are open, by code; those without any are left out."""
    found: dict[str, int] = {}
    for who in _registered:
        for code, count in who.open_now(codes).items():
            found[code] = found.get(code, 0) + count
    return found


def dated_by(calendar_id: int, at: datetime) -> int:
    """Return how many open cases a change of this working calendar may give another due time."""
    return sum(who.dated_by(calendar_id, at) for who in _registered)
