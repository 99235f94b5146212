"""The closed operator set: comparisons, and ways to compute a value. Adding one is one entry in a table.

What an operator cannot compare is None: neither so nor not so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

_MOST: Final = 1e300  # beyond, a number is none: JSON knows no infinity


class Answer(StrEnum):
    """What an answer is to the operators."""

    TEXT = "TEXT"
    NUMBER = "NUMBER"
    DATE = "DATE"
    TIME = "TIME"
    CHOICE = "CHOICE"
    FLAG = "FLAG"
    SEVERAL = "SEVERAL"  # a list: choices, files, or the answers of all rows
    ROWS = "ROWS"
    PARTS = "PARTS"
    NOTHING = "NOTHING"


@dataclass(frozen=True)
class Shape:
    """What a field's answer is, and of which parts or columns it consists."""

    answer: Answer
    parts: Mapping[str, Shape] = field(default_factory=dict)


@dataclass(frozen=True)
class Operator:
    """A comparison: which answers it fits, and its test; None when the two cannot be compared."""

    test: Callable[[object, object, date], bool | None]
    fits: frozenset[Answer]
    takes_value: bool = True


@dataclass(frozen=True)
class Calculation:
    """A way to compute a value from others: how many it takes (`most` 0: any number), of which kind, what comes."""

    value: Callable[[list[Any], date], Any]
    fits: frozenset[Answer]
    gives: Answer
    least: int = 1
    most: int = 0


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if abs(value) < _MOST else None
    try:
        return float(str(value)) if isinstance(value, str) and len(value) < 30 else None
    except ValueError:
        return None


def _days(value: object) -> tuple[date, date] | None:
    """Return the first and the last day that a date means: `2024-03-15`, and in old papers `2024-03` or `2024`."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}(-\d{2}){0,2}", value, re.ASCII):
        return None
    year, month, day = ([int(piece) for piece in value.split("-")] + [0, 0])[:3]
    try:
        first = date(year, month or 1, day or 1)
        if day:
            return first, first
        following = date(year + 1, 1, 1) if month in {0, 12} else date(year, month + 1, 1)
    except ValueError:
        return None
    return first, following - timedelta(days=1)


def _minutes(value: object) -> int | None:
    if not isinstance(value, str) or not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value, re.ASCII):
        return None
    return int(value[:2]) * 60 + int(value[3:])


def is_filled(value: object) -> bool:
    return value is not False and value not in (None, "", [], {})


def _order(test: Callable[[float, float], bool]) -> Callable[[object, object, date], bool | None]:
    """Return the comparison of numbers, dates or times; a date known in part compares when it is certain."""

    def compare(answer: object, value: object, today: date) -> bool | None:
        for measure in (_number, _minutes):
            one, other = measure(answer), measure(value)
            if one is not None and other is not None:
                return test(one, other)
        left, right = _days(answer), _days(value)
        if left is None or right is None:
            return None
        found = {test(mine.toordinal(), yours.toordinal()) for mine in left for yours in right}
        return found.pop() if len(found) == 1 else None

    return compare


def _since(test: Callable[[date, date, float], bool]) -> Callable[[object, object, date], bool | None]:
    """Return the comparison of the time since a day with a number; certain for dates known in part, or None."""

    def compare(answer: object, value: object, today: date) -> bool | None:
        days, limit = _days(answer), _number(value)
        if days is None or limit is None:
            return None
        found = {test(day, today, limit) for day in days}
        return found.pop() if len(found) == 1 else None

    return compare


def _years(earlier: date, later: date) -> int:
    return later.year - earlier.year - ((later.month, later.day) < (earlier.month, earlier.day))


def _contains(answer: object, value: object, today: date) -> bool | None:
    return value in answer if isinstance(answer, list) else None


def _within(answer: object, value: object, today: date) -> bool | None:
    return answer in value if isinstance(value, list) else None


ORDERED: Final = frozenset({Answer.NUMBER, Answer.DATE, Answer.TIME})
_SIMPLE: Final = ORDERED | {Answer.TEXT, Answer.CHOICE, Answer.FLAG}
_ANY: Final = frozenset(Answer) - {Answer.NOTHING}
_DATE: Final = frozenset({Answer.DATE})
_NUMBER: Final = frozenset({Answer.NUMBER})

OPERATORS: Final[dict[str, Operator]] = {
    "eq": Operator(lambda answer, value, today: answer == value, _SIMPLE),
    "ne": Operator(lambda answer, value, today: answer != value, _SIMPLE),
    "in": Operator(_within, _SIMPLE),
    "contains": Operator(_contains, frozenset({Answer.SEVERAL})),
    "filled": Operator(lambda answer, value, today: is_filled(answer), _ANY, takes_value=False),
    "empty": Operator(lambda answer, value, today: not is_filled(answer), _ANY, takes_value=False),
    "lt": Operator(_order(lambda one, other: one < other), ORDERED),
    "le": Operator(_order(lambda one, other: one <= other), ORDERED),
    "gt": Operator(_order(lambda one, other: one > other), ORDERED),
    "ge": Operator(_order(lambda one, other: one >= other), ORDERED),
    "days_ago_more_than": Operator(_since(lambda day, today, limit: (today - day).days > limit), _DATE),
    "age_at_least": Operator(_since(lambda day, today, limit: _years(day, today) >= limit), _DATE),
}


def _flat(values: list[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, list):
            yield from _flat(value)
        elif value not in (None, ""):
            yield value


def _whole(value: object) -> int | float | None:
    """Return a number that JSON can hold; texts that write one are understood, as a browser posts them."""
    number = _number(value)
    if number is None or not abs(number) < _MOST:
        return None
    return value if isinstance(value, int) else int(number) if number.is_integer() else number


def _sum(values: list[Any], today: date) -> Any:
    numbers = [_whole(value) for value in _flat(values)]
    return sum(number for number in numbers if number is not None)


def _product(values: list[Any], today: date) -> Any:
    result: int | float = 1
    for value in values:
        number = _whole(value)
        if number is None:
            return None
        result *= number
    return _whole(result)


def _difference(values: list[Any], today: date) -> Any:
    one, other = (_whole(value) for value in values)
    return None if one is None or other is None else one - other


def _count(values: list[Any], today: date) -> Any:
    return sum(len(value) if isinstance(value, list) else int(is_filled(value)) for value in values)


def _between(count: Callable[[date, date], int]) -> Callable[[list[Any], date], Any]:
    def between(values: list[Any], today: date) -> Any:
        days = [_days(value) for value in values]
        if any(day is None or day[0] != day[1] for day in days):
            return None
        start, end = (day[0] for day in days if day)
        return count(start, end)

    return between


def _months(start: date, end: date) -> int:
    if end < start:
        return -_months(end, start)
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def _age(start: date, end: date) -> int:
    return _years(start, end) if start <= end else -_years(end, start)


def _text(values: list[Any], today: date) -> Any:
    return " ".join(str(value) for value in _flat(values) if isinstance(value, str | int | float))


CALCULATIONS: Final[dict[str, Calculation]] = {
    "sum": Calculation(_sum, _NUMBER, Answer.NUMBER),
    "product": Calculation(_product, _NUMBER, Answer.NUMBER),
    "difference": Calculation(_difference, _NUMBER, Answer.NUMBER, least=2, most=2),
    "count": Calculation(_count, _ANY, Answer.NUMBER),
    "days_between": Calculation(_between(lambda start, end: (end - start).days), _DATE, Answer.NUMBER, 2, 2),
    "months_between": Calculation(_between(_months), _DATE, Answer.NUMBER, 2, 2),
    "years_between": Calculation(_between(_age), _DATE, Answer.NUMBER, 2, 2),
    "concat": Calculation(_text, _SIMPLE, Answer.TEXT),
    "today": Calculation(lambda values, today: today.isoformat(), frozenset(), Answer.DATE, least=0),
}
