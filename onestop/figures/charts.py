"""The drawings of the figures: where each bar stands, for templates that draw SVG. The tables say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from onestop.figures.counting import Month, Row
from onestop.figures.meanings import Figure

_SLOT: Final = 60  # of a month; two bars side by side
_BAR: Final = 22
_HEIGHT: Final = 160  # of the longest bar
_WIDTH: Final = 360  # of the longest line
_LINES: Final = 12
LINE: Final = 44  # high


@dataclass(frozen=True)
class Bar:
    """A bar or a part of one."""

    x: int
    y: int
    width: int
    height: int
    kind: str  # the class that colours it


@dataclass(frozen=True)
class MonthBars:
    """What is drawn of a month: its bars, and where its name and its numbers stand."""

    first: date
    x: int
    bars: list[Bar]


@dataclass(frozen=True)
class Line:
    """A line of the breakdown: its name, its parts, its number at the end."""

    name: str
    y: int
    bars: list[Bar]
    number: int
    number_x: int


def columns(months: Sequence[Month]) -> list[MonthBars]:
    """Return for each month what was received beside what was decided, the late on top of the timely."""
    most = max((max(month.received, month.on_time + month.late) for month in months), default=0)
    return [_month(month, place * _SLOT, most) for place, month in enumerate(months)]


def lines(rows: Sequence[Row]) -> list[Line]:
    """Return the longest lines of what was decided, the late behind the timely."""
    longest = sorted((row for row in rows if row.decided), key=lambda row: -row.decided)[:_LINES]
    most = longest[0].decided if longest else 0
    return [_line(row, place * LINE, most) for place, row in enumerate(longest)]


def _month(month: Month, x: int, most: int) -> MonthBars:
    received, on_time = (_part(count, most, _HEIGHT) for count in (month.received, month.on_time))
    late = _part(month.late, most, _HEIGHT)
    bars = [
        Bar(x + 6, _HEIGHT - received, _BAR, received, "received"),
        Bar(x + 6 + _BAR + 2, _HEIGHT - on_time, _BAR, on_time, "on-time"),
        Bar(x + 6 + _BAR + 2, _HEIGHT - on_time - late, _BAR, late, "late"),
    ]
    return MonthBars(month.first, x + _SLOT // 2, bars)


def _line(row: Row, y: int, most: int) -> Line:
    on_time, late = (_part(row.numbers[one], most, _WIDTH) for one in (Figure.ON_TIME, Figure.LATE))
    bars = [Bar(0, y + 20, on_time, 16, "on-time"), Bar(on_time, y + 20, late, 16, "late")]
    return Line(row.name, y + 14, bars, row.decided, on_time + late + 6)


def _part(count: int, most: int, length: int) -> int:
    """Return how long a bar is; what is not nothing is seen."""
    return max(round(count * length / most), 1) if count else 0
