"""Filled in by another: a grandchild types, the grandmother reads it in her own account; only then it is filed."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from identity.models import Account
from onestop import queries
from onestop.errors import (
    ActionNotAllowedError,
    LinksSentError,
    NobodyElseError,
    StaleCaseError,
    WordsMissingError,
)
from onestop.kinds import NoticeChannel
from onestop.models import Case, Confirmation
from onestop.services import confirming, filing
from onestop.states import State
from tests import factories
from tests.factories import NOW, Office
from tests.sandbox.world import World

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NUMBER = "074050001111"
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def grandmother(office: Office) -> Account:
    return factories.citizen(NUMBER, "Trần Thị Bà")


@pytest.fixture
def draft(by: Account) -> Case:
    requester = factories.person("Trần Thị Bà", birth_date="1950-02-03", national_id=NUMBER)
    return factories.draft(by, answers=factories.extract_answers(requester=requester))


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend=BACKEND)
    return client


def link(draft: Case, by: Account) -> str:
    return confirming.ask(draft_id=draft.pk, account=by, at=NOW)


def confirmed(token: str, who: Account, draft: Case, **changes: Any) -> Case:
    values: dict[str, Any] = {
        "token": token,
        "account": who,
        "digest": confirming.digest_of(draft),
        "at": LATER,
    } | changes
    return confirming.confirm(**values)


def test_she_reads_what_is_filed_in_her_name_and_confirms(
    by: Account, grandmother: Account, draft: Case, office: Office
) -> None:
    draft.draft.done = [step.code for step in draft.procedure_version.definition.form.steps]  # type: ignore[union-attr]
    draft.draft.save()
    page = signed_in(by).post(reverse("onestop:ask_confirmation", args=[draft.uuid])).content.decode()
    found = re.search(r"/xac-nhan/[\w-]+/", page)
    assert found
    reader = signed_in(grandmother)
    shown = reader.get(found[0]).content.decode()
    assert by.full_name in shown and "Trích lục khai sinh" in shown
    digest = re.search(r'name="digest" value="(\w+)"', shown)
    assert digest

    assert reader.post(found[0], {"digest": digest[1]}).status_code == 302
    case = Case.objects.get(pk=draft.pk)
    assert (case.applicant, case.state) == (grandmother, State.AWAITING_PAYMENT)
    assert case.events.get().data["typed_by"] == by.pk
    assert case.events.get().actor == grandmother
    assert reader.get(found[0]).status_code == 404


def test_both_see_it_each_as_far_as_it_is_theirs(
    by: Account, grandmother: Account, draft: Case, office: Office
) -> None:
    case = confirmed(link(draft, by), grandmother, draft)
    address = reverse("onestop:case", args=[case.uuid])

    assert f"<b>{by.full_name}</b>" in signed_in(grandmother).get(address).content.decode()
    assert signed_in(by).get(address).status_code == 404
    assert str(case.word.text) in signed_in(by).get(reverse("onestop:my_cases")).content.decode()
    filing.settle_filing_fee(case_id=case.pk, at=LATER)
    case.refresh_from_db()
    desk = signed_in(office.clerk.account).get(reverse("onestop:desk_case", args=[case.code])).content.decode()
    assert by.full_name in desk and "Trần Thị Bà" in desk


def test_the_link_opens_for_nobody_else_and_says_nothing_to_them(
    by: Account, grandmother: Account, draft: Case
) -> None:
    token = link(draft, by)
    address = reverse("onestop:confirm", args=[token])
    stranger = factories.citizen("074085009999", "Lê Văn Lạ")

    for who in (stranger, by):
        assert signed_in(who).get(address).status_code == 404
        with pytest.raises(ActionNotAllowedError):
            confirmed(token, who, draft)
    assert Client().get(address).status_code == 302  # to the sign-in page
    assert token not in str(list(Confirmation.objects.values()))


def test_she_opens_the_papers_too_and_nobody_else_does(by: Account, grandmother: Account, office: Office) -> None:
    draft = factories.draft(by, factories.BIRTH)
    requester = factories.person("Trần Thị Bà", birth_date="1950-02-03", national_id=NUMBER)
    filing.save_answers(draft_id=draft.pk, answers={"requester": requester}, at=NOW)
    token = confirming.ask(draft_id=draft.pk, account=by, at=timezone.now())
    address = reverse("onestop:paper_to_confirm", args=[token, draft.papers.get().uuid])

    assert address in signed_in(grandmother).get(reverse("onestop:confirm", args=[token])).content.decode()
    assert signed_in(grandmother).get(address).status_code == 200
    assert signed_in(factories.citizen("074085009999", "Lê Văn Lạ")).get(address).status_code == 404


def test_a_link_runs_out_and_a_newer_one_voids_it(by: Account, grandmother: Account, draft: Case) -> None:
    first, second = link(draft, by), link(draft, by)
    with pytest.raises(ActionNotAllowedError):
        confirmed(first, grandmother, draft)
    with pytest.raises(ActionNotAllowedError):
        confirmed(second, grandmother, draft, at=NOW + confirming.LASTS)
    draft.refresh_from_db()
    assert draft.is_draft


def test_a_link_is_used_once(by: Account, grandmother: Account, draft: Case) -> None:
    token = link(draft, by)
    confirmed(token, grandmother, draft)
    with pytest.raises(ActionNotAllowedError):
        confirmed(token, grandmother, draft)


def test_what_was_changed_after_she_opened_it_is_read_again(by: Account, grandmother: Account, draft: Case) -> None:
    token = link(draft, by)
    filing.save_answers(draft_id=draft.pk, answers={"copies": 9}, at=NOW)
    with pytest.raises(StaleCaseError):
        confirmed(token, grandmother, draft)
    draft.refresh_from_db()
    assert confirmed(token, grandmother, draft).applicant == grandmother


def test_a_draft_that_names_somebody_else_by_now_is_not_hers(by: Account, grandmother: Account, draft: Case) -> None:
    token = link(draft, by)
    filing.save_answers(draft_id=draft.pk, answers={"requester": factories.person()}, at=NOW)
    draft.refresh_from_db()
    with pytest.raises(ActionNotAllowedError):
        confirmed(token, grandmother, draft)
    assert signed_in(grandmother).get(reverse("onestop:confirm", args=[token])).status_code == 404


def test_she_sends_it_back_with_words_and_nothing_is_filed(by: Account, grandmother: Account, draft: Case) -> None:
    token = link(draft, by)
    with pytest.raises(WordsMissingError):
        confirming.send_back(token=token, account=grandmother, words=" ", at=LATER)
    address = reverse("onestop:confirm", args=[token])
    signed_in(grandmother).post(address, {"send_back": "1", "words": "Sai ngày sinh"})

    assert "Sai ngày sinh" in signed_in(by).get(reverse("onestop:my_cases")).content.decode()
    with pytest.raises(ActionNotAllowedError):
        confirmed(token, grandmother, draft)


def test_her_own_draft_of_the_same_procedure_stays(by: Account, grandmother: Account, draft: Case) -> None:
    own = factories.draft(grandmother)
    assert confirmed(link(draft, by), grandmother, draft).applicant == grandmother
    own.refresh_from_db()
    assert own.is_draft


def test_there_is_somebody_else_to_confirm(by: Account) -> None:
    own = factories.draft(by)
    check = signed_in(by).get(reverse("onestop:check", args=[own.uuid])).content.decode()
    assert reverse("onestop:ask_confirmation", args=[own.uuid]) not in check
    with pytest.raises(NobodyElseError):
        link(own, by)


def test_what_its_writer_filed_alone_waits_for_nobody(by: Account, grandmother: Account, draft: Case) -> None:
    token = link(draft, by)
    filing.submit(draft_id=draft.pk, account=by, at=NOW)
    with pytest.raises(ActionNotAllowedError):
        confirmed(token, grandmother, draft)
    assert not Confirmation.objects.exists()


@pytest.fixture
def gateway(settings: Any) -> None:
    settings.MESSAGING_URL = "http://127.0.0.1:9"


@pytest.fixture
def stated(by: Account) -> Case:
    """A draft for the grandmother that states her e-mail address and her phone."""
    requester = factories.person("Trần Thị Bà", birth_date="1950-02-03", national_id=NUMBER)
    answers = factories.extract_answers(requester=requester, email="ba@example.vn", phone="0987654321")
    return factories.draft(by, answers=answers)


def test_the_portal_sends_the_link_to_where_the_draft_says(by: Account, grandmother: Account, stated: Case) -> None:
    token = confirming.ask(draft_id=stated.pk, account=by, over=NoticeChannel.EMAIL, at=NOW)
    assert factories.deliver_all(topic=confirming.TOPIC) == []

    (letter,) = mail.outbox
    assert letter.to == ["ba@example.vn"]
    assert reverse("onestop:confirm", args=[token]) in letter.body
    for told in (by.full_name, "Trần Thị Bà", NUMBER):
        assert told not in f"{letter.subject} {letter.body}"
    [(_asked, sending)] = queries.typed_for_others(by)
    assert sending is not None and sending.is_delivered


def test_a_text_message_says_nothing_but_where_to_read(
    by: Account, grandmother: Account, stated: Case, neighbours: World
) -> None:
    confirming.ask(draft_id=stated.pk, account=by, over=NoticeChannel.SMS, at=NOW)
    confirming.ask(draft_id=stated.pk, account=by, over=NoticeChannel.VNEID, at=NOW)
    assert factories.deliver_all(topic=confirming.TOPIC) == []
    page = neighbours.http.get("/tin-nhan/").text
    assert "0987654321" not in page  # void since the second was asked for
    assert str(grandmother.tech_id) in page

    confirming.ask(draft_id=stated.pk, account=by, over=NoticeChannel.SMS, at=NOW)
    factories.deliver_all(topic=confirming.TOPIC)
    page = neighbours.http.get("/tin-nhan/").text
    said, _, _rest = page[page.index("0987654321") :].partition("</tr>")
    assert "/xac-nhan/" in said and "Trích lục" not in said


@pytest.mark.usefixtures("gateway")
def test_who_typed_does_not_learn_whether_the_person_has_an_account(by: Account, stated: Case) -> None:
    nobody = confirming.ways(stated)
    token = confirming.ask(draft_id=stated.pk, account=by, over=NoticeChannel.VNEID, at=NOW)
    assert factories.deliver_all(topic=confirming.TOPIC) == []
    factories.citizen(NUMBER, "Trần Thị Bà")
    assert confirming.ways(stated) == nobody and token


def test_nobody_is_pestered_with_links(by: Account, stated: Case) -> None:
    for _ in range(3):
        confirming.ask(draft_id=stated.pk, account=by, over=NoticeChannel.EMAIL, at=NOW)
    with pytest.raises(LinksSentError):
        confirming.ask(draft_id=stated.pk, account=by, over=NoticeChannel.EMAIL, at=NOW)
    confirming.ask(draft_id=stated.pk, account=by, at=NOW)
    later = timezone.now() + timedelta(days=1)
    confirming.ask(draft_id=stated.pk, account=by, over=NoticeChannel.EMAIL, at=later)


def test_nobody_sends_links_without_end_by_deleting_drafts(by: Account, stated: Case) -> None:
    answers = stated.answers
    with pytest.raises(LinksSentError):
        for _ in range(21):
            draft = Case.objects.filter(state=State.DRAFT).first() or factories.draft(by, answers=answers)
            confirming.ask(draft_id=draft.pk, account=by, over=NoticeChannel.SMS, at=NOW)
            filing.discard_draft(draft_id=draft.pk, account=by)
    assert Confirmation.messages_of(by.pk).count() == 20


def test_the_page_sends_what_was_chosen_and_the_list_says_when_it_failed(
    by: Account, grandmother: Account, stated: Case
) -> None:
    stated.draft.done = [step.code for step in stated.procedure_version.definition.form.steps]  # type: ignore[union-attr]
    stated.draft.save()
    client, ask = signed_in(by), reverse("onestop:ask_confirmation", args=[stated.uuid])
    assert "ba@example.vn" in client.post(ask, {"over": "EMAIL"}).content.decode()
    asked = Confirmation.objects.get()
    asked.messages().update(state="DEAD")
    assert "cổng chưa gửi được" in client.get(reverse("onestop:my_cases")).content.decode()
    assert "cổng đang gửi" not in client.post(ask, {"over": "PIGEON"}).content.decode()
    assert asked.messages().count() == 1
