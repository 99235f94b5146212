"""How good the search is: at which place the expected procedures stand."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from procedures.queries import Filters, catalogue

_DEEPEST = 100


@dataclass(frozen=True)
class Query:
    """What somebody typed and the codes that answer it."""

    q: str
    expected: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """Where the first expected procedure stands: from 1; None when it is not among the first hundred."""

    q: str
    expected: tuple[str, ...]
    rank: int | None
    first: tuple[str, ...]


@dataclass(frozen=True)
class Figures:
    """The shares of queries answered at the first place and among the first five, and the mean reciprocal rank."""

    places: tuple[Place, ...]

    def recall(self, depth: int) -> float:
        """Return the share of queries answered among the first `depth`."""
        hits = sum(place.rank is not None and place.rank <= depth for place in self.places)
        return hits / len(self.places) if self.places else 0.0

    @property
    def mrr(self) -> float:
        """The mean of one divided by the rank."""
        return sum(1 / place.rank for place in self.places if place.rank) / (len(self.places) or 1)

    def as_json(self) -> str:
        """Return the figures and each query's rank."""
        found = {"recall@1": self.recall(1), "recall@5": self.recall(5), "mrr": self.mrr}
        return json.dumps(found | {"queries": [asdict(place) for place in self.places]}, ensure_ascii=False, indent=1)


def read(file: Path) -> Iterator[Query]:
    """Yield the queries of a file of JSON lines; raises `ValueError` naming a line that is none."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            yield Query(str(row["q"]), tuple(str(code) for code in row["expected"]))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"line {number}: {error}") from error


def evaluate(queries: Iterable[Query], day: date) -> Figures:
    """Ask the search as it stands and return where it has what was expected."""
    return Figures(tuple(_place(query, day) for query in queries))


def _place(query: Query, day: date) -> Place:
    codes = list(catalogue(Filters(q=query.q), day).values_list("code", flat=True)[:_DEEPEST])
    return Place(query.q, query.expected, _rank(codes, query.expected), tuple(codes[:5]))


def _rank(codes: Sequence[str], expected: Sequence[str]) -> int | None:
    return next((place for place, code in enumerate(codes, start=1) if code in expected), None)
