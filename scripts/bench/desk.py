"""The desk with ten thousand cases and with many: as fast, or nearly, beside the keyset query alone.

A clerk's inbox of a whole page, a search by name, a case page. Each is measured at the small size first; that is the
floor of the same figure at the large one. The page of the province's leader counts a year of cases, and takes longer
the more there are: at either size it is held against a second.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from uuid import uuid4

import httpx
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from identity.models import Account
from identity.officers import Officer, officer_on
from onestop import lists
from onestop.models import Case
from onestop.seeding import seed_cases
from onestop.states import State

SMALL = 10_000
TEN_MINUTES_A_MILLION = 1_000_000 / 600  # cases a second
_CLERK, _LEADER = "canbo.motcua", "lanhdao.tinh"
_ROUNDS = 40
_NEAR = 1.3
_A_SECOND = 1000.0


def figures(port: int, large: int) -> Iterator[tuple[str, float, str, float, float, bool]]:
    """Yield name, value, unit, floor, goal of the ratio, and whether that is a most, of each figure."""
    _seed(SMALL)
    _fill_a_page()
    small, leaders = _times(port), _leaders_page(port)
    rate = _seed(large)
    yield f"seed {large:,} cases", rate, "cases/s", TEN_MINUTES_A_MILLION, 1.0, False
    for name, value in _times(port).items():
        yield f"{name}, {_short(SMALL)} → {_short(large)}", value, "ms", small[name], _NEAR, True
    for size, page in {SMALL: leaders, large: _leaders_page(port)}.items():
        yield f"leader's page, {_short(size)}, against 1 s", page, "ms", _A_SECOND, 1.0, True


def _seed(count: int) -> float:
    started = time.perf_counter()
    written = seed_cases(
        count=count,
        seed=1,
        at=timezone.now(),
        password=settings.DEMO_PASSWORD,
        processes=os.cpu_count() or 1,
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE onestop_case")  # as a database that has run for a day
        cursor.execute("VACUUM ANALYZE onestop_casestep")
    return written / (time.perf_counter() - started)


def _fill_a_page() -> None:
    """Let more than a page wait at the clerk's centre at either size: what is compared is a whole page."""
    like = Case.objects.filter(receiving_centre__in=_at_work(_CLERK).agency_ids, channel="COUNTER").latest("pk")
    waiting = []
    for number in range(lists.PAGE + 10):
        case = Case.objects.get(pk=like.pk)
        case.pk, case.uuid, case.code = None, uuid4(), f"BENCH-{number}"
        case.state, case.accepted_at, case.due_at, case.remaining_minutes = State.SUBMITTED, None, None, None
        waiting.append(case)
    Case.objects.bulk_create(waiting)


def _times(port: int) -> dict[str, float]:
    """Return the median milliseconds of each page and of the query behind the inbox, measured in turns."""
    officer = _at_work(_CLERK)
    browser = _browser(port, officer)
    known = Case.objects.filter(receiving_centre__in=officer.agency_ids, state=State.RETURNED).latest("pk")
    calls: dict[str, Callable[[], None]] = {
        "inbox": lambda: _get(browser, "/mot-cua/"),
        "keyset query alone": _query(officer),
        "search by name": lambda: _get(browser, "/mot-cua/tim/", q=known.applicant_name),
        "case page": lambda: _get(browser, f"/mot-cua/ho-so/{known.code}/"),
    }
    return _medians(calls)


def _leaders_page(port: int) -> float:
    """Return the median milliseconds of the page of the province's leader."""
    browser = _browser(port, _at_work(_LEADER))
    return _medians({"page": lambda: _get(browser, "/mot-cua/thong-ke/")})["page"]


def _medians(calls: Mapping[str, Callable[[], None]]) -> dict[str, float]:
    """Return the median milliseconds of each call, made in turns; the first turns warm up and do not count."""
    rounds = [{name: _milliseconds(call) for name, call in calls.items()} for _ in range(_ROUNDS + 5)][5:]
    return {name: statistics.median(one[name] for one in rounds) for name in calls}


def _at_work(username: str) -> Officer:
    return officer_on(Account.objects.get(username=username), timezone.localdate())


def _browser(port: int, officer: Officer) -> httpx.Client:
    headers = {"Cookie": _cookie(officer.account)}
    return httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, trust_env=False, timeout=60)


def _query(officer: Officer) -> Callable[[], None]:
    """Return a call of the statement that finds the inbox's first page, and nothing else."""
    with CaptureQueriesContext(connection) as captured:
        lists.first_cases(lists.QUEUES["viec-cua-toi"], officer, lists.Narrowing(), timezone.now(), lists.PAGE + 1)
    return _running(captured.captured_queries[0]["sql"])


def _running(*statements: str) -> Callable[[], None]:
    def call() -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
                cursor.fetchall()

    return call


def _get(browser: httpx.Client, path: str, **query: str) -> None:
    answer = browser.get(path, params=query)
    if answer.status_code not in {200, 302}:
        raise RuntimeError(f"{path} answered {answer.status_code}.")


def _cookie(account: Account) -> str:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(account.pk), settings.AUTHENTICATION_BACKENDS[2]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def _milliseconds(call: Callable[[], None]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def _short(count: int) -> str:
    return f"{count // 1_000_000} M" if count >= 1_000_000 else f"{count // 1000} k"
