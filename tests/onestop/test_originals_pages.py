"""Originals at the desk and on the applicant's page: what is shown to whom, scanned, signed, printed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from identity.models import Account, Appointment
from identity.officers import Seat
from identity.states import Role
from onestop import printing
from onestop.kinds import DocumentKind
from onestop.lists import PAGE, Place, originals
from onestop.models import Case, CaseDocument, Handover, Original
from onestop.services import custody, handing_over, receiving
from portal.core import files
from tests import factories
from tests.core.paper import text_of
from tests.factories import NOW, Office, at_work
from tests.onestop.lists.conftest import inspector_of

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CARD = "074085001234"


@pytest.fixture
def taken_in(office: Office, by: Account) -> Callable[..., Original]:
    """File a case whose clerk takes an original in."""

    def take(*, accepts: bool = True) -> Original:
        case = factories.accepted(office, by) if accepts else factories.filed(by)
        return custody.take_in(case_id=case.pk, code="to_khai", actor=office.clerk, at=NOW)

    return take


@pytest.fixture
def original(taken_in: Callable[..., Original]) -> Original:
    return taken_in()


@pytest.fixture
def sign_in(client: Client) -> Callable[[Seat | Account], Client]:
    def enter(who: Seat | Account) -> Client:
        account = who.account if isinstance(who, Seat) else who
        assert account is not None
        client.force_login(account, backend=BACKEND)
        return client

    return enter


SignIn = Callable[[Seat | Account], Client]


def given(office: Office, *chosen: Original) -> Handover:
    keys = [one.pk for one in chosen]
    return handing_over.hand_over(originals=keys, actor=office.clerk, to_agency=office.committee, at=NOW)


def page(client: Client, name: str, *args: object) -> str:
    return client.get(reverse(f"onestop:{name}", args=args)).content.decode()


# --- who sees what ----------------------------------------------------------------------------


def test_everybody_who_may_open_the_case_sees_where_its_originals_are(
    office: Office, original: Original, sign_in: SignIn
) -> None:
    for actor in (office.clerk, office.officer, office.leader):
        shown = page(sign_in(actor), "desk_case", original.case.code)
        assert "Nguyễn Thị Thu Hà</b>, Cơ quan H09.25747.MC" in shown


def test_the_applicant_reads_the_office_and_not_the_person(
    office: Office, by: Account, original: Original, sign_in: SignIn
) -> None:
    shown = page(sign_in(by), "case", original.case.uuid)
    about = shown.partition("Bản chính của Ông/Bà")[2].partition("</ul>")[0]
    assert "Cơ quan H09.25747.MC" in about
    assert "Thu Hà" not in about

    case = original.case
    Case.objects.filter(pk=case.pk).update(state="STOPPED")
    assert "Sẵn sàng trả lại Ông/Bà" in page(sign_in(by), "case", case.uuid)
    custody.give_back(originals=[original.pk], actor=office.clerk, waybill="EE123456789VN", at=NOW)
    assert "EE123456789VN" in page(sign_in(by), "case", case.uuid)


def test_another_agency_sees_nothing_and_takes_nothing(office: Office, original: Original, sign_in: SignIn) -> None:
    neighbour = factories.office("H09.25750", "25750")
    record = given(office, original)
    for actor in (neighbour.clerk, neighbour.officer, neighbour.leader):
        client = sign_in(actor)
        for name in ("originals", "originals_unit", "handovers_awaited", "handovers_made"):
            shown = page(client, name)
            assert str(original.case.code) not in shown and str(record) not in shown, name
        for name in ("handover", "handover_paper"):
            assert client.get(reverse(f"onestop:{name}", args=[record.uuid])).status_code == 404
        for name in ("handover_receive", "handover_take_back"):
            assert client.post(reverse(f"onestop:{name}", args=[record.uuid]), {"all": "yes"}).status_code == 404
        client.get(reverse("onestop:originals_unit"), {"agency": office.centre.pk})
        client.post(reverse("onestop:hand_over"), {"original": original.pk, "to": neighbour.committee.pk})
        client.post(reverse("onestop:give_back"), {"original": original.pk, "id_number": CARD})
    assert Original.objects.get().keeper == office.clerk.account
    assert Handover.objects.get().is_open


@pytest.mark.parametrize("whole_province", [False, True])
def test_an_inspector_reads_a_record_and_signs_none(
    office: Office, original: Original, sign_in: SignIn, whole_province: bool
) -> None:
    record = given(office, original)
    inspector = inspector_of(office, whole_province=whole_province)
    client = sign_in(inspector)

    shown = page(client, "handover", record.uuid)
    assert str(original.case.code) in shown
    assert "ký nhận</button>" not in shown.lower() and "Rút biên bản lại" not in shown
    assert client.get(reverse("onestop:handover_paper", args=[record.uuid])).status_code == 200
    for name in ("handover_receive", "handover_take_back"):
        assert client.post(reverse(f"onestop:{name}", args=[record.uuid]), {"all": "yes"}).status_code == 403


def test_who_inspects_the_receiver_signs_for_nothing_there_whatever_else_they_are(
    office: Office, original: Original, sign_in: SignIn
) -> None:
    record, inspector = given(office, original), inspector_of(office)
    assert inspector.account is not None
    neighbour = factories.office("H09.25750", "25750")
    factories.appointment(inspector.account, neighbour.committee, Role.OFFICER)

    sign_in(inspector).post(reverse("onestop:handover_receive", args=[record.uuid]), {"all": "yes"})

    record.refresh_from_db()
    assert record.is_open


def test_who_is_to_sign_sees_how_many_records_wait(office: Office, original: Original, sign_in: SignIn) -> None:
    record = given(office, original)
    assert "chờ ký nhận" in page(sign_in(office.officer), "desk")
    assert str(record) in page(sign_in(office.officer), "handovers_awaited")
    assert "chờ ký nhận" not in page(sign_in(office.clerk), "desk")  # the giver's own
    assert str(record) in page(sign_in(office.clerk), "handovers_made")


# --- a record ---------------------------------------------------------------------------------


def test_a_scanned_receipt_brings_a_case_into_the_record(
    taken_in: Callable[..., Original], office: Office, sign_in: SignIn
) -> None:
    one, two, other = taken_in(), taken_in(), taken_in()
    client = sign_in(office.clerk)

    receipt = f"https://cong.example.vn/tra-cuu/?code={two.case.code}"
    answer = client.get(reverse("onestop:originals"), {"case": str(one.case.code), "q": receipt})

    assert answer.context["chosen"] == [one, two]
    assert other not in answer.context["chosen"]
    assert next(iter(answer.context["form"].places)) == str(office.committee.pk)  # where the cases are handled


def test_a_scanned_record_is_opened_wherever_it_is_scanned(
    office: Office, original: Original, sign_in: SignIn
) -> None:
    record = given(office, original)
    place = reverse("onestop:handover", args=[record.uuid])
    code = f"https://cong.example.vn{place}"
    for name in ("desk_find", "originals"):
        assert sign_in(office.officer).get(reverse(f"onestop:{name}"), {"q": code})["Location"] == place
    counter = sign_in(office.clerk).get(reverse("onestop:counter"), {"q": code}, follow=True)
    assert counter.redirect_chain[-1][0] == place


def test_a_bundle_goes_from_desk_to_desk(taken_in: Callable[..., Original], office: Office, sign_in: SignIn) -> None:
    one, two = taken_in(), taken_in()
    to = f"{office.committee.pk}-{office.officer.account.pk}" if office.officer.account else ""

    made = sign_in(office.clerk).post(reverse("onestop:hand_over"), {"original": [one.pk, two.pk], "to": to})
    record = Handover.objects.get()
    assert made["Location"] == reverse("onestop:handover", args=[record.uuid])
    assert 'name="original"' not in page(sign_in(office.clerk), "handover", record.uuid)
    assert 'name="original"' not in page(sign_in(office.leader), "handover", record.uuid)  # meant for the officer

    client = sign_in(office.officer)
    assert 'name="original"' in page(client, "handover", record.uuid)
    client.post(
        reverse("onestop:handover_receive", args=[record.uuid]), {"original": two.pk, "remark": "Thừa bản sao"}
    )

    shown = page(client, "handover", record.uuid)
    assert "thiếu; bên giao giữ" in shown and "Thừa bản sao" in shown
    holders = {each.pk: each.keeper for each in Original.objects.select_related("keeper")}
    assert holders == {one.pk: office.clerk.account, two.pk: office.officer.account}


def test_a_refusal_is_said_and_nothing_is_signed(office: Office, original: Original, sign_in: SignIn) -> None:
    record = given(office, original)
    place = reverse("onestop:handover_receive", args=[record.uuid])
    nothing = sign_in(office.officer).post(place, {})
    assert nothing.status_code == 409
    assert "Xin chọn ít nhất một bản chính" in nothing.content.decode()
    assert (
        "Không ai được ký cả bên giao lẫn bên nhận"
        in sign_in(office.clerk).post(place, {"all": "1"}).content.decode()
    )
    assert record.signatures.count() == 1


def test_the_page_offers_to_send_the_originals_after_the_case(
    office: Office, original: Original, sign_in: SignIn
) -> None:
    client = sign_in(office.clerk)
    shown = page(client, "desk_case", original.case.code)
    assert f'name="to" value="{office.committee.pk}"' in shown

    client.post(reverse("onestop:hand_over"), {"original": original.pk, "to": office.committee.pk})

    assert 'name="to"' not in page(client, "desk_case", original.case.code)
    assert "đang giao đến" in page(client, "desk_case", original.case.code)


def test_originals_are_given_back_on_the_page_of_the_case(
    taken_in: Callable[..., Original], office: Office, sign_in: SignIn
) -> None:
    original = taken_in(accepts=False)
    client = sign_in(office.clerk)
    assert "Trả bản chính" not in page(client, "desk_case", original.case.code)
    receiving.reject(case_id=original.case_id, actor=office.clerk, reason="Sai nơi nộp", at=NOW)
    assert "Trả bản chính" in page(client, "desk_case", original.case.code)

    client.post(reverse("onestop:give_back"), {"original": original.pk, "id_number": "074 085 001 234"})

    assert "Đã trả lại người nộp hồ sơ" in page(client, "desk_case", original.case.code)


def test_the_clerk_takes_an_original_in_later(office: Office, by: Account, sign_in: SignIn) -> None:
    case = factories.accepted(office, by)
    sign_in(office.clerk).post(reverse("onestop:take_in", args=[case.code]), {"paper": "to_khai"})
    assert case.originals.get().keeper == office.clerk.account
    sign_in(office.officer).post(reverse("onestop:take_in", args=[case.code]), {"paper": "van_ban_uy_quyen"})
    assert case.originals.count() == 1


def test_what_was_left_behind_is_shown_to_leader_and_agency_admin(
    office: Office, original: Original, sign_in: SignIn
) -> None:
    Appointment.objects.filter(account=office.clerk.account).update(valid_to=NOW.date())
    admin = factories.actor(Role.AGENCY_ADMIN, office.committee)  # the centre stands below it
    shown = page(sign_in(admin), "originals_unit")
    assert "Do người không còn làm việc ở đây giữ" in shown and str(original.case.code) in shown
    assert "Nguyễn Văn An" not in shown  # the applicant is no business of theirs
    assert 'name="original"' not in shown
    elsewhere = factories.actor(Role.AGENCY_ADMIN, factories.agency("H09.99"))
    assert str(original.case.code) not in page(sign_in(elsewhere), "originals_unit")

    client = sign_in(office.head)
    assert 'name="original"' in page(client, "originals_unit")
    client.post(reverse("onestop:take_charge"), {"original": original.pk})
    assert Original.objects.get().keeper == office.head.account


# --- on paper ---------------------------------------------------------------------------------


def test_the_record_on_paper_names_both_sides_and_every_paper(
    taken_in: Callable[..., Original], office: Office, sign_in: SignIn
) -> None:
    there, missing = taken_in(), taken_in()
    record = given(office, there, missing)
    paper = text_of(printing.handover_record(record))
    assert "BIÊN BẢN BÀN GIAO HỒ SƠ" in paper
    assert f"Số: {record}" in paper and "(chưa ký)" in paper
    for original in (there, missing):
        assert str(original.case.code) in paper and "Nguyễn Văn An" in paper

    handing_over.receive(
        handover_id=record.pk, actor=office.officer, there=[there.pk], remark="Thừa 01 bản sao", at=NOW
    )
    paper = text_of(printing.handover_record(Handover.objects.get()))
    for words in (
        "Nguyễn Thị Thu Hà, CLERK, Cơ quan H09.25747.MC",
        "Trần Minh Tâm, OFFICER, Cơ quan H09.25747",
        "Đủ",
        "Thiếu",
        "Thừa 01 bản sao",
        "Ký điện tử lúc 09:00 24/11/2026",
        *(one.digest for one in record.signatures.all()),
    ):
        assert words in paper, words


def test_form_01_says_which_originals_the_office_keeps(
    taken_in: Callable[..., Original], office: Office, sign_in: SignIn
) -> None:
    original = taken_in(accepts=False)
    receiving.accept(case_id=original.case_id, actor=office.clerk, at=NOW)
    form = CaseDocument.objects.get(case=original.case, kind=DocumentKind.FORM_01)
    printing.print_document(document_id=form.pk, at=NOW)
    form.refresh_from_db()
    assert form.file is not None
    assert "Bản chính được giữ tại cơ quan" in text_of(files.read(form.file))


# --- at size ----------------------------------------------------------------------------------


def many(original: Original, count: int) -> None:
    """Let the holder of an original hold more of them, each a minute later."""
    Original.objects.bulk_create(
        Original(
            case=original.case,
            code=f"giay_{number}",
            name=f"Giấy {number}",
            agency=original.agency,
            keeper=original.keeper,
            since=NOW + timedelta(minutes=number),
            last_move="TAKEN_IN",
        )
        for number in range(count)
    )


@pytest.mark.parametrize("name", ["originals", "originals_unit", "handovers_made"])
def test_a_page_asks_no_more_of_the_database_when_the_list_is_long(
    taken_in: Callable[..., Original], office: Office, sign_in: SignIn, name: str
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(client, name)
        return len(captured)

    first = taken_in()
    given(office, taken_in())
    client = sign_in(office.clerk)
    asked()
    short = asked()
    many(first, PAGE + 5)
    for _ in range(5):
        given(office, taken_in())
    assert asked() == short


def test_pages_follow_each_other_without_gaps(original: Original, office: Office) -> None:
    many(original, 2 * PAGE)
    found: list[int] = []
    place: Place | None = None
    while True:
        shown = originals.originals(Original.objects.held_at(office.centre.pk), place)
        found += [one.pk for one in shown.originals]
        place = shown.after
        if place is None:
            break
    assert found == list(Original.objects.order_by("since", "pk").values_list("pk", flat=True))


@pytest.mark.parametrize("after", [None, Place(NOW, 1)], ids=str)
@pytest.mark.parametrize(
    "index", ["original_held_by", "original_held_at", "handover_to_take_over", "handover_of_giver"]
)
def test_every_list_walks_its_index(original: Original, office: Office, index: str, after: Place | None) -> None:
    account = office.clerk.account
    assert account is not None
    reads: dict[str, Callable[[], object]] = {
        "original_held_by": lambda: originals.originals(Original.objects.held_by([account.pk]), after),
        "original_held_at": lambda: originals.originals(Original.objects.held_at(office.centre.pk), after),
        "handover_to_take_over": lambda: list(originals.awaited(at_work(office.clerk))[:PAGE]),
        "handover_of_giver": lambda: list(originals.made_by(account, after.pk if after else None)[:PAGE]),
    }
    with connection.cursor() as cursor:
        for other_way in ("seqscan", "bitmapscan", "sort"):  # small tables are read as a whole otherwise
            cursor.execute(f"SET LOCAL enable_{other_way} = off")
    with CaptureQueriesContext(connection) as captured:
        reads[index]()
    statement = captured.captured_queries[-1]["sql"]
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + statement)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert re.search(f"using {index}", plan), plan
    assert "Sort" not in plan, plan
    assert "OFFSET" not in statement
