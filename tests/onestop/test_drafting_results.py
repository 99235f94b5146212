"""The result is drafted, looked at and edited before anybody signs it; or the request is refused in writing."""

from __future__ import annotations

from typing import Any

import pytest

from identity.models import Account
from onestop.acts import ACTS, Call, likely, possible
from onestop.errors import ActionNotAllowedError, FactsMissingError, ReasonMissingError
from onestop.kinds import DocumentState
from onestop.models import Case, CaseDocument
from onestop.models.papers import REFUSAL
from onestop.services import deciding, documents, handling
from onestop.states import Action, State
from portal.core import files
from tests import factories
from tests.core.paper import text_of
from tests.factories import EXTRACT, NOW, Office

DRAFTING = next(act for act in ACTS if act.action == Action.DRAFT_RESULT)
FACTS = {"registered_number": "12/1985", "registered_on": "1985-03-01", "registered_at": "UBND phường Phú Cường"}
WORDED = {
    "name": "Giấy xác nhận",
    "template": "result_worded_licence",
    "wording": {
        "heading": "Giấy xác nhận",
        "opening": "Theo sổ đăng ký số {registered_number}:",
        "articles": ["Cấp hai bản.", "Có giá trị từ ngày ký."],
    },
}


@pytest.fixture
def office(db: None) -> Office:
    factories.published(EXTRACT, results=[WORDED])
    return factories.office()


@pytest.fixture
def case(office: Office, by: Account) -> Case:
    return factories.accepted(office, by)


def draft(office: Office, case: Case, **typed: Any) -> CaseDocument:
    """Send the form of the desk as the officer does, every box as it was shown but for what was typed."""
    case.refresh_from_db()
    shown = DRAFTING.form(case)
    form = DRAFTING.form(case, {name: field.initial or "" for name, field in shown.fields.items()} | typed)
    assert form.is_valid(), form.errors
    DRAFTING.run(Call(case, office.officer, NOW, case.version, form))
    return documents.current_result(case)


def test_the_draft_can_be_looked_at_before_all_facts_are_there(office: Office, case: Case) -> None:
    document = draft(office, case)
    assert factories.deliver_all(topic="onestop.print") == []

    document.refresh_from_db()
    assert document.file is not None and document.state == DocumentState.DRAFT
    text = text_of(files.read(document.file))
    assert "BẢN DỰ THẢO" in text and "Có giá trị từ ngày ký." in text
    case.refresh_from_db()
    assert case.steps.get(finished_at=None).code == "appraise"


def test_what_the_officer_wrote_anew_is_what_the_leader_signs_and_the_rest_follows_the_facts(
    office: Office, case: Case
) -> None:
    draft(office, case, articles="Cấp ba bản.\n\nCó giá trị từ ngày ký.")
    handling.record_facts(case_id=case.pk, actor=office.officer, facts=FACTS, at=NOW)
    handling.propose(case_id=case.pk, actor=office.officer, at=NOW)

    result = documents.current_result(case)
    assert result.context["wording"]["articles"] == ["Cấp ba bản.", "Có giá trị từ ngày ký."]
    assert result.context["wording"]["opening"] == "Theo sổ đăng ký số 12/1985:"
    assert result.edited == {"articles": ["Cấp ba bản.", "Có giá trị từ ngày ký."]}


def test_the_edited_words_stand_in_the_form_again(office: Office, case: Case) -> None:
    draft(office, case, articles="Cấp ba bản.")

    assert DRAFTING.form(case).fields["articles"].initial == "Cấp ba bản."


def test_a_refusal_needs_reasons_but_no_facts_and_is_a_notice_of_its_own(office: Office, case: Case) -> None:
    with pytest.raises(ReasonMissingError):
        draft(office, case, decision="refuse", refusal="")
    draft(office, case, decision="refuse", refusal="Không có tên trong sổ hộ tịch.")

    handling.propose(case_id=case.pk, actor=office.officer, at=NOW)
    assert factories.deliver_all(topic="onestop.print") == []
    result = documents.current_result(case)
    assert result.file is not None
    words = " ".join(text_of(files.read(result.file)).split())
    assert "Thông báo không giải quyết hồ sơ".upper() in words.upper()
    assert "Không có tên trong sổ hộ tịch." in words
    signing = deciding.order_signature(case_id=case.pk, actor=office.leader, at=NOW)
    deciding.record_signature(document_id=signing.pk, file=factories.stored_file(), at=NOW)
    assert deciding.order_issue(case_id=case.pk, actor=office.records, at=NOW).number == "1/TB-HT"


def test_the_officer_may_change_a_refusal_into_the_result(office: Office, case: Case) -> None:
    draft(office, case, decision="refuse", refusal="Không có tên trong sổ.")
    next_act = likely(possible(case, office.officer, NOW), case)
    assert next_act is not None and next_act.action == Action.PROPOSE
    draft(office, case, decision="grant", refusal="Không có tên trong sổ.")

    assert REFUSAL not in documents.current_result(case).edited
    with pytest.raises(FactsMissingError):
        handling.propose(case_id=case.pk, actor=office.officer, at=NOW)


def test_nobody_but_who_proposes_writes_the_draft(office: Office, case: Case) -> None:
    for actor in (office.clerk, office.leader, office.records):
        with pytest.raises(ActionNotAllowedError):
            handling.draft(case_id=case.pk, actor=actor, edited={}, at=NOW)


def test_a_document_that_is_being_signed_is_not_written_anew(office: Office, case: Case) -> None:
    handling.record_facts(case_id=case.pk, actor=office.officer, facts=FACTS, at=NOW)
    handling.propose(case_id=case.pk, actor=office.officer, at=NOW)
    deciding.order_signature(case_id=case.pk, actor=office.leader, at=NOW)

    with pytest.raises(ActionNotAllowedError):
        handling.draft(case_id=case.pk, actor=office.officer, edited={}, at=NOW)
    case.refresh_from_db()
    assert case.state == State.PROCESSING
