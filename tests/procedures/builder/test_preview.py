"""Trying a draft: the preview stores nothing, and its answers become samples."""

from __future__ import annotations

import json
from typing import Any

import pytest

from procedures import definition as definitions
from procedures import sampling
from tests import factories
from tests.procedures.editor import FORM, Editor, extract

pytestmark = pytest.mark.django_db


BAD = '{"requester": {"birth_date": "mai"}, "earlier_date": "mai", "van_ban_uy_quyen": 5, "on_behalf": "OTHER"}'


def test_the_preview_walks_the_draft_and_stores_nothing(editor: Editor) -> None:
    editor.post(f"{FORM}trang/document/", title="Ông/Bà cần gì?")
    path = "xem-thu/document/"
    answer = editor.client.get(editor.base + path)
    assert "Ông/Bà cần gì?" in answer.content.decode()
    refused = editor.post(path, document="BIRTH_EXTRACT", copies="0")
    assert refused.status_code == 422
    page = editor.post(path, document="BIRTH_EXTRACT", copies="2").content.decode()
    assert "Người yêu cầu" in page and "BIRTH_EXTRACT" in page
    back = editor.post("xem-thu/requester/", back="document", answers='{"copies": 2}').content.decode()
    assert 'value="2"' in back
    deep = '{"copies": ' + "[" * 90_000 + "]" * 90_000 + "}"
    unkept = ('{"phone": "\\ud800"}', '{"phone": "\\u0000"}', '{"copies": 1e999}', '{"copies": NaN}')
    shapeless = ("[", "[1]", "x" * 300_000, '{"copies": {"a": [1]}}', '{"requester": 5, "delivery": [1]}', BAD)
    for nonsense in (*shapeless, deep, *unkept):
        assert editor.post("xem-thu/requester/", answers=nonsense).status_code == 422
        assert editor.post("xem-thu/kiem-tra/", answers=nonsense).status_code == 200
        assert editor.post(f"{FORM}ghi-mau-thu/", answers=nonsense, confirm="1").status_code == 422
    assert editor.draft.revisions.count() == 2


def test_only_the_preview_may_be_framed(editor: Editor) -> None:
    framed = editor.client.get(f"{editor.base}xem-thu/document/")
    assert "frame-ancestors 'self'" in framed["Content-Security-Policy"] and framed["X-Frame-Options"] == "SAMEORIGIN"
    for address in (f"{editor.base}{FORM}", f"{editor.base}lich-su/", "/quan-tri/", "/"):
        answer = editor.client.get(address)
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"], address
        assert answer["X-Frame-Options"] == "DENY", address


def test_answers_of_the_preview_become_a_sample_that_guards_the_procedure(editor: Editor) -> None:
    answers = factories.extract_answers()
    shown = editor.post(f"{FORM}ghi-mau-thu/", answers=json.dumps(answers)).content.decode()
    assert "16.000 đồng" in shown and "Tra cứu và soạn bản sao" in shown
    kept = editor.post(f"{FORM}ghi-mau-thu/", answers=json.dumps(answers), name="Ông An", confirm="1")
    assert kept.status_code == 302
    sample = editor.document["samples"][0]
    assert (sample["code"], sample["expects"]["fee"]) == ("ong_an", 16_000)
    fee = {"name": "Phí", "kind": "PHI", "amount": "9000", "per": "copies", "timing": "FILING"}
    editor.post("sua/phi/0/", **fee)
    assert "18.000 đồng" in editor.get(FORM)
    assert editor.post(f"{FORM}ghi-mau-thu/", sample="ong_an", name="Ông An", confirm="1").status_code == 302
    assert editor.document["samples"][0]["expects"]["fee"] == 18_000
    assert editor.post(f"{FORM}mau-thu/ong_an/bo/").status_code == 302
    assert "samples" not in editor.document


@pytest.mark.parametrize("answer", [2, "2", ["2"], {"full_name": "An"}])
@pytest.mark.parametrize("kind", ["file", "person", "several", "group", "date", "address"])
def test_a_sample_bears_that_its_question_is_of_another_kind_now(kind: str, answer: Any) -> None:
    document = extract()
    needs: dict[str, Any] = {
        "several": {"options": [{"value": "A", "label": "A"}]},
        "group": {"fields": [{"code": "one", "kind": "text", "label": "Một"}]},
    }
    question = {"code": "odd", "kind": kind, "label": "Lạ", **needs.get(kind, {})}
    document["form"]["steps"][0]["fields"].append(question)
    document["samples"] = [{"code": "one", "name": "Một", "answers": {"odd": answer}, "expects": {}}]
    (outcome,) = sampling.run(definitions.load(document))
    assert outcome.differences
