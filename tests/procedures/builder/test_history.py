"""Every change can be undone, and of two admins the later one is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from procedures.models import Proposal
from procedures.office.builder.history import Travel, travel
from tests.procedures.editor import FORM, Editor, codes

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("revisions", "expected"),
    [
        ([(1, None)], Travel(None, None)),
        ([(1, None), (2, None), (3, None)], Travel(2, None)),
        ([(1, None), (2, None), (3, None), (4, 2)], Travel(1, 3)),
        ([(1, None), (2, None), (3, None), (4, 2), (5, 1)], Travel(None, 2)),
        ([(1, None), (2, None), (3, None), (4, 2), (5, 1), (6, 2), (7, 3)], Travel(2, None)),
        ([(1, None), (2, None), (3, 1), (4, None)], Travel(1, None)),
        ([(1, None), (2, None), (3, 1), (4, None), (5, 2)], Travel(4, None)),
    ],
)
def test_undo_and_redo_walk_over_the_saves(revisions: list[tuple[int, int | None]], expected: Travel) -> None:
    assert travel(revisions) == expected


def test_pages_and_questions_are_moved_doubled_and_removed_and_all_of_it_undone(editor: Editor) -> None:
    before = editor.document
    for path, data in (
        ("trang/delivery/viec/len/", {}),
        ("trang/registered/viec/nhan-doi/", {}),
        ("cau-hoi/phone/viec/xuong/", {}),
        ("cau-hoi/phone/viec/dat/", {"page": "delivery", "place": "0"}),
        ("cau-hoi/email/viec/chuyen/", {"page-email": "delivery"}),
        ("cau-hoi/document/viec/nhan-doi/", {}),
        ("xoa/cau-hoi/on_behalf/", {}),
        ("gom/", {"name": "Lần trước", "chosen": ["earlier_number", "earlier_date"]}),
        ("cau-hoi/lan_truoc/viec/tach-nhom/", {}),
        ("so-phut/", {"minutes": "9"}),
    ):
        revision = Proposal.objects.get(pk=editor.draft.pk).revision
        assert editor.post(FORM + path, **data).status_code == 302, path
        assert Proposal.objects.get(pk=editor.draft.pk).revision == revision + 1, path
    after = editor.document
    assert after["form"]["minutes"] == 9 and codes(after, "delivery")[0] == "phone"
    for _time in range(10):
        assert editor.post("di/hoan-tac/").status_code == 302
    assert editor.document == before
    assert editor.post("di/hoan-tac/").status_code == 404
    for _time in range(10):
        editor.post("di/lam-lai/")
    assert editor.document == after
    words = editor.get("lich-su/")
    assert "Người soạn" in words and "Lần trước" in words


def test_the_second_admin_is_told_and_what_was_typed_is_kept(
    editor: Editor, admin_called: Callable[[str], Client]
) -> None:
    other = admin_called("Người thứ hai")
    typed = {"revision": 1, "label": "Số lượng bản", "min": "1", "max": "20", "required": "on"}
    editor.post(f"{FORM}so-phut/", minutes="7")
    answer = other.post(f"{editor.base}{FORM}cau-hoi/copies/", typed)
    page = answer.content.decode()
    assert answer.status_code == 409 and "Người soạn" in page and "Số lượng bản" in page
    assert 'name="revision" value="2"' in page
    moved = other.post(f"{editor.base}{FORM}cau-hoi/phone/viec/len/", {"revision": 1}, follow=True)
    assert "Người soạn" in moved.content.decode()
    assert editor.draft.revisions.count() == 2
