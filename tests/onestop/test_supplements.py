"""Asking for a supplement: by which law, for what may be asked, and a reminder before the time is up."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from identity.models import Account
from onestop import queries
from onestop.actors import applicant
from onestop.errors import ActionNotAllowedError, IncompleteAnswersError
from onestop.kinds import DocumentKind
from onestop.models import Case, CaseRequest
from onestop.services import phrasing, requesting, stepping, withdrawing
from onestop.states import Action, State
from tests import factories
from tests.core.files import samples
from tests.factories import BIRTH, DOCUMENTS, EXTRACT, NOW, Office
from tests.onestop.lists.conftest import BACKEND, sign_in

DUE = NOW + timedelta(days=10)


@pytest.fixture
def case(office: Office, by: Account) -> Case:
    return factories.accepted(office, by, email="an@example.vn")


def ask(office: Office, case: Case, *, items: tuple[str, ...] = ("phone",), basis: str = "") -> CaseRequest:
    return requesting.request_supplement(
        case_id=case.pk, actor=office.officer, text="Thiếu", items=items, due_at=DUE, basis=basis, at=NOW
    )


def test_the_law_that_asks_stands_on_form_02(office: Office, case: Case) -> None:
    ask(office, case, basis="Nghị định 123/2015/NĐ-CP, Điều 2")

    letter = case.documents.get(kind=DocumentKind.FORM_02).context
    assert letter["basis"] == "Nghị định 123/2015/NĐ-CP, Điều 2"
    assert letter["items"] == ["Số điện thoại"]


def test_where_no_law_is_named_it_is_the_procedures_own(office: Office, case: Case) -> None:
    assert ask(office, case).basis == "60/2014/QH13 Luật Hộ tịch"


def test_a_paper_that_is_not_published_cannot_be_asked_for(db: None) -> None:
    papers = [paper for paper in DOCUMENTS[EXTRACT]["papers"] if paper["code"] != "van_ban_uy_quyen"]
    factories.published(EXTRACT, papers=papers)
    office = factories.office()
    case = factories.accepted(office, factories.citizen())

    assert "van_ban_uy_quyen" not in phrasing.askable(stepping.definition_of(case))
    with pytest.raises(ActionNotAllowedError):
        ask(office, case, items=("van_ban_uy_quyen",))


def test_papers_come_first_and_nothing_that_nobody_answers_is_asked_for(db: None) -> None:
    definition = factories.published("1.013225").definition
    names = list(phrasing.askable(definition))

    assert names[0] == "giay_to_dat"
    assert "land_use_note" not in names and "plot_area" in names


def test_the_applicant_is_reminded_once_in_the_last_two_days(
    office: Office, case: Case, mailoutbox: list[EmailMessage]
) -> None:
    request = ask(office, case)
    assert list(requesting.to_remind(DUE - timedelta(days=3))) == []

    late = DUE - timedelta(days=1)
    assert list(requesting.to_remind(late)) == [request.pk]
    for _ in range(2):
        requesting.remind(request_id=request.pk, at=late)
    factories.deliver_all(late, topic="onestop.notice")

    reminders = [mail for mail in mailoutbox if "vẫn chờ" in mail.body]
    assert len(reminders) == 1
    assert list(requesting.to_remind(late)) == []


@pytest.mark.parametrize("when", [NOW + timedelta(days=2), DUE, DUE + timedelta(days=1)])
def test_nobody_is_reminded_too_early_or_too_late(office: Office, case: Case, when: datetime) -> None:
    request = ask(office, case)
    requesting.remind(request_id=request.pk, at=when)
    request.refresh_from_db()
    assert request.reminded_at is None


def test_a_second_request_is_lawful_and_marked_for_the_ranking_apart_from_the_due_time(
    office: Office, by: Account, case: Case
) -> None:
    due = case.due_at
    for _ in range(2):
        ask(office, case)
        requesting.answer_supplement(case_id=case.pk, actor=applicant(by), answers={"phone": "0987654321"}, at=NOW)

    case.refresh_from_db()
    assert case.counts_as_late
    assert case.due_at == due


def test_a_supplement_that_is_refused_leaves_the_papers_as_they_were(office: Office, by: Account) -> None:
    case = factories.accepted(office, by, BIRTH)
    ask(office, case, items=("giay_chung_sinh", "phone"))
    before = list(case.papers.values())

    new = {"giay_chung_sinh": [factories.stored_file()]}
    with pytest.raises(IncompleteAnswersError):
        requesting.answer_supplement(case_id=case.pk, actor=applicant(by), answers={"phone": "?"}, papers=new, at=NOW)
    assert list(case.papers.values()) == before

    requesting.answer_supplement(case_id=case.pk, actor=applicant(by), answers={}, papers=new, at=NOW)
    case.refresh_from_db()
    assert case.answers["giay_chung_sinh"] == [str(paper.uuid) for paper in queries.papers(case)]
    assert case.papers.count() == 2


def test_a_paper_that_nobody_asked_for_is_not_replaced(office: Office, by: Account) -> None:
    case = factories.accepted(office, by, BIRTH)
    ask(office, case)
    new = {"giay_chung_sinh": [factories.stored_file()]}
    requesting.answer_supplement(
        case_id=case.pk, actor=applicant(by), answers={"phone": "0987654321"}, papers=new, at=NOW
    )
    assert case.papers.count() == 1


def test_who_wishes_to_withdraw_is_asked_for_nothing_until_that_is_answered(
    office: Office, by: Account, case: Case, client: Client, mailoutbox: list[EmailMessage]
) -> None:
    request = ask(office, case)
    case = withdrawing.withdraw(case_id=case.pk, account=by, reason="Không cần nữa", at=NOW)

    assert queries.asked_of_applicant(case) == []
    client.force_login(by, backend=BACKEND)
    assert "Đang chờ Ông/Bà" not in client.get(reverse("onestop:my_cases")).content.decode()
    page = client.post(reverse("onestop:supplement", args=[case.uuid]), {"phone": "0987654321"}, follow=True)
    assert "không còn chờ" in page.content.decode()
    requesting.remind(request_id=request.pk, at=DUE - timedelta(days=1))
    factories.deliver_all(DUE, topic="onestop.notice")
    assert not [mail for mail in mailoutbox if "vẫn chờ" in mail.body]

    withdrawing.answer_withdrawal(case_id=case.pk, actor=office.officer, agrees=False, reason="Đã dự thảo", at=NOW)
    case.refresh_from_db()
    assert queries.asked_of_applicant(case) == [request]


# --- brought to the counter -------------------------------------------------------------------


@pytest.fixture
def birth(office: Office, by: Account) -> Case:
    """A birth registration whose proof was found wanting before it was accepted."""
    case = factories.filed(by, factories.BIRTH)
    requesting.request_supplement(
        case_id=case.pk, actor=office.clerk, text="Giấy của trẻ khác", items=["giay_chung_sinh"], due_at=DUE, at=NOW
    )
    return case


def test_the_clerk_takes_what_was_brought_and_scanned_in_place_of_the_wrong_paper(
    client: Client, office: Office, birth: Case
) -> None:
    wrong = birth.papers.get()
    sign_in(client, office.clerk)
    place = reverse("onestop:counter_supplement", args=[birth.uuid])
    assert place in client.get(reverse("onestop:desk_case", args=[birth.code])).content.decode()
    photo = SimpleUploadedFile("x.jpg", samples.scan(), content_type="image/jpeg")
    client.post(
        reverse("onestop:desk_scan", args=[birth.uuid, "giay_chung_sinh"]),
        {"scans": photo, "kind": "Giấy chứng sinh"},
    )
    assert client.get(reverse("onestop:desk_scans", args=[birth.uuid])).context["back"] == place

    answer = client.post(place)

    assert answer["Location"] == reverse("onestop:desk_case", args=[birth.code])
    birth.refresh_from_db()
    right = birth.papers.get(replaced_at=None)
    assert birth.state == State.SUBMITTED
    assert (right.is_digitised, birth.answers["giay_chung_sinh"]) == (True, [str(right.uuid)])
    assert birth.papers.exclude(replaced_at=None).get() == wrong
    assert birth.events.latest("sequence").actor == office.clerk.account


def test_no_other_counter_takes_it(client: Client, birth: Case) -> None:
    elsewhere = factories.office("H09.25750", "25750")
    place = reverse("onestop:counter_supplement", args=[birth.uuid])
    assert sign_in(client, elsewhere.clerk).post(place).status_code == 404
    with pytest.raises(ActionNotAllowedError):
        requesting.answer_supplement(case_id=birth.pk, actor=elsewhere.clerk, answers={}, at=NOW)


def test_what_nobody_waits_for_is_not_taken(client: Client, office: Office, case: Case) -> None:
    answer = sign_in(client, office.clerk).post(reverse("onestop:counter_supplement", args=[case.uuid]))
    assert answer["Location"] == reverse("onestop:desk_case", args=[case.code])
    assert case.events.latest("sequence").action != Action.ANSWER_SUPPLEMENT
