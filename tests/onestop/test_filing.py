from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from identity.models import Account
from onestop.errors import ActionNotAllowedError, IncompleteAnswersError, ProcedureUnavailableError
from onestop.kinds import Channel
from onestop.models import Case, CaseNumberSeries
from onestop.references import filing_fee
from onestop.services import filing
from onestop.services.numbering import next_case_code
from onestop.services.papers import attach_paper, remove_paper
from onestop.states import State
from payments.models import FeeRequest
from payments.states import FeeState
from portal.core.models import OutboxMessage
from procedures import services as procedure_services
from tests import factories
from tests.factories import BIRTH, EXTRACT, NOW, Office


def test_filing_with_a_fee_waits_for_it_and_has_no_code_yet(by: Account) -> None:
    case = filing.submit(draft_id=factories.draft(by).pk, account=by, at=NOW)

    assert (case.state, case.code) == (State.AWAITING_PAYMENT, None)
    assert FeeRequest.objects.get(reference=filing_fee(case)).amount == 16_000


def test_paying_the_fee_submits_the_case_with_a_code_of_its_centre_and_day(by: Account) -> None:
    case = factories.filed(by)

    assert case.state == State.SUBMITTED
    assert case.code == "H09.25747.MC-261124-0001"
    assert case.submitted_at == NOW


def test_settling_the_fee_twice_moves_the_case_once(by: Account) -> None:
    case = factories.filed(by)
    again = filing.settle_filing_fee(case_id=case.pk, at=NOW + timedelta(hours=1))

    assert (again.code, again.version, again.submitted_at) == (case.code, case.version, NOW)


def test_a_birth_registered_in_time_is_free_and_submitted_at_once(by: Account) -> None:
    case = filing.submit(draft_id=factories.draft(by, BIRTH).pk, account=by, at=NOW)

    assert case.state == State.SUBMITTED
    assert not FeeRequest.objects.exists()


def test_filing_the_same_draft_again_returns_the_filed_case(by: Account) -> None:
    first = filing.submit(draft_id=factories.draft(by).pk, account=by, at=NOW)
    second = filing.submit(draft_id=first.pk, account=by, at=NOW + timedelta(seconds=1))

    assert (second.pk, second.version) == (first.pk, first.version)
    assert FeeRequest.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_submits_at_once_make_one_case_with_one_code() -> None:
    factories.published(BIRTH)
    factories.office()
    by = factories.citizen()
    draft = factories.draft(by, BIRTH)

    def submit(_: int) -> str | None:
        try:
            return filing.submit(draft_id=draft.pk, account=by, at=NOW).code
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        codes = set(pool.map(submit, range(20)))

    assert codes == {"H09.25747.MC-261124-0001"}
    assert Case.objects.get().events.count() == 1
    assert OutboxMessage.objects.filter(topic="national_portal.progress").count() == 1


@pytest.mark.django_db(transaction=True)
def test_fifty_codes_taken_at_once_are_unique_and_without_gaps() -> None:
    centre = factories.office().centre

    def take(number: int) -> str:
        try:
            with transaction.atomic():
                code = next_case_code(centre, NOW)
                if number % 10 == 0:  # a filing that fails leaves no hole
                    raise IntegrityError
                return code
        except IntegrityError:
            with transaction.atomic():
                return next_case_code(centre, NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        codes = list(pool.map(take, range(50)))

    assert sorted(codes) == [f"H09.25747.MC-261124-{number:04}" for number in range(1, 51)]


def test_codes_begin_again_on_the_next_local_day_of_each_centre(office: Office) -> None:
    other = factories.office("H09.25942", "25942")
    before_midnight = NOW.replace(hour=23, minute=59)

    codes = [
        next_case_code(office.centre, before_midnight),
        next_case_code(other.centre, before_midnight),
        next_case_code(office.centre, before_midnight + timedelta(minutes=1)),
    ]

    assert codes == ["H09.25747.MC-261124-0001", "H09.25942.MC-261124-0001", "H09.25747.MC-261125-0001"]
    assert CaseNumberSeries.objects.count() == 3


def test_starting_again_returns_the_draft_there_is(by: Account) -> None:
    first = factories.draft(by)
    second = filing.start_draft(account=by, code=EXTRACT, prefill={"copies": 9}, at=NOW)

    assert second.pk == first.pk
    assert second.answers["copies"] == 2


def test_the_database_refuses_a_second_draft_of_a_procedure(by: Account) -> None:
    draft = factories.draft(by)
    values = {"procedure": draft.procedure, "procedure_version": draft.procedure_version, "applicant": by}

    with pytest.raises(IntegrityError, match="one_draft_a_procedure"):
        Case.objects.create(channel=Channel.ONLINE, created_at=NOW, changed_at=NOW, **values)


def test_a_procedure_retired_in_mid_form_cannot_be_filed_and_the_draft_stays(by: Account) -> None:
    draft = factories.draft(by)
    procedure_services.retire(code=EXTRACT, on=date(2026, 11, 24), at=factories.NOW)

    with pytest.raises(ProcedureUnavailableError):
        filing.submit(draft_id=draft.pk, account=by, at=NOW)
    draft.refresh_from_db()
    assert (draft.state, draft.answers["copies"]) == (State.DRAFT, 2)


def test_a_procedure_without_form_cannot_be_started(by: Account) -> None:
    factories.published(EXTRACT, form=None, process=None, fees=[])

    with pytest.raises(ProcedureUnavailableError):
        filing.start_draft(account=by, code=EXTRACT, prefill={}, at=NOW)


def test_a_version_published_in_mid_form_is_the_one_filed_under(by: Account) -> None:
    draft = factories.draft(by)
    newer = factories.published(EXTRACT, summary="Nội dung đã thay đổi.")

    case = filing.submit(draft_id=draft.pk, account=by, at=NOW)

    assert case.procedure_version == newer
    assert newer.number == 2


@pytest.mark.parametrize(
    ("change", "step"),
    [
        ({"copies": 0}, "document"),
        ({"requester": factories.person(national_id="0740850012")}, "requester"),
        ({"phone": "abc"}, "requester"),
        ({"on_behalf": "OTHER"}, "authority"),
        ({"registered_person": factories.person(birth_date="2026-11-25")}, "registered"),
        ({"competent_agency": "H09.00000"}, "delivery"),
        ({"delivery": "POST"}, "post"),
    ],
)
def test_an_incomplete_answer_names_its_step_and_nothing_is_filed(
    by: Account, change: dict[str, object], step: str
) -> None:
    draft = factories.draft(by, answers=factories.extract_answers(**change))

    with pytest.raises(IncompleteAnswersError) as refused:
        filing.submit(draft_id=draft.pk, account=by, at=NOW)

    assert refused.value.step == step
    draft.refresh_from_db()
    assert draft.state == State.DRAFT
    assert not draft.events.exists()


def test_nobody_files_the_draft_of_another(by: Account) -> None:
    stranger = factories.citizen("074193005678", "Trần Thị Lan")

    with pytest.raises(ActionNotAllowedError):
        filing.submit(draft_id=factories.draft(by).pk, account=stranger, at=NOW)


def test_answers_of_a_filed_case_no_longer_change(by: Account) -> None:
    case = factories.filed(by)

    with pytest.raises(ActionNotAllowedError):
        filing.save_answers(draft_id=case.pk, answers={"copies": 5}, at=NOW)


def test_a_draft_that_was_deleted_meanwhile_is_said_to_be_gone(by: Account) -> None:
    draft = factories.draft(by)
    filing.discard_draft(draft_id=draft.pk, account=by)

    for act in (
        lambda: filing.submit(draft_id=draft.pk, account=by, at=NOW),
        lambda: filing.save_answers(draft_id=draft.pk, answers={"copies": 5}, at=NOW),
        lambda: filing.discard_draft(draft_id=draft.pk, account=by),
    ):
        with pytest.raises(ActionNotAllowedError, match="đã bị xóa"):
            act()


def test_a_filed_case_is_not_deleted_as_a_draft(by: Account) -> None:
    case = factories.filed(by)

    with pytest.raises(ActionNotAllowedError):
        filing.discard_draft(draft_id=case.pk, account=by)

    assert Case.objects.filter(pk=case.pk).exists()


def test_a_filing_given_up_cancels_the_demand_for_money(by: Account) -> None:
    case = filing.submit(draft_id=factories.draft(by).pk, account=by, at=NOW)

    cancelled = filing.cancel_filing(case_id=case.pk, account=by, at=NOW)

    assert cancelled.state == State.WITHDRAWN
    assert FeeRequest.objects.get().state == FeeState.CANCELLED


def test_a_paper_taken_out_of_a_draft_leaves_the_answers_too(by: Account) -> None:
    draft = factories.draft(by)
    kept, removed = (
        attach_paper(case_id=draft.pk, code="van_ban_uy_quyen", file=factories.stored_file(), at=NOW)
        for _ in range(2)
    )

    remove_paper(case_id=draft.pk, paper=removed.uuid, at=NOW)

    draft.refresh_from_db()
    assert draft.answers["van_ban_uy_quyen"] == [str(kept.uuid)]
