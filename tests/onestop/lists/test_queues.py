"""What stands in which list, page after page, and never anything of another agency."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from identity.states import Role
from onestop import lists
from onestop.kinds import RequestKind
from onestop.lists import QUEUES, Narrowing, Place
from onestop.lists.narrowing import CAME, DUE, NOBODY, RISK
from onestop.models import Case, CaseRequest
from onestop.states import State
from tests import factories
from tests.factories import NOW, Office, at_work
from tests.onestop.lists.conftest import Stand, inspector_of, sign_in

pytestmark = pytest.mark.django_db


def codes(queue: str, actor: Any, narrowing: Narrowing | None = None) -> list[str | None]:
    page = lists.page(QUEUES[queue], at_work(actor), narrowing or Narrowing(), NOW)
    return [case.code for case in page.cases]


def test_my_work_is_what_my_role_may_act_in_and_no_colleague_holds(office: Office, stand: Stand) -> None:
    colleague = factories.actor(Role.OFFICER, office.committee).account
    free, mine = stand(), stand(holder=office.officer.account)
    stand(holder=colleague)
    stand(role=Role.LEADER)
    stand(state=State.SUPPLEMENT_REQUESTED)

    assert set(codes("viec-cua-toi", office.officer)) == {free.code, mine.code}


def test_a_withdrawal_that_wants_an_answer_is_work(office: Office, stand: Stand) -> None:
    asked = stand(state=State.WITHDRAWAL_REQUESTED)

    assert codes("viec-cua-toi", office.officer) == [asked.code]


def test_the_counters_work_is_to_receive_and_to_return(office: Office, stand: Stand) -> None:
    new, ready = stand(state=State.SUBMITTED, role=None), stand(state=State.AT_COUNTER, role=Role.CLERK)
    stand()

    assert set(codes("viec-cua-toi", office.clerk)) == {new.code, ready.code}
    assert codes("tiep-nhan", office.clerk) == [new.code]
    assert codes("cho-tra", office.clerk) == [ready.code]
    assert len(codes("don-vi", office.clerk)) == 3


def test_the_time_of_a_case_that_stands_is_not_overdue(office: Office, stand: Stand) -> None:
    late = stand(due=NOW - timedelta(hours=1))
    stand(due=NOW - timedelta(hours=1), state=State.SUPPLEMENT_REQUESTED)
    stand(due=NOW - timedelta(hours=1), state=State.AT_COUNTER, role=Role.CLERK)

    assert codes("qua-han", office.officer) == [late.code]
    assert codes("qua-han", office.clerk) == [late.code]


def test_due_today_ends_at_midnight(office: Office, stand: Stand) -> None:
    today = stand(due=NOW.replace(hour=17))
    stand(due=NOW.replace(hour=17) + timedelta(days=1))
    stand(due=NOW - timedelta(minutes=1))

    assert codes("den-han", office.leader) == [today.code]


def test_who_waits_for_whom(office: Office, neighbour: Office, stand: Stand) -> None:
    citizen = stand(state=State.SUPPLEMENT_REQUESTED)
    before = stand(state=State.SUPPLEMENT_BEFORE_ACCEPTANCE, role=None)
    asked = stand()
    CaseRequest.objects.create(
        case=asked,
        kind=RequestKind.VERIFICATION,
        asked_by=office.officer.account,
        asked_of=neighbour.committee,
        asked_at=NOW,
        due_at=NOW + timedelta(days=3),
        text="?",
    )

    assert codes("cho-cong-dan", office.officer) == [citizen.code]
    assert set(codes("cho-cong-dan", office.clerk)) == {citizen.code, before.code}
    assert codes("cho-co-quan", office.officer) == [asked.code]


def test_only_the_leader_sees_what_is_to_be_signed(client: Client, office: Office, stand: Stand) -> None:
    case = stand(role=Role.LEADER)

    assert codes("cho-ky", office.leader) == [case.code]
    assert "cho-ky" not in {queue.code for queue in lists.queues_of(at_work(office.officer))}
    assert sign_in(client, office.officer).get(reverse("onestop:desk_queue", args=["cho-ky"])).status_code == 404


def test_the_riskiest_come_first_and_what_nobody_can_forecast_last(office: Office, stand: Stand) -> None:
    unknown, safe, risky = stand(risk=None), stand(risk=8), stand(risk=70)
    narrowing = Narrowing(order=RISK)

    for actor in (office.officer, office.clerk):
        assert codes("don-vi", actor, narrowing) == [risky.code, safe.code, unknown.code]


def test_the_risk_stands_in_the_list_in_words(client: Client, office: Office, stand: Stand) -> None:
    stand(risk=8)
    page = sign_in(client, office.officer).get(
        reverse("onestop:desk_queue", args=["don-vi"]), {"order": RISK, "column": "risk"}
    )

    assert '<td data-title="Nguy cơ trễ">8 %' in page.content.decode()


def test_most_urgent_first_and_what_has_no_time_last(office: Office, stand: Stand) -> None:
    never, later, sooner = stand(due=None), stand(due=NOW + timedelta(days=9)), stand(due=NOW)

    assert codes("don-vi", office.officer) == [sooner.code, later.code, never.code]


@pytest.mark.parametrize("order", [DUE, CAME, RISK])
def test_pages_lead_through_everything_once_and_back(office: Office, stand: Stand, order: str) -> None:
    # Many are due at the very same moment, some never: the place in the list must tell them apart.
    for number in range(2 * lists.PAGE + 7):
        stand(due=None if number % 9 == 0 else NOW + timedelta(hours=number // 20), risk=[None, 8, 8, 70][number % 4])
    queue, officer, narrowing = QUEUES["don-vi"], at_work(office.officer), Narrowing(order=order)

    pages = [lists.page(queue, officer, narrowing, NOW)]
    while pages[-1].after:
        pages.append(lists.page(queue, officer, narrowing, NOW, after=pages[-1].after))
    seen = [case.pk for page in pages for case in page.cases]
    assert [len(page.cases) for page in pages] == [50, 50, 7]
    assert len(set(seen)) == Case.objects.count()

    back = lists.page(queue, officer, narrowing, NOW, before=pages[2].before)
    assert [case.pk for case in back.cases] == [case.pk for case in pages[1].cases]
    first = lists.page(queue, officer, narrowing, NOW, before=back.before)
    assert [case.pk for case in first.cases] == [case.pk for case in pages[0].cases]
    assert first.before is None


def test_somebody_with_two_seats_sees_both_in_one_order(office: Office, neighbour: Office, stand: Stand) -> None:
    factories.appointment(office.officer.account, neighbour.committee, Role.OFFICER)
    second, first = stand(due=NOW + timedelta(days=2)), stand(neighbour, due=NOW + timedelta(days=1))

    assert codes("viec-cua-toi", office.officer) == [first.code, second.code]


def test_a_case_that_both_seats_lead_to_stands_there_once(office: Office, stand: Stand) -> None:
    factories.appointment(office.officer.account, office.centre, Role.CLERK)
    case = stand()

    assert codes("don-vi", office.officer) == [case.code]
    assert lists.counts(at_work(office.officer), NOW)["don-vi"] == "1"


@pytest.mark.parametrize("queue", list(QUEUES))
def test_the_words_of_another_agency_never_come_over(
    client: Client, office: Office, neighbour: Office, stand: Stand, queue: str
) -> None:
    for place, word in ((office, "MARKERHERE"), (neighbour, "MARKERTHERE")):
        late = NOW - timedelta(days=1)
        for state, role in (
            (State.PROCESSING, Role.OFFICER),
            (State.PROCESSING, Role.LEADER),
            (State.SUPPLEMENT_REQUESTED, Role.OFFICER),
            (State.AT_COUNTER, Role.CLERK),
            (State.SUBMITTED, None),
        ):
            stand(place, state, role, due=late, applicant_name=word, code=f"{word}-{state}-{role}")
    for actor in (office.clerk, office.head, office.officer, office.leader, office.records):
        page = sign_in(client, actor).get(reverse("onestop:desk_queue", args=[queue]))
        assert "MARKERTHERE" not in page.content.decode()
        found = client.get(reverse("onestop:desk_find"), {"q": "MARKERTHERE"})
        assert "MARKERTHERE-" not in found.content.decode()


def test_counts_say_what_waits_and_stop_at_ninety_nine(office: Office, neighbour: Office, stand: Stand) -> None:
    for _ in range(101):
        stand()
    for _ in range(3):
        stand(role=Role.LEADER)
        stand(neighbour)

    assert lists.counts(at_work(office.officer), NOW) == {"viec-cua-toi": "99+", "don-vi": "99+"}
    assert lists.counts(at_work(office.leader), NOW)["cho-ky"] == "3"
    assert lists.counts(at_work(neighbour.officer), NOW) == {"viec-cua-toi": "3", "don-vi": "3"}


def test_filters_hold_together(office: Office, stand: Stand) -> None:
    mine = stand(holder=office.officer.account, channel="ONLINE", due=NOW + timedelta(days=3))
    free = stand(channel="ONLINE", due=NOW + timedelta(days=5))
    stand()

    assert codes("don-vi", office.officer, Narrowing(channel="ONLINE")) == [mine.code, free.code]
    assert codes("don-vi", office.officer, Narrowing(channel="ONLINE", holder=NOBODY)) == [free.code]
    span = Narrowing(due_from=(NOW + timedelta(days=3)).date(), due_to=(NOW + timedelta(days=4)).date())
    assert codes("don-vi", office.officer, span) == [mine.code]
    assert codes("don-vi", office.clerk, Narrowing(holder=office.officer.account.pk)) == [mine.code]
    assert codes("don-vi", office.officer, Narrowing(procedure=mine.procedure_id + 1)) == []


@pytest.mark.parametrize(
    "query",
    [
        {"procedure": "x", "state": "NONE", "due_from": "mai", "holder": "-1", "order": "?", "column": "x"},
        {"after": "²"},
        {"after": "20261124T000000.000000-" + "9" * 40},
        {"before": "99999999T999999.0-1"},
        {"after": "\0"},
    ],
)
def test_what_makes_no_sense_in_the_address_shows_the_list(
    client: Client, office: Office, stand: Stand, query: dict[str, str]
) -> None:
    case = stand()
    page = sign_in(client, office.officer).get(reverse("onestop:desk_queue", args=["don-vi"]), query)

    assert page.status_code == 200
    assert str(case.code) in page.content.decode()


def test_a_list_asks_as_often_however_long_it_is(client: Client, office: Office, stand: Stand) -> None:
    sign_in(client, office.officer)
    address = reverse("onestop:desk_queue", args=["don-vi"])

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    stand()
    asked()
    short = asked()
    for _ in range(lists.PAGE + 5):
        stand(holder=office.officer.account)
    assert asked() == short


@pytest.mark.parametrize("way", ["", "after", "before"])
@pytest.mark.parametrize("order", [DUE, CAME, RISK])
@pytest.mark.parametrize("queue", list(QUEUES))
def test_every_page_of_every_list_walks_an_index_over_what_is_open(
    office: Office, stand: Stand, queue: str, order: str, way: str
) -> None:
    stand()
    start = {way: Place(50 if order == RISK else NOW, 1)} if way else {}
    people = (
        office.clerk,
        office.officer,
        office.leader,
        inspector_of(office),
        inspector_of(office, whole_province=True),
    )
    officers = [at_work(actor) for actor in people]
    seen_by = [officer for officer in officers if QUEUES[queue].is_seen_by(officer)]
    assert seen_by
    with connection.cursor() as cursor:
        for other_way in ("seqscan", "bitmapscan", "sort"):  # small tables are read as a whole otherwise
            cursor.execute(f"SET LOCAL enable_{other_way} = off")
    for officer in seen_by:
        with CaptureQueriesContext(connection) as captured:
            lists.page(QUEUES[queue], officer, Narrowing(order=order), NOW, **start)
        (statement, *_) = (one["sql"] for one in captured.captured_queries if "LIMIT 51" in one["sql"])
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN " + statement)
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert "OFFSET" not in statement
        branches = plan.partition("Append")[2].split("Limit ")[1:] or [plan]  # what they give is put in one order
        for branch in branches:
            assert re.search(r"using (case|step)_open_\w*by_", branch), plan
            assert "Sort" not in branch
            if start:  # entered where the page begins
                place = "50, '?1" if order == RISK else "2026-11-24 02:00:00"
                assert re.search(rf"Index Cond: .*ROW\(.*{place}", branch), plan
