"""The builder's pages: each opens, asks the database as often as ever, and knows what is not there."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from procedures.editing import outline
from procedures.models import Proposal, SharedBlock
from tests import factories
from tests.factories import EXTRACT
from tests.procedures.editor import FORM, Editor, codes

pytestmark = pytest.mark.django_db


def test_every_page_of_the_builder_opens(editor: Editor) -> None:
    for path in (
        FORM,
        f"{FORM}?xem=may-tinh",
        f"{FORM}trang-moi/",
        f"{FORM}trang/requester/",
        f"{FORM}trang/post/dieu-kien/hien/",
        f"{FORM}them/requester/",
        f"{FORM}cau-hoi/requester/",
        f"{FORM}cau-hoi/requester/?loai=",
        f"{FORM}cau-hoi/van_ban_uy_quyen/dieu-kien/bat-buoc/",
        f"{FORM}xoa/trang/earlier/",
        f"{FORM}xoa/cau-hoi/on_behalf/",
        f"{FORM}chep/",
        f"{FORM}chep/?q=trich+luc",
        f"{FORM}chep/?tu={EXTRACT}",
        f"{FORM}chep/?khoi=01-nguoi-yeu-cau",
        "sua/quy-trinh/",
        "xem-thu/document/",
        "xem-thu/kiem-tra/",
        "lich-su/",
    ):
        editor.get(path)
    assert editor.client.get("/quan-tri/thu-tuc-moi/").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "trang/khong-co/",
        "cau-hoi/khong_co/",
        "cau-hoi/requester.khong_co/",
        "cau-hoi/copies/?loai=khong_co",
        "them/khong-co/?loai=text",
        "them/.copies/?loai=file",
        "cau-hoi/copies/dieu-kien/khong-co/",
        "trang/document/viec/khong-co/",
        "cau-hoi/copies/viec/khong-co/",
        "cau-hoi/copies/viec/tach-nhom/",
        "cau-hoi/copies/viec/dat/",
        "cau-hoi/copies/viec/chuyen/",
        "xoa/cau-hoi/khong_co/",
        "mau-thu/khong-co/bo/",
    ],
)
def test_what_is_not_there_is_not_found(editor: Editor, path: str) -> None:
    assert editor.post(FORM + path).status_code == 404


def test_the_builder_asks_the_database_as_often_however_long_the_form_is(
    editor: Editor, django_assert_max_num_queries: Any
) -> None:
    for place in range(10):
        editor.post(f"{FORM}them/requester/?loai=text", label=f"Câu hỏi {place}")
    with translation.override("vi"), django_assert_max_num_queries(9):
        editor.get(FORM)


def test_a_procedure_begins_from_nothing(editor: Editor) -> None:
    given = {
        "name": "Cấp giấy xác nhận hộ sản xuất",
        "new_sector": "Nông nghiệp",
        "levels": ["COMMUNE"],
        "audiences": ["CITIZEN"],
        "result": "Giấy xác nhận",
        "time_kind": "WORKING_DAYS",
        "time_value": "3",
        "process": "01-thang",
    }
    taken = editor.client.post("/quan-tri/thu-tuc-moi/", given | {"code": EXTRACT})
    assert taken.status_code == 422
    assert editor.client.post("/quan-tri/thu-tuc-moi/", given | {"time_value": ""}).status_code == 422
    answer = editor.client.post("/quan-tri/thu-tuc-moi/", given)
    draft = Proposal.objects.get(code="9.000001")
    assert answer["Location"].endswith(f"/{draft.uuid}/sua/bieu-mau/")
    assert draft.document["sector"] == {"code": "NONG_NGHIEP", "name": "Nông nghiệp"}
    new = Editor(editor.client, draft)
    new.get(FORM)
    assert new.post(f"{FORM}trang-moi/", title="Người yêu cầu", start="01-nguoi-yeu-cau").status_code == 302
    first = {"title": "Hộ", "start": "question", "first_label": "Tên hộ", "first_kind": "text"}
    assert new.post(f"{FORM}trang-moi/", **first).status_code == 302
    assert new.post(f"{FORM}trang-moi/", **first | {"first_kind": "choice"}).status_code == 422
    assert [page["code"] for page in outline.pages(new.document)] == ["nguoi_yeu_cau", "ho"]
    assert new.post(f"{FORM}xoa/trang/ho/").status_code == 302
    assert new.post(f"{FORM}xoa/trang/nguoi_yeu_cau/").status_code == 302
    assert "form" not in new.document


def test_questions_are_copied_from_blocks_and_from_other_procedures(editor: Editor) -> None:
    factories.published(factories.BIRTH)
    assert editor.post(f"{FORM}chep/?khoi=05-cam-doan", chosen="0.truthful").status_code == 302
    assert outline.pages(editor.document)[-1]["title"]["vi"] == "Cam đoan"
    chosen = ["2.birth_place", "2.home_town"]
    assert editor.post(f"{FORM}chep/?tu={factories.BIRTH}", chosen=chosen, target="registered").status_code == 302
    assert codes(editor.document, "registered")[-2:] == ["birth_place", "home_town"]
    assert (
        editor.post(f"{FORM}khoi/", name="Nơi sinh, quê quán", chosen=["birth_place", "home_town"]).status_code == 302
    )
    block = SharedBlock.objects.get()
    assert "Nơi sinh, quê quán" in editor.get(f"{FORM}chep/")
    assert editor.post(f"{FORM}chep/?khoi={block.uuid}", chosen="0.home_town").status_code == 302
    assert outline.pages(editor.document)[-1]["fields"][0]["code"] == "home_town_2"
    assert editor.post(f"{FORM}khoi/{block.uuid}/bo/").status_code == 302
    assert not SharedBlock.objects.exists()


def test_removing_says_first_what_goes_along_and_what_stands_in_the_way(editor: Editor) -> None:
    page = editor.get(f"{FORM}xoa/cau-hoi/on_behalf/")
    assert "Giấy ủy quyền" in page and "Văn bản ủy quyền" in page
    assert "Phí cấp bản sao" in editor.get(f"{FORM}xoa/cau-hoi/copies/")
    assert editor.post(f"{FORM}xoa/cau-hoi/copies/").status_code == 302
    assert outline.question(editor.document, "copies")
