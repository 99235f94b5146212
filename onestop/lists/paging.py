"""Keyset pages: a page begins behind a place in an index, or ends before one, and never counts what it skips."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

from identity.officers import Officer
from onestop.lists.narrowing import CAME, DUE, RISK, Narrowing
from onestop.lists.queues import Branch, Queue
from onestop.models import Case, CaseMessage, CaseQuerySet, CaseStep
from portal.core.text import whole_number

PAGE: Final = 50
MOST_TAKEN: Final = 20_000  # some seconds of work for whoever takes a list away
_AT_ONCE: Final = 500
_LARGE: Final = ("answers", "facts", "procedure__search_text", "procedure__search_vector")


@dataclass(frozen=True)
class Place:
    """Where in a list: the time or the safety that it is ordered by, and the case."""

    at: datetime | int
    pk: int

    def __str__(self) -> str:
        at = self.at if isinstance(self.at, int) else f"{self.at.astimezone(UTC):%Y%m%dT%H%M%S.%f}"
        return f"{at}-{self.pk}"

    @classmethod
    def read(cls, text: str, order: str = DUE) -> Place | None:
        """Return the place in a list of this order that an address names, or None."""
        first, _, number = text.partition("-")
        at, pk = whole_number(first) if order == RISK else _moment(first), whole_number(number)
        return cls(at, pk) if at is not None and pk is not None else None


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)
    except ValueError:
        return None


@dataclass(frozen=True)
class Page:
    """A page of a list, and where the pages beside it begin."""

    cases: list[Case]
    before: Place | None  # None: this is the first page
    after: Place | None


def page(
    queue: Queue,
    officer: Officer,
    narrowing: Narrowing,
    now: datetime,
    *,
    after: Place | None = None,
    before: Place | None = None,
) -> Page:
    """Return the page behind `after`, or the one that ends before `before`; two queries for the rows, always."""
    backwards = before is not None and after is None
    keys = _keys(queue.branches(officer, now), narrowing, before if backwards else after, backwards, PAGE + 1)
    more, keys = len(keys) > PAGE, keys[:PAGE]
    if backwards:
        keys.reverse()
    has_before = more if backwards else after is not None
    has_after = backwards or more
    return Page(
        cases=_rows([key.pk for key in keys]),
        before=keys[0] if keys and has_before else None,
        after=keys[-1] if keys and has_after else None,
    )


def first_cases(queue: Queue, officer: Officer, narrowing: Narrowing, now: datetime, limit: int) -> list[int]:
    """Return the keys of the first `limit` cases of a list."""
    return [key.pk for key in _keys(queue.branches(officer, now), narrowing, None, False, limit)]


def whole_list(queue: Queue, officer: Officer, narrowing: Narrowing, now: datetime) -> Iterator[Case]:
    """Yield the cases of a list in its order, at most `MOST_TAKEN`; some hundreds are held at a time."""
    branches, seen, start = queue.branches(officer, now), set[int](), None
    while len(seen) < MOST_TAKEN:
        places = _keys(branches, narrowing, start, False, _AT_ONCE)
        new = [place.pk for place in places if place.pk not in seen][: MOST_TAKEN - len(seen)]
        yield from _rows(new)
        seen.update(new)
        if len(places) < _AT_ONCE:
            return
        start = places[-1]


def with_standing(cases: CaseQuerySet) -> CaseQuerySet:
    """Read along what lists show of a case: its open step alone, and whether a message waits to be read."""
    standing = CaseStep.objects.filter(finished_at=None).select_related("agency", "holder")
    unread = Exists(CaseMessage.objects.unread_by_office().filter(case=OuterRef("pk")))
    # The answers are long and each would be decrypted: lists read and show only what they have columns for.
    shown = cases.select_related("procedure__sector", "receiving_centre", "competent_agency").defer(*_LARGE)
    return shown.annotate(has_unread_message=unread).prefetch_related(Prefetch("steps", standing))


def _keys(
    branches: Sequence[Branch], narrowing: Narrowing, start: Place | None, backwards: bool, limit: int
) -> list[Place]:
    """Return the places of the rows: of each branch only as many as can be shown, then the first of all of them."""
    parts = [_part(branch, narrowing, start, backwards)[:limit] for branch in branches]
    if not parts:
        return []
    first, *others = parts
    ways = ("-at", "-of") if backwards else ("at", "of")
    merged = first.union(*others).order_by(*ways)[:limit] if others else first
    return [Place(row["at"], row["of"]) for row in merged]


def _part(branch: Branch, narrowing: Narrowing, start: Place | None, backwards: bool) -> QuerySet[Any, Any]:
    of = "case_id" if branch.model is CaseStep else "id"
    came = "started_at" if branch.model is CaseStep else "submitted_at"
    by = {DUE: "until", CAME: came, RISK: "safety"}[narrowing.order]
    rows = branch.filter(narrowing.condition(branch.model))
    if start is not None:
        # Both together are where the index is entered: thousands have the same risk.
        beyond = TupleLessThan if backwards else TupleGreaterThan
        rows = rows.filter(beyond(Tuple(F(by), F(of)), (start.at, start.pk)))
    ways = (F(by).desc(), F(of).desc()) if backwards else (F(by).asc(), F(of).asc())
    return rows.order_by(*ways).values(at=F(by), of=F(of))


def _rows(keys: list[int]) -> list[Case]:
    """Return the cases of these keys in their order.

    Whoever has a seat at the centre and one at the agency meets a case under both its due times: on a page once.
    """
    found = {case.pk: case for case in with_standing(Case.objects.filter(pk__in=keys))}
    return [found[key] for key in dict.fromkeys(keys) if key in found]
