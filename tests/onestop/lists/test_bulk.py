"""One act on many cases: what happened to each is told, nothing is half done, and twice is once."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from identity.models import Account
from identity.states import Role
from onestop import bulk
from onestop.models import BulkItem, BulkJob, Case, CaseEvent, CaseStep
from onestop.services import deciding, handling, receiving
from onestop.states import Action, State
from tests import factories
from tests.factories import NOW, Office, at_work
from tests.onestop.lists.conftest import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(office: Office) -> Account:
    return factories.citizen()


@pytest.fixture
def filed(office: Office, by: Account) -> list[Case]:
    return [factories.filed(by) for _ in range(3)]


def chosen(cases: list[Case]) -> dict[str, str]:
    return {"chosen": ",".join(f"{case.pk}.{case.version}" for case in cases)}


def order(client: Client, act: str, cases: list[Case], **typed: Any) -> BulkJob:
    answer = client.post(reverse("onestop:desk_bulk_order"), {"bulk_act": act} | chosen(cases) | typed)
    assert answer.status_code == 302, answer.content.decode()
    return BulkJob.objects.latest("pk")


def told(client: Client, job: BulkJob) -> str:
    return client.get(reverse("onestop:desk_bulk_job", args=[job.uuid])).content.decode()


def outcomes(job: BulkJob) -> list[str]:
    return list(job.items.order_by("pk").values_list("outcome", flat=True))


def test_what_will_happen_to_how_many_is_said_first(client: Client, office: Office, filed: list[Case]) -> None:
    page = sign_in(client, office.clerk).post(reverse("onestop:desk_bulk"), {"bulk_act": "accept"} | chosen(filed))

    assert "Sẽ làm với 3 hồ sơ" in page.content.decode()
    assert not BulkJob.objects.exists()


def test_all_are_accepted_by_the_worker(client: Client, office: Office, filed: list[Case]) -> None:
    job = order(sign_in(client, office.clerk), "accept", filed)
    assert "Đến lúc này xong 0 trên 3" in told(client, job)

    factories.deliver_all(timezone.now(), topic=bulk.TOPIC)
    assert "Xong 3 trên 3 hồ sơ" in told(client, job)
    assert set(Case.objects.values_list("state", flat=True)) == {State.PROCESSING}


def test_what_the_rules_refuse_is_told_with_its_reason_and_the_rest_is_done(
    client: Client, office: Office, filed: list[Case]
) -> None:
    job = order(sign_in(client, office.clerk), "accept", filed)
    receiving.reject(case_id=filed[1].pk, actor=office.head, reason="Sai nơi nộp", at=NOW)
    before = CaseEvent.objects.filter(case=filed[1]).count()

    factories.deliver_all(timezone.now(), topic=bulk.TOPIC)
    assert outcomes(job) == ["DONE", "REFUSED", "DONE"]
    assert CaseEvent.objects.filter(case=filed[1]).count() == before
    page = told(client, job)
    assert "Xong 2 trên 3 hồ sơ" in page
    assert "Lê Quang Vinh" in page  # who was faster
    assert str(filed[1].code) in page


def test_doing_it_twice_is_doing_it_once(client: Client, office: Office, filed: list[Case]) -> None:
    job = order(sign_in(client, office.clerk), "accept", filed)
    bulk.run(job_id=job.pk, at=NOW)
    count = CaseEvent.objects.count()

    bulk.run(job_id=job.pk, at=NOW)
    assert CaseEvent.objects.count() == count


def test_a_job_that_was_cut_goes_on_with_the_rest(client: Client, office: Office, filed: list[Case]) -> None:
    job = order(sign_in(client, office.clerk), "accept", filed)
    BulkItem.objects.filter(job=job, case=filed[0]).update(outcome="DONE")

    bulk.run(job_id=job.pk, at=NOW)
    assert outcomes(job) == ["DONE"] * 3
    assert not CaseEvent.objects.filter(case=filed[0], action=Action.ACCEPT).exists()
    job.refresh_from_db()
    assert job.finished_at == NOW


def test_each_result_is_handed_over_with_its_own_proof(client: Client, office: Office, by: Account) -> None:
    cases = [factories.accepted(office, by, delivery="PICK_UP") for _ in range(2)]
    for case in cases:
        _decide(office, case)
    typed = {f"{cases[0].pk}-checked_id_number": "074085001234", f"{cases[1].pk}-checked_id_number": "074085009999"}

    job = order(sign_in(client, office.clerk), "return-result", cases, **typed)
    bulk.run(job_id=job.pk, at=NOW)
    assert outcomes(job) == ["DONE", "REFUSED"]


def test_a_missing_proof_is_asked_for_and_nothing_is_ordered(client: Client, office: Office, by: Account) -> None:
    case = factories.accepted(office, by, delivery="PICK_UP")
    _decide(office, case)

    answer = sign_in(client, office.clerk).post(
        reverse("onestop:desk_bulk_order"), {"bulk_act": "return-result"} | chosen([case])
    )
    assert answer.status_code == 422
    assert "Xin điền mục này" in answer.content.decode()
    assert not BulkJob.objects.exists()


def test_the_whole_list_is_taken_with_its_filters(client: Client, office: Office, filed: list[Case]) -> None:
    other = factories.filed(factories.citizen("074085005555", "Lê Văn Bình"))
    Case.objects.filter(pk=other.pk).update(channel="POST")
    typed = {"bulk_act": "accept", "whole": "1", "queue": "tiep-nhan", "query": "channel=ONLINE"}

    page = sign_in(client, office.clerk).post(reverse("onestop:desk_bulk"), typed).content.decode()
    assert "Sẽ làm với 3 hồ sơ" in page
    assert str(other.code) not in page


def test_cases_of_another_agency_are_left_out(
    client: Client, office: Office, neighbour: Office, filed: list[Case]
) -> None:
    answer = sign_in(client, neighbour.clerk).post(
        reverse("onestop:desk_bulk_order"), {"bulk_act": "accept"} | chosen(filed)
    )

    assert answer.status_code == 422
    assert str(filed[0].code) not in answer.content.decode()
    assert not BulkJob.objects.exists()


def test_a_version_that_a_case_never_had_was_not_seen(client: Client, office: Office, filed: list[Case]) -> None:
    signed_in = sign_in(client, office.clerk)
    for version in (filed[0].version + 1, 2**31, 10**17):
        typed = {"bulk_act": "accept", "chosen": f"{filed[0].pk}.{version}"}
        assert signed_in.post(reverse("onestop:desk_bulk_order"), typed).status_code == 422
    assert not BulkJob.objects.exists()


def test_a_list_with_filters_that_make_no_sense_is_taken_without_them(
    client: Client, office: Office, filed: list[Case]
) -> None:
    query = "due_to=9999-12-31&due_from=0001-01-01&state=%00&holder=99999999999999999999"
    typed = {"bulk_act": "accept", "whole": "1", "queue": "tiep-nhan", "query": query}
    answer = sign_in(client, office.clerk).post(reverse("onestop:desk_bulk"), typed)
    assert "Sẽ làm với 3 hồ sơ" in answer.content.decode()


def test_a_job_is_shown_to_who_ordered_it_only(client: Client, office: Office, filed: list[Case]) -> None:
    job = order(sign_in(client, office.clerk), "accept", filed)

    assert sign_in(client, office.head).get(reverse("onestop:desk_bulk_job", args=[job.uuid])).status_code == 404


@pytest.mark.parametrize("value", ["", "x", "1", "1.", "1.²", "9" * 40 + ".1", "1.1," * 2000])
def test_a_choice_of_nothing_says_so(client: Client, office: Office, value: str) -> None:
    answer = sign_in(client, office.clerk).post(reverse("onestop:desk_bulk"), {"bulk_act": "accept", "chosen": value})

    assert answer.status_code == 422
    assert "đánh dấu các hồ sơ" in answer.content.decode()


def test_an_act_of_another_role_is_not_offered(client: Client, office: Office, filed: list[Case]) -> None:
    page = sign_in(client, office.clerk).post(reverse("onestop:desk_bulk"), {"bulk_act": "sign"} | chosen(filed))

    assert page.status_code == 422
    assert [act.code for act in bulk.acts_for(at_work(office.clerk))] == ["accept", "arrive", "return-result"]
    first = [bulk.acts_for(at_work(actor))[0].code for actor in (office.officer, office.leader, office.records)]
    assert first == ["forward", "sign", "issue"]  # what each is there for


def _decide(office: Office, case: Case) -> None:
    facts = {"registered_number": "1", "registered_on": "2000-01-01", "registered_at": "Đây"}
    handling.record_facts(case_id=case.pk, actor=office.officer, facts=facts, at=NOW)
    handling.propose(case_id=case.pk, actor=office.officer, at=NOW)
    # The signatures are ordered and recorded as made, without any key.
    signed = deciding.order_signature(case_id=case.pk, actor=office.leader, at=NOW)
    deciding.record_signature(document_id=signed.pk, file=factories.stored_file(), at=NOW)
    sealed = deciding.order_issue(case_id=case.pk, actor=office.records, at=NOW)
    deciding.record_issue(document_id=sealed.pk, file=factories.stored_file(), at=NOW)
    case.refresh_from_db()


def test_many_are_given_to_a_colleague(client: Client, office: Office, by: Account) -> None:
    colleague = factories.actor(Role.OFFICER, office.committee).account
    assert colleague is not None
    cases = [factories.accepted(office, by) for _ in range(2)]

    job = order(sign_in(client, office.officer), "reassign", cases, to=str(colleague.pk), reason="Nghỉ phép")
    bulk.run(job_id=job.pk, at=NOW)
    assert outcomes(job) == ["DONE", "DONE"]
    held = CaseStep.objects.filter(finished_at=None).values_list("holder", flat=True)
    assert set(held) == {colleague.pk}
