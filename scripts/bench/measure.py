"""Figures, each with its floor in the same run: a table on the screen, JSON in var/bench.json."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict, dataclass

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

import django

django.setup()

from portal.env import BASE_DIR
from scripts.bench import desk, filing, papers, searching


@dataclass(frozen=True)
class Figure:
    """A measured value beside its floor. `goal` is what the ratio is held against, `at_most` on which side."""

    name: str
    value: float
    unit: str
    floor: float
    goal: float
    at_most: bool

    @property
    def ratio(self) -> float:
        return self.value / self.floor

    @property
    def is_met(self) -> bool:
        return self.ratio <= self.goal if self.at_most else self.ratio >= self.goal


def main() -> int:
    """Measure, print, write; returns 0 when every goal is met."""
    asked = _asked()
    port = asked.port
    ours, floor, queries = filing.rates(port)
    figures = [Figure("file a case over HTTP", ours, "cases/s", floor, 0.6, at_most=False)]
    figures += [Figure(name, value, "ms", beside, goal, at_most=True) for name, value, beside, goal in papers.times()]
    figures += [Figure(*figure) for figure in desk.figures(port, asked.cases)]
    figures += [
        Figure(name, value, "ms", beside, goal, at_most=True) for name, value, beside, goal in searching.times(port)
    ]
    _print(figures)
    sys.stdout.write(f"\nSQL statements of one filing: {queries}\n")
    rows = [asdict(figure) | {"ratio": round(figure.ratio, 3), "met": figure.is_met} for figure in figures]
    file = BASE_DIR / "var" / "bench.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("--cases", type=int, default=100_000, help="how many the desk has at its large size")
    return parser.parse_args()


def _print(figures: list[Figure]) -> None:
    head = f"{'figure':<34}{'value':>10}{'floor':>10}  {'unit':<9}{'ratio':>7}{'goal':>9}"
    lines = [head, "-" * len(head)]
    for figure in figures:
        sign = "≤" if figure.at_most else "≥"
        lines.append(
            f"{figure.name:<34}{figure.value:>10.1f}{figure.floor:>10.1f}  {figure.unit:<9}{figure.ratio:>7.2f}"
            f"{sign + ' ' + str(figure.goal):>9}  {'met' if figure.is_met else 'MISSED'}"
        )
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
