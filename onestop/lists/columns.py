"""The columns that a list may show; the code of the case and its applicant always stand first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Column:
    """A column: its code in the address, its head, and the template of its cell."""

    code: str
    title: str | Promise

    @property
    def template(self) -> str:
        return f"desk/columns/_{self.code.replace('-', '_')}.html"


COLUMNS: Final = [
    Column("procedure", _("Procedure")),
    Column("step", _("Step")),
    Column("holder", _("Held by")),
    Column("due", _("Due")),
    Column("promised", _("Promised")),
    Column("received", _("Filed")),
    Column("risk", _("Risk of being late")),
    Column("state", _("State")),
    Column("channel", _("Channel")),
    Column("agency", _("Competent agency")),
]
USUAL: Final = ("procedure", "step", "due", "state")


def columns(codes: Iterable[str]) -> list[Column]:
    """Return the columns of these codes in the order of the desk; the usual ones when none is known."""
    wanted = set(codes)
    return [one for one in COLUMNS if one.code in wanted] or [one for one in COLUMNS if one.code in USUAL]
