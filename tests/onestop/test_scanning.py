"""Papers are scanned: by whom, how good, compared with the original, signed, and used again."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from identity import signing
from identity.models import Account
from identity.officers import Seat
from identity.services import account_at_counter
from identity.signing import Expectation
from identity.states import Role
from onestop import bundling, queries
from onestop.errors import ActionNotAllowedError, NoSigningKeyError, ReasonMissingError, ScanRefusedError
from onestop.models import Case, Draft, Scan
from onestop.services import counter, filing, scanning
from onestop.states import Action
from portal.core import files
from portal.core.errors import QuarantinedFileError
from portal.core.files import Quality
from portal.core.models import OutboxMessage, StoredFile
from procedures.eforms.uploads import demands_of
from tests import factories
from tests.core.files import samples
from tests.factories import NOW, Office
from tests.processes import LEADER_KEY

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CARD = "giay_to_tuy_than"  # a paper of 2.000635 for which the form has no question
GOOD = Quality(dpi=300, is_grey=False, is_blurred=False, is_dark=False)
WEAK = Quality(dpi=96, is_grey=True, is_blurred=True, is_dark=True)
ABOUT = {"kind": "Căn cước", "number": "074156001234", "owner": "Trần Thị Sáu", "valid_until": "2030-01-01"}


@pytest.fixture
def grandmother(office: Office) -> Account:
    return account_at_counter(national_id="074156001234", full_name="Trần Thị Sáu", phone="0987654321", email="")


@pytest.fixture
def case(office: Office, by: Account) -> Case:
    return factories.accepted(office, by, delivery="PICK_UP")


@pytest.fixture
def desk(client: Client, office: Office) -> Client:
    client.force_login(office.clerk.account, backend=BACKEND)
    return client


def pages_of_a_scanner() -> StoredFile:
    """Return a scan as a PDF in storage."""
    photo = files.receive(io.BytesIO(samples.scan()), name="x.jpg", demands=demands_of(None), at=NOW)
    return files.joined([photo], name="Căn cước", at=NOW)


def scanned(
    case: Case, actor: Seat, *, quality: Quality = GOOD, code: str = CARD, about: Mapping[str, str] = ABOUT
) -> Scan:
    return scanning.add_scan(
        case_id=case.pk, code=code, file=factories.stored_file(), quality=quality, about=about, actor=actor, at=NOW
    )


def with_key(actor: Seat) -> Seat:
    actor.account.signing_key = LEADER_KEY
    actor.account.save()
    return actor


# --- who -------------------------------------------------------------------------------------


def test_the_clerk_of_the_receiving_centre_scans_and_the_history_says_so(office: Office, case: Case) -> None:
    scan = scanned(case, office.clerk)

    event = case.events.get(action=Action.DIGITISE)
    assert (event.actor, event.data["paper"], event.data["scan"]) == (office.clerk.account, CARD, "ADDED")
    assert scan.is_digitised and not scan.is_certified
    assert [str(line) for line in event.details] == ["Bản quét: đã quét"]


def test_whoever_has_the_step_scans_too(office: Office, case: Case) -> None:
    assert scanned(case, office.officer).is_digitised


def test_nobody_else_scans(office: Office, case: Case) -> None:
    elsewhere = factories.office("H09.25750", "25750")
    colleague = factories.actor(Role.OFFICER, office.committee)
    case.steps.filter(finished_at=None).update(holder=office.officer.account)
    strangers = [elsewhere.clerk, elsewhere.officer, colleague, office.leader, office.records, office.head]
    for somebody in strangers:
        with pytest.raises(ActionNotAllowedError):
            scanned(case, somebody)
    assert not Scan.objects.exists()


def test_only_papers_of_the_published_list_are_scanned(office: Office, case: Case) -> None:
    with pytest.raises(ActionNotAllowedError):
        scanned(case, office.clerk, code="so_ho_khau")


def test_nothing_is_scanned_into_a_case_that_has_ended(office: Office, by: Account) -> None:
    ended = factories.at_counter(office, by)  # sent to the applicant's account
    with pytest.raises(ActionNotAllowedError):
        scanned(ended, office.clerk)


# --- how good --------------------------------------------------------------------------------


def test_a_weak_scan_counts_only_when_somebody_says_why_it_is_kept(office: Office, case: Case) -> None:
    scan = scanned(case, with_key(office.clerk), quality=WEAK)
    assert (scan.is_digitised, len(scan.remarks)) == (False, 4)
    assert "96" in scan.remarks[0]

    with pytest.raises(ScanRefusedError):
        scanning.certify(scan_id=scan.pk, actor=office.clerk, at=NOW)
    with pytest.raises(ReasonMissingError):
        scanning.keep_weak(scan_id=scan.pk, actor=office.clerk, reason=" ", at=NOW)
    scanning.keep_weak(scan_id=scan.pk, actor=office.clerk, reason="Bản gốc đã phai mực", at=NOW)

    scan.refresh_from_db()
    assert scan.is_digitised


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (samples.scan(), []),
        (samples.scan((1000, 1414)), ["LOW_RESOLUTION"]),
        (samples.jpeg(samples.page((1700, 2400))), ["GREY"]),
        (samples.jpeg(Image.eval(samples.page((1700, 2400)), lambda dot: dot // 3)), ["GREY", "DARK"]),
        (samples.jpeg(samples.page((1700, 2400), blurred=True)), ["GREY", "BLURRED"]),
        (samples.pdf(2), []),  # letters, no picture: it has no dots
    ],
)
def test_a_scan_is_measured_by_its_dots_colours_and_light(content: bytes, expected: list[str]) -> None:
    stored = files.receive(io.BytesIO(content), name="quet", demands=demands_of(None), at=NOW)
    assert scanning.weaknesses_of(files.measured(stored)) == expected


def test_a_pdf_is_measured_where_its_picture_is_printed() -> None:
    assert files.measured(pages_of_a_scanner()) == Quality(dpi=206, is_grey=False, is_blurred=False, is_dark=False)


def test_several_photos_become_one_pdf_with_the_name_of_the_paper(desk: Client, office: Office, case: Case) -> None:
    photos = [SimpleUploadedFile(f"IMG_{n}.jpg", samples.scan(), content_type="image/jpeg") for n in range(2)]
    answer = desk.post(
        reverse("onestop:desk_scan", args=[case.uuid, CARD]), {"scans": photos, "kind": "Căn cước", "number": "1"}
    )

    assert answer["Location"] == reverse("onestop:desk_scans", args=[case.uuid])
    paper = case.papers.get()
    assert (paper.file.display_name, paper.file.pages) == ("Căn cước.pdf", 2)
    assert files.read(paper.file)[:8] >= b"%PDF-1.4"
    assert StoredFile.objects.filter(content_type="image/jpeg").count() == 0
    assert paper.scanned is not None and paper.scanned.about["number"] == "1"


def test_a_refused_file_is_said_beside_its_box(desk: Client, case: Case) -> None:
    place = reverse("onestop:desk_scan", args=[case.uuid, CARD])
    rubbish = SimpleUploadedFile("quet.pdf", b"no pdf")
    for typed in ({"kind": "Căn cước"}, {"kind": "Căn cước", "scans": rubbish}):
        answer = desk.post(place, typed)
        assert answer.status_code == 422 and answer.context["form"].errors["scans"]
    assert not Scan.objects.exists()


def test_what_is_known_of_a_paper_is_filled_in(desk: Client, case: Case) -> None:
    form = desk.get(reverse("onestop:desk_scan", args=[case.uuid, CARD])).context["form"]
    assert (form["kind"].value(), form["owner"].value()) == (scanning.published(case, CARD).name, case.applicant_name)
    assert not form.errors


def test_a_paper_does_not_run_out_before_it_was_issued(desk: Client, case: Case) -> None:
    typed = {"kind": "Căn cước", "issued_on": "2026-02-01", "valid_until": "2026-01-01"}
    answer = desk.post(reverse("onestop:desk_scan", args=[case.uuid, CARD]), typed)
    assert list(answer.context["form"].errors) == ["scans", "valid_until"]


# --- certified -------------------------------------------------------------------------------


@pytest.mark.usefixtures("neighbours", "authority")
def test_a_certified_scan_is_signed_with_the_clerks_key_and_marked_everywhere(
    desk: Client, office: Office, case: Case, by: Account
) -> None:
    scan = scanning.add_scan(
        case_id=case.pk,
        code=CARD,
        file=pages_of_a_scanner(),
        quality=GOOD,
        about=ABOUT,
        actor=with_key(office.clerk),
        at=NOW,
    )
    scanning.certify(scan_id=scan.pk, actor=office.clerk, at=NOW)
    scanning.certify(scan_id=scan.pk, actor=office.clerk, at=NOW)
    assert factories.deliver_all(topic="onestop.") == []

    paper = queries.papers(case)[0]
    assert paper.scanned is not None and paper.scanned.is_certified
    assert signing.verify(files.read(paper.file), Expectation(keys=(LEADER_KEY,), is_attachment=True)).is_valid
    assert paper.signatures[0]["standing"] == "VALID"
    assert StoredFile.objects.filter(content_type="application/pdf", facts__signatures=1).count() == 1
    mark = "đã số hóa, đã ký xác nhận"
    assert mark in desk.get(reverse("onestop:desk_case", args=[case.code])).content.decode()
    assert mark in desk.get(reverse("onestop:desk_scans", args=[case.uuid])).content.decode()
    assert b"can-cuoc-ho-chieu-hoac-giay-to-co-anh-khac-con-gia-tri-da-ky-xac-nhan.pdf" in b"".join(
        bundling.archive(case, b"%PDF-")
    )
    desk.force_login(by, backend=BACKEND)
    assert mark in desk.get(reverse("onestop:case", args=[case.uuid])).content.decode()
    assert desk.get(reverse("onestop:my_paper", args=[case.uuid, paper.uuid])).status_code == 200
    with pytest.raises(ScanRefusedError):
        scanning.take_out(scan_id=scan.pk, actor=office.clerk, at=NOW)


@pytest.mark.usefixtures("neighbours", "authority")
@pytest.mark.parametrize("key", ["demo-revoked", "no-such-key"])
def test_a_refused_key_takes_the_order_back_and_says_why(office: Office, case: Case, key: str) -> None:
    office.clerk.account.signing_key = key
    scan = scanned(case, office.clerk)
    scanning.certify(scan_id=scan.pk, actor=office.clerk, at=NOW)
    assert factories.deliver_all(topic=scanning.CERTIFY_TOPIC) == []

    scan.refresh_from_db()
    assert (scan.certifier, scan.key, scan.certified_at) == (None, "", None)
    assert scan.failure and scan.is_digitised


def test_without_a_key_nothing_is_certified(office: Office, case: Case) -> None:
    scan = scanned(case, office.clerk)
    with pytest.raises(NoSigningKeyError):
        scanning.certify(scan_id=scan.pk, actor=office.clerk, at=NOW)
    assert not OutboxMessage.objects.filter(topic=scanning.CERTIFY_TOPIC).exists()


def test_what_waits_for_the_virus_check_is_not_certified(office: Office, case: Case) -> None:
    scan = scanned(case, with_key(office.clerk))
    StoredFile.objects.filter(pk=scan.paper.file_id).update(scan="WAITING")
    with pytest.raises(QuarantinedFileError):
        scanning.certify(scan_id=scan.pk, actor=office.clerk, at=NOW)


# --- taken out, used again -------------------------------------------------------------------


def test_a_scan_that_is_taken_out_stays_in_the_history_alone(office: Office, case: Case) -> None:
    scan = scanned(case, office.clerk)
    scanning.take_out(scan_id=scan.pk, actor=office.officer, at=NOW)

    assert queries.papers(case) == []
    assert [event.data["scan"] for event in case.events.filter(action=Action.DIGITISE)] == ["ADDED", "REMOVED"]
    with pytest.raises(ActionNotAllowedError):
        scanning.keep_weak(scan_id=scan.pk, actor=office.clerk, reason="x", at=NOW)


def certified(scan: Scan, by: Seat, *, on: Any = NOW) -> Scan:
    """Let the scan be signed, without a signature."""
    scan.certifier, scan.key, scan.certified_at = by.account, LEADER_KEY, on
    scan.save()
    return scan


def test_a_certified_scan_is_used_again_and_the_national_portal_is_told(office: Office, by: Account) -> None:
    earlier = factories.accepted(office, by, delivery="PICK_UP")
    old = certified(scanned(earlier, office.clerk), office.clerk)
    case = factories.accepted(office, by, delivery="PICK_UP")

    new = scanning.use_again(case_id=case.pk, scan_id=old.pk, actor=office.clerk, at=NOW)

    assert (new.paper.file, new.certifier, new.by) == (old.paper.file, old.certifier, office.clerk.account)
    assert scanning.reusable(case, NOW) == []
    assert _told(case) == {"HoSoCoThanhPhanSoHoa": "1", "DuocSoHoa": "1", "DuocTaiSuDung": "1"}


@pytest.mark.parametrize("change", ["uncertified", "run out", "taken out", "somebody else's"])
def test_nothing_else_is_used_again(office: Office, by: Account, change: str) -> None:
    about = ABOUT | ({"valid_until": "2026-11-23"} if change == "run out" else {})
    owner = factories.citizen("074085009999") if change == "somebody else's" else by
    old = scanned(factories.accepted(office, owner, delivery="PICK_UP"), office.clerk, about=about)
    if change == "taken out":
        scanning.take_out(scan_id=old.pk, actor=office.clerk, at=NOW)
    if change != "uncertified":
        certified(old, office.clerk)
    case = factories.accepted(office, by, delivery="PICK_UP")

    with pytest.raises(ActionNotAllowedError):
        scanning.use_again(case_id=case.pk, scan_id=old.pk, actor=office.clerk, at=NOW)


# --- what the national portal is told --------------------------------------------------------


def test_what_came_as_a_file_was_not_digitised(office: Office, by: Account) -> None:
    case = factories.filed(by, factories.BIRTH)
    assert _told(case) == {"HoSoCoThanhPhanSoHoa": "0", "DuocSoHoa": "0", "DuocTaiSuDung": "0"}


@pytest.mark.parametrize(("quality", "told"), [(GOOD, "1"), (WEAK, "0")])
def test_a_scan_of_the_office_is_told_once_it_counts(office: Office, case: Case, quality: Quality, told: str) -> None:
    scanned(case, office.clerk, quality=quality)
    assert _told(case) == {"HoSoCoThanhPhanSoHoa": told, "DuocSoHoa": told, "DuocTaiSuDung": "0"}


def _told(case: Case) -> dict[str, str]:
    last = OutboxMessage.objects.filter(topic="national_portal.progress", group=f"national:{case.code}").latest("pk")
    told: dict[str, Any] = last.payload["case"]
    (paper,) = told["TaiLieuNop"]
    names = ("DuocSoHoa", "DuocTaiSuDung")
    return {"HoSoCoThanhPhanSoHoa": told["HoSoCoThanhPhanSoHoa"]} | {name: paper[name] for name in names}


# --- at the counter --------------------------------------------------------------------------


def test_a_scan_in_a_draft_answers_the_forms_question(office: Office, grandmother: Account) -> None:
    draft = counter.begin(account=grandmother, code=factories.BIRTH, prefill={}, actor=office.clerk, at=NOW)
    scan = scanned(draft, office.clerk, code="giay_chung_sinh")

    draft.refresh_from_db()
    assert draft.answers["giay_chung_sinh"] == [str(scan.paper.uuid)]
    assert not draft.events.exists()
    scanning.take_out(scan_id=scan.pk, actor=office.clerk, at=NOW)
    draft.refresh_from_db()
    assert draft.answers["giay_chung_sinh"] == []


def test_a_paper_that_the_form_asks_for_is_scanned_from_its_page_and_back(
    desk: Client, office: Office, grandmother: Account
) -> None:
    draft = counter.begin(account=grandmother, code=factories.EXTRACT, prefill={}, actor=office.clerk, at=NOW)
    answers = factories.extract_answers(on_behalf="OTHER")
    filing.save_answers(draft_id=draft.pk, answers=answers, at=NOW)
    Draft.objects.filter(case=draft).update(done=["document", "requester"])
    place = reverse("onestop:step", args=[draft.uuid, "authority"])

    answer = desk.post(place, {"act": "scan:van_ban_uy_quyen", "relation": "CHILD"})
    assert answer["Location"] == reverse("onestop:desk_scan", args=[draft.uuid, "van_ban_uy_quyen"])
    scanned(draft, office.clerk, code="van_ban_uy_quyen")
    back = desk.get(reverse("onestop:desk_scans", args=[draft.uuid])).context["back"]

    page = desk.get(back, follow=True)
    assert page.request["PATH_INFO"] == place
    assert page.context["form"]["relation"].value() == "CHILD"
    assert "đã số hóa" in page.content.decode()
    assert desk.post(place, {"relation": "CHILD"})["Location"] != place


def test_an_applicant_is_offered_no_scanner(client: Client, by: Account) -> None:
    client.force_login(by, backend=BACKEND)
    draft = filing.start_draft(account=by, code=factories.EXTRACT, prefill=factories.extract_answers(), at=NOW)
    filing.save_answers(draft_id=draft.pk, answers={"on_behalf": "OTHER"}, at=NOW)
    place = reverse("onestop:step", args=[draft.uuid, "authority"])

    assert "Quét giấy này" not in client.get(place).content.decode()
    assert client.post(place, {"act": "scan:van_ban_uy_quyen"}).status_code == 200


def test_a_deleted_draft_takes_its_scans_along(office: Office, grandmother: Account) -> None:
    draft = counter.begin(account=grandmother, code=factories.EXTRACT, prefill={}, actor=office.clerk, at=NOW)
    scanned(draft, office.clerk)
    counter.discard(draft_id=draft.pk, actor=office.clerk)
    assert not Scan.objects.exists() and not StoredFile.objects.exists()


def test_what_was_scanned_is_expected_on_paper(desk: Client, office: Office, grandmother: Account) -> None:
    draft = counter.begin(account=grandmother, code=factories.EXTRACT, prefill={}, actor=office.clerk, at=NOW)
    filing.save_answers(draft_id=draft.pk, answers=factories.extract_answers(), at=NOW)
    scanned(draft, office.clerk, code="van_ban_uy_quyen")

    assert expected(desk, draft)["paper_van_ban_uy_quyen"] == "ORIGINAL"


def test_the_usual_person_needs_no_word_about_papers(desk: Client, office: Office, grandmother: Account) -> None:
    draft = counter.begin(account=grandmother, code=factories.EXTRACT, prefill={}, actor=office.clerk, at=NOW)
    filing.save_answers(draft_id=draft.pk, answers=factories.extract_answers(), at=NOW)
    assert expected(desk, draft) == {
        "paper_to_khai": "ELECTRONIC",  # the form itself
        "paper_van_ban_uy_quyen": "NOT_NEEDED",  # the answers pass it by
        "paper_giay_to_tuy_than": "SHOWN",
        "paper_du_lieu_ho_tich": "LOOKED_UP",
    }
    filing.save_answers(draft_id=draft.pk, answers={"on_behalf": "RELATIVE"}, at=NOW)
    assert expected(desk, draft)["paper_van_ban_uy_quyen"] == ""  # asked for: only the clerk can tell


def expected(desk: Client, draft: Case) -> dict[str, object]:
    """Return what is chosen already on the page that files at the counter, of each paper."""
    form = desk.get(reverse("onestop:counter_check", args=[draft.uuid])).context["form"]
    return {name: field.initial for name, field in form.fields.items() if name.startswith("paper_")}


def test_the_pages_are_closed_to_others(client: Client, office: Office, grandmother: Account, case: Case) -> None:
    draft = counter.begin(account=grandmother, code=factories.EXTRACT, prefill={}, actor=office.clerk, at=NOW)
    scan = scanned(case, office.clerk)
    elsewhere = factories.office("H09.25750", "25750")
    for person, one in ((elsewhere.clerk, case), (office.officer, draft), (elsewhere.officer, case)):
        client.force_login(person.account, backend=BACKEND)
        assert client.get(reverse("onestop:desk_scans", args=[one.uuid])).status_code == 404
        assert client.get(reverse("onestop:desk_scan", args=[one.uuid, CARD])).status_code == 404
        assert client.post(reverse("onestop:desk_scan_act", args=[one.uuid, scan.pk, "take-out"])).status_code == 404
    client.force_login(office.leader.account, backend=BACKEND)  # sees the case, has not its step
    assert client.get(reverse("onestop:desk_scans", args=[case.uuid])).status_code == 200
    assert client.get(reverse("onestop:desk_scan", args=[case.uuid, CARD])).status_code == 404
    client.post(reverse("onestop:desk_scan_act", args=[case.uuid, scan.pk, "take-out"]))
    assert queries.scan_of(case, scan.pk) is not None


def test_a_scan_of_another_case_is_not_touched_through_this_one(desk: Client, office: Office, by: Account) -> None:
    mine, other = (factories.accepted(office, by, at=NOW + timedelta(minutes=n)) for n in range(2))
    scan = scanned(other, office.clerk)
    answer = desk.post(reverse("onestop:desk_scan_act", args=[mine.uuid, scan.pk, "take-out"]))
    assert answer.status_code == 404
