"""Stretches of days, each written whole in a transaction of its own: interrupted, the same command goes on.

However few cases there are, an office is as busy as in a large province: few cases are a shorter time in fewer
communes, those first where somebody serves already, and not two quiet years everywhere.

A stretch is known by the uuid of its first case, which the seed, the number of cases and its first day determine.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate, pairwise
from random import Random
from typing import Final
from uuid import UUID

from django.db import connection, connections, transaction
from django.utils import timezone

from identity.calendar import ZONE
from identity.clock import WorkingClock
from identity.models import Account
from identity.queries import calendar_of
from onestop.kinds import Channel
from onestop.models import Case, CaseEvent, CaseNumberSeries, CaseRequest, CaseStep
from onestop.seeding.lives import Life
from onestop.seeding.people import Person, person
from onestop.seeding.records import World
from onestop.seeding.roads import Road, roads
from onestop.seeding.rows import Table, made
from onestop.seeding.staff import appoint
from onestop.services import documents

_MOST_DAYS: Final = 2 * 365
_A_COMMUNE: Final = 1_500  # cases at least, before another commune takes part
_A_DAY: Final = 10  # cases at least, in each of these communes
_FEWEST: Final = 2  # communes, however few cases: each has another one to ask
_CASE: Final = Case()
_STRETCH: Final = 1_500  # cases, or more when a single day has more
_ACCOUNTS: Final = 1_000  # written at a time
_AHEAD: Final = timedelta(days=400)  # how far due times may lie in the future
_CHANNELS: Final = {Channel.ONLINE: 70, Channel.COUNTER: 21, Channel.NATIONAL: 6, Channel.POST: 2, Channel.API: 1}
_WITH_ACCOUNT: Final = {Channel.ONLINE, Channel.API}
_HOURS_ONLINE: Final = (6, 23)

Progress = Callable[[int, int], None]  # cases written, of how many


@dataclass(frozen=True)
class _Stretch:
    """Days in a row, and how many cases are filed on each."""

    days: tuple[tuple[date, int], ...]

    @property
    def count(self) -> int:
        return sum(count for _, count in self.days)


@dataclass(frozen=True)
class _Plan:
    """Everything that the writing of any stretch needs to know."""

    name: str  # of the seed and the size: what is random hangs on it
    days: int  # until today
    world: World
    roads: list[Road]
    uses: list[float]
    accounts: list[int]
    people: int


def seed_cases(
    *, count: int, seed: int, at: datetime, password: str, processes: int = 1, progress: Progress = lambda *_: None
) -> int:
    """Write `count` cases of at most two years before `at`; returns how many were not there yet.

    The catalogue and the agencies must be there; staff is appointed where seats are empty, with `password`.
    """
    plan = _plan(f"{seed}:{count}", str(seed), count, at, password)
    stretches = list(_stretches(count, plan, at))
    missing = [stretch for stretch in stretches if not _is_written(plan, stretch)]
    done = count - sum(stretch.count for stretch in missing)
    written = 0
    for size in _each_written(plan, missing, processes):
        written += size
        progress(done + written, count)
    with connection.cursor() as cursor:
        for table in _tables():
            cursor.execute(f"ANALYZE {connection.ops.quote_name(table.model._meta.db_table)}")
    return written


def _plan(name: str, seed: str, count: int, at: datetime, password: str) -> _Plan:
    walked, uses = roads(seed, at, most=max(count // _A_COMMUNE, _FEWEST))
    if not walked:
        raise LookupError("No procedure with a process and a sample applicant is published.")
    places = {place for road in walked for place in road.places}
    agencies = {agency for place in places for agency in (place.competent, place.centre)}
    agencies |= {agency for road in walked for agency in (*road.named.values(), *road.consulted)}
    seats = appoint(agencies, seed=seed, password=password)
    today = timezone.localtime(at).date()
    some_agency = next(iter(agencies))
    communes = max(len(road.places) for road in walked)
    first = today - timedelta(days=_MOST_DAYS)
    clock = WorkingClock(calendar_of(some_agency.pk), first, today + _AHEAD)
    return _Plan(
        name=name,
        days=min(count // (communes * _A_DAY), _MOST_DAYS),
        world=World(seed=seed, now=at.timestamp(), clock=clock, seats=seats),
        roads=walked,
        uses=list(accumulate(uses)),
        accounts=_open_accounts(seed, max(5, count // 20), at),
        people=max(20, count // 6),
    )


# --- which days, how many


def _stretches(count: int, plan: _Plan, at: datetime) -> Iterator[_Stretch]:
    today = timezone.localtime(at).date()
    days = [today - timedelta(days=back) for back in range(plan.days, -1, -1)]
    shares = list(accumulate(_share(plan, day, place / len(days)) for place, day in enumerate(days)))
    until = [round(count * share / shares[-1]) for share in shares]
    counts = [until[0], *(after - before for before, after in pairwise(until))]
    length = max(1, round(len(days) * _STRETCH / max(count, 1)))
    first = days[0].toordinal()
    for start in range(-(first % length), len(days), length):
        chosen = slice(max(start, 0), start + length)
        yield _Stretch(tuple(zip(days[chosen], counts[chosen], strict=True)))


def _share(plan: _Plan, day: date, age: float) -> float:
    """Return how busy a day is: few file on days off, and each year more than in the last."""
    noise = Random(f"{plan.name}:day:{day}").uniform(0.85, 1.15)  # noqa: S311 - nothing secret hangs on it
    return noise * (0.8 + 0.4 * age) * (1 if plan.world.clock.calendar.is_working_day(day) else 0.15)


def _is_written(plan: _Plan, stretch: _Stretch) -> bool:
    return not stretch.count or Case.objects.filter(uuid=_uuid(plan, stretch, 0)).exists()


def _uuid(plan: _Plan, stretch: _Stretch, place: int) -> UUID:
    """Return a version 7 UUID of the day, by the seed."""
    day = stretch.days[0][0]
    stamp = int(datetime.combine(day, time(), UTC).timestamp()) * 1000
    random = Random(f"{plan.name}:case:{day}:{place}").getrandbits(74)  # noqa: S311 - invented cases
    return UUID(int=stamp << 80 | 0x7 << 76 | (random >> 62) << 64 | 0b10 << 62 | random & (1 << 62) - 1)


# --- writing


def _each_written(plan: _Plan, stretches: list[_Stretch], processes: int) -> Iterator[int]:
    if processes == 1:
        for stretch in stretches:
            yield _write(plan, stretch)
        return
    connections.close_all()  # a forked process must not talk on its parent's line
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(processes, context, initializer=_begin, initargs=(plan,)) as pool:
        waiting = [pool.submit(_write_here, stretch) for stretch in stretches]
        try:
            for done in as_completed(waiting):
                yield done.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)  # those that have begun are finished
            raise


_here: list[_Plan] = []


def _begin(plan: _Plan) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it, and lets what has begun be finished
    _here.append(plan)


def _write_here(stretch: _Stretch) -> int:
    return _write(_here[0], stretch)


@lru_cache(maxsize=1)
def _tables() -> tuple[Table, Table, Table, Table]:
    return (
        Table(Case, with_key=True),
        Table(CaseEvent, with_key=False),
        Table(CaseStep, with_key=False),
        Table(CaseRequest, with_key=False),
    )


@transaction.atomic
def _write(plan: _Plan, stretch: _Stretch) -> int:
    """Write the cases of a stretch; returns how many."""
    cases, events, steps, requests = _tables()
    _trust_the_keys()
    lives = list(_lives(plan, stretch, cases.keys(stretch.count)))
    cases.copy([life.case for life in lives])
    events.copy([event for life in lives for event in life.events])
    steps.copy([step for life in lives for step in life.steps])
    requests.copy([request for life in lives for request in life.requests])
    for life in lives:
        if life.awaits_signature and not life.case.has_ended:
            _draft(life.case)
    return len(lives)


def _trust_the_keys() -> None:
    """Leave out the look-up of every foreign key, where the database lets us: they come from the database itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            cursor.execute("SET LOCAL session_replication_role = replica")


def _draft(case: Case) -> None:
    """Lay the draft of the result before the signer; the worker prints it."""
    read = Case.objects.select_related("procedure__sector", "procedure_version", "competent_agency", "applicant")
    documents.draft_result(read.get(pk=case.pk), at=case.changed_at)


def _lives(plan: _Plan, stretch: _Stretch, keys: list[int]) -> Iterator[Life]:
    rng = Random(f"{plan.name}:stretch:{stretch.days[0][0]}")  # noqa: S311 - nothing secret hangs on it
    days = [day for day, _ in stretch.days]
    given = CaseNumberSeries.objects.filter(day__range=(days[0], days[-1])).values_list("agency", "day", "last")
    numbers = Counter({(agency, day): last for agency, day, last in given})
    filings = (filed for day, count in stretch.days for filed in sorted(_moments(plan, day, count, rng)))
    for place, filed in enumerate(filings):
        yield _life(plan, rng, keys[place], _uuid(plan, stretch, place), filed, numbers)
    series = [CaseNumberSeries(agency_id=agency, day=day, last=last) for (agency, day), last in numbers.items()]
    CaseNumberSeries.objects.bulk_create(
        series, update_conflicts=True, update_fields=["last"], unique_fields=["agency", "day"]
    )


def _moments(plan: _Plan, day: date, count: int, rng: Random) -> Iterator[tuple[float, Channel]]:
    """Yield when, and how, the cases of a day are filed; a counter is open in working hours only."""
    hours = plan.world.clock.calendar.hours_of(day)
    midnight = datetime.combine(day, time(), ZONE).timestamp()
    latest = min(midnight + _HOURS_ONLINE[1] * 3600, plan.world.now - 1)
    for channel in rng.choices(list(_CHANNELS), list(_CHANNELS.values()), k=count):
        if channel in {Channel.COUNTER, Channel.POST} and hours:
            shift = rng.choice(hours)
            opens, closes = (datetime.combine(day, at, ZONE).timestamp() for at in (shift.starts, shift.ends))
            yield min(rng.uniform(opens, closes), plan.world.now - 1), channel
        else:
            earliest = min(midnight + _HOURS_ONLINE[0] * 3600, latest)
            yield rng.uniform(earliest, latest), Channel.ONLINE if channel == Channel.COUNTER else channel


def _life(
    plan: _Plan, rng: Random, key: int, uuid: UUID, filed: tuple[float, Channel], numbers: Counter[tuple[int, date]]
) -> Life:
    moment, channel = filed
    road = rng.choices(plan.roads, cum_weights=plan.uses)[0]
    where = rng.choices(road.places, road.weights)[0]
    account, who = _somebody(plan, channel, rng)
    when = datetime.fromtimestamp(moment, UTC)
    day = datetime.fromtimestamp(moment, ZONE).date()
    numbers[where.centre.pk, day] += 1
    case = made(
        _CASE,
        id=key,
        uuid=uuid,
        code=f"{where.centre.code}-{day:%y%m%d}-{numbers[where.centre.pk, day]:04}",
        procedure_id=road.procedure_id,
        procedure_version_id=road.version_id,
        channel=channel,
        helping_agency_id=where.centre.pk,
        receiving_centre_id=where.centre.pk,
        competent_agency_id=where.competent.pk,
        applicant_id=account,
        applicant_name=who.full_name,
        applicant_id_number=who.national_id,
        applicant_phone=who.phone,
        answers=road.answers_of(who.full_name, who.national_id, who.phone, where),
        delivery=road.answers.get("delivery") or "PICK_UP",
        created_at=when,
        changed_at=when,
    )
    life = Life(plan.world, road, where, rng, case)
    life.run(moment)
    return life


# --- who


def _somebody(plan: _Plan, channel: Channel, rng: Random) -> tuple[int | None, Person]:
    """Return who files: online somebody with an account, some of them often; elsewhere anybody."""
    if channel in _WITH_ACCOUNT:
        number = int(len(plan.accounts) * rng.random() ** 1.5)
        return plan.accounts[number], _person(plan.world.seed, number)
    return None, _person(plan.world.seed, rng.randrange(plan.people))


@lru_cache(maxsize=100_000)
def _person(seed: str, number: int) -> Person:
    return person(seed, number)


def _open_accounts(seed: str, count: int, at: datetime) -> list[int]:
    """Return the accounts of the first `count` people, opened where they are missing."""
    table = Table(Account, with_key=False)
    keys: list[int] = []
    for start in range(0, count, _ACCOUNTS):
        people = [_person(seed, number) for number in range(start, min(start + _ACCOUNTS, count))]
        known = _accounts_of(people)
        missing = [_account(one, at) for one in people if one.tech_id not in known]
        if missing:
            with transaction.atomic():
                table.copy(missing)
            known = _accounts_of(people)
        keys += [known[one.tech_id] for one in people]
    return keys


def _accounts_of(people: list[Person]) -> dict[UUID, int]:
    found = Account.objects.filter(tech_id__in=[one.tech_id for one in people])
    return {account.tech_id: account.pk for account in found.only("tech_id") if account.tech_id}


def _account(one: Person, at: datetime) -> Account:
    account = Account(
        username=one.tech_id.hex,
        tech_id=one.tech_id,
        full_name=one.full_name,
        national_id=one.national_id,
        birth_date=one.birth_date,
        sex=one.sex,
        phone=one.phone,
        date_joined=at,
    )
    account.password = "!"  # noqa: S105 - none: they sign in through VNeID
    return account
