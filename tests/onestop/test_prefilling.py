"""What is known already: offered from one's own earlier cases, taken from links where it is harmless."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from identity.models import Account
from onestop.models import Case, CasePaper, Draft
from onestop.national_portal import messages
from onestop.services import filing
from procedures import definition as definitions
from procedures.earlier_answers import means_the_same
from procedures.seeding import documents
from tests import factories
from tests.factories import BIRTH, EXTRACT, NOW, Office

pytestmark = pytest.mark.django_db
OFFERED = "Xem câu trả lời lần trước"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def signed_in(client: Client, office: Office, by: Account) -> Client:
    client.force_login(by, backend=BACKEND)
    return client


def _begin(by: Account, code: str = BIRTH) -> Case:
    return filing.start_draft(account=by, code=code, prefill={}, at=NOW)


def _page(case: Case, step: str) -> str:
    return reverse("onestop:step", args=[case.uuid, step])


def _offers(case: Case, step: str) -> str:
    return reverse("onestop:reuse", args=[case.uuid, step])


def _use(client: Client, draft: Case, step: str, earlier: Case, codes: list[str]) -> None:
    answer = client.post(_offers(draft, step), {"case": str(earlier.uuid), "again": codes})
    assert answer["Location"] == _page(draft, step)


class TestEarlierCases:
    def test_they_are_offered_with_what_they_say_and_nothing_is_filled_in(
        self, signed_in: Client, by: Account
    ) -> None:
        factories.filed(by, BIRTH)
        draft = _begin(by)
        page = signed_in.get(_page(draft, "mother")).content.decode()
        assert OFFERED in page and "Lê Thị Hoa" not in page
        answer = signed_in.post(_page(draft, "mother"), {"mother__birth_date_day": "6", "act": "reuse"})
        assert answer["Location"] == _offers(draft, "mother")
        page = signed_in.get(answer["Location"]).content.decode()
        assert "Dùng lại câu trả lời từ hồ sơ" in page and "<dd>Số 5, đường Thử Nghiệm" in page
        assert "mother" not in Case.objects.get(pk=draft.pk).answers

    def test_an_earlier_case_is_named_in_the_language_of_the_page(self, signed_in: Client, by: Account) -> None:
        factories.filed(by, BIRTH)
        signed_in.cookies["django_language"] = "en"
        page = signed_in.get(_offers(_begin(by), "mother")).content.decode()
        assert "your case “Birth registration” of" in page and "“Đăng ký khai sinh”" not in page

    def test_what_was_chosen_is_filled_in_and_waits_to_be_accepted(self, signed_in: Client, by: Account) -> None:
        earlier = factories.filed(by, BIRTH)
        draft = _begin(by)
        _use(signed_in, draft, "mother", earlier, ["mother"])
        page = signed_in.get(_page(draft, "mother")).content.decode()
        assert 'value="Lê Thị Hoa"' in page and "Số 5, đường Thử Nghiệm</dd>" not in page
        draft.refresh_from_db()
        assert "mother" not in draft.answers

    def test_what_was_typed_already_stays(self, signed_in: Client, by: Account) -> None:
        earlier = factories.filed(by, BIRTH)
        draft = _begin(by)
        signed_in.post(_page(draft, "mother"), {"mother__full_name": "Lê Thị Mới", "act": "reuse"})
        _use(signed_in, draft, "mother", earlier, ["mother", "mother_address"])
        page = signed_in.get(_page(draft, "mother")).content.decode()
        assert 'value="Lê Thị Mới"' in page and "Số 5, đường Thử Nghiệm" in page
        assert 'value="Lê Thị Hoa"' not in page

    def test_another_procedures_question_of_the_same_words_counts(self, signed_in: Client, by: Account) -> None:
        factories.filed(by, EXTRACT, answers=factories.extract_answers(phone="0988777666"))
        draft = _begin(by)
        assert "0988 777 666" in signed_in.get(_offers(draft, "requester")).content.decode()

    def test_what_reads_the_same_is_offered_once_from_the_newest_case(self, signed_in: Client, by: Account) -> None:
        for _time in range(2):
            newest = factories.filed(by, BIRTH)
        page = signed_in.get(_offers(_begin(by), "mother")).content.decode()
        assert page.count('name="case"') == 1 and f'value="{newest.uuid}"' in page

    def test_statements_are_made_anew(self, signed_in: Client, by: Account) -> None:
        factories.filed(by, BIRTH)
        page = signed_in.get(_offers(_begin(by), "delivery")).content.decode()
        assert 'name="again" value="competent_agency"' in page and 'name="again" value="truthful"' not in page

    def test_nobody_elses_answers_are_offered_or_taken(self, signed_in: Client, by: Account) -> None:
        theirs = factories.filed(factories.citizen("074085009999", "Người Lạ"), BIRTH)
        draft = _begin(by)
        assert OFFERED not in signed_in.get(_page(draft, "mother")).content.decode()
        _use(signed_in, draft, "mother", theirs, ["mother"])
        assert "Lê Thị Hoa" not in signed_in.get(_page(draft, "mother")).content.decode()

    def test_drafts_are_no_earlier_cases(self, signed_in: Client, by: Account) -> None:
        factories.draft(by, BIRTH)
        draft = _begin(by, EXTRACT)
        assert OFFERED not in signed_in.get(_page(draft, "requester")).content.decode()

    def test_a_paper_is_given_again_as_the_same_file_and_the_nation_is_told(
        self, signed_in: Client, by: Account
    ) -> None:
        earlier = factories.filed(by, BIRTH)
        draft = _begin(by)
        _use(signed_in, draft, "proof", earlier, ["proof", "giay_chung_sinh"])
        before, again = CasePaper.objects.order_by("pk")
        assert (again.case, again.file, again.is_reused, before.is_reused) == (draft, before.file, True, False)
        draft.refresh_from_db()
        answers = factories.birth_answers(str(again.uuid))
        filing.save_answers(draft_id=draft.pk, answers=answers, at=NOW)
        Draft.objects.filter(case=draft).delete()
        case = filing.submit(draft_id=draft.pk, account=by, at=NOW)
        event = case.events.get(sequence=1)
        [told] = messages.snapshot(case, event)["case"]["TaiLieuNop"]
        assert told["DuocTaiSuDung"] == "1"

    def test_a_file_in_quarantine_is_not_given_again(self, signed_in: Client, by: Account) -> None:
        earlier = factories.filed(by, BIRTH)
        file = CasePaper.objects.get().file
        file.scan = "INFECTED"
        file.save()
        draft = _begin(by)
        _use(signed_in, draft, "proof", earlier, ["giay_chung_sinh"])
        assert CasePaper.objects.filter(case=draft).count() == 0

    def test_a_page_takes_the_same_queries_however_many_cases_there_are(
        self, signed_in: Client, by: Account, django_assert_max_num_queries: Any
    ) -> None:
        draft = _begin(by)
        for _case in range(4):
            factories.filed(by, EXTRACT)
        signed_in.get(_page(draft, "requester"))
        with django_assert_max_num_queries(12):
            signed_in.get(_page(draft, "requester"))


class TestLinks:
    def _open(self, client: Client, query: str, code: str = EXTRACT) -> str:
        return client.get(reverse("onestop:start", args=[code]) + query).content.decode()

    def _begin(self, client: Client, query: str, code: str = EXTRACT) -> Case:
        client.post(reverse("onestop:start", args=[code]) + query)
        return Case.objects.get(procedure__code=code)

    def test_harmless_answers_are_shown_before_and_on_their_page(self, signed_in: Client) -> None:
        query = "?document=DEATH_EXTRACT&copies=3&utm_source=x"
        page = self._open(signed_in, query)
        assert "Trích lục khai tử (bản sao)" in page and "utm" not in page
        case = self._begin(signed_in, query)
        page = signed_in.get(_page(case, "document")).content.decode()
        assert 'value="3"' in page
        assert "document" not in case.answers and case.answers.get("copies") != 3

    @pytest.mark.parametrize(
        "query",
        [
            "?phone=0912345999",
            "?requester=x&requester__full_name=Ai+%C4%90%C3%B3",
            "?copies=0",
            "?copies=abc",
            "?document=NOTHING",
            "?competent_agency=H09.1",
            "?earlier_date=2026-13-45",
            "?copies=%00",
        ],
    )
    def test_personal_wrong_and_unknown_ones_are_passed_over(self, signed_in: Client, query: str) -> None:
        assert "Liên kết vừa mở" not in self._open(signed_in, query)
        case = self._begin(signed_in, query)
        assert not any(entry.get("values") for entry in Draft.objects.get(case=case).steps.values())

    def test_a_link_does_not_overwrite_what_was_answered(self, signed_in: Client, by: Account) -> None:
        draft = factories.draft(by, EXTRACT)
        self._begin(signed_in, "?copies=9&earlier_place=X")
        kept = Draft.objects.get(case=draft)
        assert kept.typed("document") is None
        assert kept.typed("earlier") == {"earlier_place": ["X"]}

    def test_no_link_of_ours_carries_an_answer(self, signed_in: Client, by: Account) -> None:
        draft = factories.draft(by, BIRTH)
        for address in (_page(draft, "mother"), reverse("onestop:check", args=[draft.uuid])):
            page = signed_in.get(address).content.decode()
            links = [part.split('"', 1)[0] for part in page.split('href="')[1:]]
            assert links and not [
                link for link in links if "?" in link and link.split("?")[1] != "check=1" and "check=1#" not in link
            ]


def test_words_tell_what_is_meant_between_procedures() -> None:
    forms = {document["code"]: definitions.load(document).form for document in documents()}
    extract, birth = forms[EXTRACT], forms[BIRTH]
    assert extract is not None and birth is not None
    assert means_the_same(extract.fields["phone"], birth.fields["phone"], same_procedure=False)
    assert not means_the_same(extract.fields["requester"], birth.fields["requester"], same_procedure=False)
    assert not means_the_same(extract.fields["delivery"], birth.fields["delivery"], same_procedure=False)
