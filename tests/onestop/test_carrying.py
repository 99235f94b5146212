"""A procedure changes while somebody fills in its form: they are told, and no answer vanishes unseen."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from identity.models import Account
from onestop.errors import FormChangedError, ProcedureUnavailableError
from onestop.models import Case, Draft
from onestop.services import drafts, filing
from onestop.services.drafts import Sent
from onestop.states import State
from procedures.models import ProcedureVersion
from procedures.services import retire
from tests import factories
from tests.factories import BIRTH, EXTRACT, NOW, Office

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def draft(client: Client, office: Office, by: Account) -> Case:
    client.force_login(by, backend=BACKEND)
    return factories.draft(by, EXTRACT)


def _form(change: Callable[[list[dict[str, Any]]], None], code: str = EXTRACT) -> dict[str, Any]:
    form: dict[str, Any] = copy.deepcopy(ProcedureVersion.objects.filter(procedure__code=code)[0].document["form"])
    change(form["steps"])
    return form


def _publish(change: Callable[[list[dict[str, Any]]], None], code: str = EXTRACT) -> ProcedureVersion:
    return factories.published(code, form=_form(change, code), samples=[])


def _field(steps: list[dict[str, Any]], code: str) -> dict[str, Any]:
    return next(field for step in steps for field in step["fields"] if field["code"] == code)


def _without(code: str) -> Callable[[list[dict[str, Any]]], None]:
    def change(steps: list[dict[str, Any]]) -> None:
        for step in steps:
            step["fields"] = [field for field in step["fields"] if field["code"] != code]

    return change


def _asking_why(steps: list[dict[str, Any]]) -> None:
    steps[0]["fields"].append({"code": "purpose", "kind": "text", "label": {"vi": "Dùng vào việc gì?"}})


def _page(case: Case, step: str) -> str:
    return reverse("onestop:step", args=[case.uuid, step])


class TestAnswers:
    def test_answers_stay_where_the_question_survives(self, draft: Case) -> None:
        newer = _publish(_asking_why)
        case = filing.bring_up_to_date(draft_id=draft.pk, at=NOW)
        assert case.procedure_version == newer
        assert case.answers == draft.answers

    def test_an_answer_to_a_question_that_is_gone_is_shown(self, draft: Case) -> None:
        _publish(_without("phone"))
        case = filing.bring_up_to_date(draft_id=draft.pk, at=NOW)
        assert "phone" not in case.answers
        assert Draft.objects.get(case=draft).news["dropped"] == [["Số điện thoại", "0912 345 678"]]

    def test_an_answer_of_another_kind_does_not_survive(self, draft: Case) -> None:
        _publish(lambda steps: _field(steps, "phone").update(kind="text", label={"vi": "Liên lạc"}))
        case = filing.bring_up_to_date(draft_id=draft.pk, at=NOW)
        assert "phone" not in case.answers

    def test_a_choice_that_is_no_longer_offered_does_not_survive(self, draft: Case) -> None:
        def change(steps: list[dict[str, Any]]) -> None:
            field = _field(steps, "document")
            field["options"] = [option for option in field["options"] if option["value"] != "BIRTH_EXTRACT"]

        _publish(change)
        assert "document" not in filing.bring_up_to_date(draft_id=draft.pk, at=NOW).answers

    def test_what_was_only_typed_moves_with_its_question(self, draft: Case) -> None:
        drafts.keep_typed(draft_id=draft.pk, step="requester", values={"phone": ["09"]}, sent=Sent(), at=NOW)

        def change(steps: list[dict[str, Any]]) -> None:
            field = _field(steps, "phone")
            _without("phone")(steps)
            steps[0]["fields"].append(field)

        _publish(change)
        filing.bring_up_to_date(draft_id=draft.pk, at=NOW)
        kept = Draft.objects.get(case=draft)
        assert kept.typed("document") == {"phone": ["09"]} and kept.typed("requester") is None

    def test_what_was_only_typed_for_a_question_that_is_gone_is_shown(self, draft: Case) -> None:
        values = {"earlier_number": ["45/19"], "earlier_date_day": ["3"]}
        drafts.keep_typed(draft_id=draft.pk, step="earlier", values=values, sent=Sent(), at=NOW)
        _publish(_without("earlier_number"))
        filing.bring_up_to_date(draft_id=draft.pk, at=NOW)
        kept = Draft.objects.get(case=draft)
        assert ["Số đăng ký", "45/19"] in kept.news["dropped"]
        assert kept.typed("earlier") == {"earlier_date_day": ["3"]}

    def test_what_another_device_typed_stays_beside_it(self, draft: Case) -> None:
        for page, copies in (("desk", "3"), ("phone", "4")):
            sent = Sent(page=page, revision=0)
            drafts.keep_typed(draft_id=draft.pk, step="document", values={"copies": [copies]}, sent=sent, at=NOW)
        _publish(_asking_why)
        filing.bring_up_to_date(draft_id=draft.pk, at=NOW)
        entry = Draft.objects.get(case=draft).steps["document"]
        assert (entry["values"], entry["aside"]["values"]) == ({"copies": ["3"]}, {"copies": ["4"]})

    def test_uploads_stay(self, by: Account, office: Office) -> None:
        birth = factories.draft(by, BIRTH)
        _publish(_asking_why, BIRTH)
        case = filing.bring_up_to_date(draft_id=birth.pk, at=NOW)
        assert case.answers["giay_chung_sinh"] == birth.answers["giay_chung_sinh"]
        assert birth.papers.filter(replaced_at=None).count() == 1

    def test_a_change_of_the_office_alone_is_no_news(self, draft: Case) -> None:
        factories.published(EXTRACT, summary="Nội dung đã thay đổi.")
        filing.bring_up_to_date(draft_id=draft.pk, at=NOW)
        assert Draft.objects.get(case=draft).news == {}

    def test_two_changes_are_told_together(self, draft: Case) -> None:
        _publish(_asking_why)
        filing.bring_up_to_date(draft_id=draft.pk, at=NOW)
        _publish(_without("phone"))
        filing.bring_up_to_date(draft_id=draft.pk, at=NOW)
        told = Draft.objects.get(case=draft).news
        assert any("Dùng vào việc gì?" in change for change in told["changes"])
        assert told["dropped"]

    def test_doing_it_twice_is_doing_it_once(self, draft: Case) -> None:
        _publish(_asking_why)
        first = filing.bring_up_to_date(draft_id=draft.pk, at=NOW)
        told = Draft.objects.get(case=draft).news
        again = filing.bring_up_to_date(draft_id=draft.pk, at=NOW)
        assert (again.answers, Draft.objects.get(case=draft).news) == (first.answers, told)

    def test_nobody_files_a_form_that_they_have_not_seen(self, draft: Case, by: Account) -> None:
        _publish(_asking_why)
        with pytest.raises(FormChangedError):
            filing.submit(draft_id=draft.pk, account=by, at=NOW)
        draft.refresh_from_db()
        assert draft.state == State.DRAFT


class TestPages:
    def test_the_next_page_tells_what_is_new_until_it_was_read(self, client: Client, draft: Case) -> None:
        _publish(_asking_why)
        page = client.get(_page(draft, "document"), follow=True).content.decode()
        assert "Thủ tục đã thay đổi" in page and "Dùng vào việc gì?" in page
        assert "Thủ tục đã thay đổi" in client.get(_page(draft, "requester")).content.decode()
        client.post(reverse("onestop:read_news", args=[draft.uuid]))
        assert "Thủ tục đã thay đổi" not in client.get(_page(draft, "requester")).content.decode()

    def test_a_page_that_is_sent_over_the_change_is_kept_and_shown_again(self, client: Client, draft: Case) -> None:
        _publish(_asking_why)
        answer = client.post(_page(draft, "document"), {"document": "DEATH_EXTRACT", "copies": "7"}, follow=True)
        page = answer.content.decode()
        assert "Thủ tục đã thay đổi" in page and 'value="7"' in page
        draft.refresh_from_db()
        assert draft.answers["copies"] == 2

    def test_a_page_that_is_gone_leads_to_what_is_left(self, client: Client, draft: Case) -> None:
        def change(steps: list[dict[str, Any]]) -> None:
            steps[:] = [step for step in steps if step["code"] not in {"registered", "earlier"}]

        _publish(change)
        answer = client.get(_page(draft, "registered"))
        assert answer["Location"] == reverse("onestop:resume", args=[draft.uuid])

    def test_filing_over_the_change_tells_first(self, client: Client, draft: Case) -> None:
        _publish(_asking_why)
        answer = client.post(reverse("onestop:check", args=[draft.uuid]), follow=True)
        assert "Thủ tục đã thay đổi" in answer.content.decode()
        draft.refresh_from_db()
        assert draft.state == State.DRAFT

    def test_a_pause_is_told_before_anything_is_begun_or_gone_on_with(self, client: Client, draft: Case) -> None:
        factories.published(EXTRACT, availability={"state": "PAUSED", "notice": "Tạm dừng để nâng cấp."}, samples=[])
        address = reverse("onestop:start", args=[EXTRACT])
        page = client.get(address).content.decode()
        assert "Tạm dừng để nâng cấp." in page and "Xem những gì đã điền" in page
        draft.delete()
        page = client.get(address).content.decode()
        assert "Tạm dừng để nâng cấp." in page and '<button type="submit" class="button">' not in page

    @pytest.mark.parametrize("how", ["retired", "paused"])
    def test_a_closed_procedure_leaves_the_draft_readable(self, client: Client, draft: Case, how: str) -> None:
        if how == "retired":
            retire(code=EXTRACT, on=date(2026, 11, 24), at=NOW)
        else:
            factories.published(
                EXTRACT, availability={"state": "PAUSED", "notice": "Tạm dừng để nâng cấp."}, samples=[]
            )
        answer = client.post(_page(draft, "document"), {"document": "DEATH_EXTRACT", "copies": "7"}, follow=True)
        page = answer.content.decode()
        assert answer.redirect_chain[-1][0] == reverse("onestop:check", args=[draft.uuid])
        assert "hiện chưa nộp được" in page and "Nguyễn Văn An" in page
        assert '<button type="submit" class="button">' not in page
        typed = Draft.objects.get(case=draft).typed("document")
        assert typed is not None and typed["copies"] == ["7"]
        with pytest.raises(ProcedureUnavailableError):
            assert draft.applicant is not None
            filing.submit(draft_id=draft.pk, account=draft.applicant, at=NOW)
