"""The catalogue's office: an admin changes a live procedure, a second one approves, the first regrets."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from procedures.models import ProcedureVersion, Proposal
from procedures.office.sections import SECTIONS
from procedures.states import Origin, ProposalState
from tests import factories
from tests.factories import EXTRACT

pytestmark = pytest.mark.django_db
_BUILT = {"bieu-mau", "quy-trinh"}  # pages of the builder
_WITH_A_FORM = [section.code for section in SECTIONS if not section.is_list and section.code not in _BUILT]


@pytest.fixture
def writer(admin_called: Callable[[str], Client]) -> Client:
    factories.published(EXTRACT)
    return admin_called("Người soạn")


@pytest.fixture
def second(admin_called: Callable[[str], Client]) -> Client:
    return admin_called("Người duyệt")


def _draft(client: Client) -> Proposal:
    client.post(f"/quan-tri/thu-tuc/{EXTRACT}/soan/")
    return Proposal.objects.get(state=ProposalState.DRAFT)


def _fee(client: Client, draft: Proposal, amount: str, **more: Any) -> Any:
    form = {
        "revision": draft.revision,
        "name": "Phí cấp bản sao",
        "kind": "PHI",
        "amount": amount,
        "per": "copies",
        "timing": "FILING",
    }
    return client.post(f"/quan-tri/de-xuat/{draft.uuid}/sua/phi/0/", form | more)


def _act(client: Client, draft: Proposal, act: str, **more: Any) -> Any:
    draft.refresh_from_db()
    return client.post(f"/quan-tri/de-xuat/{draft.uuid}/viec/{act}/", {"revision": draft.revision} | more)


def _imported(code: str, like: Proposal) -> Proposal:
    """An import's proposal that has waited since before `like` was written."""
    before = like.created_at - timedelta(days=1)
    moments = {"created_at": before, "changed_at": before, "proposed_at": before}
    return Proposal.objects.create(
        code=code,
        origin=Origin.IMPORT,
        state=ProposalState.PROPOSED,
        document=like.document | {"code": code},
        **moments,
    )


def test_a_fee_is_changed_proposed_approved_regretted_and_taken_back(writer: Client, second: Client) -> None:
    draft = _draft(writer)
    assert _fee(writer, draft, "70000").status_code == 302
    page = writer.get(f"/quan-tri/de-xuat/{draft.uuid}/").content.decode()
    assert "8.000 đồng" in page and "70.000 đồng" in page
    assert _act(writer, draft, "trinh", reason="Nghị quyết mới").status_code == 302
    assert _act(second, draft, "duyet").status_code == 302
    newest = ProcedureVersion.objects.latest("pk")
    assert (newest.number, newest.document["fees"][0]["amount"], newest.reason) == (2, 70_000, "Nghị quyết mới")
    assert newest.document["fees"][0]["code"] == "PHI_BAN_SAO"
    confirm = writer.get(f"/quan-tri/thu-tuc/{EXTRACT}/tro-lai/1/").content.decode()
    assert "70.000 đồng" in confirm and "8.000 đồng" in confirm
    writer.post(f"/quan-tri/thu-tuc/{EXTRACT}/tro-lai/1/", {"reason": "Nhầm"})
    assert ProcedureVersion.objects.latest("pk").document["fees"][0]["amount"] == 8_000


def test_the_author_is_not_offered_approval_and_is_refused_it(writer: Client) -> None:
    draft = _draft(writer)
    _fee(writer, draft, "70000")
    _act(writer, draft, "trinh", reason="x")
    assert "/viec/duyet/" not in writer.get(f"/quan-tri/de-xuat/{draft.uuid}/").content.decode()
    assert _act(writer, draft, "duyet").status_code == 422
    assert ProcedureVersion.objects.count() == 1


def test_the_second_person_reads_why_and_from_when(writer: Client, second: Client) -> None:
    draft = _draft(writer)
    _fee(writer, draft, "70000")
    _act(writer, draft, "trinh", reason="Nghị quyết mới của tỉnh")
    page = second.get(f"/quan-tri/de-xuat/{draft.uuid}/").content.decode()
    assert "Nghị quyết mới của tỉnh" in page and "ngày duyệt" in page
    assert "/viec/duyet/" in page and "Người dân sẽ thấy ngay sau khi duyệt" in page


def test_what_cannot_be_published_is_not_offered_for_approval(writer: Client, second: Client) -> None:
    draft = _draft(writer)
    document = draft.document | {"samples": [{"code": "mot", "name": "Một", "answers": {}, "expects": {"fee": 5}}]}
    Proposal.objects.filter(pk=draft.pk).update(document=document)
    page = writer.get(f"/quan-tri/de-xuat/{draft.uuid}/").content.decode()
    assert "phí, lệ phí: mong đợi 5 đồng" in page and "/bieu-mau/ghi-mau-thu/" in page
    _act(writer, draft, "trinh", reason="x")
    page = second.get(f"/quan-tri/de-xuat/{draft.uuid}/").content.decode()
    assert "/viec/duyet/" not in page and "/viec/tra-lai/" in page
    assert _act(second, draft, "duyet").status_code == 422


def test_who_pauses_a_procedure_reads_what_becomes_of_drafts(writer: Client) -> None:
    draft = _draft(writer)
    address = f"/quan-tri/de-xuat/{draft.uuid}/"
    assert "không nộp thêm hồ sơ được nữa" not in writer.get(address).content.decode()
    writer.post(f"{address}sua/tinh-trang/", {"revision": draft.revision, "state": "PAUSED", "notice": "Nâng cấp"})
    assert "không nộp thêm hồ sơ được nữa" in writer.get(address).content.decode()


def test_a_draft_without_a_change_says_where_to_begin(writer: Client) -> None:
    draft = _draft(writer)
    page = writer.get(f"/quan-tri/de-xuat/{draft.uuid}/").content.decode()
    assert "Chọn mục cần sửa" in page and "/viec/trinh/" not in page


def test_what_colleagues_wrote_waits_before_what_imports_brought(writer: Client, second: Client) -> None:
    draft = _draft(writer)
    _fee(writer, draft, "70000")
    _act(writer, draft, "trinh", reason="x")
    for number in range(60):
        _imported(f"1.{number:06}", draft)
    page = second.get("/quan-tri/").content.decode()
    assert "61 thay đổi đang chờ" in page and "trong đó 60 từ đợt nhập dữ liệu" in page
    assert page.index(str(draft.uuid)) < page.index("1.000000")
    assert "1.000059" not in page and "1.000059" in second.get("/quan-tri/?trang=2").content.decode()


def test_the_second_to_save_is_told_and_keeps_what_was_typed(writer: Client, second: Client) -> None:
    draft = _draft(writer)
    _fee(writer, draft, "70000")
    answer = _fee(second, draft, "55555")
    page = answer.content.decode()
    assert answer.status_code == 409 and "Người soạn" in page and "55555" in page
    draft.refresh_from_db()
    assert draft.document["fees"][0]["amount"] == 70_000
    assert f'name="revision" value="{draft.revision}"' in page
    assert _fee(second, draft, "55555").status_code == 302


def test_bad_input_is_told_next_to_the_field_and_saves_nothing(writer: Client) -> None:
    draft = _draft(writer)
    for amount in ("", "abc", "-1", "0", "1e3", "9" * 30):
        answer = _fee(writer, draft, amount)
        assert answer.status_code == 422 and 'aria-invalid="true"' in answer.content.decode()
    assert draft.revisions.count() == 1


def test_parts_are_added_moved_doubled_and_removed(writer: Client) -> None:
    draft = _draft(writer)
    base = f"/quan-tri/de-xuat/{draft.uuid}/sua/giay-to/"
    new = {"revision": 1, "name": "Đơn đề nghị", "mode": "SUBMIT", "originals": "1"}
    assert writer.post(base + "moi/", new).status_code == 302
    last = len(draft.document["papers"])
    for revision, (place, act) in enumerate(((last, "len"), (last - 1, "nhan-doi"), (0, "xoa")), start=2):
        assert writer.post(f"{base}{place}/{act}/", {"revision": revision}).status_code == 302
    draft.refresh_from_db()
    codes = [paper["code"] for paper in draft.document["papers"]]
    assert codes == ["van_ban_uy_quyen", "giay_to_tuy_than", "don_de_nghi", "don_de_nghi_2", "du_lieu_ho_tich"]
    _act(writer, draft, "hoan-tac", to=1)
    draft.refresh_from_db()
    assert [paper["code"] for paper in draft.document["papers"]] == [
        "to_khai",
        "van_ban_uy_quyen",
        "giay_to_tuy_than",
        "du_lieu_ho_tich",
    ]


@pytest.mark.parametrize("code", _WITH_A_FORM)
def test_saving_a_section_as_it_is_shown_changes_nothing(writer: Client, code: str) -> None:
    draft = _draft(writer)
    address = f"/quan-tri/de-xuat/{draft.uuid}/sua/{code}/"
    form = writer.get(address).context["form"]
    shown: dict[str, Any] = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in shown.items() if value not in (None, False)}
    assert writer.post(address, {"revision": 1} | sent).status_code == 302
    draft.refresh_from_db()
    before = deepcopy(ProcedureVersion.objects.get().document)
    if code == "tinh-trang":
        before["availability"] = {"state": draft.document["availability"]["state"]}
    assert draft.document == before


def test_a_written_section_that_is_no_yaml_or_no_document_is_told(writer: Client) -> None:
    draft = _draft(writer)
    address = f"/quan-tri/de-xuat/{draft.uuid}/sua/quy-trinh-chu/"
    for text in ("steps: [", "steps: 5", "!!python/object:os.system {}", "a: &a [*a]"):
        answer = writer.post(address, {"revision": 1, "text": text})
        assert answer.status_code == 422, text
    assert draft.revisions.count() == 1


def test_the_lists_show_what_was_asked_for(writer: Client) -> None:
    factories.published(factories.BIRTH)
    draft = _draft(writer)
    addresses = ["", "thu-tuc/", f"thu-tuc/{EXTRACT}/", f"de-xuat/{draft.uuid}/", f"thu-tuc/{EXTRACT}/?tu=9&den=x"]
    addresses += [f"de-xuat/{draft.uuid}/sua/{section.code}/" for section in SECTIONS]
    for address in addresses:
        assert writer.get("/quan-tri/" + address).status_code == 200, address
    for query, expected in (
        ({"q": "khai sinh"}, 2),
        ({"q": "đăng ký khai sinh"}, 1),
        ({"tinh_trang": "CHANGING"}, 1),
        ({"tinh_trang": "RETIRED"}, 0),
        ({"linh_vuc": "X"}, 0),
        ({"tinh_trang": "\0'"}, 2),
    ):
        page = writer.get("/quan-tri/thu-tuc/?" + urlencode(query))
        assert len(page.context["page"].object_list) == expected, query


def test_lists_ask_the_database_as_often_however_long_they_are(
    writer: Client, django_assert_max_num_queries: Any
) -> None:
    for code in list(factories.DOCUMENTS)[:15]:
        factories.published(code)
    for address in ("/quan-tri/", "/quan-tri/thu-tuc/"):
        with django_assert_max_num_queries(9):
            writer.get(address)


@pytest.mark.parametrize("path", ["sua/khong-co/", "sua/phi/99/", "sua/phi/x/", "sua/thong-tin/0/", "sua/phi/0/lam/"])
def test_what_is_not_there_is_not_found(writer: Client, path: str) -> None:
    draft = _draft(writer)
    assert writer.post(f"/quan-tri/de-xuat/{draft.uuid}/{path}", {"revision": 1}).status_code == 404


def test_a_proposed_change_is_no_longer_edited(writer: Client) -> None:
    draft = _draft(writer)
    _fee(writer, draft, "70000")
    _act(writer, draft, "trinh", reason="x")
    assert _fee(writer, draft, "1").status_code == 404
