"""Messages between the office and the applicant, and notes that the applicant never sees."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from identity.models import Account
from identity.states import Role
from onestop.errors import ActionNotAllowedError, WordsMissingError
from onestop.kinds import NoticeKind
from onestop.models import Case, DeskNotice
from onestop.services import talking
from tests import factories
from tests.factories import NOW, Office

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def case(office: Office, by: Account) -> Case:
    return factories.accepted(office, by, email="an@example.vn")


def signed_in(account: Account | None) -> Client:
    assert account is not None
    client = Client()
    client.force_login(account, backend=BACKEND)
    return client


def page_of(case: Case, by: Account) -> str:
    return signed_in(by).get(reverse("onestop:case", args=[case.uuid])).content.decode()


def test_both_sides_read_what_the_other_wrote_and_see_when_it_was_read(
    office: Office, by: Account, case: Case, mailoutbox: list[EmailMessage]
) -> None:
    desk, page = reverse("onestop:desk_case", args=[case.code]), reverse("onestop:case", args=[case.uuid])
    clerk, citizen = signed_in(office.officer.account), signed_in(by)

    act = reverse("onestop:desk_act", args=[case.code, "write-message"])
    assert clerk.post(act, {"text": "Xin gọi lại số 0274"}).status_code == 302
    assert "Xin gọi lại số 0274" in citizen.get(page).content.decode()
    assert "đã đọc" in clerk.get(desk).content.decode()
    assert citizen.post(reverse("onestop:write", args=[case.uuid]), {"message": "Tôi đã gọi"}).status_code == 302
    assert "Tôi đã gọi" in clerk.get(desk).content.decode()
    assert "cơ quan đã đọc" in citizen.get(page).content.decode()

    assert factories.deliver_all(timezone.now(), topic="onestop.notice") == []
    subject, body = str(mailoutbox[-1].subject), str(mailoutbox[-1].body)
    assert str(case.code) in subject
    assert "0274" not in body and by.full_name not in subject + body


def test_what_the_applicant_wrote_is_marked_in_the_list_and_waits_in_its_own_until_somebody_has_read_it(
    office: Office, by: Account, case: Case, django_assert_num_queries: Any
) -> None:
    unread, mark = reverse("onestop:desk_queue", args=["tin-nhan"]), "tin nhắn mới"
    officer = signed_in(office.officer.account)
    assert str(case.code) not in officer.get(unread).content.decode()
    talking.write_to_office(case_id=case.pk, account=by, text="Bao giờ xong?", at=NOW)
    with CaptureQueriesContext(connection) as one:
        assert mark in officer.get(reverse("onestop:desk_queue", args=["don-vi"])).content.decode()
    asked = len(one)
    assert str(case.code) in officer.get(unread).content.decode()

    other = factories.accepted(office, by)
    talking.write_to_office(case_id=other.pk, account=by, text="Còn hồ sơ này?", at=NOW)
    with django_assert_num_queries(asked):
        officer.get(reverse("onestop:desk_queue", args=["don-vi"]))

    inspector = factories.actor(Role.INSPECTOR, office.committee, "Lê Thanh Tra")
    signed_in(inspector.account).get(reverse("onestop:desk_case", args=[case.code]))
    assert str(case.code) in officer.get(unread).content.decode()
    page = officer.get(reverse("onestop:desk_case", args=[case.code]))
    assert str(case.code) not in officer.get(unread).content.decode()
    again = officer.get(reverse("onestop:desk_case", args=[case.code])).content.decode()
    assert "data-search" in again and 'value="[' not in again  # what was written is not searched for
    assert page.status_code == 200 and f", {office.officer.account.full_name}" in again


def test_a_message_does_not_make_a_colleagues_page_stale(office: Office, by: Account, case: Case) -> None:
    before = case.version
    talking.write_to_office(case_id=case.pk, account=by, text="Bao giờ xong?", at=NOW)
    talking.write_note(case_id=case.pk, actor=office.clerk, text="Khách quen", at=NOW)
    case.refresh_from_db()
    assert case.version == before


def test_the_applicant_never_sees_a_note(office: Office, by: Account, case: Case) -> None:
    talking.write_note(case_id=case.pk, actor=office.officer, text="DẤU-RIÊNG", at=NOW)

    assert "DẤU-RIÊNG" not in page_of(case, by)
    desk = reverse("onestop:desk_case", args=[case.code])
    assert "DẤU-RIÊNG" in signed_in(office.clerk.account).get(desk).content.decode()


def test_words_of_one_agency_do_not_reach_another(office: Office, case: Case) -> None:
    talking.write_to_applicant(case_id=case.pk, actor=office.officer, text="DẤU-RIÊNG", at=NOW)
    elsewhere = signed_in(factories.office("H09.25942", "25942").officer.account)

    assert elsewhere.get(reverse("onestop:desk_case", args=[case.code])).status_code == 404
    act = reverse("onestop:desk_act", args=[case.code, "write-message"])
    assert elsewhere.post(act, {"text": "x"}).status_code == 404


def test_who_has_the_case_is_told_that_its_applicant_has_written(office: Office, by: Account, case: Case) -> None:
    talking.write_to_office(case_id=case.pk, account=by, text="Bao giờ xong?", at=NOW)
    waiting = factories.filed(by, at=NOW)
    talking.write_to_office(case_id=waiting.pk, account=by, text="Đã nhận chưa?", at=NOW)

    told = {(notice.recipient_id, notice.case_id) for notice in DeskNotice.objects.filter(kind=NoticeKind.MESSAGE)}
    assert told == {(office.officer.account.pk, case.pk), (office.clerk.account.pk, waiting.pk)}


def test_nobody_writes_about_the_case_of_somebody_else(office: Office, case: Case) -> None:
    stranger = factories.citizen("074085009999", "Lê Văn Lạ")

    with pytest.raises(ActionNotAllowedError):
        talking.write_to_office(case_id=case.pk, account=stranger, text="x", at=NOW)
    answer = signed_in(stranger).post(reverse("onestop:write", args=[case.uuid]), {"message": "x"})
    assert answer.status_code == 404
    assert not case.messages.exists()


@pytest.mark.parametrize("text", ["", "  \n "])
def test_a_message_has_words(office: Office, case: Case, text: str) -> None:
    with pytest.raises(WordsMissingError):
        talking.write_to_applicant(case_id=case.pk, actor=office.officer, text=text, at=NOW)


def test_a_draft_is_not_written_about(by: Account) -> None:
    draft = factories.draft(by)
    with pytest.raises(ActionNotAllowedError):
        talking.write_to_office(case_id=draft.pk, account=by, text="Xin chào", at=NOW)


def test_what_was_read_once_keeps_its_first_reader_and_time(office: Office, by: Account, case: Case) -> None:
    reader, later = office.officer.account, office.leader.account
    assert reader is not None and later is not None
    message = talking.write_to_office(case_id=case.pk, account=by, text="Bao giờ xong?", at=NOW)
    talking.mark_read_by_office(case, reader, NOW)
    talking.mark_read_by_office(case, later, NOW + timedelta(hours=1))
    message.refresh_from_db()
    assert (message.read_at, message.read_by) == (NOW, reader)
