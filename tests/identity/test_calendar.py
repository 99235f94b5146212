"""Working time, exact at its boundaries, against an oracle that counts minute by minute."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identity.calendar import ZONE, Calendar, Hours, NeverOpensError
from procedures.definition import TimeLimit
from procedures.promises import due_at

DAY = (Hours(time(7), time(11, 30)), Hours(time(13, 30), time(17)))
TET = {date(2026, 2, day): None for day in range(16, 21)}
MAKE_UP = {date(2026, 8, 31): None, date(2026, 8, 22): 0, date(2026, 2, 28): 4, date(2026, 2, 26): 5}
CALENDAR = Calendar(dict.fromkeys(range(5), DAY), TET | MAKE_UP)
_START = datetime(2026, 2, 9, tzinfo=ZONE)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def works(moment: datetime) -> bool:
    """The oracle's only knowledge: is this minute worked?"""
    like = CALENDAR.exceptions.get(moment.date(), moment.weekday())
    hours = () if like is None else CALENDAR.shifts.get(like, ())
    return any(stretch.starts <= moment.time() < stretch.ends for stretch in hours)


def count(start: datetime, end: datetime) -> int:
    minutes = int((end - start).total_seconds() // 60)
    return sum(works(start + timedelta(minutes=minute)) for minute in range(max(minutes, 0)))


def add(start: datetime, minutes: int) -> datetime:
    moment = start
    while not works(moment):
        moment += timedelta(minutes=1)
    while minutes:
        minutes -= works(moment)
        moment += timedelta(minutes=1)
    return moment


moments = st.integers(0, 20 * 24 * 60).map(lambda minutes: _START + timedelta(minutes=minutes))


@settings(max_examples=60, deadline=None)
@given(start=moments, minutes=st.integers(1, 1500))
def test_adding_minutes_agrees_with_counting_them_one_by_one(start: datetime, minutes: int) -> None:
    assert CALENDAR.add_working_minutes(start, minutes) == add(start, minutes)


@settings(max_examples=60, deadline=None)
@given(one=moments, other=moments)
def test_minutes_between_agree_with_counting_them_one_by_one(one: datetime, other: datetime) -> None:
    assert CALENDAR.working_minutes_between(one, other) == count(one, other)


@settings(max_examples=60, deadline=None)
@given(
    promised=moments,
    since=moments,
    lasting=st.integers(0, 5000),
    seconds=st.tuples(st.integers(0, 59), st.integers(0, 59)),
)
def test_a_pause_gives_back_the_minutes_that_it_took(
    promised: datetime, since: datetime, lasting: int, seconds: tuple[int, int]
) -> None:
    stopped, resumed = since + timedelta(seconds=seconds[0]), since + timedelta(minutes=lasting, seconds=seconds[1])
    left = CALENDAR.working_minutes_between(stopped, promised)
    assert left == count(since, promised)
    if left:
        due = CALENDAR.add_working_minutes(resumed, left)
        assert due == add(since + timedelta(minutes=lasting), left)
        assert works(due - timedelta(minutes=1)), "at the end of a working day, never at the opening of the next"


@settings(max_examples=60, deadline=None)
@given(start=moments, minutes=st.integers(1, 1500))
def test_what_was_added_lies_between(start: datetime, minutes: int) -> None:
    assert CALENDAR.working_minutes_between(start, CALENDAR.add_working_minutes(start, minutes)) == minutes


def day_of_receipt(moment: datetime, cut_off: time | None = None) -> date:
    """The oracle's day from which time is counted: of the next worked minute, or the one after when it came late."""
    came = moment
    while not works(moment):
        moment += timedelta(minutes=1)
    if cut_off is not None and moment.date() == came.date() and came.time() > cut_off:
        return worked_after(moment.date())
    return moment.date()


def minutes_of(day: date) -> list[datetime]:
    midnight = datetime.combine(day, time(), ZONE)
    return [moment for n in range(24 * 60) if works(moment := midnight + timedelta(minutes=n))]


def worked_after(day: date) -> date:
    day += timedelta(days=1)
    while not minutes_of(day):
        day += timedelta(days=1)
    return day


def close(day: date) -> datetime:
    return minutes_of(day)[-1] + timedelta(minutes=1)


cut_offs = st.sampled_from([None, time(11, 30), time(12), time(15), time(16, 59)])


@settings(max_examples=40, deadline=None)
@given(start=moments, days=st.integers(1, 12), cut_off=cut_offs)
def test_working_days_agree_with_the_oracle(start: datetime, days: int, cut_off: time | None) -> None:
    day = day_of_receipt(start, cut_off)
    for _ in range(days):
        day = worked_after(day)
    limit = TimeLimit("WORKING_DAYS", days, cut_off, illustrative=False, note="")
    assert due_at(limit, CALENDAR, start) == close(day)


@settings(max_examples=40, deadline=None)
@given(start=moments, days=st.integers(1, 30), cut_off=cut_offs)
def test_calendar_days_agree_with_the_oracle(start: datetime, days: int, cut_off: time | None) -> None:
    day = day_of_receipt(start, cut_off) + timedelta(days=days)
    due = day if minutes_of(day) else worked_after(day)
    limit = TimeLimit("CALENDAR_DAYS", days, cut_off, illustrative=False, note="")
    assert due_at(limit, CALENDAR, start) == close(due)


@settings(max_examples=40, deadline=None)
@given(start=moments, months=st.integers(1, 14), cut_off=cut_offs)
def test_months_agree_with_the_oracle(start: datetime, months: int, cut_off: time | None) -> None:
    begins = day_of_receipt(start, cut_off)
    day, left = begins, months
    while left:  # day by day: as often as the month changes, and on to the same day or the month's last
        left -= (day + timedelta(days=1)).month != day.month
        day += timedelta(days=1)
    while day.day < begins.day and (day + timedelta(days=1)).month == day.month:
        day += timedelta(days=1)
    due = day if minutes_of(day) else worked_after(day)
    limit = TimeLimit("MONTHS", months, cut_off, illustrative=False, note="")
    assert due_at(limit, CALENDAR, start) == close(due)


@settings(max_examples=40, deadline=None)
@given(start=moments, cut_off=cut_offs.filter(bool))
def test_the_same_day_agrees_with_the_oracle(start: datetime, cut_off: time) -> None:
    limit = TimeLimit("SAME_DAY", None, cut_off, illustrative=False, note="")
    assert due_at(limit, CALENDAR, start) == close(day_of_receipt(start, cut_off))


@settings(max_examples=40, deadline=None)
@given(start=moments, hours=st.integers(1, 40), cut_off=cut_offs)
def test_working_hours_agree_with_the_oracle(start: datetime, hours: int, cut_off: time | None) -> None:
    begins = start if day_of_receipt(start, cut_off) == day_of_receipt(start) else None
    counted = begins or minutes_of(day_of_receipt(start, cut_off))[0]
    limit = TimeLimit("WORKING_HOURS", hours, cut_off, illustrative=False, note="")
    assert due_at(limit, CALENDAR, start) == add(counted, hours * 60)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-02-13T16:59", "2026-02-24T17:00"),  # the last minute before Tết: the day of receipt is Friday
        ("2026-02-13T17:00", "2026-02-25T17:00"),  # one minute later it is the Monday after
        ("2026-02-12T11:29", "2026-02-23T17:00"),
        ("2026-02-12T11:30", "2026-02-23T17:00"),
    ],
)
def test_two_working_days_over_tet(received: str, due: str) -> None:
    assert CALENDAR.add_working_days(at(received), 2) == at(due)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-11-24T07:00", 270, "2026-11-24T11:30"),
        ("2026-11-24T07:00", 271, "2026-11-24T13:31"),
        ("2026-11-24T11:30", 1, "2026-11-24T13:31"),
        ("2026-11-24T12:15", 60, "2026-11-24T14:30"),
        ("2026-11-24T13:30", 210, "2026-11-24T17:00"),
        ("2026-11-24T17:00", 1, "2026-11-25T07:01"),
        ("2026-11-27T17:00", 1, "2026-11-30T07:01"),
        ("2026-02-13T16:59", 1, "2026-02-13T17:00"),
        ("2026-02-13T16:59", 2, "2026-02-23T07:01"),
        ("2026-08-22T06:00", 30, "2026-08-22T07:30"),
        ("2026-08-31T09:00", 30, "2026-09-01T07:30"),
        ("2026-11-24T17:00", 0, "2026-11-24T17:00"),
        ("2026-11-24T16:30:40", 30, "2026-11-24T17:00"),  # not at 07:00:40 of the next day
        ("2026-11-24T18:00", 0, "2026-11-25T07:00"),
    ],
)
def test_boundaries_are_exact(start: str, minutes: int, end: str) -> None:
    assert CALENDAR.add_working_minutes(at(start), minutes) == at(end)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-24T07:00", "2026-11-24T17:00"),
        ("2026-11-24T15:00", "2026-11-24T17:00"),
        ("2026-11-24T15:01", "2026-11-25T17:00"),
        ("2026-11-24T22:00", "2026-11-25T17:00"),
        ("2026-11-27T15:30", "2026-11-30T17:00"),
        ("2026-02-13T15:30", "2026-02-23T17:00"),
        ("2026-02-17T09:00", "2026-02-23T17:00"),
        ("2026-11-24T15:00:01", "2026-11-25T17:00"),
    ],
)
def test_received_after_the_cut_off_is_due_on_the_next_working_day(received: str, due: str) -> None:
    assert CALENDAR.same_day_due(at(received), time(15)) == at(due)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-11-24T09:00", 1, "2026-11-25T17:00"),
        ("2026-11-24T18:00", 1, "2026-11-26T17:00"),
        ("2026-11-27T09:00", 3, "2026-12-02T17:00"),
        ("2026-02-12T09:00", 3, "2026-02-24T17:00"),
    ],
)
def test_working_days_begin_on_the_day_after_receipt(start: str, days: int, due: str) -> None:
    assert CALENDAR.add_working_days(at(start), days) == at(due)


def test_calendar_days_roll_off_days_on_which_nobody_works() -> None:
    assert CALENDAR.add_calendar_days(at("2026-11-24T09:00"), 4) == at("2026-11-30T17:00")
    assert CALENDAR.add_calendar_days(at("2026-11-24T09:00"), 3) == at("2026-11-27T17:00")


def test_what_comes_in_the_break_before_the_cut_off_is_not_late() -> None:
    assert CALENDAR.same_day_due(at("2026-11-24T11:45"), time(12)) == at("2026-11-24T17:00")
    assert CALENDAR.same_day_due(at("2026-11-24T11:30"), time(11, 30)) == at("2026-11-24T17:00")
    assert CALENDAR.same_day_due(at("2026-11-24T12:01"), time(12)) == at("2026-11-25T17:00")


def test_a_month_after_the_31st_ends_on_the_months_last_day() -> None:
    assert CALENDAR.add_months(at("2026-03-31T09:00"), 1) == at("2026-04-30T17:00")


def test_a_calendar_that_never_opens_says_so_instead_of_looping() -> None:
    with pytest.raises(NeverOpensError):
        Calendar({}).add_working_minutes(at("2026-11-24T09:00"), 1)


def test_moments_in_other_zones_are_understood() -> None:
    utc = at("2026-11-24T07:00").astimezone(tz=None)
    assert CALENDAR.add_working_minutes(utc, 10) == at("2026-11-24T07:10")
