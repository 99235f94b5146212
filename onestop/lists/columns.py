"""The columns that a list may show; the code of the case and its applicant always stand first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.models import Case
from portal.core import tables


@dataclass(frozen=True)
class Column:
    """A column: its code in the address, its head, and its cell: in a table, and by a template on the page."""

    code: str
    title: str | Promise
    cell: Callable[[Case], tables.Cell]

    @property
    def template(self) -> str:
        return f"desk/columns/_{self.code.replace('-', '_')}.html"


def _step(case: Case) -> str:
    step = case.open_step
    return f"{step.name}, {step.agency.name}" if step else ""


def _holder(case: Case) -> str:
    step = case.open_step
    return step.holder.full_name if step and step.holder else ""


COLUMNS: Final = [
    Column("procedure", gettext_lazy("Procedure"), lambda case: case.procedure.name),
    Column("step", gettext_lazy("Step"), _step),
    Column("holder", gettext_lazy("Held by"), _holder),
    Column("due", gettext_lazy("Due"), lambda case: case.open_step.due_at if case.open_step else None),
    Column("promised", gettext_lazy("Promised"), lambda case: case.due_at),
    Column("received", gettext_lazy("Filed"), lambda case: case.submitted_at),
    Column("risk", gettext_lazy("Risk of being late"), lambda case: "" if case.risk is None else f"{case.risk} %"),
    Column("state", gettext_lazy("State"), lambda case: str(case.word.text)),
    Column("channel", gettext_lazy("Channel"), lambda case: case.channel_text),
    Column("agency", gettext_lazy("Competent agency"), lambda case: getattr(case.competent_agency, "name", "")),
]
USUAL: Final = ("procedure", "step", "due", "state")


def columns(codes: Iterable[str]) -> list[Column]:
    """Return the columns of these codes in the order of the desk; the usual ones when none is known."""
    wanted = set(codes)
    return [one for one in COLUMNS if one.code in wanted] or [one for one in COLUMNS if one.code in USUAL]


def sheet(name: str, shown: Sequence[Column], cases: Iterable[Case]) -> tables.Sheet:
    """Return a list to take away: what its page shows, a line a case."""
    head = [_("Case"), _("Applicant"), *(str(column.title) for column in shown)]
    return tables.Sheet(name, head, [26, 28, *[30] * len(shown)], _lines(shown, cases))


def _lines(shown: Sequence[Column], cases: Iterable[Case]) -> Iterator[list[tables.Cell]]:
    for case in cases:
        yield [case.code or "", str(case.applicant_name), *(column.cell(case) for column in shown)]
