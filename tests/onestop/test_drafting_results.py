"""The result is drafted, looked at and edited before anybody signs it; or the request is refused in writing."""

from __future__ import annotations

import difflib
from datetime import timedelta
from typing import Any

import pytest

from identity.models import Account
from onestop import printing
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


def test_the_opening_and_the_recipients_of_a_refusal_are_free_and_its_reasons_are_not_the_results(
    office: Office, case: Case
) -> None:
    draft(
        office,
        case,
        decision="refuse",
        refusal="Không có tên trong sổ.",
        refusal_opening="Sau khi tra cứu, chúng tôi trả lời:",
        recipients="Như trên\nLưu: VT",
        articles="Cấp mười bản.",
    )
    words = printed(documents.current_result(case))
    assert "Sau khi tra cứu, chúng tôi trả lời:" in words and "Lưu: VT" in words
    assert "Cấp mười bản." not in words and "Theo sổ đăng ký" not in words
    assert DRAFTING.form(case).fields["refusal_opening"].initial == "Sau khi tra cứu, chúng tôi trả lời:"


def test_a_certificate_says_what_the_facts_say_and_only_whom_it_goes_to_is_free(office: Office, by: Account) -> None:
    factories.published(EXTRACT, at=NOW + timedelta(minutes=1))
    case = factories.accepted(office, by)
    assert set(DRAFTING.form(case).fields) == {"decision", "refusal", "refusal_opening", "recipients"}

    draft(office, case, recipients="Người yêu cầu")
    assert "Người yêu cầu" in printed(documents.current_result(case))


def printed(document: CaseDocument) -> str:
    return " ".join(text_of(printing.draft_pdf(document)).split())


ONLY_IN_A_DRAFT = ("bảndựthảo", "số:……", "ngày……tháng……năm……", "ngườicóthẩmquyềnký")


@pytest.mark.usefixtures("neighbours", "authority")
@pytest.mark.parametrize("decision", ["grant", "refuse"])
def test_what_was_looked_at_is_what_is_signed(office: Office, case: Case, decision: str) -> None:
    handling.record_facts(case_id=case.pk, actor=office.officer, facts=FACTS, at=NOW)
    edited = {"articles": "Cấp ba bản.", "recipients": "Lưu: VT", "refusal": "Không có tên trong sổ."}
    seen = letters(printing.draft_pdf(draft(office, case, decision=decision, **edited)))
    for words in ONLY_IN_A_DRAFT:
        assert words in seen
        seen = seen.replace(words, "")

    handling.propose(case_id=case.pk, actor=office.officer, at=NOW)
    deciding.order_signature(case_id=case.pk, actor=office.leader, at=NOW)
    assert factories.deliver_all(topic=documents.PRINT_TOPIC) == []
    assert factories.deliver_all(topic=deciding.SIGN_TOPIC) == []
    deciding.order_issue(case_id=case.pk, actor=office.records, at=NOW)
    assert factories.deliver_all(topic=deciding.SEAL_TOPIC) == []
    result = documents.current_result(case)
    assert result.file is not None and result.state == DocumentState.ISSUED

    signed = letters(files.read(result.file))
    compared = difflib.SequenceMatcher(None, seen, signed, autojunk=False).get_opcodes()
    assert [seen[begin:end] for what, begin, end, *_ in compared if what in {"delete", "replace"}] == []


def letters(content: bytes) -> str:
    return "".join(text_of(content).split()).lower()
