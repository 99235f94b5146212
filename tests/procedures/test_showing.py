"""A procedure's page by case and way of filing, paused, in season, retired; its data; its blank form."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client

from identity.states import AgencyKind
from procedures import definition as definitions
from procedures import services
from procedures.showing import blank_forms
from tests import factories

pytestmark = pytest.mark.django_db
_CODE = "1.001193"


def _published(**changes: Any) -> None:
    factories.published(_CODE, **changes)


def _page(client: Client, query: str = "", status: int = 200) -> str:
    answer = client.get(f"/thu-tuc/{_CODE}/{query}")
    assert answer.status_code == status
    return answer.content.decode()


@pytest.fixture(autouse=True)
def province() -> None:
    factories.agency("H09", kind=AgencyKind.PROVINCE)


def _with_variants() -> None:
    papers = [
        {"code": "to_khai", "name": "Tờ khai", "mode": "SUBMIT", "originals": 1},
        {
            "code": "ket_hon",
            "name": "Giấy chứng nhận kết hôn",
            "mode": "SUBMIT",
            "variant": "da_ket_hon",
            "copies": 2,
        },
        {"code": "cam_doan", "name": "Văn bản cam đoan", "mode": "SUBMIT", "variant": "chua"},
        {"code": "cccd", "name": "Thẻ căn cước", "mode": "LOOK_UP"},
    ]
    variants = [{"code": "da_ket_hon", "name": "Đã kết hôn"}, {"code": "chua", "name": "Chưa kết hôn"}]
    steps = [{"text": "Cam đoan trước công chức", "variant": "chua"}, "Nộp hồ sơ"]
    _published(papers=papers, variants=variants, steps=steps, fees=[], form=None, process=None, samples=[])


def test_papers_are_listed_by_case_and_the_chosen_case_alone_when_one_is_chosen(client: Client) -> None:
    _with_variants()
    everything, chosen = _page(client), _page(client, "?truong_hop=chua")
    assert "Giấy chứng nhận kết hôn" in everything and "Văn bản cam đoan" in everything
    assert "Giấy chứng nhận kết hôn" not in chosen.split("</script>", 1)[1] and "Văn bản cam đoan" in chosen


def test_an_unknown_case_shows_every_case(client: Client) -> None:
    _with_variants()
    assert "Giấy chứng nhận kết hôn" in _page(client, "?truong_hop=%00x")


def test_what_the_agencies_look_up_is_not_to_be_ticked(client: Client) -> None:
    _with_variants()
    page = _page(client)
    assert "Thẻ căn cước" in page and f'data-tick="{_CODE}:cccd"' not in page


def test_each_way_of_filing_has_its_own_date(client: Client) -> None:
    online = {"kind": "WORKING_DAYS", "value": 2, "illustrative": False}
    post = {"kind": "WORKING_DAYS", "value": 9, "illustrative": False, "condition": "Gửi bảo đảm"}
    _published(channels=[{"channel": "ONLINE", "times": [online]}, {"channel": "POST", "times": [post]}])
    page = _page(client)
    assert "2 ngày làm việc" in page and "9 ngày làm việc" in page and "Gửi bảo đảm" in page


def test_the_page_says_who_pays_nothing(client: Client) -> None:
    fee = {"code": "le_phi", "name": "Lệ phí", "kind": "LE_PHI", "amount": 5000, "timing": "FILING"}
    fee |= {"illustrative": True, "exempt": "Người thuộc hộ nghèo", "channels": ["DIRECT"]}
    _published(fees=[fee], samples=[])
    assert "Người thuộc hộ nghèo" in _page(client)


def test_a_paused_procedure_is_shown_with_its_notice_and_cannot_be_filed(client: Client) -> None:
    _published(availability={"state": "PAUSED", "notice": "Hệ thống đang chuyển dữ liệu."})
    page = _page(client)
    assert "Hệ thống đang chuyển dữ liệu." in page and "/nop-ho-so/" not in page
    assert "Có kết quả nếu nộp bây giờ" not in page and "Thời hạn" in page


def test_a_seasonal_procedure_says_its_season(client: Client) -> None:
    _published(availability={"state": "SEASONAL", "from": "06-01", "until": "06-01"})
    assert "01/06" in _page(client)


def test_a_retired_procedure_keeps_its_notice_and_its_successor(client: Client) -> None:
    _published()
    services.retire(
        code=_CODE, on=date(2025, 8, 1), at=factories.NOW, successor="1.009999", notice="Gộp vào thủ tục mới."
    )
    page = _page(client, status=410)
    assert "Gộp vào thủ tục mới." in page and "1.009999" in page and "/thu-tuc/1.009999/" not in page
    assert client.get(f"/thu-tuc/{_CODE}/")["Cache-Control"] == "no-cache"


def test_a_related_procedure_that_is_not_published_is_no_link(client: Client) -> None:
    _published(related=[{"code": "1.009998", "relation": "AFTER"}])
    page = _page(client)
    assert "1.009998" in page and 'href="/thu-tuc/1.009998/' not in page


def test_the_steps_are_drawn_and_told(client: Client) -> None:
    _published()
    page = _page(client)
    assert page.count('<svg class="road"') == 2 and "Thẩm tra và ghi sổ" in page and "60%" in page


def test_nothing_in_a_text_ends_the_embedded_data(client: Client) -> None:
    _published(summary="</script><script>alert(1)</script>")
    page = _page(client)
    assert "<script>alert" not in page
    found = re.search(r'<script type="application/ld\+json" nonce="[^"]+">(.*?)</script>', page)
    assert found and json.loads(found[1])["dct:description"][0]["@value"].startswith("</script>")


def test_machines_are_answered_in_json_ld(client: Client) -> None:
    _published()
    answer = client.get(f"/thu-tuc/{_CODE}/", headers={"accept": "application/ld+json"})
    direct = client.get(f"/thu-tuc/{_CODE}.jsonld")
    assert answer["Content-Type"] == direct["Content-Type"] == "application/ld+json"
    assert "Accept" in answer["Vary"] and answer.json() == direct.json()
    node = answer.json()
    assert "cpsv:PublicService" in node["@type"] and node["dct:identifier"] == _CODE
    for name in (
        "cv:hasCompetentAuthority",
        "cpsv:hasInput",
        "cv:hasChannel",
        "cv:hasLegalResource",
        "cpsv:produces",
    ):
        assert node[name], name


def test_the_blank_form_is_printed_from_the_definition_once_for_each_language(
    client: Client, monkeypatch: Any
) -> None:
    _published()
    made: list[str] = []

    def render(template: str, context: Any) -> bytes:
        made.append(render_to_string(template, context))
        return b"%PDF-"

    monkeypatch.setattr(blank_forms, "render_pdf", render)
    for language in ("vi", "vi", "en", "en"):
        client.cookies["django_language"] = language
        answer = client.get(f"/thu-tuc/{_CODE}/mau-don.pdf")
        assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    assert len(made) == 2
    assert 'lang="en"' not in made[0]
    assert "Please fill in this form in Vietnamese." in made[1]


def test_the_blank_form_asks_every_question_of_the_form() -> None:
    form = definitions.load(factories.published(_CODE).document).form
    assert form is not None
    asked = [question.label.vi for part in blank_forms.parts_of(form) for question in part.questions]
    assert asked == [field.label.vi for field in form.fields.values()]
    conditions = [part.condition for part in blank_forms.parts_of(form)]
    assert "“Ông/Bà là ai của trẻ?” là “Người được ủy quyền”" in conditions
    assert not any("YES" in condition for condition in conditions)


def test_who_comes_while_others_wait_for_blank_forms_is_asked_to_come_again(client: Client, monkeypatch: Any) -> None:
    _published()
    monkeypatch.setattr(blank_forms, "_PATIENCE", 0.01)
    with blank_forms._one_at_a_time:
        answer = client.get(f"/thu-tuc/{_CODE}/mau-don.pdf")
    assert answer.status_code == 503 and answer["Retry-After"]


def test_a_procedure_without_a_form_has_no_blank_form(client: Client) -> None:
    _with_variants()
    assert client.get(f"/thu-tuc/{_CODE}/mau-don.pdf").status_code == 404
    assert client.get("/thu-tuc/1.009997.jsonld").status_code == 404


def test_the_page_in_english_says_dates_and_money_in_english(client: Client) -> None:
    _published()
    client.cookies["django_language"] = "en"
    page = _page(client)
    assert "Birth registration" in page and "8,000 VND" in page and "before 17:00 on " in page
    assert 'lang="vi"' in page


def test_a_condition_of_a_time_is_read_in_english(client: Client) -> None:
    post = {"kind": "WORKING_DAYS", "value": 9, "illustrative": False, "condition": "Gửi bảo đảm"}
    _published(channels=[{"channel": "POST", "times": [post]}], english={"Gửi bảo đảm": "Sent by registered post"})
    client.cookies["django_language"] = "en"
    page = _page(client)
    assert "Sent by registered post" in page and "Gửi bảo đảm" not in page
