"""What a program does in a filed case: answers the office, withdraws, downloads; once, and in nobody else's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from identity.models import Account
from identity.states import Scope
from onestop import queries
from onestop.kinds import RequestOutcome
from onestop.models import Case, CaseRequest, FiledOnce, PaperUpload
from onestop.services import filing, requesting
from onestop.states import Action, State
from portal.core.models import StoredFile
from tests import factories
from tests.core.files import samples
from tests.factories import NOW, Office
from tests.onestop.test_api import CASES, PAPERS, bearer, pointers, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def birth(office: Office, by: Account) -> Case:
    return factories.accepted(office, by, factories.BIRTH)


@pytest.fixture
def lacking(office: Office, birth: Case) -> CaseRequest:
    return requesting.request_supplement(
        case_id=birth.pk,
        actor=office.officer,
        text="Xin chụp lại giấy chứng sinh.",
        items=["phone", "giay_chung_sinh"],
        due_at=timezone.now() + timedelta(days=10),
        at=NOW,
    )


@pytest.fixture
def drafted(office: Office, birth: Case) -> CaseRequest:
    asked = requesting.ask_consent(case_id=birth.pk, actor=office.officer, at=NOW)
    assert not factories.deliver_all(topic="onestop.print")
    return asked


def act(client: Client, by: Account, case: Case, tail: str, key: str = "k-1", **body: Any) -> Any:
    headers = bearer(by, Scope.CASES_ACT) | {"idempotency-key": key}
    return client.post(f"{CASES}{case.uuid}/{tail}/", body, content_type="application/json", headers=headers)


def supplement(client: Client, by: Account, asked: CaseRequest, key: str = "k-1", **answers: Any) -> Any:
    return act(client, by, asked.case, "bo-sung", key, request=str(asked.uuid), answers=answers)


def upload_for(client: Client, by: Account, case: Case, paper: str = "giay_chung_sinh") -> Any:
    photo = SimpleUploadedFile("giay.jpg", samples.jpeg(samples.page(), place=True))
    body = {"case": str(case.uuid), "paper": paper, "file": photo}
    return client.post(PAPERS, body, headers=bearer(by, Scope.PAPERS_UPLOAD))


def download(client: Client, by: Account, case: Case, tail: str, **headers: str) -> Any:
    return client.get(f"{CASES}{case.uuid}/{tail}/", headers=bearer(by, Scope.FILES_READ) | headers)


def test_a_program_is_told_what_the_office_asks_for_and_how_to_answer(
    client: Client, by: Account, lacking: CaseRequest
) -> None:
    asked = client.get(f"{CASES}{lacking.case.code}/bo-sung/", headers=bearer(by, Scope.CASES_READ)).json()
    assert (asked["request"], asked["text"]) == (str(lacking.uuid), "Xin chụp lại giấy chứng sinh.")
    assert sorted(asked["answers"]["properties"]) == ["giay_chung_sinh", "phone"]
    assert [question["code"] for question in asked["questions"]] == ["phone", "giay_chung_sinh"]
    case = client.get(f"{CASES}{lacking.case.code}/", headers=bearer(by)).json()
    assert [one["items"] for one in case["requests"]] == [["phone", "giay_chung_sinh"]]


def test_a_supplement_is_sent_with_a_new_paper_in_place_of_the_old(
    client: Client, by: Account, lacking: CaseRequest
) -> None:
    before = queries.papers(lacking.case)
    paper = upload_for(client, by, lacking.case)
    assert paper.status_code == 201, paper.content
    answer = supplement(client, by, lacking, phone="0987654321", giay_chung_sinh=[paper.json()["id"]])
    assert (answer.status_code, answer.json()["state"]) == (200, "PROCESSING"), answer.content
    case = Case.objects.get(pk=lacking.case_id)
    now = queries.papers(case)
    assert case.answers["phone"] == "0987654321" and case.answers["giay_chung_sinh"] == [str(now[0].uuid)]
    assert [one.file.content_type for one in before + now] == ["image/png", "image/jpeg"]
    assert not PaperUpload.objects.exists() and not answer.json()["requests"]


def test_what_is_not_sent_stays_as_it_was(client: Client, by: Account, lacking: CaseRequest) -> None:
    assert supplement(client, by, lacking, phone="0987654321", giay_chung_sinh=[]).status_code == 200
    case = Case.objects.get(pk=lacking.case_id)
    assert case.answers["giay_chung_sinh"] == [str(paper.uuid) for paper in queries.papers(case)] != []


def test_only_what_was_asked_for_can_be_sent(client: Client, by: Account, lacking: CaseRequest) -> None:
    wrong = supplement(client, by, lacking, phone="0987654321", birth_place="Ở nhà")
    assert pointers(wrong) == ["/answers/birth_place"]
    assert pointers(upload_for(client, by, lacking.case, "van_ban_uy_quyen")) == ["/paper"]
    assert pointers(supplement(client, by, lacking)) == ["/answers"]
    assert pointers(supplement(client, by, lacking, phone="12")) == ["/answers/phone"]
    assert pointers(supplement(client, by, lacking, giay_chung_sinh=["x"])) == ["/answers/giay_chung_sinh/0"]
    lacking.refresh_from_db()
    assert lacking.answered_at is None and not FiledOnce.objects.exists()


def test_a_file_in_which_a_virus_was_found_meanwhile_is_not_taken(
    client: Client, by: Account, lacking: CaseRequest
) -> None:
    paper = upload_for(client, by, lacking.case).json()["id"]
    StoredFile.objects.filter(content_type="image/jpeg").update(scan="INFECTED")
    assert pointers(supplement(client, by, lacking, giay_chung_sinh=[paper])) == ["/answers/giay_chung_sinh/0"]


def test_a_case_that_waits_for_nothing_takes_no_supplement(client: Client, by: Account, birth: Case) -> None:
    answers = [
        client.get(f"{CASES}{birth.uuid}/bo-sung/", headers=bearer(by)),
        act(client, by, birth, "bo-sung", request=str(uuid4()), answers={"phone": "0987654321"}),
        upload_for(client, by, birth),
    ]
    assert [answer.status_code for answer in answers] == [409, 409, 409]
    assert {answer.json()["code"] for answer in answers} == {"answered_already"}


def test_a_paper_is_for_a_procedure_or_for_a_case(client: Client, by: Account, lacking: CaseRequest) -> None:
    assert pointers(upload(client, bearer(by), case=str(lacking.case.uuid))) == ["/procedure"]
    stranger = factories.citizen("074085009999", "Người Khác")
    assert upload_for(client, stranger, lacking.case).status_code == 404


def test_a_draft_is_read_and_agreed_to(client: Client, by: Account, drafted: CaseRequest) -> None:
    case = client.get(f"{CASES}{drafted.case.code}/", headers=bearer(by)).json()
    draft = next(document for document in case["documents"] if document["is_draft"])
    shown = download(client, by, drafted.case, f"van-ban/{draft['id']}")
    assert (shown.status_code, shown["Content-Type"]) == (200, "application/pdf")
    answer = act(client, by, drafted.case, "du-thao", request=case["requests"][0]["id"], agrees=True)
    assert answer.status_code == 200, answer.content
    drafted.refresh_from_db()
    assert drafted.outcome == RequestOutcome.AGREED


def test_an_objection_needs_words(client: Client, by: Account, drafted: CaseRequest) -> None:
    said: dict[str, Any] = {"request": str(drafted.uuid), "agrees": False}
    assert act(client, by, drafted.case, "du-thao", **said).json()["code"] == "reason_missing"
    assert act(client, by, drafted.case, "du-thao", **said, text="Sai\u202e tên đệm").status_code == 200
    drafted.refresh_from_db()
    assert (drafted.outcome, drafted.answer) == (RequestOutcome.OBJECTED, "Sai tên đệm")


def test_a_late_call_does_not_agree_with_a_draft_that_came_after(
    client: Client, office: Office, by: Account, drafted: CaseRequest
) -> None:
    said: dict[str, Any] = {"request": str(drafted.uuid), "agrees": False, "text": "Sai tên đệm"}
    assert act(client, by, drafted.case, "du-thao", **said).status_code == 200
    requesting.ask_consent(case_id=drafted.case_id, actor=office.officer, at=NOW)
    late = act(client, by, drafted.case, "du-thao", "k-2", request=str(drafted.uuid), agrees=True)
    assert (late.status_code, late.json()["code"]) == (409, "answered_already")
    assert CaseRequest.objects.get(answered_at=None).case_id == drafted.case_id


def test_a_case_is_withdrawn_at_once_before_it_is_accepted_and_asked_for_afterwards(
    client: Client, by: Account, birth: Case
) -> None:
    fresh = factories.filed(by)
    assert act(client, by, fresh, "rut", reason="Không cần nữa").json()["state"] == "WITHDRAWN"
    assert act(client, by, birth, "rut", "k-2", reason="Không cần nữa").json()["state"] == "WITHDRAWAL_REQUESTED"
    assert birth.events.get(action=Action.REQUEST_WITHDRAWAL).note == "Không cần nữa"
    assert act(client, by, fresh, "rut", "k-3", reason="Nữa").json()["code"] == "action_not_allowed"
    assert pointers(act(client, by, birth, "rut", "k-4", reason=" ")) == ["/reason"]


def test_a_filing_that_waits_for_its_fee_is_given_up_and_no_other(client: Client, by: Account, birth: Case) -> None:
    unpaid = filing.submit(draft_id=factories.draft(by).pk, account=by, at=NOW)
    given_up = act(client, by, unpaid, "huy")
    assert (given_up.status_code, given_up.json()["state"]) == (200, "WITHDRAWN")
    assert [fee["state"] for fee in given_up.json()["fees"]] == ["CANCELLED"]
    assert act(client, by, birth, "huy", "k-2").json()["code"] == "action_not_allowed"


@pytest.mark.parametrize("tail", ["bo-sung", "du-thao", "rut", "huy"])
def test_an_act_needs_its_scope_its_key_and_its_own_case(client: Client, by: Account, birth: Case, tail: str) -> None:
    stranger = factories.citizen("074085009999", "Người Khác")
    body: dict[str, Any] = {"request": str(uuid4()), "answers": {"phone": "1"}, "agrees": True, "reason": "x"}
    assert act(client, stranger, birth, tail, **body).status_code == 404
    assert act(client, by, birth, tail, key="", **body).status_code == 400
    reading = bearer(by, Scope.CASES_READ, Scope.CASES_FILE, Scope.PAPERS_UPLOAD, Scope.FILES_READ)
    answer = client.post(f"{CASES}{birth.uuid}/{tail}/", body, content_type="application/json", headers=reading)
    assert answer.status_code == 403 and Scope.CASES_ACT in answer.json()["detail"]


def test_the_same_act_asked_for_again_gets_the_same_answer(client: Client, by: Account, lacking: CaseRequest) -> None:
    paper = upload_for(client, by, lacking.case).json()["id"]
    first, second = (supplement(client, by, lacking, giay_chung_sinh=[paper]) for _time in range(2))
    assert (first.status_code, first.content) == (200, second.content)
    assert "Idempotency-Replayed" not in first and second["Idempotency-Replayed"] == "true"
    assert lacking.case.events.filter(action=Action.ANSWER_SUPPLEMENT).count() == 1
    other_case = act(client, by, factories.filed(by), "rut", reason="x")
    assert (other_case.status_code, other_case.json()["code"]) == (422, "key_reused")


@pytest.mark.django_db(transaction=True)
def test_ten_withdrawals_at_once_are_one(by: Account) -> None:
    case = factories.filed(by)

    def send(_number: int) -> tuple[int, bytes]:
        try:
            answer = act(Client(), by, case, "rut", reason="Không cần nữa")
            return answer.status_code, answer.content
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(send, range(10)))
    assert [status for status, _content in answers] == [200]
    assert case.events.filter(action=Action.WITHDRAW).count() == 1
    assert Case.objects.get().state == State.WITHDRAWN


def test_papers_are_downloaded_as_on_the_pages(client: Client, by: Account, birth: Case) -> None:
    paper = queries.papers(birth)[0]
    answer = download(client, by, birth, f"giay-to/{paper.uuid}", accept="image/*")
    assert (answer.content, answer["Content-Type"]) == (factories.PNG, "image/png")
    assert answer["Content-Disposition"] == 'inline; filename="giay.png"'
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Security-Policy"].startswith("sandbox")


def test_nobody_downloads_what_is_anothers_or_was_not_issued(
    client: Client, by: Account, drafted: CaseRequest
) -> None:
    case, stranger = drafted.case, factories.citizen("074085009999", "Người Khác")
    paper, draft = queries.papers(case)[0].uuid, case.documents.get(kind="RESULT").uuid
    CaseRequest.objects.filter(pk=drafted.pk).delete()  # nobody asks for consent: the draft is the office's
    assert download(client, by, case, f"van-ban/{draft}").status_code == 404
    assert download(client, by, factories.filed(by), f"giay-to/{paper}").status_code == 404
    for tail in (f"giay-to/{paper}", f"van-ban/{draft}", f"giay-to/{uuid4()}"):
        assert download(client, stranger, case, tail).status_code == 404
    answer = client.get(f"{CASES}{case.uuid}/giay-to/{paper}/", headers=bearer(by, Scope.CASES_READ))
    assert answer.status_code == 403 and Scope.FILES_READ in answer.json()["detail"]


@pytest.mark.parametrize(("scan", "code"), [("WAITING", "quarantined_file"), ("CLEAN", "damaged_file")])
def test_a_file_that_is_not_fit_is_refused_in_words(
    client: Client, by: Account, birth: Case, scan: str, code: str
) -> None:
    paper = queries.papers(birth)[0]
    StoredFile.objects.filter(pk=paper.file_id).update(scan=scan, sha256="0" * 64)
    answer = download(client, by, birth, f"giay-to/{paper.uuid}", accept="image/png")
    assert (answer.status_code, answer.json()["code"]) == (503, code)
    assert answer["Content-Type"] == "application/problem+json"
