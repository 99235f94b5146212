"""Opinions are asked of several at once and awaited together; what silence means the version says."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from identity.models import Account, Agency, Appointment, Delegation
from identity.officers import Seat
from identity.queries import calendar_of
from identity.states import AgencyKind, Purpose, Role
from onestop import acts, deadlines, lists, queries, tasks
from onestop.errors import ActionNotAllowedError, AnsweredAlreadyError, ReasonMissingError
from onestop.kinds import NoticeKind, RequestOutcome
from onestop.models import Case, CaseDocument, CaseRequest, DeskNotice
from onestop.services import (
    consulting,
    documents,
    handling,
    notices,
    receiving,
    requesting,
    talking,
    turns,
    withdrawing,
)
from onestop.services.consulting import Addressee
from onestop.states import Action
from portal.core.formatting import local
from portal.core.models import OutboxMessage
from tests import factories
from tests.factories import NOW, Office, at_work
from tests.procedures.test_processes import straight

pytestmark = pytest.mark.django_db
TWELVE_DAYS = {"kind": "CALENDAR_DAYS", "value": 12}
CONSULTS = ["ASK_OPINION", "GO_ON", "REQUEST_SUPPLEMENT", "FORWARD", "PROPOSE"]


class Neighbour:
    """A department with an officer who may be asked."""

    def __init__(self, code: str) -> None:
        self.agency = factories.agency(code, kind=AgencyKind.DEPARTMENT)
        self.officer = factories.actor(Role.OFFICER, self.agency, email_address=f"{code}@example.vn")


@pytest.fixture
def planning() -> Neighbour:
    return Neighbour("H09.6")


@pytest.fixture
def land() -> Neighbour:
    return Neighbour("H09.5")


def at_appraisal(office: Office, by: Account, **terms: Any) -> Case:
    consultation = {"consultation": terms} if terms else {}
    steps = straight(actions=CONSULTS, **consultation)
    limit = {"kind": "WORKING_DAYS", "value": 20, "illustrative": True}
    factories.published(process={"steps": steps}, time=limit)
    case = factories.filed(by)
    return receiving.accept(case_id=case.pk, actor=office.clerk, at=NOW)


def ask(office: Office, case: Case, *of: Agency, **more: Any) -> list[CaseRequest]:
    given: dict[str, Any] = {"text": "Có phù hợp quy hoạch không?", "days": 5, "at": NOW} | more
    return consulting.ask(case_id=case.pk, actor=office.officer, of=[Addressee(one) for one in of], **given)


def give(request: CaseRequest, by: Seat, outcome: str = "AGREED", text: str = "", **more: Any) -> CaseRequest:
    given: dict[str, Any] = {"at": NOW} | more
    return consulting.answer(request_id=request.pk, actor=by, outcome=RequestOutcome(outcome), text=text, **given)


def may_propose(office: Office, case: Case) -> bool:
    case.refresh_from_db()
    return Action.PROPOSE in [act.action for act in acts.possible(case, office.officer, NOW)]


def test_the_case_goes_on_when_all_have_answered(
    office: Office, by: Account, planning: Neighbour, land: Neighbour
) -> None:
    case = at_appraisal(office, by)
    first, second = ask(office, case, planning.agency, land.agency)
    with pytest.raises(ActionNotAllowedError, match="Đang chờ ý kiến"):
        handling.propose(case_id=case.pk, actor=office.officer, at=NOW)

    give(first, planning.officer)
    assert not may_propose(office, case)
    give(second, land.officer, "CONDITIONS", "Lùi 2 m.")
    assert may_propose(office, case)
    handling.propose(case_id=case.pk, actor=office.officer, at=NOW)


def test_the_holder_goes_on_without_an_opinion_only_with_a_reason(
    office: Office, by: Account, planning: Neighbour
) -> None:
    case = at_appraisal(office, by)
    (request,) = ask(office, case, planning.agency)
    with pytest.raises(ReasonMissingError):
        consulting.go_on(case_id=case.pk, actor=office.officer, reason=" ", at=NOW)
    consulting.go_on(case_id=case.pk, actor=office.officer, reason="Đã họp trực tiếp", at=NOW)
    request.refresh_from_db()
    assert request.outcome == RequestOutcome.PASSED
    assert may_propose(office, case)
    with pytest.raises(AnsweredAlreadyError):
        give(request, planning.officer)


def test_only_the_agency_that_was_asked_answers_and_only_once(
    office: Office, by: Account, planning: Neighbour, land: Neighbour
) -> None:
    (request,) = ask(office, at_appraisal(office, by), planning.agency)
    for stranger in (land.officer, office.officer):
        with pytest.raises(ActionNotAllowedError):
            give(request, stranger)
    give(request, planning.officer)
    with pytest.raises(AnsweredAlreadyError, match="đã cho ý kiến này"):
        give(request, planning.officer)


def test_who_is_asked_in_person_answers_alone(office: Office, by: Account, planning: Neighbour) -> None:
    case = at_appraisal(office, by)
    colleague = factories.actor(Role.OFFICER, planning.agency)
    of = [Addressee(planning.agency, planning.officer.account)]
    (request,) = consulting.ask(case_id=case.pk, actor=office.officer, of=of, text="Xin ý kiến", days=3, at=NOW)
    with pytest.raises(ActionNotAllowedError):
        give(request, colleague)
    give(request, planning.officer)


def test_nobody_is_asked_twice_while_the_first_answer_is_awaited(
    office: Office, by: Account, planning: Neighbour
) -> None:
    case = at_appraisal(office, by)
    (request,) = ask(office, case, planning.agency)
    with pytest.raises(ActionNotAllowedError):
        ask(office, case, planning.agency)
    give(request, planning.officer)
    ask(office, case, planning.agency)


def test_an_objection_says_why(office: Office, by: Account, planning: Neighbour) -> None:
    (request,) = ask(office, at_appraisal(office, by), planning.agency)
    with pytest.raises(ReasonMissingError):
        give(request, planning.officer, "OBJECTED")


def lapse_all(at: datetime) -> None:
    for request in CaseRequest.objects.lapsing(at):
        requesting.lapse(request_id=request.pk, at=at)


def test_silence_is_consent_where_the_version_says_so(office: Office, by: Account, planning: Neighbour) -> None:
    case = at_appraisal(office, by, time=TWELVE_DAYS, silence_is_consent=True)
    (request,) = ask(office, case, planning.agency)
    assert request.due_at == NOW.replace(day=6, month=12, hour=17) + timedelta(days=1)  # a Sunday: on Monday

    lapse_all(request.due_at - timedelta(minutes=1))
    assert not may_propose(office, case)
    lapse_all(request.due_at)
    request.refresh_from_db()
    assert request.outcome == RequestOutcome.SILENT and request.answered_by is None
    assert may_propose(office, case)
    assert case.events.get(action=Action.ANSWER_OPINION).role == Role.SYSTEM


def test_elsewhere_silence_means_nothing(office: Office, by: Account, planning: Neighbour) -> None:
    case = at_appraisal(office, by)
    (request,) = ask(office, case, planning.agency)
    lapse_all(request.due_at + timedelta(days=30))
    request.refresh_from_db()
    assert request.answered_at is None
    give(request, planning.officer, at=request.due_at + timedelta(days=31))


def test_the_clock_runs_while_opinions_are_awaited(office: Office, by: Account, planning: Neighbour) -> None:
    case = at_appraisal(office, by)
    due = case.due_at
    (request,) = ask(office, case, planning.agency)
    give(request, planning.officer, at=NOW + timedelta(days=3))
    case.refresh_from_db()
    assert case.due_at == due and case.remaining_minutes is None


def test_the_clock_stands_where_the_version_says_so(
    office: Office, by: Account, planning: Neighbour, land: Neighbour
) -> None:
    case = at_appraisal(office, by, stops_clock=True)
    due = case.due_at
    first, second = ask(office, case, planning.agency, land.agency)
    give(first, planning.officer, at=NOW + timedelta(days=1))
    assert Case.objects.get(pk=case.pk).remaining_minutes is not None
    give(second, land.officer, at=NOW + timedelta(days=2))
    case.refresh_from_db()
    assert due and case.remaining_minutes is None
    assert case.due_at == due + timedelta(days=2)


def test_an_opinion_may_come_while_the_applicant_is_asked_and_then_the_clock_stands_on(
    office: Office, by: Account, planning: Neighbour
) -> None:
    case = at_appraisal(office, by, stops_clock=True)
    (request,) = ask(office, case, planning.agency)
    asked: dict[str, Any] = {"text": "Thiếu", "items": ["copies"], "due_at": NOW + timedelta(days=9)}
    requesting.request_supplement(case_id=case.pk, actor=office.officer, at=NOW, **asked)
    give(request, planning.officer, at=NOW + timedelta(days=1))
    case.refresh_from_db()
    assert case.remaining_minutes is not None


def test_who_gave_an_opinion_in_a_step_may_still_sign(office: Office, by: Account) -> None:
    steps = straight(actions=CONSULTS)
    steps[2]["not_same_as"] = ["appraise"]
    factories.published(process={"steps": steps})
    case = receiving.accept(case_id=factories.filed(by).pk, actor=office.clerk, at=NOW)
    of = [Addressee(office.committee, office.leader.account)]
    (request,) = consulting.ask(case_id=case.pk, actor=office.officer, of=of, text="Xin ý kiến", days=3, at=NOW)
    give(request, office.leader)
    handling.propose(case_id=case.pk, actor=office.officer, at=NOW)
    turns.require(case, Action.SIGN, office.leader)


def test_those_who_are_asked_are_written_to_and_reminded_once(
    office: Office, by: Account, planning: Neighbour
) -> None:
    (request,) = ask(office, at_appraisal(office, by), planning.agency)
    factories.deliver_all(topic=notices.DESK_TOPIC)
    assert [message.to for message in mail.outbox] == [["H09.6@example.vn"]]
    early, late = request.due_at - timedelta(days=3), request.due_at - timedelta(hours=3)
    assert not consulting.remind(request_id=request.pk, at=early)
    assert consulting.to_remind(late) == [request.pk]
    assert consulting.remind(request_id=request.pk, at=late)
    assert not consulting.remind(request_id=request.pk, at=late)
    factories.deliver_all(late, topic=notices.DESK_TOPIC)
    assert len(mail.outbox) == 2
    assert not any(by.full_name in f"{message.subject} {message.body}" for message in mail.outbox)


def test_the_agency_reads_the_case_only_while_it_is_asked(office: Office, by: Account, planning: Neighbour) -> None:
    case = at_appraisal(office, by)
    client = signed_in(planning.officer)
    page = reverse("onestop:desk_case", args=[case.code])
    assert client.get(page).status_code == 404
    (request,) = ask(office, case, planning.agency)
    shown = client.get(page)
    assert shown.status_code == 200 and shown.context["offered"] == []
    give(request, planning.officer)
    assert client.get(page).status_code == 404


def test_who_is_asked_reads_what_the_applicant_gave_and_nothing_that_the_office_says_or_drafts(
    office: Office, by: Account, planning: Neighbour, land: Neighbour
) -> None:
    case = at_appraisal(office, by)
    talking.write_to_office(case_id=case.pk, account=by, text="DẤU-CÔNG-DÂN", at=NOW)
    talking.write_to_applicant(case_id=case.pk, actor=office.officer, text="DẤU-TRẢ-LỜI", at=NOW)
    talking.write_note(case_id=case.pk, actor=office.officer, text="DẤU-GHI-CHÚ", at=NOW)
    ask(office, case, planning.agency, is_confidential=True)
    ask(office, case, land.agency, is_confidential=True)
    colleague = factories.actor(Role.OFFICER, office.committee).account
    assert colleague is not None
    handling.reassign(case_id=case.pk, actor=office.officer, to=colleague, reason="DẤU-GIAO-VIỆC", at=NOW)
    draft = documents.draft_result(Case.objects.get(pk=case.pk), at=NOW)
    CaseDocument.objects.filter(pk=draft.pk).update(file=factories.stored_file())
    addresses = (
        reverse("onestop:desk_case", args=[case.code]),
        reverse("onestop:desk_document", args=[case.code, draft.uuid]),
    )

    asked, handling_it = signed_in(planning.officer), signed_in(office.officer)
    page = asked.get(addresses[0]).content.decode()
    assert by.full_name in page and "0912 345 678" in page
    assert "DẤU-" not in page and land.agency.name not in page
    assert asked.get(addresses[1]).status_code == 404
    assert case.messages.get(agency=None).read_at is None

    own = handling_it.get(addresses[0]).content.decode()
    assert all(mark in own for mark in ("DẤU-CÔNG-DÂN", "DẤU-TRẢ-LỜI", "DẤU-GHI-CHÚ", "DẤU-GIAO-VIỆC"))
    assert handling_it.get(addresses[1]).status_code == 200
    assert case.messages.get(agency=None).read_at is not None


def test_who_is_asked_gives_the_opinion_and_does_nothing_else(
    office: Office, by: Account, planning: Neighbour
) -> None:
    case = at_appraisal(office, by)
    (request,) = ask(office, case, planning.agency, is_confidential=True)
    client = signed_in(planning.officer)
    page = client.get(reverse("onestop:desk_case", args=[case.code])).content.decode()

    opinion = reverse("onestop:desk_opinion", args=[request.uuid])
    assert opinion in page
    form = client.get(opinion)
    assert "Có phù hợp quy hoạch không?" in form.content.decode()
    assert "is_confidential" not in form.context["form"].fields  # it is, whatever is ticked
    for taking in ("desk_take_away", "desk_control_sheet", "desk_send_again"):
        assert reverse(f"onestop:{taking}", args=[case.code]) not in page
        assert client.post(reverse(f"onestop:{taking}", args=[case.code])).status_code == 404
    for act in acts.ACTS:
        address = reverse("onestop:desk_act", args=[case.code, act.code])
        assert address not in page
        assert client.post(address, {"text": "x", "reason": "x", "sure": "yes"}).status_code == 404
    assert client.post(opinion, {"outcome": "AGREED"}).status_code == 302
    request.refresh_from_db()
    assert request.is_confidential and request.outcome == RequestOutcome.AGREED


def test_a_case_that_has_ended_needs_no_opinion(office: Office, by: Account, planning: Neighbour) -> None:
    case = at_appraisal(office, by)
    (request,) = ask(office, case, planning.agency)
    withdrawing.withdraw(case_id=case.pk, account=by, reason="Không cần nữa", at=NOW)
    withdrawing.answer_withdrawal(case_id=case.pk, actor=office.officer, agrees=True, reason="", at=NOW)
    client = signed_in(planning.officer)
    assert client.get(reverse("onestop:desk_case", args=[case.code])).status_code == 404
    assert client.get(reverse("onestop:desk_opinion", args=[request.uuid])).status_code == 404
    assert consulting.to_remind(request.due_at - timedelta(hours=1)) == []
    with pytest.raises(AnsweredAlreadyError):
        give(request, planning.officer)


def test_time_that_is_added_while_the_clock_stands_is_there_when_it_runs_again(
    office: Office, by: Account, planning: Neighbour
) -> None:
    steps = straight(actions=["ASK_OPINION", "ASK_VERIFICATION", "PROPOSE"], consultation={"stops_clock": True})
    limit = {"kind": "WORKING_DAYS", "value": 5, "illustrative": True}
    factories.published(process={"steps": steps, "verification_days": 3}, time=limit)
    case = factories.accepted(office, by)
    due = case.due_at
    (asked,) = ask(office, case, planning.agency)
    requesting.ask_verification(
        case_id=case.pk, actor=office.officer, of=planning.agency, text="Xác minh hộ tịch", at=NOW
    )
    give(asked, planning.officer)
    case.refresh_from_db()
    calendar = calendar_of(office.committee.pk)
    assert due and case.due_at == calendar.postpone(due, 3)
    assert deadlines.replayed(due, case.events.order_by("sequence"), calendar) == case.due_at


def test_an_opinion_is_given_on_its_page_with_a_letter(office: Office, by: Account, planning: Neighbour) -> None:
    case = at_appraisal(office, by)
    (request,) = ask(office, case, planning.agency)
    client = signed_in(planning.officer)
    assert lists.counts(at_work(planning.officer), NOW)[lists.OPINIONS] == "1"
    assert lists.OPINIONS not in lists.counts(at_work(office.officer), NOW)
    assert str(case.code) in client.get(reverse("onestop:desk_opinions")).content.decode()
    page = reverse("onestop:desk_opinion", args=[request.uuid])
    assert client.post(page, {"outcome": "OBJECTED"}).status_code == 422
    letter = SimpleUploadedFile("cong-van.png", factories.PNG, content_type="image/png")
    sent = client.post(page, {"outcome": "CONDITIONS", "text": "Lùi 2 m", "attachment": letter})
    assert sent.status_code == 302
    request.refresh_from_db()
    assert request.outcome == RequestOutcome.CONDITIONS and request.attachment is not None
    mine = Client()
    mine.force_login(by)
    assert "Lùi 2 m" in mine.get(reverse("onestop:case", args=[case.uuid])).content.decode()
    assert mine.get(reverse("onestop:my_letter", args=[case.uuid, request.uuid])).status_code == 200


def heard_outside(client: Client, by: Account, case: Case) -> str:
    """Return all that the applicant, a passer-by with code and phone, a program and the national portal hear."""
    client.force_login(by, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(reverse("onestop:case", args=[case.uuid])).content.decode()
    tracked = client.post(reverse("track"), {"code": case.code, "phone": "0912345678"}).content.decode()
    program = [event.title for event in queries.history(case, for_applicant=True)]
    pushed = [
        message.payload["progress"]["NoiDungXuLy"]
        for message in OutboxMessage.objects.filter(topic="national_portal.progress").order_by("pk")
    ]
    assert 'class="timeline"' in page and 'class="timeline"' in tracked
    return "\n".join([page, tracked, *program, *pushed])


def test_nobody_outside_hears_that_an_opinion_was_asked_or_given_in_confidence(
    client: Client, office: Office, by: Account, planning: Neighbour, land: Neighbour
) -> None:
    case = at_appraisal(office, by, silence_is_consent=False, stops_clock=True)
    due = case.due_at
    given, passed = ask(office, case, planning.agency, land.agency, is_confidential=True)
    give(given, planning.officer, at=NOW + timedelta(days=1))
    consulting.go_on(case_id=case.pk, actor=office.officer, reason="Không chờ", at=NOW + timedelta(days=1))

    heard = heard_outside(client, by, case)
    for word in ("ý kiến", "ASK_OPINION", "ANSWER_OPINION", "GO_ON", "H09.6"):
        assert word not in heard
    case.refresh_from_db()
    assert due is not None and case.due_at == due + timedelta(days=1)
    told = OutboxMessage.objects.filter(topic="national_portal.progress").order_by("pk").last()
    assert told is not None
    assert told.payload["progress"]["NgayKetThucTheoQuyDinh"] == f"{local(case.due_at):%Y%m%d%H%M%S}"
    actions = list(case.events.values_list("action", flat=True))
    assert actions[-3:] == [Action.ASK_OPINION, Action.ANSWER_OPINION, Action.GO_ON]  # the office has it all
    assert passed.asked_of == land.agency


def test_an_opinion_that_is_asked_openly_stands_in_the_timeline(
    client: Client, office: Office, by: Account, planning: Neighbour
) -> None:
    case = at_appraisal(office, by)
    (request,) = ask(office, case, planning.agency)
    give(request, planning.officer)

    heard = heard_outside(client, by, case)
    assert "ASK_OPINION" in heard and "ANSWER_OPINION" in heard


def test_what_was_said_in_confidence_is_for_those_who_handle_the_case_only(
    office: Office, by: Account, planning: Neighbour, land: Neighbour
) -> None:
    case = at_appraisal(office, by)
    first, _second = ask(office, case, planning.agency, land.agency)
    letter = factories.stored_file()
    give(first, planning.officer, "OBJECTED", "Bí mật quân sự", is_confidential=True, attachment=letter)

    mine = Client()
    mine.force_login(by)
    assert "Bí mật" not in mine.get(reverse("onestop:case", args=[case.uuid])).content.decode()
    assert mine.get(reverse("onestop:my_letter", args=[case.uuid, first.uuid])).status_code == 404
    assert queries.opinions(case) == []
    assert not any("Bí mật" in event.note for event in case.events.all())

    page, its_letter = (
        reverse("onestop:desk_case", args=[case.code]),
        reverse("onestop:desk_letter", args=[case.code, first.uuid]),
    )
    other, handling_it = signed_in(land.officer), signed_in(office.officer)
    assert "Bí mật" not in other.get(page).content.decode()
    assert other.get(its_letter).status_code == 404
    assert "Bí mật" in handling_it.get(page).content.decode()
    assert handling_it.get(its_letter).status_code == 200


def test_opinions_are_asked_for_from_the_case_page(
    office: Office, by: Account, planning: Neighbour, land: Neighbour
) -> None:
    case = at_appraisal(office, by, agencies=["H09.6"], time=TWELVE_DAYS)
    client = signed_in(office.officer)
    page = client.get(reverse("onestop:desk_case", args=[case.code]))
    form = next(form for act, form in page.context["offered"] if act.action == Action.ASK_OPINION)
    assert form.fields["of"].initial == [planning.agency.pk] and "days" not in form.fields
    leader = Appointment.objects.get(account=office.leader.account)
    assert [label for _key, label in form.fields["people"].choices] == [f"Phạm Văn Đức, {leader.title}"]
    address = reverse("onestop:desk_act", args=[case.code, "ask-opinion"])
    version = Case.objects.get(pk=case.pk).version
    nobody = client.post(address, {"version": version, "text": "Hỏi"})
    assert nobody.status_code == 422
    typed = {"version": version, "text": "Hỏi", "of": [planning.agency.pk, land.agency.pk]}
    assert client.post(address, typed).status_code == 302
    assert case.requests.consultations().awaited().count() == 2


def test_a_worker_takes_silence_for_consent_and_leaves_the_rest(
    office: Office, by: Account, planning: Neighbour
) -> None:
    long_ago = NOW - timedelta(days=60)
    case = at_appraisal(office, by, time=TWELVE_DAYS, silence_is_consent=True)
    (request,) = ask(office, case, planning.agency)
    CaseRequest.objects.filter(pk=request.pk).update(asked_at=long_ago, due_at=long_ago + timedelta(days=12))
    tasks.lapse_requests()
    request.refresh_from_db()
    assert request.outcome == RequestOutcome.SILENT


def signed_in(actor: Seat) -> Client:
    client = Client()
    client.force_login(actor.account)
    return client


def test_who_stands_in_for_an_absent_officer_is_told_that_an_opinion_is_asked(
    office: Office, by: Account, land: Neighbour
) -> None:
    absent, stand_in = land.officer.account, factories.account("Người làm thay")
    Delegation.objects.create(
        appointment=Appointment.objects.get(account=absent),
        to=stand_in,
        purpose=Purpose.ABSENCE,
        valid_from=NOW.date(),
        valid_to=NOW.date() + timedelta(days=3),
        granted_at=NOW,
    )
    ask(office, at_appraisal(office, by), land.agency)

    told = DeskNotice.objects.filter(kind=NoticeKind.OPINION_ASKED)
    assert {notice.recipient for notice in told.select_related("recipient")} == {absent, stand_in}
