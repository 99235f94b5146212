"""The session runs out in mid-form: what was typed waits until its writer, and nobody else, has signed in again."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from identity.models import Account
from onestop.models import Case
from tests import factories
from tests.factories import Office

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TOLD = "Phiên làm việc đã hết hạn"


@pytest.fixture
def draft(office: Office, by: Account) -> Case:
    return factories.draft(by, factories.BIRTH)


def _page(case: Case) -> str:
    return reverse("onestop:step", args=[case.uuid, "mother"])


def _send(client: Client, address: str, data: dict[str, str], *, page: str = "") -> Any:
    return client.post(address, data, headers={"referer": f"http://testserver{page or address}"})


def _sign_in(client: Client, account: Account | None) -> None:
    assert account is not None
    client.force_login(account, backend=BACKEND)


def test_a_page_of_the_form_is_shown_as_it_was_typed(client: Client, draft: Case) -> None:
    answer = _send(client, _page(draft), {"mother__full_name": "Lê Thị Mới", "mother_address__detail": "Số 7"})
    assert answer.status_code == 302
    assert answer["Location"] == f"/dang-nhap/?next={_page(draft)}"
    _sign_in(client, draft.applicant)
    page = client.get(_page(draft)).content.decode()
    assert "Lê Thị Mới" in page and "Số 7" in page and TOLD in page
    assert 'class="error-summary"' not in page
    draft.refresh_from_db()
    assert draft.answers["mother"]["full_name"] == "Lê Thị Hoa"


def test_it_is_told_once_and_then_kept_with_the_draft(client: Client, draft: Case) -> None:
    _send(client, _page(draft), {"mother__full_name": "Lê Thị Mới"})
    _sign_in(client, draft.applicant)
    client.get(_page(draft))
    page = client.get(_page(draft)).content.decode()
    assert "Lê Thị Mới" in page and TOLD not in page


def test_a_page_with_a_file_keeps_its_answers_and_asks_for_the_file_again(client: Client, draft: Case) -> None:
    page = reverse("onestop:step", args=[draft.uuid, "proof"])
    before = draft.papers.count()
    client.post(page, {"proof": "WITNESS", "giay_chung_sinh": SimpleUploadedFile("x.png", factories.PNG)})
    _sign_in(client, draft.applicant)
    shown = client.get(page).content.decode()
    assert re.search(r'value="WITNESS"[^>]*checked', shown) and "Tệp" in shown
    assert draft.papers.count() == before


def test_what_waits_is_encrypted_and_for_its_writer_only(client: Client, draft: Case) -> None:
    _send(client, _page(draft), {"mother__full_name": "LeThiMoi"})
    assert "LeThiMoi" not in str([session.get_decoded() for session in Session.objects.all()])
    _sign_in(client, factories.citizen("074085009999", "Người Lạ"))
    assert client.get(_page(draft)).status_code == 404


def test_a_form_too_long_to_keep_still_leads_to_the_sign_in(client: Client, draft: Case) -> None:
    answer = _send(client, _page(draft), {"mother__full_name": "x" * 300_000})
    assert answer.status_code == 302
    _sign_in(client, draft.applicant)
    assert TOLD not in client.get(_page(draft)).content.decode()


def test_words_to_the_office_come_back_on_the_page_of_the_case(client: Client, office: Office, by: Account) -> None:
    case = factories.accepted(office, by)
    page = reverse("onestop:case", args=[case.uuid])
    answer = _send(client, reverse("onestop:withdraw", args=[case.uuid]), {"reason": "Tôi nộp nhầm"}, page=page)
    assert answer["Location"] == f"/dang-nhap/?next={page}"
    _sign_in(client, by)
    assert "Tôi nộp nhầm" in client.get(page).content.decode()


def test_an_act_of_the_desk_comes_back_in_its_own_form(client: Client, office: Office, by: Account) -> None:
    case = factories.filed(by)
    page = reverse("onestop:desk_case", args=[case.code])
    act = reverse("onestop:desk_act", args=[case.code, "reject"])
    _send(client, act, {"reason": "Thiếu giấy tờ", "version": str(case.version)}, page=page)
    _sign_in(client, office.clerk.account)
    shown = client.get(page).content.decode()
    assert "Thiếu giấy tờ" in shown and TOLD in shown


@pytest.mark.parametrize("referer", ["https://evil.example/x", "//evil.example", "javascript:x", ""])
def test_nobody_is_led_to_a_foreign_page(client: Client, draft: Case, referer: str) -> None:
    answer = client.post(_page(draft), {}, headers={"referer": referer})
    assert answer["Location"] == f"/dang-nhap/?next={_page(draft)}"


class TestTokenOfAnotherTab:
    """Signing in anew changes the token that guards forms: a page opened before sends the old one."""

    @pytest.fixture
    def strict(self, draft: Case) -> Client:
        client = Client(enforce_csrf_checks=True)
        _sign_in(client, draft.applicant)
        return client

    def test_a_page_of_ours_is_shown_again_as_it_was_typed(self, strict: Client, draft: Case) -> None:
        headers = {"origin": "http://testserver", "referer": f"http://testserver{_page(draft)}"}
        answer = strict.post(_page(draft), {"mother__full_name": "Lê Thị Mới"}, headers=headers)
        assert (answer.status_code, answer["Location"]) == (302, _page(draft))
        assert "Lê Thị Mới" in strict.get(_page(draft)).content.decode()

    @pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
    def test_a_foreign_page_is_refused_and_leaves_nothing(self, strict: Client, draft: Case, origin: str) -> None:
        answer = strict.post(_page(draft), {"mother__full_name": "Lê Thị Mới"}, headers={"origin": origin})
        assert answer.status_code == 403
        assert "Lê Thị Mới" not in strict.get(_page(draft)).content.decode()

    def test_a_public_page_keeps_nothing(self, strict: Client) -> None:
        answer = strict.post(reverse("track"), {"code": "x"}, headers={"origin": "http://testserver"})
        assert answer.status_code == 403
