"""Papers on a page of the form, in a browser's words: added, looked at again, turned, ordered, joined, opened."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from onestop.errors import IncompleteAnswersError
from onestop.models import Case
from onestop.services.filing import submit
from onestop.services.papers import remove_paper
from portal.core.models import StoredFile
from tests import factories
from tests.core.files import samples

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PAPER = "giay_chung_sinh"


@pytest.fixture
def office() -> factories.Office:
    return factories.office()


@pytest.fixture
def draft(client: Client, office: factories.Office) -> Case:
    factories.published(factories.BIRTH)
    person = factories.citizen()
    client.force_login(person, backend=BACKEND)
    case = factories.draft(person, factories.BIRTH)
    remove_paper(case_id=case.pk, paper=UUID(case.answers[PAPER][0]), at=factories.NOW)
    case.refresh_from_db()
    return case


def _send(client: Client, case: Case, *contents: bytes, **data: Any) -> Any:
    uploads = [SimpleUploadedFile(f"trang-{place}.jpg", content) for place, content in enumerate(contents)]
    return client.post(_step(case), {"proof": "CERTIFICATE"} | ({PAPER: uploads} if uploads else {}) | data)


def _step(case: Case) -> str:
    return reverse("onestop:step", args=[case.uuid, "proof"])


def _papers(case: Case) -> list[StoredFile]:
    case.refresh_from_db()
    by_name = {str(paper.uuid): paper.file for paper in case.papers.select_related("file")}
    return [by_name[name] for name in case.answers[PAPER]]


def _sharp() -> bytes:
    return samples.jpeg(samples.page(), place=True)


def test_a_good_photo_goes_on_to_the_next_page(client: Client, draft: Case) -> None:
    answer = _send(client, draft, _sharp())
    assert answer.status_code == 302 and answer["Location"] != _step(draft)
    assert [file.content_type for file in _papers(draft)] == ["image/jpeg"]


def test_a_blurred_photo_is_kept_and_the_citizen_decides(client: Client, draft: Case) -> None:
    answer = _send(client, draft, samples.jpeg(samples.page(blurred=True)))
    assert answer["Location"] == _step(draft)
    page = client.get(_step(draft)).content.decode()
    assert "Ảnh này có vẻ bị mờ" in page
    assert _send(client, draft)["Location"] != _step(draft)


def test_the_buttons_beside_photos_turn_order_and_join_them_without_scripts(client: Client, draft: Case) -> None:
    _send(client, draft, _sharp(), samples.jpeg(samples.page((1754, 1240))))
    first, second = _names(draft)
    page = _send(client, draft, paper_act=f"up:{second}", proof="CERTIFICATE").content.decode()
    assert _names(draft) == [second, first]
    assert "Ghép các ảnh thành một tệp PDF" in page
    _send(client, draft, paper_act=f"left:{second}")
    assert [(file.facts["width"], file.facts["height"]) for file in _papers(draft)] == [(1240, 1754)] * 2
    _send(client, draft, paper_act=f"join:{PAPER}")
    [made] = _papers(draft)
    assert made.is_pdf and made.pages == 2
    page = client.get(_step(draft)).content.decode()
    assert "2 trang" in page and "Ghép các ảnh" not in page


def test_what_was_typed_survives_a_button_beside_a_file(client: Client, draft: Case) -> None:
    _send(client, draft, _sharp())
    answer = _send(client, draft, paper_act=f"remove:{_names(draft)[0]}", proof="WITNESS")
    assert answer.status_code == 200
    assert _names(draft) == []
    assert 'value="WITNESS" id="id_proof_1" checked' in answer.content.decode()


@pytest.mark.parametrize("act", ["left:x", "left:", "join:", "join:child", "burn:1", "up:" + "0" * 32, "\0"])
def test_a_button_that_we_did_not_make_does_nothing(client: Client, draft: Case, act: str) -> None:
    _send(client, draft, _sharp())
    before = _names(draft)
    assert _send(client, draft, paper_act=act).status_code == 200
    assert _names(draft) == before


def test_a_stranger_cannot_turn_my_photo(client: Client, draft: Case) -> None:
    _send(client, draft, _sharp())
    [mine] = _names(draft)
    stranger = factories.citizen("074085009999", "Người Lạ")
    client.force_login(stranger, backend=BACKEND)
    other = factories.draft(stranger, factories.BIRTH)
    assert "không còn được sử dụng" in _send(client, other, paper_act=f"left:{mine}").content.decode()
    assert client.get(reverse("onestop:my_thumbnail", args=[draft.uuid, mine])).status_code == 404
    assert client.get(reverse("onestop:my_thumbnail", args=[other.uuid, mine])).status_code == 404


def test_more_files_than_a_paper_takes_are_refused(client: Client, draft: Case) -> None:
    page = _send(client, draft, *[b"%PDF-"] * 11).content.decode()
    assert "10" in page
    assert _names(draft) == []


def test_a_file_too_large_is_not_written_whole_and_what_was_typed_stays(
    client: Client, draft: Case, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1000
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    page = _send(client, draft, b"%PDF-" + b"\0" * 3_000_000, proof="WITNESS").content.decode()
    assert "lớn hơn 1 MB" in page
    assert 'value="WITNESS" id="id_proof_1" checked' in page
    assert [path for path in tmp_path.rglob("*") if path.is_file() and path.stat().st_size > 1000] == []


def test_a_request_of_two_hundred_megabytes_is_refused_unread(client: Client, draft: Case) -> None:
    class Unread(io.RawIOBase):
        def read(self, *_size: int) -> bytes:
            raise AssertionError("The body was read.")

    given: dict[str, Any] = {"CONTENT_LENGTH": str(200 * 1024 * 1024), "wsgi.input": Unread()}
    answer = client.generic("POST", _step(draft), b"", **given)
    assert answer.status_code == 413
    assert "100 MB" in answer.content.decode()


def test_a_paper_is_served_so_that_nothing_in_it_can_run(client: Client, draft: Case) -> None:
    upload = SimpleUploadedFile("Giấy chứng sinh.pdf", samples.pdf())
    client.post(_step(draft), {"proof": "CERTIFICATE", PAPER: upload})
    answer = client.get(reverse("onestop:my_paper", args=[draft.uuid, _names(draft)[0]]))
    assert answer["Content-Disposition"] == "inline; filename*=utf-8''Gi%E1%BA%A5y%20ch%E1%BB%A9ng%20sinh.pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "private, no-store"
    _send(client, draft, _sharp())
    photo = client.get(reverse("onestop:my_paper", args=[draft.uuid, _names(draft)[1]]))
    assert photo["Content-Security-Policy"].startswith("sandbox;")
    small = client.get(reverse("onestop:my_thumbnail", args=[draft.uuid, _names(draft)[1]]))
    assert small["Content-Type"] == "image/jpeg" and len(small.content) < 20_000


def test_a_file_in_quarantine_is_shown_so_and_opened_by_nobody(
    client: Client, draft: Case, office: factories.Office, settings: Any
) -> None:
    settings.CLAMD_URL = "tcp://127.0.0.1:9"
    _send(client, draft, _sharp())
    [name] = _names(draft)
    assert "Đang chờ kiểm tra vi-rút" in client.get(_step(draft)).content.decode()
    assert client.get(reverse("onestop:my_paper", args=[draft.uuid, name])).status_code == 403
    assert client.get(reverse("onestop:my_thumbnail", args=[draft.uuid, name])).status_code == 404
    person = draft.applicant
    assert person is not None
    case = submit(draft_id=draft.pk, account=person, at=factories.NOW)
    client.force_login(office.clerk.account, backend=BACKEND)
    page = client.get(reverse("onestop:desk_case", args=[case.code])).content.decode()
    assert "chờ kiểm tra vi-rút" in page
    closed = client.get(reverse("onestop:desk_paper", args=[case.code, name]))
    assert closed.status_code == 403 and "vi-rút" in closed.content.decode()
    assert client.get(reverse("onestop:desk_thumbnail", args=[case.code, name])).status_code == 404


def test_a_case_is_not_filed_with_a_file_in_which_a_virus_was_found(client: Client, draft: Case) -> None:
    _send(client, draft, _sharp())
    StoredFile.objects.update(scan="INFECTED")
    person = draft.applicant
    assert person is not None
    with pytest.raises(IncompleteAnswersError) as refused:
        submit(draft_id=draft.pk, account=person, at=factories.NOW)
    assert refused.value.step == "proof"
    assert "vui lòng thay tệp này" in client.get(_step(draft)).content.decode()


def test_a_damaged_file_is_not_served_and_a_page_says_so(client: Client, draft: Case, settings: Any) -> None:
    _send(client, draft, _sharp())
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        if path.is_file():
            path.write_bytes(b"something else")
    answer = client.get(reverse("onestop:my_paper", args=[draft.uuid, _names(draft)[0]]))
    assert answer.status_code == 500 and "bị hỏng" in answer.content.decode()


def _names(case: Case) -> list[str]:
    case.refresh_from_db()
    return list(case.answers[PAPER])
