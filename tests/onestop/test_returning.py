"""The result goes out: to the person whose card was seen, or by post, and sometimes back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from identity.models import Account
from onestop import acts
from onestop.actors import applicant
from onestop.errors import ActionNotAllowedError, ReasonMissingError
from onestop.models import Case, CaseNotice
from onestop.services import handling, receiving, requesting, returning
from onestop.states import Action, State
from tests import factories
from tests.factories import BIRTH, EXTRACT, NOW, Office

MINUTE = timedelta(minutes=1)
ADDRESS = {"province": "79", "commune": "25747", "detail": "Số 5"}


@pytest.fixture
def posted(office: Office, by: Account) -> Case:
    """A case whose result went off by post."""
    case = factories.at_counter(office, by, delivery="POST", delivery_address=ADDRESS)
    returning.return_result(case_id=case.pk, actor=office.clerk, at=NOW, waybill="VN123", postage=30_000)
    case.refresh_from_db()
    return case


def undelivered(office: Office, case: Case, *, collects: bool) -> Case:
    return returning.record_undelivered(
        case_id=case.pk, actor=office.clerk, reason="Người nhận đi vắng", collects=collects, at=NOW
    )


def test_the_waybill_and_the_postage_stand_in_the_history(posted: Case) -> None:
    event = posted.events.get(action=Action.RETURN_RESULT)
    assert event.details == ["Số vận đơn VN123", "Cước bưu chính 30.000 đồng"]


def test_what_the_post_brought_back_is_sent_once_more(office: Office, posted: Case) -> None:
    back = undelivered(office, posted, collects=False)
    assert (back.state, back.returned_at) == (State.AT_COUNTER, None)
    assert [step.code for step in back.steps.filter(finished_at=None)] == ["return"]

    again = returning.return_result(case_id=back.pk, actor=office.clerk, at=NOW, waybill="VN124")
    assert (again.state, again.returned_at) == (State.RETURNED, NOW)


def test_what_the_post_brought_back_is_collected_with_the_card(office: Office, posted: Case) -> None:
    undelivered(office, posted, collects=True)

    with pytest.raises(ActionNotAllowedError):
        returning.return_result(case_id=posted.pk, actor=office.clerk, at=NOW, waybill="VN124")
    done = returning.return_result(case_id=posted.pk, actor=office.clerk, at=NOW, checked_id_number="074085001234")
    assert done.state == State.RETURNED


def test_who_is_authorised_collects_with_their_own_card(office: Office, posted: Case) -> None:
    undelivered(office, posted, collects=True)
    who: dict[str, Any] = {"case_id": posted.pk, "actor": office.clerk, "at": NOW, "collected_by": "Lê Thị Hoa"}
    paper = "số 15, ngày 20/11/2026, UBND phường Phú Cường"

    lacking: list[dict[str, Any]] = [{"checked_id_number": "074185006789"}, {"authorisation": paper}]
    for missing in (*lacking, {"authorisation": paper, "checked_id_number": "-"}):
        with pytest.raises(ActionNotAllowedError):
            returning.return_result(**who, **missing)
    returning.return_result(**who, checked_id_number="074185006789", authorisation=paper)

    event = posted.events.filter(action=Action.RETURN_RESULT).latest("sequence")
    assert event.note == f"Người nhận thay: Lê Thị Hoa (thẻ có bốn số cuối 6789), theo giấy ủy quyền: {paper}"
    assert "Lê Thị Hoa" not in str(event.data)


def test_nobody_else_collects_where_the_applicant_must_act_in_person(office: Office, by: Account) -> None:
    in_person = {**factories.DOCUMENTS[EXTRACT]["process"], "collected_in_person": True}
    factories.published(EXTRACT, process=in_person)
    case = factories.at_counter(office, by, delivery="PICK_UP")
    who: dict[str, Any] = {"case_id": case.pk, "actor": office.clerk, "at": NOW}

    handing_over = next(act for act in acts.possible(case, office.clerk, NOW) if act.action == Action.RETURN_RESULT)
    assert set(handing_over.form(case).fields) == {"checked_id_number"}
    with pytest.raises(ActionNotAllowedError, match="trực tiếp"):
        returning.return_result(
            **who, collected_by="Lê Thị Hoa", authorisation="số 15", checked_id_number="074185006789"
        )
    assert returning.return_result(**who, checked_id_number="074085001234").state == State.RETURNED


def test_only_what_went_by_post_can_come_back_by_it(office: Office, by: Account, posted: Case) -> None:
    elsewhere = factories.office("H09.25942", "25942")
    with pytest.raises(ActionNotAllowedError):
        returning.record_undelivered(case_id=posted.pk, actor=elsewhere.clerk, reason="Vắng", collects=True, at=NOW)
    with pytest.raises(ReasonMissingError):
        returning.record_undelivered(case_id=posted.pk, actor=office.clerk, reason=" ", collects=True, at=NOW)
    online = factories.at_counter(office, by)
    assert online.state == State.RETURNED
    with pytest.raises(ActionNotAllowedError):
        undelivered(office, online, collects=True)
    assert Action.RECORD_UNDELIVERED not in {act.action for act in acts.possible(online, office.clerk, NOW)}


@pytest.fixture
def birth(office: Office, by: Account) -> Case:
    """An online case with one scanned paper, its result at the counter."""
    draft = factories.draft(by, BIRTH)
    answers = draft.answers | {"delivery": "PICK_UP"}
    case = receiving.accept(case_id=factories.filed(by, BIRTH, answers=answers).pk, actor=office.clerk, at=NOW)
    requesting.ask_consent(case_id=case.pk, actor=office.officer, at=NOW)
    requesting.answer_consent(case_id=case.pk, actor=applicant(by), agrees=True, text="", at=NOW)
    facts: dict[str, Any] = {"registered_number": "15/2026", "registered_on": "2026-11-24", "book": "01/2026"}
    handling.record_facts(case_id=case.pk, actor=office.officer, facts=facts, at=NOW)
    handling.record_personal_number(case_id=case.pk, number="074326000001", at=NOW)
    return factories.issued(office, case)


def test_originals_of_an_online_case_are_taken_in_and_compared(office: Office, birth: Case) -> None:
    assert birth.state == State.AT_COUNTER
    assert list(returning.originals_to_compare(birth)) == ["giay_chung_sinh"]
    who: dict[str, Any] = {"case_id": birth.pk, "actor": office.clerk, "checked_id_number": "074085001234", "at": NOW}

    with pytest.raises(ActionNotAllowedError, match="bản chính"):
        returning.return_result(**who)
    returning.return_result(**who, compared=["giay_chung_sinh"])

    event = birth.events.get(action=Action.RETURN_RESULT)
    assert event.data["originals"] == ["giay_chung_sinh"]
    assert "Số bản chính đã đối chiếu: 1" in event.details


def test_a_paper_with_digital_signatures_needs_no_original(office: Office, birth: Case) -> None:
    file = birth.papers.get().file
    file.facts = file.facts | {"signatures": 1}
    file.save()

    assert returning.originals_to_compare(birth) == {}


def on_paper(office: Office, by: Account) -> Case:
    """Return a case whose result comes from the agency on paper, and has been issued."""
    steps = factories.DOCUMENTS[EXTRACT]["process"]["steps"]
    *before, last = steps
    steps = [*before, last | {"actions": ["ARRIVE", *last["actions"]]}]
    factories.published(process=factories.DOCUMENTS[EXTRACT]["process"] | {"steps": steps}, at=NOW + MINUTE)
    return factories.at_counter(office, by, delivery="PICK_UP")


def test_a_result_on_paper_lies_at_the_counter_when_the_clerk_says_so(office: Office, by: Account) -> None:
    case = on_paper(office, by)
    assert case.state == State.DECIDED
    assert [act.action for act in acts.possible(case, office.clerk, NOW)][:1] == [Action.ARRIVE]
    assert not CaseNotice.objects.filter(about=Action.ARRIVE).exists()

    returning.arrive(case_id=case.pk, actor=office.clerk, at=NOW)
    case.refresh_from_db()
    assert case.state == State.AT_COUNTER
    assert CaseNotice.objects.get(about=Action.ARRIVE).case == case
    assert Action.RETURN_RESULT in [act.action for act in acts.possible(case, office.clerk, NOW)]


def test_only_the_counter_records_that_a_result_came_and_only_once(office: Office, by: Account) -> None:
    case = on_paper(office, by)
    for actor in (office.officer, office.records, office.leader):
        with pytest.raises(ActionNotAllowedError):
            returning.arrive(case_id=case.pk, actor=actor, at=NOW)
    returning.arrive(case_id=case.pk, actor=office.clerk, at=NOW)
    with pytest.raises(ActionNotAllowedError):
        returning.arrive(case_id=case.pk, actor=office.clerk, at=NOW)


def test_an_electronic_result_never_waits_for_paper(office: Office, by: Account) -> None:
    on_paper(office, by)
    assert factories.at_counter(office, by, email="an@example.vn").state == State.RETURNED


def test_an_arrival_that_was_recorded_by_mistake_is_recalled_and_the_applicant_is_told(
    office: Office, by: Account
) -> None:
    case = on_paper(office, by)
    returning.arrive(case_id=case.pk, actor=office.clerk, at=NOW)
    with pytest.raises(ActionNotAllowedError):
        returning.recall_arrival(case_id=case.pk, actor=office.officer, at=NOW)

    case = returning.recall_arrival(case_id=case.pk, actor=office.clerk, at=NOW)
    assert case.state == State.DECIDED
    assert CaseNotice.objects.filter(about=Action.RECALL_ARRIVAL).exists()
    returning.arrive(case_id=case.pk, actor=office.clerk, at=NOW)


def test_a_result_that_never_came_on_paper_is_not_recalled(office: Office, by: Account) -> None:
    case = factories.at_counter(office, by, delivery="PICK_UP")
    with pytest.raises(ActionNotAllowedError):
        returning.recall_arrival(case_id=case.pk, actor=office.clerk, at=NOW)
