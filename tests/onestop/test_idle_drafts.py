"""Drafts that nobody touches: reminded of, announced, erased; who comes back in time loses nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from identity.models import Account
from onestop.models import Case, CasePaper, Draft
from onestop.occasions import DRAFT_REMINDER, DRAFT_WARNING
from onestop.services import drafts, filing, idle, notices
from onestop.services.drafts import Sent
from portal.core.models import OutboxMessage, StoredFile
from tests import factories
from tests.factories import BIRTH, EXTRACT, NOW, Office

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def draft(office: Office, by: Account) -> Case:
    return factories.draft(by, BIRTH)


def _after(days: int) -> datetime:
    return NOW + timedelta(days=days)


def _a_day_passes(days: int) -> None:
    idle.look_after(now=_after(days))
    factories.deliver_all(now=_after(days), topic=notices.TOPIC)


def test_after_thirty_days_one_letter_leads_back_to_the_step(client: Client, draft: Case, by: Account) -> None:
    _a_day_passes(29)
    assert mail.outbox == []
    _a_day_passes(30)
    _a_day_passes(31)
    [letter] = mail.outbox
    way = reverse("onestop:resume", args=[draft.uuid])
    assert letter.to == ["an@example.vn"] and way in letter.body
    assert "22/02/2027" in letter.body
    client.force_login(by, backend=BACKEND)
    assert client.get(way)["Location"] == reverse("onestop:step", args=[draft.uuid, "requester"])


def test_the_subject_and_the_message_record_name_nobody(draft: Case) -> None:
    _a_day_passes(30)
    [letter] = mail.outbox
    [message] = OutboxMessage.objects.filter(topic=notices.TOPIC)
    for text in (letter.subject, letter.body, str(message.payload), message.key):
        assert "Nguyễn" not in text and "0740" not in text and "0912" not in text


def test_who_is_not_signed_in_is_led_through_the_sign_in(client: Client, draft: Case) -> None:
    way = reverse("onestop:resume", args=[draft.uuid])
    assert client.get(way)["Location"] == f"/dang-nhap/?next={way}"


def test_it_is_erased_after_ninety_days_and_told_a_week_before(draft: Case) -> None:
    for days in (30, 83, 89):
        _a_day_passes(days)
        assert Case.objects.filter(pk=draft.pk).exists()
    assert [letter.subject for letter in mail.outbox] == [
        "Hồ sơ Ông/Bà đang điền dở vẫn còn chờ",
        "Hồ sơ Ông/Bà đang điền dở sắp bị xóa",
    ]
    _a_day_passes(90)
    assert not Case.objects.exists() and not StoredFile.objects.exists() and not Draft.objects.exists()


def test_nobody_is_erased_without_having_been_told(draft: Case) -> None:
    _a_day_passes(200)
    assert Case.objects.exists()
    _a_day_passes(206)
    assert Case.objects.exists()
    _a_day_passes(207)
    assert not Case.objects.exists()


def test_who_goes_on_is_neither_erased_nor_reminded(draft: Case) -> None:
    _a_day_passes(83)
    mail.outbox.clear()
    values = {"birth_place": ["Nhà"]}
    drafts.keep_typed(draft_id=draft.pk, step="child", values=values, sent=Sent(), at=_after(85))
    _a_day_passes(95)
    assert Case.objects.exists() and mail.outbox == []
    _a_day_passes(116)
    assert len(mail.outbox) == 1


def test_a_letter_that_comes_too_late_is_not_sent(draft: Case) -> None:
    idle.look_after(now=_after(30))
    values = {"birth_place": ["Nhà"]}
    drafts.keep_typed(draft_id=draft.pk, step="child", values=values, sent=Sent(), at=_after(30))
    factories.deliver_all(now=_after(31), topic=notices.TOPIC)
    assert mail.outbox == []


def test_a_filed_case_is_left_alone(by: Account, office: Office) -> None:
    case = factories.filed(by, BIRTH, answers=None)
    _a_day_passes(200)
    _a_day_passes(300)
    assert Case.objects.filter(pk=case.pk).exists()
    assert not case.notices.filter(about__in=[DRAFT_REMINDER, DRAFT_WARNING]).exists()


def test_a_file_that_was_given_with_another_case_stays(draft: Case, by: Account) -> None:
    paper = CasePaper.objects.get(case=draft)
    assert draft.applicant is not None
    filing.submit(draft_id=draft.pk, account=draft.applicant, at=NOW)
    again = filing.start_draft(account=by, code=BIRTH, prefill={}, at=NOW)
    CasePaper.objects.create(case=again, code="giay_chung_sinh", file=paper.file, added_at=NOW, is_reused=True)
    filing.discard_draft(draft_id=again.pk, account=by)
    assert StoredFile.objects.filter(pk=paper.file_id).exists()


def test_the_list_says_how_far_each_draft_is_and_when_it_goes(
    client: Client, draft: Case, by: Account, django_assert_max_num_queries: Any
) -> None:
    client.force_login(by, backend=BACKEND)
    assert "Bước 1/" in client.get(reverse("onestop:my_cases")).content.decode()
    Case.objects.update(changed_at=NOW - timedelta(days=40))
    page = client.get(reverse("onestop:my_cases")).content.decode()
    assert "sẽ bị xóa ngày" in page and "còn khoảng" in page
    factories.draft(by, EXTRACT)
    with django_assert_max_num_queries(7):
        client.get(reverse("onestop:my_cases"))


def test_a_draft_is_deleted_only_after_it_was_asked(client: Client, draft: Case, by: Account) -> None:
    client.force_login(by, backend=BACKEND)
    way = reverse("onestop:discard", args=[draft.uuid])
    page = client.get(way).content.decode()
    assert "Xóa bản nháp này?" in page and "Có 1 tệp" in page
    assert Case.objects.exists()
    client.post(way)
    assert not Case.objects.exists()
