"""How far a draft is, in words; what is shown before filing and after it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from identity.models import Account
from onestop import drafting
from onestop.models import Case
from onestop.services import drafts, filing
from onestop.services.drafts import Sent
from tests import factories
from tests.factories import BIRTH, EXTRACT, NOW, Office

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TODAY = NOW.date()


@pytest.fixture
def draft(client: Client, office: Office, by: Account) -> Case:
    client.force_login(by, backend=BACKEND)
    return factories.draft(by, EXTRACT)


def _accept(case: Case, step: str, **answers: Any) -> Case:
    drafts.accept_page(draft_id=case.pk, step=step, answers=answers, sent=Sent(), at=NOW)
    return Case.objects.select_related("draft").get(pk=case.pk)


class TestWords:
    def test_a_page_that_the_rules_hide_is_neither_a_step_nor_time(self, draft: Case) -> None:
        short = drafting.progress_at(draft, "document", TODAY)
        draft.answers["on_behalf"] = "OTHER"
        longer = drafting.progress_at(draft, "document", TODAY)
        assert longer.count == short.count + 1
        assert longer.minutes >= short.minutes
        assert drafting.progress_at(draft, "delivery", TODAY).minutes <= short.minutes

    def test_they_say_place_and_time(self, draft: Case) -> None:
        assert drafting.Progress("x", 3, 6, 4).words == "Bước 3/6 – còn khoảng 4 phút"
        assert drafting.Progress("x", 6, 6, 0).words == "Bước 6/6 – còn chưa đầy một phút"

    def test_the_first_page_that_was_not_accepted_is_next(self, draft: Case) -> None:
        draft = _accept(draft, "document")
        assert drafting.progress_of(draft, TODAY).step == "requester"
        draft = _accept(_accept(draft, "registered"), "requester")
        assert drafting.progress_of(draft, TODAY).step == "delivery"

    def test_what_is_half_typed_is_next_although_the_page_was_accepted(self, draft: Case) -> None:
        draft = _accept(_accept(draft, "document"), "requester")
        drafts.keep_typed(draft_id=draft.pk, step="document", values={"copies": ["x"]}, sent=Sent(), at=NOW)
        draft = Case.objects.select_related("draft").get(pk=draft.pk)
        assert drafting.progress_of(draft, TODAY).step == "document"

    def test_when_all_is_accepted_what_is_left_is_to_check(self, client: Client, draft: Case) -> None:
        for step in ("document", "requester", "registered", "delivery"):
            draft = _accept(draft, step)
        assert "chỉ còn kiểm tra" in drafting.progress_of(draft, TODAY).words
        answer = client.get(reverse("onestop:resume", args=[draft.uuid]))
        assert answer["Location"] == reverse("onestop:check", args=[draft.uuid])


class TestCheck:
    def test_every_answer_leads_to_its_box_and_back(self, client: Client, draft: Case) -> None:
        page = client.get(reverse("onestop:check", args=[draft.uuid])).content.decode()
        step = reverse("onestop:step", args=[draft.uuid, "requester"])
        assert page.count('<dd class="change">') == page.count("<dt>")
        assert f'href="{step}?check=1#id_requester__full_name"' in page
        data = {"check": "1", "document": "DEATH_EXTRACT", "copies": "3"}
        answer = client.post(reverse("onestop:step", args=[draft.uuid, "document"]) + "?check=1", data)
        assert answer["Location"] == reverse("onestop:check", args=[draft.uuid])

    def test_the_button_that_files_waits_for_the_last_page(self, client: Client, draft: Case) -> None:
        address = reverse("onestop:check", args=[draft.uuid])
        assert "Nộp và thanh toán" not in client.get(address).content.decode()
        for step in ("document", "requester", "registered", "delivery"):
            _accept(draft, step)
        page = client.get(address).content.decode()
        assert "Nộp và thanh toán" in page and "16.000 đồng" in page and "chịu trách nhiệm" in page

    def test_it_takes_a_few_queries(
        self, client: Client, by: Account, draft: Case, django_assert_max_num_queries: Any
    ) -> None:
        birth = factories.draft(by, BIRTH)
        client.get(reverse("onestop:check", args=[birth.uuid]))
        with django_assert_max_num_queries(14):
            client.get(reverse("onestop:check", args=[birth.uuid]))


class TestFiled:
    @pytest.fixture
    def case(self, client: Client, by: Account, draft: Case) -> Case:
        return factories.filed(by, BIRTH)

    def test_the_next_steps_have_their_dates(self, client: Client, case: Case) -> None:
        page = client.get(reverse("onestop:filed", args=[case.uuid])).content.decode()
        assert str(case.code) in page
        assert "<b>trước 09:00 thứ Tư, 25/11/2026</b>" in page
        assert "an@example.vn" in page

    def test_a_copy_can_be_taken_home_by_its_applicant_alone(self, client: Client, case: Case, draft: Case) -> None:
        address = reverse("onestop:copy", args=[case.uuid])
        answer = client.get(address)
        assert answer.content.startswith(b"%PDF-") and "attachment" in answer["Content-Disposition"]
        assert client.get(reverse("onestop:copy", args=[draft.uuid])).status_code == 404
        client.force_login(factories.citizen("074085009999", "Người Lạ"), backend=BACKEND)
        assert client.get(address).status_code == 404


def test_filing_again_after_the_list_said_so_is_no_second_case(client: Client, draft: Case, by: Account) -> None:
    filing.submit(draft_id=draft.pk, account=by, at=NOW)
    answer = client.get(reverse("onestop:resume", args=[draft.uuid]))
    assert answer["Location"] == reverse("onestop:case", args=[draft.uuid])
