"""Pages of citizens in English, all pages in Vietnamese: nothing of the other language but what is marked so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import override

from identity.models import Account, Appointment
from identity.services import issue_key, remember_language
from identity.states import AgencyKind, Role, Scope
from onestop.kinds import NoticeKind
from onestop.lists.queues import QUEUES
from onestop.models import Case
from onestop.occasions import OCCASIONS
from onestop.services import filing, handling, idle, notices, receiving, requesting
from onestop.services.stepping import definition_of
from payments.models import FeeRequest
from procedures.life_events import all_events
from tests import factories, languages
from tests.addresses import ours, rule_of
from tests.core import paper
from tests.payments.conftest import another

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NOW = factories.NOW
# Addresses that answer with something else than a page: files, data, redirects, what only takes a form.
NO_PAGES = {
    *(
        "sitemap",
        "sitemap_part",
        "robots",
        "metrics",
        "set_language",
        "schema",
        "livez",
        "readyz",
        "revoke_api_key",
        "suggest",
        "autosave",
        "read_news",
        "vneid_login",
        "vneid_callback",
    ),
    *(
        "discard",
        "consent",
        "withdraw",
        "write",
        "cancel",
        "unfollow",
        "my_paper",
        "my_thumbnail",
        "my_document",
        "my_letter",
        "receipt",
    ),
    "account_change_password",  # of civil servants
    *("rate", "ask_confirmation", "confirm", "paper_to_confirm"),
    *("paygov_confirmation", "blank_form", "linked_data", "data_pages", "data_whole", "data_linked"),
    *("api_list", "api_detail", "api_form", "api_sectors", "api_agencies"),
}


@pytest.fixture
def office() -> factories.Office:
    factories.agency("H09", kind=AgencyKind.PROVINCE, name="Ủy ban nhân dân tỉnh")
    for code in factories.DOCUMENTS:
        factories.published(code)
    return factories.office()


@pytest.fixture
def person(office: factories.Office) -> Account:
    account = factories.citizen()
    issue_key(account=account, name="Kế toán", scopes=list(Scope), lasts=timedelta(days=9), at=timezone.now())
    return account


def _cases(office: factories.Office, person: Account) -> dict[str, Case]:
    """Return cases at the points at which their pages differ."""
    unpaid = filing.submit(draft_id=factories.draft(person).pk, account=person, at=NOW)
    another(FeeRequest.objects.get())
    waiting = factories.accepted(office, person, factories.BIRTH)
    handling.record_facts(
        case_id=waiting.pk,
        actor=office.officer,
        facts={"registered_number": "15/2026", "registered_on": "2026-11-24", "book": "01/2026"},
        at=NOW,
    )
    requesting.ask_consent(case_id=waiting.pk, actor=office.officer, at=NOW)
    lacking = factories.accepted(office, person)
    requesting.request_supplement(
        case_id=lacking.pk,
        actor=office.officer,
        text="Xin bổ sung số điện thoại.",
        items=["phone", "requester", "document"],
        due_at=timezone.now() + timedelta(days=10),
        at=NOW,
    )
    lacking_paper = factories.accepted(office, person, factories.BIRTH)
    requesting.request_supplement(
        case_id=lacking_paper.pk,
        actor=office.officer,
        text="Xin chụp lại.",
        items=["giay_chung_sinh", "mother_address"],
        due_at=timezone.now() + timedelta(days=10),
        at=NOW,
    )
    refused = factories.filed(person)
    receiving.reject(case_id=refused.pk, actor=office.clerk, reason="Không đủ giấy tờ.", at=NOW)
    return {
        "unpaid": unpaid,
        "consent": waiting,
        "supplement": lacking,
        "paper": lacking_paper,
        "refused": refused,
        "filed": factories.filed(person),
        "extract": factories.draft(person, answers=factories.extract_answers(delivery="POST")),
        "birth": factories.draft(person, factories.BIRTH),
    }


def _citizen_pages(office: factories.Office, person: Account) -> Iterator[str]:
    cases = _cases(office, person)
    for name in ("home", "agencies", "track", "apologies", "verify", "api_docs", "api_keys"):
        yield reverse(name)
    yield reverse("onestop:preferences")
    for name in ("account_login", "account_logout", "socialaccount_login_cancelled"):
        yield reverse(name)
    for name in ("procedures:list", "procedures:events", "procedures:open_data", "onestop:my_cases", "onestop:told"):
        yield reverse(name)
    yield from (reverse("procedures:list") + query for query in ("?q=khai+sinh", "?q=zzzz", "?trang=2"))
    yield from (reverse("procedures:event", args=[event.code]) for event in all_events())
    yield from (f"{reverse('procedures:event', args=[event.code])}?{_first_answers(event)}" for event in all_events())
    for procedure in ("1.001193", "2.000635", "1.000894", "1.001612", "1.014027"):
        yield reverse("procedures:detail", args=[procedure])
    yield reverse("onestop:follow", args=["1.001612"])
    for code in (factories.EXTRACT, factories.BIRTH):
        yield reverse("onestop:start", args=[code])
    for draft in (cases["extract"], cases["birth"]):
        form = definition_of(draft).form
        assert form is not None
        yield from (reverse("onestop:step", args=[draft.uuid, step.code]) for step in form.steps)
        yield from (reverse("onestop:reuse", args=[draft.uuid, step.code]) for step in form.steps)
        yield reverse("onestop:resume", args=[draft.uuid])
        yield reverse("onestop:check", args=[draft.uuid])
    for case in cases.values():
        yield reverse("onestop:case", args=[case.uuid])
        yield reverse("onestop:filed", args=[case.uuid])
    for name in ("supplement", "paper"):
        yield reverse("onestop:supplement", args=[cases[name].uuid])
    fee = FeeRequest.objects.exclude(attempts=None).get()
    yield reverse("payments:fee", args=[fee.uuid])
    yield reverse("payments:result", args=[fee.attempts.get().reference])
    yield reverse("verify_document", args=["00000000-0000-7000-8000-000000000000"])
    yield "/khong-co/"


def _told(left: list[tuple[str, str]]) -> str:
    """Return each text once, with the first page on which it stands."""
    first: dict[str, str] = {}
    for address, text in left:
        first.setdefault(text, address)
    return "\n".join(f"{address}: {text}" for text, address in first.items())


def _first_answers(event: Any) -> str:
    return "&".join(f"{question.code}={next(iter(question.choices))}" for question in event.questions)


def _pages_with(language: str, client: Client, addresses: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the pages, and those that come of sending their forms empty: what is wrong is said in words, too."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    for ask in (client.get, client.post):
        for address in addresses:
            answer = ask(address)
            if answer.status_code in {200, 404, 410}:
                yield address, answer.content.decode()


@pytest.mark.parametrize(
    ("language", "foreign"),
    [("en", languages.vietnamese_in_english), ("vi", languages.english_in_vietnamese)],
)
def test_a_citizens_pages_are_in_the_chosen_language_say_so_and_offer_the_other(
    client: Client,
    office: factories.Office,
    person: Account,
    language: str,
    foreign: Callable[[str], Iterable[str]],
) -> None:
    addresses = list(_citizen_pages(office, person))
    client.force_login(person, backend=BACKEND)
    left = []
    for address, page in _pages_with(language, client, addresses):
        left += [(address, text) for text in foreign(page)]
        if address != reverse("api_docs"):  # for programmers, in English
            assert languages.read(page).page_language == language, address
            assert 'name="language"' in page or 'class="site-head"' not in page, address
    assert not left, _told(left)


def _forms(person: Account) -> Iterator[str]:
    """Yield the pages of every form, filled in as a sample says."""
    for code, document in factories.DOCUMENTS.items():
        if document.get("samples"):
            draft = filing.start_draft(account=person, code=code, prefill={}, at=NOW)
            filing.save_answers(draft_id=draft.pk, answers=document["samples"][0]["answers"], at=NOW)
            form = definition_of(draft).form
            steps = form.steps if form else ()
            yield from (reverse("onestop:step", args=[draft.uuid, step.code]) for step in steps)
            yield reverse("onestop:check", args=[draft.uuid])


@pytest.mark.parametrize(
    ("language", "foreign"),
    [("en", languages.vietnamese_in_english), ("vi", languages.english_in_vietnamese)],
)
def test_every_form_is_in_the_chosen_language(
    client: Client, person: Account, language: str, foreign: Callable[[str], Iterable[str]]
) -> None:
    addresses = list(_forms(person))
    client.force_login(person, backend=BACKEND)
    pages = list(_pages_with(language, client, addresses))
    left = [(address, text) for address, page in pages for text in foreign(page)]
    assert len(pages) > len(addresses) > 60
    assert not left, _told(left)


def test_no_page_of_a_citizen_is_left_out_of_the_walk(office: factories.Office, person: Account) -> None:
    walked = set()
    for address in _citizen_pages(office, person):
        try:
            walked.add(resolve(address.partition("?")[0]).url_name)
        except Resolver404:
            continue
    rules = {pattern.name: rule_of(pattern) for _place, pattern in ours()}
    pages = {name for name, rule in rules.items() if not rule.roles and not rule.by_key}
    assert pages - NO_PAGES - walked == set()


def test_no_english_is_left_on_a_page_of_the_desk(client: Client, office: factories.Office, person: Account) -> None:
    cases = _cases(office, person)
    everything = factories.account("Người Mọi Việc")
    for role in Role:
        if role not in {Role.APPLICANT, Role.SYSTEM}:
            for place in (office.committee, office.centre):
                Appointment.objects.create(
                    account=everything, agency=place, role=role, title="Cán bộ", valid_from=NOW.date() - timedelta(9)
                )
    client.force_login(everything, backend=BACKEND)
    addresses = [
        reverse("onestop:desk"),
        *(reverse(f"onestop:desk_{name}") for name in ("notices", "opinions", "followed", "ratings")),
    ]
    addresses += [reverse("onestop:desk_queue", args=[code]) for code in QUEUES]
    addresses += [reverse("onestop:desk_case", args=[case.code]) for case in cases.values() if case.code]
    addresses += [reverse("onestop:wordings"), reverse("onestop:wording", args=["SUBMIT"])]
    addresses += [reverse("outbox"), reverse("office:home"), reverse("office:procedures")]
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "vi"
    left = [
        (address, text)
        for address in addresses
        for text in languages.english_in_vietnamese(client.get(address).content.decode())
    ]
    assert not left, _told(left)


def test_the_chosen_language_is_remembered_for_a_year_and_for_letters(client: Client, person: Account) -> None:
    client.force_login(person, backend=BACKEND)
    answer = client.post(reverse("set_language"), {"language": "en", "next": "/"})
    cookie = answer.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert (cookie.value, cookie["max-age"], cookie["samesite"]) == ("en", 365 * 24 * 60 * 60, "Lax")
    person.refresh_from_db()
    assert person.language == "en"
    client.post(reverse("set_language"), {"language": "xx"})
    person.refresh_from_db()
    assert person.language == "en"


@pytest.mark.parametrize(
    ("language", "words", "name"),
    [
        ("", "đã được nộp", "Cấp bản sao Trích lục hộ tịch"),
        ("vi", "đã được nộp", "Cấp bản sao Trích lục hộ tịch"),
        ("en", "has been filed", "Copy of a civil-status extract"),
    ],
)
def test_letters_come_in_the_language_of_the_person(
    office: factories.Office, person: Account, language: str, words: str, name: str
) -> None:
    if language:
        remember_language(account=person, language=language)
    case = factories.filed(person, answers=factories.extract_answers(email="an@example.vn"))
    assert case.code is not None
    notices.tell(case, case.events.get(sequence=1))
    factories.deliver_all(topic=notices.TOPIC)
    letter = mail.outbox[0]
    assert words in letter.body
    with override(language or "vi"):
        assert name in notices.text_for(case, "SUBMIT", NOW)
    assert not (language == "en" and languages.VIETNAMESE.search(f"{letter.subject} {letter.body}"))


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("action", [one.code for one in OCCASIONS.values() if one.page == "onestop:case"])
def test_every_message_about_a_case_has_both_languages(
    office: factories.Office, person: Account, action: str, language: str
) -> None:
    with override(language):
        text = notices.text_for(factories.filed(person), action, NOW)
    assert bool(languages.VIETNAMESE.search(text)) == (language == "vi"), text


def test_the_reminder_of_a_draft_comes_in_the_language_of_its_writer(
    office: factories.Office, person: Account
) -> None:
    factories.draft(person, answers=factories.extract_answers(email="an@example.vn"))
    remember_language(account=person, language="en")
    for days in (31, 85):
        idle.look_after(now=NOW + timedelta(days=days))
        factories.deliver_all(NOW + timedelta(days=days), topic=notices.TOPIC)
    assert len(mail.outbox) == 2
    for letter in mail.outbox:
        assert "Copy of a civil-status extract" in letter.body
        assert not languages.VIETNAMESE.search(f"{letter.subject} {letter.body}")


@pytest.mark.parametrize("kind", [one.code for one in OCCASIONS.values() if one.is_for_office])
def test_a_civil_servant_is_written_to_in_their_language(office: factories.Office, kind: str) -> None:
    (account,) = [office.officer.account]
    assert account is not None
    Account.objects.filter(pk=account.pk).update(email_address="tam@example.vn", language="en")
    data = {
        "step": "S",
        "agency": "A",
        "percent": 50,
        "due": NOW.isoformat(),
        "overdue": 1,
        "today": 2,
        "open": 3,
        "title": "T",
        "first": "1",
        "last": "2",
        "record": "1/BBBG-A",
        "count": 3,
        "missing": 1,
    }
    account.refresh_from_db()
    with transaction.atomic():
        notices.tell_office([account], kind=NoticeKind(kind), key="k", case=None, data=data, at=NOW)
    factories.deliver_all(topic=notices.DESK_TOPIC)
    assert not languages.VIETNAMESE.search(f"{mail.outbox[0].subject} {mail.outbox[0].body}")


@pytest.mark.parametrize(("language", "words"), [("vi", "Bản ghi hồ sơ đã nộp"), ("en", "Record of the application")])
def test_the_copy_of_what_was_filed_comes_in_the_language_of_the_page(
    client: Client, office: factories.Office, person: Account, language: str, words: str
) -> None:
    case = factories.filed(person)
    client.force_login(person, backend=BACKEND)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = client.get(reverse("onestop:copy", args=[case.uuid]))
    assert words.upper() in paper.text_of(answer.content)  # a heading


def test_what_is_issued_in_vietnamese_is_announced_in_english(
    client: Client, office: factories.Office, person: Account
) -> None:
    client.force_login(person, backend=BACKEND)
    addresses = {
        reverse("onestop:case", args=[factories.filed(person).uuid]): "issued in Vietnamese",
        reverse("procedures:detail", args=[factories.EXTRACT]): "filled in in Vietnamese",
    }
    for address, words in addresses.items():
        for language in ("en", "vi"):
            client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
            assert (words in client.get(address).content.decode()) == (language == "en"), address
