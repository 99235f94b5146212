"""The national catalogue: what changed there is shown beside our versions and proposed; ours is never overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import procedures.tasks  # noqa: F401 - its handler, as a worker has it
from portal.core.errors import DomainError, RefusedError, UnreachableError
from portal.core.models import OutboxMessage
from procedures import services
from procedures.importing.merging import merged
from procedures.models import NationalCheck, NationalNewcomer, NationalRecord, ProcedureVersion, Proposal
from procedures.national import record
from procedures.national.client import Generation1
from procedures.office import queries
from procedures.services import following
from procedures.services.newcomers import note_newcomers
from procedures.states import Origin, ProposalState
from tests import factories
from tests.factories import BIRTH, EXTRACT, NOW
from tests.sandbox.world import World

pytestmark = pytest.mark.django_db


def look(**options: Any) -> NationalCheck:
    return following.look(catalogue=Generation1(), at=NOW, **options)


def amend(world: World, act: str, code: str = EXTRACT) -> None:
    answer = world.http.post("/dvcqg/danh-muc/", data={"code": code, "act": act})
    assert answer.status_code == 302


def press(client: Client, act: str, code: str = EXTRACT) -> Any:
    seen = NationalRecord.objects.get(code=code).sha256
    return client.post(f"/quan-tri/quoc-gia/{code}/{act}/", {"seen": seen}, follow=True)


def test_the_sandbox_publishes_what_our_catalogue_says(neighbours: World, catalogue: int) -> None:
    check = look()
    assert (check.read, check.trouble) == (catalogue, "") and catalogue > 30
    assert not NationalRecord.objects.filter(differs=True).exists()


def test_a_fee_raised_nationally_becomes_a_proposal_with_one_click(neighbours: World, admin: Client) -> None:
    ours = factories.published(EXTRACT)
    look()
    amend(neighbours, "tang-phi")
    assert look().changed == 1
    page = admin.get("/quan-tri/quoc-gia/").content.decode()
    assert "8.000 đồng" in page and "10.000 đồng" in page
    assert press(admin, "de-xuat").status_code == 200
    proposal = Proposal.objects.get()
    assert (proposal.origin, proposal.state) == (Origin.NATIONAL, ProposalState.PROPOSED)
    fee = proposal.document["fees"][0]
    assert fee == {**ours.document["fees"][0], "amount": 10000, "illustrative": False}
    for name in ("form", "process", "samples", "keywords", "summary", "papers"):
        assert proposal.document.get(name) == ours.document.get(name)
    press(admin, "de-xuat")
    assert Proposal.objects.count() == 1


def test_an_approved_proposal_leaves_nothing_to_decide(neighbours: World, admin: Client) -> None:
    factories.published(EXTRACT)
    amend(neighbours, "them-giay-to")
    look()
    press(admin, "de-xuat")
    proposal = Proposal.objects.get()
    services.approve(proposal_id=proposal.pk, seen_revision=1, by=factories.account(), at=NOW)
    assert "Bản cam kết" not in admin.get("/quan-tri/quoc-gia/").content.decode()
    look()
    assert not NationalRecord.objects.get().differs
    assert "Bản cam kết" in str(ProcedureVersion.objects.latest("pk").document["papers"])


def test_what_was_left_is_shown_again_when_it_changes_once_more(neighbours: World, admin: Client) -> None:
    factories.published(EXTRACT)
    amend(neighbours, "tang-phi")
    look()
    press(admin, "de-lai")
    assert "10.000 đồng" not in admin.get("/quan-tri/quoc-gia/").content.decode()
    assert "10.000 đồng" in admin.get("/quan-tri/quoc-gia/?xem=de-lai").content.decode()
    amend(neighbours, "tang-phi")
    look()
    assert "12.000 đồng" in admin.get("/quan-tri/quoc-gia/").content.decode()


def test_a_page_that_is_out_of_date_proposes_nothing(neighbours: World) -> None:
    factories.published(EXTRACT)
    amend(neighbours, "tang-phi")
    look()
    with pytest.raises(DomainError):
        following.propose_national(code=EXTRACT, seen="0" * 64, by=factories.account(), at=NOW)
    amend(neighbours, "tro-lai")
    look()
    seen = NationalRecord.objects.get().sha256
    with pytest.raises(DomainError):
        following.propose_national(code=EXTRACT, seen=seen, by=factories.account(), at=NOW)
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("kind", ["string_codes", "int_codes"])
def test_error_codes_may_be_texts_or_numbers(neighbours: World, kind: str) -> None:
    factories.published(EXTRACT)
    neighbours.plan("dvcqg.*", kind, times=-1)
    assert look().read == 1


def test_a_portal_that_is_down_is_noted_and_asked_again(neighbours: World, admin: Client) -> None:
    for code in (BIRTH, EXTRACT):
        factories.published(code)
    neighbours.plan("dvcqg.LayThuTuc", "status:503", match=EXTRACT)
    check = look()
    assert check.trouble and check.finished_at is None and check.read == 1
    page = admin.get("/quan-tri/quoc-gia/")
    assert page.status_code == 200 and "503" in page.content.decode()
    assert look(batch=1).read == 1
    assert set(NationalRecord.objects.values_list("code", flat=True)) == {BIRTH, EXTRACT}


def test_nobody_at_home_is_no_error(settings: Any) -> None:
    settings.NATIONAL_PORTAL_URL = "http://127.0.0.1:9"
    factories.published(EXTRACT)
    assert look().trouble


def test_a_procedure_that_is_refused_does_not_stop_the_others() -> None:
    class Grumpy:
        def listed(self) -> Mapping[str, str]:
            return {BIRTH: "Khai sinh", EXTRACT: "Trích lục"}

        def procedure(self, code: str) -> Mapping[str, Any]:
            if code == BIRTH:
                raise RefusedError("no")
            return {
                "MATTHC": code,
                "TENTTHC": "Tên khác",
                "CACHTHUCTHUCHIEN": "một dòng chữ",
                "CANCUPHAPLY": [7, None],
            }

    for code in (BIRTH, EXTRACT):
        factories.published(code)
    check = following.look(catalogue=Grumpy(), at=NOW)
    assert (check.read, check.trouble) == (1, "")
    (change,) = queries.compared(list(NationalRecord.objects.filter(differs=True)))
    assert [one.sentence.count("Tên khác") for one in change.changes] == [1]


def test_a_procedure_told_in_signs_that_no_database_holds_does_not_stop_the_others() -> None:
    class Garbled:
        def listed(self) -> Mapping[str, str]:
            return {BIRTH: "Khai sinh", EXTRACT: "Trích lục"}

        def procedure(self, code: str) -> Mapping[str, Any]:
            return {"MATTHC": code, "TENTTHC": "Tên\0 khác" if code == BIRTH else "Tên khác"}

    for code in (BIRTH, EXTRACT):
        factories.published(code)
    check = following.look(catalogue=Garbled(), at=NOW)
    assert (check.read, check.trouble) == (1, "")
    assert [record.code for record in NationalRecord.objects.all()] == [EXTRACT]


def test_an_address_of_nothing_leads_nowhere(admin: Client) -> None:
    for act in ("de-xuat", "de-lai", "xem-lai"):
        assert admin.post(f"/quan-tri/quoc-gia/%00/{act}/").status_code == 404


def test_a_procedure_that_the_national_list_drops_is_told(admin: Client) -> None:
    class Shrinking:
        codes: tuple[str, ...] = (BIRTH, EXTRACT)

        def listed(self) -> Mapping[str, str]:
            return dict.fromkeys(self.codes, "")

        def procedure(self, code: str) -> Mapping[str, Any]:
            return {"MATTHC": code, "TENTTHC": ""}

    national = Shrinking()
    for code in (BIRTH, EXTRACT):
        factories.published(code)
    following.look(catalogue=national, at=NOW)
    national.codes = (BIRTH,)
    following.look(catalogue=national, at=NOW)
    assert "không còn trong danh mục quốc gia" in admin.get("/quan-tri/quoc-gia/").content.decode()
    national.codes = ()
    assert following.look(catalogue=national, at=NOW).trouble
    assert NationalRecord.objects.get(code=BIRTH).gone_at is None


def test_those_looked_at_longest_ago_come_first() -> None:
    class Counting:
        asked: list[str] = []

        def listed(self) -> Mapping[str, str]:
            return {BIRTH: "Khai sinh", EXTRACT: "Trích lục", "9.999999": "Khác"}

        def procedure(self, code: str) -> Mapping[str, Any]:
            self.asked.append(code)
            if len(self.asked) == 2:
                raise UnreachableError("gone")
            return {"MATTHC": code, "TENTTHC": ""}

    for code in (BIRTH, EXTRACT):
        factories.published(code)
    for minutes in range(4):
        following.look(catalogue=Counting(), at=NOW + timedelta(minutes=minutes), batch=1)
    assert Counting.asked == [BIRTH, EXTRACT, EXTRACT, BIRTH]


def test_asking_now_is_work_for_a_worker_once_a_minute(neighbours: World, admin: Client) -> None:
    factories.published(EXTRACT)
    assert admin.post("/quan-tri/quoc-gia/hoi-ngay/", follow=True).status_code == 200
    following.ask_now(at=NOW)
    following.ask_now(at=NOW)
    assert OutboxMessage.objects.filter(topic=following.TOPIC).count() == 2
    assert factories.deliver_all(now=NOW + timedelta(days=400), topic=following.TOPIC) == []
    assert NationalRecord.objects.count() == 1


def test_the_list_takes_the_same_number_of_queries_however_long(
    neighbours: World, catalogue: int, admin: Client
) -> None:
    codes = list(ProcedureVersion.objects.values_list("procedure__code", flat=True).order_by("pk"))[:8]
    amend(neighbours, "them-giay-to", codes[0])
    look()
    admin.get("/quan-tri/quoc-gia/")
    with CaptureQueriesContext(connection) as few:
        admin.get("/quan-tri/quoc-gia/")
    for code in codes[1:]:
        amend(neighbours, "them-giay-to", code)
    look()
    with CaptureQueriesContext(connection) as many:
        page = admin.get("/quan-tri/quoc-gia/").content.decode()
    assert page.count("Bản cam kết") == len(codes)
    assert len(many) == len(few)


def test_merging_takes_over_what_differs_and_keeps_every_word_of_ours() -> None:
    ours = factories.published(EXTRACT).document
    theirs = record.document_of({"MATTHC": EXTRACT, "TENTTHC": ours["name"]}, {})
    assert merged(ours, theirs) == ours
    changed = deepcopy(ours)
    changed["legal_basis"] = [*ours["legal_basis"][:1], {"number": "99/2026/NĐ-CP"}]
    changed["time"] = {"kind": "WORKING_DAYS", "value": 3, "illustrative": False}
    result = merged(ours, changed)
    assert result["time"] == changed["time"]
    assert result["legal_basis"] == [ours["legal_basis"][0], {"number": "99/2026/NĐ-CP"}]
    same_day = {**changed, "time": {"kind": "WORKING_DAYS", "value": 1, "illustrative": False}}
    assert merged(ours, same_day)["time"] == ours["time"]


class TestWhatOnlyTheNationalListHas:
    NEW, BARE = "1.003197", "1.014200"  # the sandbox's; the second says next to nothing

    def test_it_is_listed_and_found_by_words_without_marks(self, neighbours: World, admin: Client) -> None:
        factories.published(EXTRACT)
        look()
        assert EXTRACT not in NationalNewcomer.objects.values_list("code", flat=True)
        assert "/quan-tri/quoc-gia/moi/" in admin.get("/quan-tri/quoc-gia/").content.decode()
        page = admin.get("/quan-tri/quoc-gia/moi/", {"q": "xoa dang ky thuong tru"}).content.decode()
        assert self.NEW in page and self.BARE not in page
        assert "Không có thủ tục" in admin.get("/quan-tri/quoc-gia/moi/", {"q": "zzz"}).content.decode()

    def test_it_is_taken_over_as_a_proposal_and_listed_no_more_once_approved(
        self, neighbours: World, admin: Client
    ) -> None:
        look()
        self._post(admin, self.NEW, "nhan/")
        proposal = Proposal.objects.get()
        assert (proposal.origin, proposal.state, proposal.base) == (Origin.NATIONAL, ProposalState.PROPOSED, None)
        document = proposal.document
        assert document["time"] == {"kind": "WORKING_DAYS", "value": 5, "illustrative": False}
        assert [result["code"] for result in document["results"]] == ["KQ.G01.000065"]
        assert document["online_level"] == "INFORMATION" and "form" not in document
        services.approve(proposal_id=proposal.pk, seen_revision=1, by=factories.account(), at=NOW)
        assert admin.get(f"/quan-tri/quoc-gia/moi/{self.NEW}/").status_code == 404
        assert f"moi/{self.NEW}" not in admin.get("/quan-tri/quoc-gia/moi/").content.decode()

    def test_the_proposal_says_what_is_doubtful(self, neighbours: World, admin: Client) -> None:
        look()
        self._post(admin, self.BARE, "nhan/")
        reason = Proposal.objects.get().reason
        assert "thiếu căn cứ pháp lý" in reason and "cấp thực hiện không rõ" in reason

    def test_it_is_set_aside_with_a_reason_and_offered_again(self, neighbours: World, admin: Client) -> None:
        look()
        assert self._post(admin, self.NEW, "", reason="").status_code == 422
        self._post(admin, self.NEW, "", reason="Việc của Công an")
        assert self.NEW not in admin.get("/quan-tri/quoc-gia/moi/").content.decode()
        look()
        left = admin.get("/quan-tri/quoc-gia/moi/?xem=de-lai").content.decode()
        assert self.NEW in left and "Việc của Công an" in left
        self._post(admin, self.NEW, "xem-lai/")
        assert self.NEW in admin.get("/quan-tri/quoc-gia/moi/").content.decode()

    def test_a_portal_that_does_not_answer_makes_no_proposal(self, neighbours: World, admin: Client) -> None:
        look()
        neighbours.plan("dvcqg.LayThuTuc", "status:503", times=-1)
        answer = admin.post(f"/quan-tri/quoc-gia/moi/{self.NEW}/nhan/", follow=True)
        assert "Xin thử lại sau" in answer.content.decode()
        assert not Proposal.objects.exists()

    def test_what_the_list_drops_is_dropped_unless_somebody_decided(self) -> None:
        note_newcomers({"1.000001": "Một", "1.000002": "Hai", "xyz": "Không phải mã"}, at=NOW)
        services.set_newcomer_aside(code="1.000002", because="Cấp bộ", by=factories.account(), at=NOW)
        note_newcomers({"1.000003": "Ba"}, at=NOW)
        assert set(NationalNewcomer.objects.values_list("code", flat=True)) == {"1.000002", "1.000003"}

    def _post(self, admin: Client, code: str, act: str, **form: str) -> Any:
        return admin.post(f"/quan-tri/quoc-gia/moi/{code}/{act}", form)
