"""Telling applicants: over which channels, in which words, once, and what the desk sees of it."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from identity.models import Account
from identity.states import Role
from onestop.errors import WordingRefusedError
from onestop.kinds import NoticeChannel, NoticeKind
from onestop.models import Case, CaseNotice, DeskNotice, NoticePreference, NoticeWording
from onestop.occasions import OCCASIONS, Occasion, optional
from onestop.services import idle, notices, receiving, wordings
from onestop.states import Action
from portal.core.models import OutboxMessage
from tests import factories
from tests.factories import NOW, Office
from tests.sandbox.world import World

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
EMAIL, SMS, VNEID = NoticeChannel.EMAIL, NoticeChannel.SMS, NoticeChannel.VNEID


def signed_in(account: Account | None) -> Client:
    assert account is not None
    client = Client()
    client.force_login(account, backend=BACKEND)
    return client


def rejected(office: Office, by: Account, **answers: Any) -> Case:
    case = factories.filed(by, answers=factories.extract_answers(**answers))
    return receiving.reject(case_id=case.pk, actor=office.clerk, reason="Thiếu giấy tờ.", at=NOW)


@pytest.fixture
def gateway(settings: Any) -> None:
    """A gateway that is there for planning; nothing is sent."""
    settings.MESSAGING_URL = "http://127.0.0.1:9"


def test_every_channel_passes_a_message_on_once(office: Office, by: Account, neighbours: World) -> None:
    notices.choose(account=by, chosen=list(NoticeChannel), muted=[])
    case = rejected(office, by, email="an@example.vn")
    assert factories.deliver_all(topic=notices.TOPIC) == []
    for message in OutboxMessage.objects.filter(topic=notices.TOPIC):  # a worker died after it had sent
        parts = {"case_id": case.pk, "about": message.payload["action"], "key": message.key, "at": NOW}
        notices.send(channel=NoticeChannel(message.payload["channel"]), **parts)

    page = neighbours.http.get("/tin-nhan/").text
    assert page.count("0912345678") == 2  # filed, and not accepted
    assert page.count(str(by.tech_id)) == 2
    assert len({letter.extra_headers["Message-ID"] for letter in mail.outbox}) == 2


def test_neither_a_subject_nor_a_text_message_says_more_than_the_code(office: Office, by: Account) -> None:
    case = rejected(office, by, email="an@example.vn")
    factories.deliver_all(topic=notices.TOPIC)
    of_cases = [code for code, one in OCCASIONS.items() if one.page == "onestop:case"]
    short = [notices.short_text_for(case, about, NOW) for about in of_cases]

    for text in [*(str(letter.subject) for letter in mail.outbox), *short]:
        assert str(case.code) in text
        for told in (by.full_name, by.national_id, "0912345678", str(case.procedure.title), "Thiếu giấy tờ"):
            assert told not in text


@pytest.mark.usefixtures("gateway")
@pytest.mark.parametrize(
    ("chosen", "email", "over"),
    [
        (None, "an@example.vn", [EMAIL]),
        (None, "", [SMS]),
        ([SMS, VNEID], "an@example.vn", [SMS, VNEID]),
        ([EMAIL], "", [SMS]),  # what must be told finds a way
        ([], "an@example.vn", [EMAIL]),
    ],
)
def test_people_are_told_as_they_wish_and_always_of_what_matters(
    office: Office, by: Account, chosen: list[NoticeChannel] | None, email: str, over: list[NoticeChannel]
) -> None:
    if chosen is not None:
        notices.choose(account=by, chosen=chosen, muted=[])
    assert notices.channels_for(rejected(office, by, email=email), Action.REJECT) == over


def test_what_the_law_makes_us_tell_cannot_be_switched_off(office: Office, by: Account) -> None:
    notices.choose(account=by, chosen=[EMAIL], muted=[Action.SUBMIT, Action.REJECT])
    case = rejected(office, by, email="an@example.vn")

    assert notices.channels_for(case, Action.SUBMIT) == []
    assert notices.channels_for(case, Action.REJECT) == [EMAIL]
    offered = signed_in(by).get(reverse("onestop:preferences")).content.decode()
    assert 'value="SUBMIT"' in offered and 'value="REJECT"' not in offered


def test_wishes_are_kept_from_the_page(office: Office, by: Account) -> None:
    signed_in(by).post(reverse("onestop:preferences"), {"channels": ["EMAIL"], "events": ["RESUME"]})
    kept = by.notice_preference
    assert kept.channels == ["EMAIL"]
    assert set(kept.muted) == {one.code for one in optional(for_office=False)} - {Action.RESUME}


def test_without_a_gateway_only_e_mail_is_offered(office: Office, by: Account) -> None:
    assert notices.channels_for(rejected(office, by, email=""), Action.REJECT) == []
    assert 'value="SMS"' not in signed_in(by).get(reverse("onestop:preferences")).content.decode()


def test_the_list_of_what_one_was_told_is_ones_own_and_read_once_seen(office: Office, by: Account) -> None:
    case, client = rejected(office, by), signed_in(by)
    assert client.get(reverse("onestop:my_cases")).context["unread"] == 2

    assert str(case.code) in client.get(reverse("onestop:told")).content.decode()
    assert client.get(reverse("onestop:my_cases")).context["unread"] == 0
    stranger = signed_in(factories.citizen("074085009999", "Lê Văn Lạ"))
    assert str(case.code) not in stranger.get(reverse("onestop:told")).content.decode()


def test_the_list_costs_as_much_for_many_notices_as_for_one(
    office: Office, by: Account, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(by)
    rejected(office, by)
    with django_assert_max_num_queries(20) as first:
        client.get(reverse("onestop:told"))
    for _ in range(3):
        rejected(office, by)
    with django_assert_max_num_queries(len(first.captured_queries)):
        client.get(reverse("onestop:told"))


def test_telling_twice_is_telling_once(office: Office, by: Account) -> None:
    case = rejected(office, by, email="an@example.vn")
    notices.tell(case, case.events.get(action=Action.REJECT))
    assert CaseNotice.objects.filter(about=Action.REJECT).count() == 1
    assert OutboxMessage.objects.filter(topic=notices.TOPIC).count() == 2


def test_the_desk_sees_what_failed_and_sends_it_again(office: Office, by: Account, neighbours: World) -> None:
    case = rejected(office, by, email="")
    message = OutboxMessage.objects.filter(topic=notices.TOPIC).latest("pk")
    OutboxMessage.objects.filter(pk=message.pk).update(state="DEAD", last_error="sms was refused with status 200.")
    clerk, page = signed_in(office.clerk.account), reverse("onestop:desk_case", args=[case.code])

    assert "sms was refused with status 200." in clerk.get(page).content.decode()
    clerk.post(reverse("onestop:desk_send_again", args=[case.code]), {"key": message.key})
    assert factories.deliver_all(timezone.now(), topic=notices.TOPIC) == []
    assert "sms was refused" not in clerk.get(page).content.decode()


def test_a_clerk_sends_again_only_what_belongs_to_the_case(office: Office, by: Account) -> None:
    mine, other = rejected(office, by, email="an@example.vn"), rejected(office, by, email="an@example.vn")
    key = CaseNotice.objects.filter(case=other).latest("pk").key_on(EMAIL)
    assert not notices.send_again(case=mine, key=key, at=NOW)
    elsewhere = signed_in(factories.office("H09.25942", "25942").clerk.account)
    assert elsewhere.post(reverse("onestop:desk_send_again", args=[other.code]), {"key": key}).status_code == 404


def admin() -> Account:
    account = factories.account("Quản Trị")
    factories.appointment(account, factories.agency("H09.QT"), Role.CATALOGUE_ADMIN)
    return account


def sent_words(**changes: str) -> dict[str, str]:
    languages = {"vi": "Hồ sơ {code} đã nộp.", "en": "Case {code} is filed."}
    return languages | {f"sms_{language}": text for language, text in languages.items()} | changes


def test_words_are_previewed_then_kept_with_who_changed_them(office: Office, by: Account) -> None:
    client, address = signed_in(admin()), reverse("onestop:wording", args=["SETTLE_FEE"])
    shown = client.post(address, sent_words(vi="{agency} đã có hồ sơ {code}.", look="1")).content.decode()
    assert "Ủy ban nhân dân phường Thủ Dầu Một đã có hồ sơ H09.25747-261124-0001." in shown
    assert not NoticeWording.objects.exists()

    assert client.post(address, sent_words(vi="{agency} đã có hồ sơ {code}.", keep="1")).status_code == 302
    case = factories.filed(by, answers=factories.extract_answers(email="an@example.vn"))
    factories.deliver_all(topic=notices.TOPIC)
    assert f"{office.committee.name} đã có hồ sơ {case.code}." in str(mail.outbox[0].body)
    assert "Quản Trị" in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("is_short", "text"),
    [
        (False, "Kính gửi {name}, hồ sơ {code}"),
        (False, "Hồ sơ {code.uuid}"),
        (False, "Hồ sơ {code"),
        (False, "Hồ sơ của Ông/Bà đã nộp."),
        (True, "Hồ sơ {code}: {procedure}"),
    ],
)
def test_words_name_the_case_and_nothing_that_is_not_in_the_list(
    office: Office, by: Account, is_short: bool, text: str
) -> None:
    with pytest.raises(WordingRefusedError):
        wordings.reword(about="SUBMIT", texts={("vi", is_short): text}, by=by, at=NOW)


@pytest.mark.parametrize("about", OCCASIONS)
def test_the_words_of_every_notice_can_be_looked_at_before_they_are_kept(office: Office, about: str) -> None:
    client, address = signed_in(admin()), reverse("onestop:wording", args=[about])
    words = {name: field.initial for name, field in client.get(address).context["form"].fields.items()}
    answer = client.post(address, words | {"look": "1"})
    assert answer.status_code == 200
    assert not any("{" in text for _label, text in answer.context["preview"])


def test_the_newest_words_count_and_the_older_stay(office: Office, by: Account) -> None:
    for text in ("Một {code}", "Hai {code}", "Hai {code}"):
        wordings.reword(about="SUBMIT", texts={("vi", False): text}, by=by, at=NOW)
    assert wordings.wordings("vi")["SUBMIT"] == "Hai {code}"
    assert list(NoticeWording.objects.order_by("pk").values_list("text", flat=True)) == ["Một {code}", "Hai {code}"]


@pytest.mark.parametrize("occasion", OCCASIONS.values(), ids=lambda one: str(one.code))
def test_the_first_words_of_every_notice_keep_the_rules_for_words(office: Office, occasion: Occasion) -> None:
    for language in ("vi", "en"):
        wordings.check_wording(occasion.code, wordings.wordings(language)[occasion.code], is_short=False)
        if occasion.short_names:
            short = wordings.wordings(language, is_short=True)[occasion.code]
            wordings.check_wording(occasion.code, short, is_short=True)


def written_to(account: Account | None, kind: NoticeKind, **data: Any) -> None:
    assert account is not None
    Account.objects.filter(pk=account.pk).update(email_address="tam@example.vn")
    account.refresh_from_db()
    with transaction.atomic():
        notices.tell_office([account], kind=kind, key=f"{kind}", case=None, data=data, at=NOW)


def test_a_civil_servant_chooses_what_comes_by_letter_and_finds_everything_at_the_desk(office: Office) -> None:
    account, page = office.officer.account, reverse("onestop:desk_preferences")
    client = signed_in(account)
    client.post(page, {"events": [NoticeKind.ESCALATED]})
    written_to(account, NoticeKind.DIGEST, overdue=0, today=1, open=2)
    written_to(account, NoticeKind.ESCALATED, step="Thẩm tra", agency="UBND", due=NOW.isoformat())
    factories.deliver_all(topic=notices.DESK_TOPIC)

    assert ["quá hạn" in str(letter.body) for letter in mail.outbox] == [True]
    told = client.get(reverse("onestop:desk_notices")).content.decode()
    assert "Thẩm tra" in told and "2" in told
    assert client.get(page).context["form"].initial["events"] == [NoticeKind.ESCALATED]


def test_the_wishes_of_one_role_leave_those_of_the_other(office: Office) -> None:
    account = office.officer.account
    assert account is not None
    notices.choose(account=account, chosen=[SMS], muted=[Action.RESUME])
    notices.choose_at_desk(account=account, muted=[NoticeKind.DIGEST, Action.SUBMIT])
    kept = NoticePreference.objects.get(account=account)
    assert kept.channels == [SMS]
    assert set(kept.muted) == {Action.RESUME, NoticeKind.DIGEST}


@pytest.mark.usefixtures("gateway")
def test_wishes_at_the_desk_choose_no_channel_for_ones_own_cases(office: Office, by: Account) -> None:
    notices.choose_at_desk(account=by, muted=[NoticeKind.DIGEST])
    assert notices.channels_for(rejected(office, by, email="an@example.vn"), Action.REJECT) == [EMAIL]


def test_a_letter_that_could_not_be_delivered_is_seen_by_its_reader_and_sent_again(office: Office) -> None:
    account = office.officer.account
    written_to(account, NoticeKind.DIGEST, overdue=0, today=1, open=2)
    letter = OutboxMessage.objects.get(topic=notices.DESK_TOPIC)
    OutboxMessage.objects.filter(pk=letter.pk).update(state="DEAD")
    client, page = signed_in(account), reverse("onestop:desk_notices")
    notice = DeskNotice.objects.get()

    assert "chưa gửi được thư điện tử" in client.get(page).content.decode()
    signed_in(office.leader.account).post(page, {"again": notice.pk})
    assert "chưa gửi được thư điện tử" in client.get(page).content.decode()
    client.post(page, {"again": notice.pk})
    assert "chưa gửi được thư điện tử" not in client.get(page).content.decode()


def test_the_words_of_a_letter_to_the_office_can_be_changed_too(office: Office) -> None:
    client, address = signed_in(admin()), reverse("onestop:wording", args=[NoticeKind.DIGEST])
    words = {"vi": "Hôm nay có {open} việc.", "en": "{open} today.", "keep": "1"}
    assert client.post(address, words).status_code == 302
    written_to(office.officer.account, NoticeKind.DIGEST, overdue=0, today=1, open=2)
    factories.deliver_all(topic=notices.DESK_TOPIC)
    assert "Hôm nay có 2 việc." in str(mail.outbox[0].body)


def test_a_draft_thrown_away_is_not_written_about(office: Office, by: Account) -> None:
    draft = factories.draft(by)
    later = NOW + timedelta(days=31)
    idle.look_after(now=later)
    Case.objects.filter(pk=draft.pk).delete()
    assert factories.deliver_all(later, topic=notices.TOPIC) == []
    assert mail.outbox == []


@pytest.mark.parametrize("address", ["", "an@example.vn\nBcc: x@example.vn", "@@"])
def test_a_letter_that_has_no_address_is_not_called_delivered(
    office: Office, by: Account, mail_server: Any, address: str
) -> None:
    mail_server.refusal = b"250 ok\r\n"
    case = rejected(office, by, email="an@example.vn")
    Case.objects.filter(pk=case.pk).update(applicant_email=address, answers={})
    [message, _later] = factories.deliver_all(topic=notices.TOPIC, rounds=1)
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("DEAD", 1)


class _MailServer(socketserver.StreamRequestHandler):
    """Speaks as much SMTP as a letter needs; `refusal` is what it answers to a recipient."""

    def handle(self) -> None:
        self.wfile.write(b"220 mail\r\n")
        for line in self.rfile:
            is_to = line.upper().startswith(b"RCPT")
            self.wfile.write(self.server.refusal if is_to else b"250 ok\r\n")  # type: ignore[attr-defined]


@pytest.fixture
def mail_server(settings: Any) -> Iterator[socketserver.TCPServer]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _MailServer) as server:
        server.daemon_threads = True
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address[:2]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.parametrize(
    ("refusal", "state"),
    [(b"550 no such user\r\n", "DEAD"), (b"450 mailbox is busy\r\n", "WAITING")],
)
def test_a_wrong_address_is_not_tried_again_and_a_busy_one_is(
    office: Office, by: Account, mail_server: Any, refusal: bytes, state: str
) -> None:
    mail_server.refusal = refusal
    rejected(office, by, email="an@example.vn")
    [message, _later] = factories.deliver_all(topic=notices.TOPIC, rounds=1)
    message.refresh_from_db()
    assert (message.state, message.attempts) == (state, 1)
    assert "an@" not in message.last_error


def test_letters_wait_for_a_mail_server_that_is_away_however_long(
    office: Office, by: Account, mail_server: socketserver.TCPServer
) -> None:
    mail_server.server_close()
    mail_server.shutdown()
    rejected(office, by, email="an@example.vn")
    for hours in range(12):
        factories.deliver_all(NOW + timedelta(hours=hours), topic=notices.TOPIC, rounds=1)
    message = OutboxMessage.objects.filter(topic=notices.TOPIC).earliest("pk")
    assert (message.state, message.attempts) == ("WAITING", 12)
