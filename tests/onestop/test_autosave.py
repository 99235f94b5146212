"""A page of the form is kept while it is typed: half-typed, wrong, in two tabs, late, without a session."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from identity.models import Account
from onestop.models import Case, Draft
from onestop.services.papers import attach_paper
from onestop.states import State
from tests import factories
from tests.factories import Office

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def draft(client: Client, office: Office, by: Account) -> Case:
    client.force_login(by, backend=BACKEND)
    return factories.draft(by, factories.BIRTH)


def _page(case: Case, step: str = "mother") -> str:
    return reverse("onestop:step", args=[case.uuid, step])


def _keep(client: Client, case: Case, step: str = "mother", **data: str) -> Any:
    return client.post(reverse("onestop:autosave", args=[case.uuid, step]), data)


def _shown(client: Client, case: Case, step: str = "mother") -> str:
    return client.get(_page(case, step)).content.decode()


def _revision(case: Case) -> str:
    return str(Draft.objects.get(case=case).revision)


class TestOneDevice:
    def test_what_is_half_typed_comes_back_and_is_no_answer_yet(self, client: Client, draft: Case) -> None:
        answer = _keep(client, draft, mother__full_name="Lê Th", mother__birth_date_day="3")
        assert answer.status_code == 200 and set(answer.json()) == {"at"}
        page = _shown(client, draft)
        assert "Lê Th" in page and 'value="3"' in page
        assert 'class="error-summary"' not in page
        draft.refresh_from_db()
        assert draft.answers["mother"]["full_name"] == "Lê Thị Hoa"

    def test_what_is_wrong_comes_back_as_it_was_typed(self, client: Client, draft: Case) -> None:
        _keep(client, draft, mother__national_id="07x", mother__birth_date_day="31", mother__birth_date_month="2")
        page = _shown(client, draft)
        assert 'value="07x"' in page and 'value="31"' in page

    def test_an_emptied_box_stays_empty(self, client: Client, draft: Case) -> None:
        _keep(client, draft, mother__full_name="")
        assert "Lê Thị Hoa" not in _shown(client, draft)

    def test_typing_back_what_was_accepted_leaves_nothing_waiting(self, client: Client, draft: Case) -> None:
        client.post(_page(draft, "child"), factories.child_typed())
        _keep(client, draft, "child", **factories.child_typed(birth_place="Nhà"))
        assert Draft.objects.get(case=draft).typed("child") is not None
        _keep(client, draft, "child", **factories.child_typed())
        assert Draft.objects.get(case=draft).typed("child") is None

    def test_it_is_encrypted_and_only_the_questions_of_the_page_are_kept(self, client: Client, draft: Case) -> None:
        _keep(client, draft, mother__full_name="LeThiMoi", father__full_name="NguoiKhac", state="RETURNED")
        with connection.cursor() as cursor:
            cursor.execute("SELECT steps FROM onestop_draft")
            assert b"LeThiMoi" not in bytes(cursor.fetchone()[0])
        assert Draft.objects.get(case=draft).typed("mother") == {"mother__full_name": ["LeThiMoi"]}

    def test_a_late_request_does_not_overwrite_a_newer_one(self, client: Client, draft: Case) -> None:
        _keep(client, draft, page="a", sequence="20", mother__full_name="Lê Thị Mới")
        assert _keep(client, draft, page="a", sequence="10", mother__full_name="Lê").status_code == 200
        assert "Lê Thị Mới" in _shown(client, draft)

    def test_a_request_that_comes_after_the_page_was_accepted_changes_nothing(
        self, client: Client, draft: Case
    ) -> None:
        client.post(_page(draft, "child"), factories.child_typed(page="a", sequence="20"))
        _keep(client, draft, "child", page="a", sequence="10", child__full_name="Ng")
        assert Draft.objects.get(case=draft).typed("child") is None

    def test_the_same_request_twice_is_one(self, client: Client, draft: Case) -> None:
        for _time in range(2):
            _keep(client, draft, page="a", sequence="10", mother__full_name="Lê Thị Mới")
        assert Draft.objects.get(case=draft).typed("mother") == {"mother__full_name": ["Lê Thị Mới"]}

    def test_an_unaccepted_page_keeps_what_was_typed_for_the_next_visit(self, client: Client, draft: Case) -> None:
        client.post(_page(draft, "child"), factories.child_typed(child__full_name=""))
        page = _shown(client, draft, "child")
        assert "Bệnh viện Đa khoa tỉnh" in page and "Nguyễn Thị Bình" not in page

    def test_going_back_and_leaving_keep_the_page_without_scripts(self, client: Client, draft: Case) -> None:
        answer = client.post(_page(draft), {"mother__full_name": "Lê Th", "act": "back"})
        assert answer["Location"] == _page(draft, "proof")
        assert "Lê Th" in _shown(client, draft)
        answer = client.post(_page(draft), {"mother__full_name": "Lê Thị", "act": "leave"})
        assert answer["Location"] == reverse("onestop:my_cases")
        assert "Lê Thị" in _shown(client, draft)

    def test_the_changes_of_a_page_can_be_undone(self, client: Client, draft: Case) -> None:
        client.post(_page(draft, "child"), factories.child_typed())
        _keep(client, draft, "child", child__full_name="Sai")
        client.post(_page(draft, "child"), {"child__full_name": "Sai", "act": "undo"})
        assert "Nguyễn Minh Khôi" in _shown(client, draft, "child")

    def test_what_waits_to_be_accepted_is_not_filed_over(self, client: Client, draft: Case) -> None:
        _keep(client, draft, mother__full_name="Lê Thị Mới")
        answer = client.post(reverse("onestop:check", args=[draft.uuid]))
        assert answer["Location"] == _page(draft)
        draft.refresh_from_db()
        assert draft.state == State.DRAFT

    def test_filing_forgets_the_draft(self, client: Client, draft: Case) -> None:
        client.post(reverse("onestop:check", args=[draft.uuid]))
        draft.refresh_from_db()
        assert draft.state == State.SUBMITTED and not Draft.objects.exists()

    def test_after_filing_it_says_so(self, client: Client, draft: Case) -> None:
        client.post(reverse("onestop:check", args=[draft.uuid]))
        answer = _keep(client, draft, mother__full_name="x")
        assert answer.status_code == 410 and "đã được nộp" in answer.json()["trouble"]

    def test_an_unknown_page_and_a_strangers_draft_are_not_there(self, client: Client, draft: Case) -> None:
        assert _keep(client, draft, "nowhere", x="1").status_code == 404
        client.force_login(factories.citizen("074085009999", "Người Lạ"), backend=BACKEND)
        assert _keep(client, draft, mother__full_name="x").status_code == 404

    def test_odd_input_is_kept_or_ignored_but_breaks_nothing(self, client: Client, draft: Case) -> None:
        odd = {"page": "x" * 5000, "revision": "-1", "sequence": "9" * 400, "mother__full_name": "a\0b"}
        assert _keep(client, draft, **odd).status_code == 200
        assert _keep(client, draft, revision="٣", sequence="1e3", mother__full_name="é" * 5000).status_code == 200
        assert client.get(_page(draft)).status_code == 200


class TestTwoDevices:
    def test_the_later_one_sees_both_and_overwrites_nothing(self, client: Client, draft: Case) -> None:
        seen = _revision(draft)
        _keep(client, draft, page="desk", revision=seen, mother__full_name="Lê Thị Một")
        answer = client.post(_page(draft), {"page": "phone", "revision": seen, "mother__full_name": "Lê Thị Hai"})
        page = answer.content.decode()
        assert "Lê Thị Một" in page and "Lê Thị Hai" in page
        draft.refresh_from_db()
        assert draft.answers["mother"]["full_name"] == "Lê Thị Hoa"
        typed = Draft.objects.get(case=draft).typed("mother")
        assert typed is not None and typed["mother__full_name"] == ["Lê Thị Một"]

    def test_what_the_later_one_typed_waits_for_the_next_visit(self, client: Client, draft: Case) -> None:
        seen = _revision(draft)
        _keep(client, draft, page="desk", revision=seen, mother__full_name="Lê Thị Một")
        answer = _keep(client, draft, page="phone", revision=seen, mother__full_name="Lê Thị Hai")
        assert answer.status_code == 409 and "thiết bị khác" in answer.json()["trouble"]
        page = _shown(client, draft)
        assert 'value="Lê Thị Một"' in page and "<td>Lê Thị Hai</td>" in page

    def test_one_may_take_the_others_and_take_it_back(self, client: Client, draft: Case) -> None:
        seen = _revision(draft)
        _keep(client, draft, page="desk", revision=seen, mother__full_name="Lê Thị Một")
        _keep(client, draft, page="phone", revision=seen, mother__full_name="Lê Thị Hai")
        for shown in ("Lê Thị Hai", "Lê Thị Một"):
            old = {"Lê Thị Hai": "Lê Thị Một", "Lê Thị Một": "Lê Thị Hai"}[shown]
            client.post(_page(draft), {"mother__full_name": old, "act": "take"})
            assert f'value="{shown}"' in _shown(client, draft)

    def test_the_other_one_can_be_forgotten(self, client: Client, draft: Case) -> None:
        seen = _revision(draft)
        _keep(client, draft, page="desk", revision=seen, mother__full_name="Lê Thị Một")
        _keep(client, draft, page="phone", revision=seen, mother__full_name="Lê Thị Hai")
        client.post(_page(draft), {"mother__full_name": "Lê Thị Một", "act": "drop"})
        page = _shown(client, draft)
        assert 'value="Lê Thị Một"' in page and "Lê Thị Hai" not in page

    def test_going_on_from_the_comparison_keeps_what_stands_there(self, client: Client, draft: Case) -> None:
        seen = _revision(draft)
        client.post(_page(draft, "child"), factories.child_typed(page="desk", revision=seen))
        answer = client.post(
            _page(draft, "child"), factories.child_typed(page="phone", revision=seen, birth_place="Nhà riêng")
        )
        assert answer.status_code == 200 and "Bệnh viện Đa khoa tỉnh" in answer.content.decode()
        again = factories.child_typed(page="phone", revision=_revision(draft), birth_place="Nhà riêng")
        assert client.post(_page(draft, "child"), again).status_code == 302
        draft.refresh_from_db()
        assert draft.answers["birth_place"] == "Nhà riêng"

    def test_the_same_values_from_both_are_no_conflict(self, client: Client, draft: Case) -> None:
        seen = _revision(draft)
        _keep(client, draft, "child", **factories.child_typed(page="desk", revision=seen))
        assert (
            client.post(_page(draft, "child"), factories.child_typed(page="phone", revision=seen)).status_code == 302
        )

    def test_values_that_were_accepted_are_seen_beside_an_older_page_that_is_emptied(
        self, client: Client, draft: Case
    ) -> None:
        seen = _revision(draft)
        client.post(_page(draft, "child"), factories.child_typed(page="desk", revision=seen))
        _keep(client, draft, "child", page="desk", revision=seen, birth_place="Nhà riêng")
        _keep(client, draft, "child", **factories.child_typed(page="phone", revision=seen))
        page = _shown(client, draft, "child")
        assert 'value="Nhà riêng"' in page and "<td>Bệnh viện Đa khoa tỉnh</td>" in page

    def test_undoing_on_one_device_is_seen_by_the_other(self, client: Client, draft: Case) -> None:
        client.post(_page(draft, "child"), factories.child_typed())
        seen = _revision(draft)
        client.post(
            _page(draft, "child"), factories.child_typed(page="desk", revision=seen, act="undo", birth_place="Nhà")
        )
        answer = _keep(
            client, draft, "child", **factories.child_typed(page="phone", revision=seen, birth_place="Nhà riêng")
        )
        assert answer.status_code == 409

    def test_a_file_added_on_the_phone_stays_when_the_desk_goes_on(self, client: Client, draft: Case) -> None:
        client.get(_page(draft, "proof"))
        seen = _revision(draft)
        added = attach_paper(
            case_id=draft.pk, code="giay_chung_sinh", file=factories.stored_file(name="hai.png"), at=factories.NOW
        )
        client.post(_page(draft, "proof"), {"page": "desk", "revision": seen, "proof": "CERTIFICATE"})
        draft.refresh_from_db()
        assert str(added.uuid) in draft.answers["giay_chung_sinh"] and len(draft.answers["giay_chung_sinh"]) == 2

    def test_other_pages_of_the_form_are_no_conflict(self, client: Client, draft: Case) -> None:
        seen = _revision(draft)
        _keep(client, draft, page="desk", revision=seen, mother__full_name="Lê Thị Một")
        assert (
            client.post(_page(draft, "child"), factories.child_typed(page="phone", revision=seen)).status_code == 302
        )


class TestWithoutASession:
    def test_what_was_being_typed_is_there_after_signing_in(self, client: Client, draft: Case, by: Account) -> None:
        client.logout()
        answer = _keep(client, draft, page="a", sequence="5", mother__full_name="Lê Thị Mới")
        assert answer.status_code == 302
        client.force_login(by, backend=BACKEND)
        assert "Lê Thị Mới" in _shown(client, draft)

    def test_a_later_save_makes_what_waited_in_the_session_old(
        self, client: Client, draft: Case, by: Account
    ) -> None:
        client.logout()
        _keep(client, draft, page="a", sequence="5", mother__full_name="Lê Th")
        client.force_login(by, backend=BACKEND)
        _keep(client, draft, page="a", sequence="9", mother__full_name="Lê Thị Mới")
        assert "Lê Thị Mới" in _shown(client, draft)

    def test_a_token_of_before_is_answered_by_keeping(self, draft: Case, by: Account) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(by, backend=BACKEND)
        address = reverse("onestop:autosave", args=[draft.uuid, "mother"])
        headers = {"origin": "http://testserver", "referer": f"http://testserver{_page(draft)}"}
        assert strict.post(address, {"mother__full_name": "Lê Thị Mới"}, headers=headers).status_code == 302
        assert "Lê Thị Mới" in strict.get(_page(draft)).content.decode()


def test_keeping_takes_the_same_few_queries_whatever_was_typed(
    client: Client, draft: Case, django_assert_max_num_queries: Any
) -> None:
    _keep(client, draft, mother__full_name="x")
    with django_assert_max_num_queries(11):
        _keep(client, draft, **{f"mother__{number}": "x" for number in range(50)})
