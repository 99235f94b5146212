"""The case page of the desk: what it offers is what the services allow, and it loses nobody's words."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from identity.models import Account
from identity.officers import Seat
from onestop import acts, deadlines, queries
from onestop.acts import Act
from onestop.kinds import DocumentKind, ReadingForm
from onestop.models import Case, CaseDocument, CasePaper, CaseReading
from onestop.services import documents, handling, receiving, suspending, talking
from onestop.states import State
from portal.core.errors import DomainError
from tests import factories
from tests.factories import BIRTH, NOW, Office

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TYPED = "sure=yes&reason=x&note=x&text=x&days=3&confirmed=yes&collects=yes"
FACTS = {"registered_number": "12/1985", "registered_on": "1985-03-01", "registered_at": "UBND"}


def desk_of(actor: Seat) -> Client:
    client = Client()
    client.force_login(actor.account, backend=BACKEND)
    return client


def act_on(case: Case, act: str) -> str:
    return reverse("onestop:desk_act", args=[case.code, act])


def cases(office: Office) -> dict[str, Case]:
    """Return cases at many places of their road."""

    def by(number: int) -> Account:
        return factories.citizen(f"07408500{number:04}")

    proposed = factories.accepted(office, by(2))
    handling.record_facts(case_id=proposed.pk, actor=office.officer, facts=FACTS, at=NOW)
    handling.propose(case_id=proposed.pk, actor=office.officer, at=NOW)
    suspended = factories.accepted(office, by(3))
    suspending.suspend(case_id=suspended.pk, actor=office.officer, reason="Chờ", days=5, at=NOW)
    stopped = factories.accepted(office, by(4))
    suspending.stop(case_id=stopped.pk, actor=office.officer, reason="Chờ", at=NOW)
    return {
        "filed": factories.filed(by(0)),
        "accepted": factories.accepted(office, by(1)),
        "proposed": proposed,
        "suspended": suspended,
        "stopped": stopped,
        "at the counter": factories.at_counter(office, by(5), delivery="PICK_UP"),
        "returned": factories.at_counter(office, by(6)),
    }


def is_refused(act: Act, case: Case, actor: Seat) -> bool:
    """Return whether the form or the service of an act refuses the actor, as the page's button would meet it."""
    try:
        with transaction.atomic():
            form = act.form(case, QueryDict(TYPED))
            if form.is_valid():
                act.run(acts.Call(case, actor, timezone.now(), case.version, form))
                return False
    except DomainError:
        pass
    return True


def test_what_is_not_offered_is_not_shown_and_refused_on_the_server(office: Office) -> None:
    people = [office.clerk, office.head, office.officer, office.leader, office.records]
    beside = desk_of(factories.office("H09.25942", "25942").officer)
    for place, case in cases(office).items():
        case.refresh_from_db()
        before = (case.state, case.version)
        for actor in people:
            desk = desk_of(actor)
            offered = {act.code for act in acts.possible(case, actor, timezone.now())}
            page = desk.get(reverse("onestop:desk_case", args=[case.code])).content.decode()
            for act in acts.ACTS:
                shown = f'action="{act_on(case, act.code)}"' in page
                assert shown == (act.code in offered), (place, actor.role, act.code)
                assert act.code in offered or is_refused(act, case, actor), (place, actor.role, act.code)
            # The page of a refusal is a whole case page: one of them a seat is enough.
            refused = next(act for act in acts.ACTS if act.code not in offered)
            answer = desk.post(act_on(case, refused.code), QueryDict(TYPED))
            assert answer.status_code in {409, 422}, (place, actor.role)
        for act in acts.ACTS:
            assert beside.post(act_on(case, act.code), {"sure": "yes"}).status_code == 404
        case.refresh_from_db()
        assert (case.state, case.version) == before, place


@pytest.mark.parametrize(
    ("place", "role", "act"),
    [
        ("filed", "clerk", "accept"),
        ("accepted", "officer", "record-facts"),
        ("proposed", "leader", "sign"),
        ("proposed", "officer", None),
        ("suspended", "officer", "resume"),
        ("at the counter", "clerk", "return-result"),
        ("at the counter", "leader", None),
        ("returned", "leader", None),
        ("stopped", "officer", None),
    ],
)
def test_what_comes_next_is_put_first_and_never_what_ends_or_undoes(
    office: Office, place: str, role: str, act: str | None
) -> None:
    case = cases(office)[place]
    case.refresh_from_db()
    found = acts.likely(acts.possible(case, getattr(office, role), NOW), case)
    assert (found.code if found else None) == act


def test_a_grave_act_asks_once_more_and_keeps_the_reason(office: Office, by: Account) -> None:
    case = factories.accepted(office, by)
    desk = desk_of(office.officer)
    typed = {"version": case.version, "reason": "Đương sự đã mất"}

    answer = desk.post(act_on(case, "stop"), typed)
    case.refresh_from_db()
    assert (answer.status_code, case.state) == (422, State.PROCESSING)
    assert "Đương sự đã mất" in answer.content.decode()

    assert desk.post(act_on(case, "stop"), typed | {"sure": "yes"}).status_code == 302
    case.refresh_from_db()
    assert case.state == State.STOPPED


@pytest.mark.parametrize(
    ("act", "typed"),
    [
        ("record-facts", {"registered_number": "LỜI-CỦA-TÔI", "registered_at": "UBND"}),
        ("propose", {"note": "LỜI-CỦA-TÔI"}),
        ("extend", {"reason": "LỜI-CỦA-TÔI", "days": 2}),
        ("suspend", {"reason": "LỜI-CỦA-TÔI", "days": 2}),
        ("stop", {"reason": "LỜI-CỦA-TÔI", "sure": "yes"}),
        ("reassign", {"reason": "LỜI-CỦA-TÔI"}),
        ("request-supplement", {"reason": "LỜI-CỦA-TÔI", "basis": "Luật", "days": 3, "items": ["phone"]}),
        ("draft-result", {"refusal": "LỜI-CỦA-TÔI", "decision": "refuse"}),
        ("ask-verification", {"text": "LỜI-CỦA-TÔI"}),
        ("ask-opinion", {"text": "LỜI-CỦA-TÔI", "days": 3}),
        ("go-on", {"reason": "LỜI-CỦA-TÔI", "sure": "yes"}),
        ("send-back", {"reason": "LỜI-CỦA-TÔI"}),
        ("forward", {"note": "LỜI-CỦA-TÔI"}),
        ("resume", {"note": "LỜI-CỦA-TÔI"}),
        ("require-payment", {"note": "LỜI-CỦA-TÔI"}),
        ("reject", {"reason": "LỜI-CỦA-TÔI", "sure": "yes"}),
        ("answer-verification", {"confirmed": "yes", "text": "LỜI-CỦA-TÔI"}),
        ("refuse-withdrawal", {"reason": "LỜI-CỦA-TÔI"}),
        ("record-undelivered", {"reason": "LỜI-CỦA-TÔI", "collects": "yes"}),
        ("correct-result", {"reason": "LỜI-CỦA-TÔI", "sure": "yes"}),
    ],
)
def test_the_later_of_two_officers_is_told_who_did_what_and_keeps_every_word(
    office: Office, by: Account, act: str, typed: dict[str, object]
) -> None:
    case = factories.accepted(office, by)
    seen = case.version
    handling.record_facts(case_id=case.pk, actor=office.officer, facts=FACTS, at=NOW)
    handling.propose(case_id=case.pk, actor=office.officer, at=NOW)  # the step is the leader's now

    answer = desk_of(office.officer).post(act_on(case, act), typed | {"version": seen})
    page = answer.content.decode()
    assert answer.status_code in {409, 422}
    assert "LỜI-CỦA-TÔI" in page
    assert "Nội dung đã nhập" in page or f'action="{act_on(case, act)}"' in page


def test_why_a_case_was_sent_back_stands_before_what_comes_next(office: Office) -> None:
    case = cases(office)["proposed"]
    handling.send_back(case_id=case.pk, actor=office.leader, to="appraise", reason="Ghi lại số sổ", at=NOW)

    page = desk_of(office.officer).get(reverse("onestop:desk_case", args=[case.code])).content.decode()
    assert page.index("Ghi lại số sổ") < page.index('class="likely"')


def test_what_is_to_be_signed_is_read_from_beside_the_button(office: Office, by: Account) -> None:
    case = factories.accepted(office, by)
    handling.record_facts(case_id=case.pk, actor=office.officer, facts=FACTS, at=NOW)
    handling.propose(case_id=case.pk, actor=office.officer, at=NOW)
    draft = case.documents.get(kind=DocumentKind.RESULT)
    CaseDocument.objects.filter(pk=draft.pk).update(file=factories.stored_file())

    page = desk_of(office.leader).get(reverse("onestop:desk_case", args=[case.code])).content.decode()
    address = reverse("onestop:desk_document", args=[case.code, draft.uuid])
    likely = page[page.index('class="likely"') :]
    assert address in likely[: likely.index("</section>")]


def test_somebody_whose_case_went_on_reads_who_did_it(office: Office, by: Account) -> None:
    case = factories.accepted(office, by)
    seen = case.version
    handling.record_facts(case_id=case.pk, actor=office.officer, facts=FACTS, at=NOW)

    answer = desk_of(office.officer).post(act_on(case, "propose"), {"note": "Xin ký", "version": seen})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Trần Minh Tâm" in page and "Xin ký" in page


@pytest.mark.parametrize("role", ["clerk", "officer", "leader"])
def test_the_page_asks_the_database_as_often_however_much_was_written(office: Office, by: Account, role: str) -> None:
    case = factories.accepted(office, by)
    desk, page = desk_of(getattr(office, role)), reverse("onestop:desk_case", args=[case.code])
    for _ in range(2):  # what is read once a process, and marked as read once
        desk.get(page)
    with CaptureQueriesContext(connection) as few:
        desk.get(page)
    for number in range(5):
        talking.write_to_applicant(case_id=case.pk, actor=office.officer, text=f"Tin {number}", at=NOW)
        talking.write_note(case_id=case.pk, actor=office.clerk, text=f"Ghi {number}", at=NOW)
        handling.record_facts(case_id=case.pk, actor=office.officer, facts=FACTS, at=NOW)
        documents.write_form(case, DocumentKind.FORM_04, actor=office.officer, at=NOW, reason="Đông người")
        CasePaper.objects.create(case=case, code="other", file=factories.stored_file(), added_at=NOW)
    with CaptureQueriesContext(connection) as many:
        desk.get(page)
    assert len(many) == len(few) <= 30


class TestClock:
    def test_it_counts_working_minutes_and_shows_the_pauses(self, office: Office, by: Account) -> None:
        case = factories.accepted(office, by)  # at 9:00, promised for 17:00: 6 hours of work
        assert clock(case, NOW) == (360, 360, 0, 0)
        suspending.suspend(case_id=case.pk, actor=office.officer, reason="Chờ", days=5, at=NOW + timedelta(hours=1))
        assert clock(case, NOW + timedelta(hours=2)) == (360, 300, 0, 1)
        suspending.resume(case_id=case.pk, actor=office.officer, at=NOW + timedelta(hours=2))
        assert clock(case, NOW + timedelta(hours=2)) == (360, 300, 0, 1)
        assert clock(case, NOW + timedelta(days=1, hours=-1)) == (360, 0, 0, 1)
        assert clock(case, NOW + timedelta(days=1)) == (360, 0, 60, 1)

    def test_a_case_that_has_its_result_has_none(self, office: Office, by: Account) -> None:
        case = factories.at_counter(office, by, delivery="PICK_UP")
        assert deadlines.clock_of(case, queries.history(case), NOW) is None


def clock(case: Case, at: datetime) -> tuple[int, int, int, int]:
    case.refresh_from_db()
    found = deadlines.clock_of(case, queries.history(case), at)
    assert found is not None
    return found.total, found.left, found.late, len(found.pauses)


class TestTakingAway:
    @pytest.fixture
    def case(self, office: Office, by: Account) -> Case:
        return receiving.accept(case_id=factories.filed(by, BIRTH).pk, actor=office.clerk, at=NOW)

    def test_the_archive_holds_the_answers_the_papers_by_name_and_what_was_issued(
        self, office: Office, case: Case
    ) -> None:
        factories.deliver_all(topic="onestop.print")
        answer = desk_of(office.officer).post(
            reverse("onestop:desk_take_away", args=[case.code]), {"form": "ARCHIVE"}
        )
        assert answer.streaming
        content = answer.getvalue()
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            assert archive.testzip() is None
            assert archive.read("00-ho-so.pdf").startswith(b"%PDF")
            assert archive.read("giay-to/01-giay-chung-sinh.png") == factories.PNG
        assert [name.split("/")[0] for name in names] == ["00-ho-so.pdf", "giay-to", "van-ban"]
        assert names[2] == "van-ban/01-giay-tiep-nhan-ho-so-va-hen-tra-ket-qua-mau-01.pdf"
        assert CaseReading.objects.get().form == ReadingForm.ARCHIVE

    def test_a_file_in_quarantine_is_left_out_and_named(self, office: Office, case: Case) -> None:
        file = case.papers.get().file
        file.scan = "WAITING"
        file.save()
        answer = desk_of(office.officer).post(
            reverse("onestop:desk_take_away", args=[case.code]), {"form": "ARCHIVE"}
        )
        with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as archive:
            assert "giay-to/01-giay-chung-sinh.png" not in archive.namelist()
            assert "giay-to/01-giay-chung-sinh.png" in archive.read("thieu.txt").decode()

    def test_the_printed_page_has_everything_and_is_recorded(self, office: Office, case: Case) -> None:
        answer = desk_of(office.clerk).post(reverse("onestop:desk_take_away", args=[case.code]), {"form": "PRINT"})
        page = answer.content.decode()
        assert str(case.code) in page and "Nguyễn Thị Bình" in page and "Quá trình giải quyết" in page
        assert CaseReading.objects.get().account == office.clerk.account

    def test_another_office_takes_nothing(self, office: Office, case: Case) -> None:
        elsewhere = factories.office("H09.25942", "25942").officer
        answer = desk_of(elsewhere).post(reverse("onestop:desk_take_away", args=[case.code]), {"form": "ARCHIVE"})
        assert answer.status_code == 404
        assert not CaseReading.objects.exists()


def test_the_acts_of_a_phase_stand_together() -> None:
    phases = [act.phase for act in acts.ACTS]
    assert len(set(phases)) == 1 + sum(one != other for one, other in pairwise(phases))
