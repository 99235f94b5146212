"""The API for one's own cases: filed exactly once, read by nobody else, refused in words that programs understand."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from identity.models import Account, ApiKey
from identity.services import issue_key, revoke_key
from identity.states import Scope
from onestop import queries
from onestop.kinds import Channel
from onestop.models import Case, CasePaper, FiledOnce, PaperUpload
from onestop.services import by_program, filing, requesting
from onestop.states import State
from portal.core.models import StoredFile
from tests import factories
from tests.core.files import samples

pytestmark = pytest.mark.django_db
CASES, PAPERS = "/api/v1/ho-so/", "/api/v1/giay-to/"
SHAPE = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]


@pytest.fixture
def office() -> factories.Office:
    return factories.office()


@pytest.fixture
def person(office: factories.Office) -> Account:
    factories.published()
    factories.published(factories.BIRTH)
    return factories.citizen()


def bearer(account: Account, *scopes: Scope, lasts: timedelta = timedelta(days=1)) -> dict[str, str]:
    _key, token = issue_key(
        account=account, name=str(uuid4()), scopes=scopes or list(Scope), lasts=lasts, at=timezone.now()
    )
    return {"authorization": f"Bearer {token}"}


def file(client: Client, headers: dict[str, str], key: str = "k-1", **body: Any) -> Any:
    order = {"procedure": factories.EXTRACT, "answers": factories.extract_answers()} | body
    return client.post(CASES, order, content_type="application/json", headers=headers | {"idempotency-key": key})


def upload(client: Client, headers: dict[str, str], content: bytes | None = None, **data: str) -> Any:
    given_file = SimpleUploadedFile(
        "giay.jpg", samples.jpeg(samples.page(), place=True) if content is None else content
    )
    body = {"procedure": factories.BIRTH, "paper": "giay_chung_sinh", "file": given_file} | data
    return client.post(PAPERS, body, headers=headers)


def pointers(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    return [fault["pointer"] for fault in answer.json()["errors"]]


def test_a_case_is_filed_and_its_fee_names_the_page_to_pay_on(client: Client, person: Account) -> None:
    answer = file(client, bearer(person))
    assert answer.status_code == 201, answer.content
    filed = answer.json()
    case = Case.objects.get(uuid=filed["id"])
    assert (case.applicant, case.channel, case.state) == (person, Channel.API, State.AWAITING_PAYMENT)
    assert filed["state"] == "AWAITING_PAYMENT" and filed["code"] is None
    (fee,) = filed["fees"]
    assert (fee["due_with"], fee["state"]) == ("filing", "DUE") and "/thanh-toan/" in fee["pay_page"]
    filing.settle_filing_fee(case_id=case.pk, at=timezone.now())
    code = Case.objects.get(pk=case.pk).code
    shown = client.get(f"{CASES}{code}/", headers=bearer(person)).json()
    assert (shown["id"], shown["state"], shown["delivery"]) == (filed["id"], "SUBMITTED", "ELECTRONIC")


def test_filing_leaves_the_draft_on_the_pages_alone(client: Client, person: Account) -> None:
    draft = factories.draft(person, answers=factories.extract_answers(copies=5))
    assert file(client, bearer(person)).status_code == 201
    assert file(client, bearer(person), key="k-2").status_code == 201
    draft.refresh_from_db()
    assert draft.is_draft and draft.answers["copies"] == 5


def test_the_same_key_gets_the_same_answer_and_files_nothing_more(client: Client, person: Account) -> None:
    first, second = file(client, bearer(person)), file(client, bearer(person))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert "Idempotency-Replayed" not in first and second["Idempotency-Replayed"] == "true"
    assert Case.objects.count() == FiledOnce.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_ten_filings_at_once_with_one_key_make_one_case(person: Account) -> None:
    headers = bearer(person)

    def send(_number: int) -> tuple[int, bytes]:
        try:
            answer = file(Client(), headers)
            return answer.status_code, answer.content
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(send, range(10)))
    assert [status for status, _content in answers] == [201]
    assert Case.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(client: Client, person: Account) -> None:
    file(client, bearer(person))
    other = file(client, bearer(person), answers=factories.extract_answers(copies=3))
    assert other.status_code == 422 and other.json()["code"] == "key_reused"
    assert Case.objects.count() == 1


def test_a_key_whose_filing_was_refused_may_be_used_again(client: Client, person: Account) -> None:
    assert file(client, bearer(person), answers={}).status_code == 422
    assert not FiledOnce.objects.exists() and not Case.objects.exists()
    assert file(client, bearer(person)).status_code == 201


def test_two_people_may_use_the_same_idempotency_key(client: Client, person: Account) -> None:
    other = factories.citizen("074085009999", "Người Khác")
    assert file(client, bearer(person)).json()["id"] != file(client, bearer(other)).json()["id"]


@pytest.mark.parametrize("key", ["", " ", "có dấu", "x" * 201])
def test_a_filing_needs_a_key_that_can_be_kept(client: Client, person: Account, key: str) -> None:
    assert file(client, bearer(person), key=key).status_code == 400


def test_what_is_wrong_is_said_field_by_field_in_the_language_asked_for(client: Client, person: Account) -> None:
    answers = factories.extract_answers(requester=factories.person(national_id="123"), phone="12")
    headers = bearer(person)
    assert pointers(file(client, headers, answers=answers)) == ["/answers/requester/national_id", "/answers/phone"]
    english = file(client, headers | {"accept-language": "en"}, answers=answers).json()
    assert english["errors"][1]["detail"] == "Enter a phone number with 10 digits, for example 0912 345 678."
    vietnamese = file(client, headers, answers=answers).json()
    assert vietnamese["errors"][1]["detail"] == "Xin nhập số điện thoại 10 chữ số, ví dụ 0912 345 678."


def test_answers_of_another_shape_are_named_too(client: Client, person: Account) -> None:
    answers = factories.extract_answers(copies="two", requester=7, mood="good")
    found = pointers(file(client, bearer(person), answers=answers))
    assert sorted(found) == ["/answers/copies", "/answers/mood", "/answers/requester"]
    assert pointers(file(client, bearer(person), answers=[])) == ["/answers"]
    assert pointers(file(client, bearer(person), delivery="BY_HORSE")) == ["/delivery"]


def test_the_way_of_delivery_may_stand_beside_the_answers(client: Client, person: Account) -> None:
    assert file(client, bearer(person), delivery="PICK_UP").json()["delivery"] == "PICK_UP"


def test_a_procedure_without_a_form_cannot_be_filed(client: Client, person: Account) -> None:
    factories.published("1.000894")
    for code in ("1.000894", "9.999999", "x\0"):
        assert file(client, bearer(person), procedure=code).status_code == 422
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[1",
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'{"a": -1e999}',
        b"[" * 100_000,
        b"[" * 500 + b"]" * 500,
        b'{"procedure": "\\ud800"}',
        b"\xff",
    ],
)
def test_what_is_no_json_is_refused(client: Client, person: Account, body: bytes) -> None:
    headers = bearer(person) | {"idempotency-key": "k"}
    answer = client.post(CASES, body, content_type="application/json", headers=headers)
    assert answer.status_code == 400 and answer["Content-Type"] == "application/problem+json"


def test_a_body_that_is_too_large_is_refused(client: Client, person: Account, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert file(client, bearer(person), answers={"phone": "0" * 2000}).status_code == 413


def test_a_case_is_filed_with_papers_that_were_uploaded_before(client: Client, person: Account) -> None:
    headers = bearer(person)
    given_paper = upload(client, headers)
    assert given_paper.status_code == 201, given_paper.content
    assert given_paper.json()["content_type"] == "image/jpeg"
    answers = factories.birth_answers(given_paper.json()["id"])
    answer = file(client, headers, procedure=factories.BIRTH, answers=answers)
    assert answer.status_code == 201, answer.content
    assert [paper["paper"] for paper in answer.json()["papers"]] == ["giay_chung_sinh"]
    assert not PaperUpload.objects.exists() and CasePaper.objects.count() == 1
    again = file(client, headers, key="k-2", procedure=factories.BIRTH, answers=answers)
    assert pointers(again) == ["/answers/giay_chung_sinh/0"]


def test_a_paper_of_another_person_or_question_cannot_be_used(client: Client, person: Account) -> None:
    theirs = upload(client, bearer(factories.citizen("074085009999", "Người Khác"))).json()["id"]
    other_question = upload(client, bearer(person), paper="van_ban_uy_quyen").json()["id"]
    for name in (theirs, other_question, "x", "../x"):
        answer = file(client, bearer(person), procedure=factories.BIRTH, answers=factories.birth_answers(name))
        assert pointers(answer) == ["/answers/giay_chung_sinh/0"]
    assert PaperUpload.objects.count() == 2


def test_a_refused_filing_leaves_its_papers_waiting(client: Client, person: Account) -> None:
    name = upload(client, bearer(person)).json()["id"]
    answers = factories.birth_answers(name, phone="1")
    assert pointers(file(client, bearer(person), procedure=factories.BIRTH, answers=answers)) == ["/answers/phone"]
    assert PaperUpload.objects.get().uuid.hex == name.replace("-", "")


def test_papers_are_examined_as_on_the_pages(client: Client, person: Account, settings: Any) -> None:
    headers = bearer(person)
    assert pointers(upload(client, headers, b"MZ program")) == ["/file"]
    assert pointers(upload(client, headers, b"")) == ["/file"]
    assert pointers(upload(client, headers, paper="phone")) == ["/paper"]
    assert upload(client, headers, procedure="9.999999").status_code == 422
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1000
    settings.UPLOAD_MAX_BYTES = 100_000
    assert pointers(upload(client, headers, b"%PDF-" + b"\0" * 300_000)) == ["/file"]
    assert not PaperUpload.objects.exists()


def test_uploads_that_nobody_used_and_old_answers_are_forgotten(client: Client, person: Account) -> None:
    upload(client, bearer(person))
    file(client, bearer(person))
    by_program.forget(now=timezone.now() + timedelta(hours=47))
    assert PaperUpload.objects.count() == FiledOnce.objects.count() == 1
    by_program.forget(now=timezone.now() + timedelta(days=8))
    assert not PaperUpload.objects.exists() and not FiledOnce.objects.exists()
    assert not StoredFile.objects.exists() and Case.objects.count() == 1


def test_an_account_cannot_fill_the_disk_with_uploads(
    client: Client, person: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(by_program, "MOST_UPLOADS", 1)
    assert upload(client, bearer(person)).status_code == 201
    assert upload(client, bearer(person)).status_code == 422


def test_ones_cases_come_page_by_page_and_nobody_elses(client: Client, person: Account) -> None:
    mine = [str(factories.filed(person).uuid) for _number in range(5)]
    factories.filed(factories.citizen("074085009999", "Người Khác"))
    headers, found, address = bearer(person), [], f"{CASES}?limit=2"
    while address:
        page = client.get(address, headers=headers).json()
        found += [case["id"] for case in page["results"]]
        address = page["next"]
    assert found == mine[::-1]
    for wrong in ("?limit=0", "?limit=x", "?limit=1000", "?after=x", f"?after={uuid4()}", "?after=%00"):
        assert client.get(CASES + wrong, headers=headers).status_code == 422, wrong


def test_the_list_takes_a_constant_number_of_queries(
    client: Client, person: Account, django_assert_max_num_queries: Any
) -> None:
    headers = bearer(person)
    for _number in range(4):
        factories.filed(person)
    client.get(CASES, headers=headers)
    with django_assert_max_num_queries(3):
        client.get(CASES, headers=headers)


def test_events_are_told_as_on_the_case_page_without_names_of_civil_servants(
    client: Client, person: Account, office: factories.Office
) -> None:
    case = factories.accepted(office, person)
    told = client.get(f"{CASES}{case.code}/su-kien/", headers=bearer(person) | {"accept-language": "en"})
    actions = [event["action"] for event in told.json()["results"]]
    assert actions[:3] == ["SUBMIT_UNPAID", "SETTLE_FEE", "ACCEPT"]
    assert "Case accepted" in [event["title"] for event in told.json()["results"]]
    assert str(office.clerk.account.full_name if office.clerk.account else "") not in told.content.decode()


def test_another_persons_key_finds_nothing_whatever_it_asks(client: Client, person: Account) -> None:
    case = factories.filed(person)
    stranger = bearer(factories.citizen("074085009999", "Người Khác"))
    unknown = client.get(f"{CASES}H09.1-260101-0001/", headers=stranger)
    for name in (case.code, case.uuid):
        for tail in ("", "su-kien/"):
            answer = client.get(f"{CASES}{name}/{tail}", headers=stranger)
            assert (answer.status_code, answer.content) == (404, unknown.content)
    assert client.get(f"{CASES}?after={case.uuid}", headers=stranger).status_code == 422


def test_every_scope_opens_what_it_says_and_no_more(client: Client, person: Account) -> None:
    case = factories.filed(person)
    tried: dict[Scope, Callable[[dict[str, str]], Any]] = {
        Scope.CASES_READ: lambda headers: client.get(f"{CASES}{case.code}/", headers=headers),
        Scope.CASES_FILE: lambda headers: file(client, headers),
        Scope.PAPERS_UPLOAD: lambda headers: upload(client, headers),
        Scope.CASES_ACT: lambda headers: client.post(f"{CASES}{case.code}/rut/", headers=headers),
        Scope.FILES_READ: lambda headers: client.get(f"{CASES}{case.code}/giay-to/{uuid4()}/", headers=headers),
    }
    assert tried.keys() == set(Scope)
    for scope in Scope:
        headers = bearer(person, scope)
        for needed, call in tried.items():
            answer = call(headers)
            assert (answer.status_code == 403) == (scope != needed), (scope, needed)
            if scope != needed:
                assert answer["Content-Type"] == "application/problem+json" and needed in answer.json()["detail"]


def test_unknown_revoked_and_expired_keys_are_answered_alike(client: Client, person: Account) -> None:
    revoked, expired, closed = bearer(person), bearer(person), bearer(factories.citizen("074085009999", "Người Khác"))
    keys = list(ApiKey.objects.order_by("pk"))
    revoke_key(account=person, uuid=keys[0].uuid, at=timezone.now())
    before = timezone.now() - timedelta(days=2)
    ApiKey.objects.filter(pk=keys[1].pk).update(created_at=before, expires_at=before + timedelta(days=1))
    Account.objects.filter(pk=keys[2].account_id).update(is_active=False)
    good = bearer(person)["authorization"]
    wrong = [{}, revoked, expired, closed, {"authorization": good[:-1] + "#"}, {"authorization": good[7:]}]
    answers = [client.get(CASES, headers=headers) for headers in wrong]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0]["WWW-Authenticate"] == 'Bearer realm="api"'
    assert client.get(CASES, headers={"authorization": good}).status_code == 200


def test_being_signed_in_opens_no_address_for_keys(client: Client, person: Account) -> None:
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(CASES).status_code == 401


def test_problems_speak_the_language_asked_for(client: Client) -> None:
    assert client.get(CASES).json()["detail"].startswith("Khóa API")
    assert client.get(CASES, headers={"accept-language": "en"}).json()["detail"].startswith("The API key")


def test_answers_about_a_person_are_not_kept_on_the_way(client: Client, person: Account) -> None:
    for answer in (client.get(CASES, headers=bearer(person)), file(client, bearer(person))):
        assert answer["Cache-Control"] == "private, no-store"


def test_a_key_that_knocks_too_often_waits_and_another_does_not(
    client: Client, person: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onestop.api.keys.PerKey.rate", "2/min", raising=False)
    busy, other = bearer(person), bearer(person)
    assert [client.get(CASES, headers=busy).status_code for _time in range(3)] == [200, 200, 429]
    refused = client.get(CASES, headers=busy)
    assert int(refused["Retry-After"]) > 0 and refused["Content-Type"] == "application/problem+json"
    assert client.get(CASES, headers=other).status_code == 200


def test_no_token_is_kept_or_logged(client: Client, person: Account, capfd: pytest.CaptureFixture[str]) -> None:
    headers = bearer(person)
    token = headers["authorization"].removeprefix("Bearer ")
    client.get(CASES, headers=headers)
    client.get(f"{CASES}?key={token}")
    assert token[15:] not in "".join(capfd.readouterr())
    assert token not in json.dumps(list(ApiKey.objects.values()), default=str)


@pytest.mark.usefixtures("kept_connection")
def test_whatever_a_program_sends_the_answer_has_the_shape_of_the_schema(
    office: factories.Office, person: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onestop.api.keys.PerKey.rate", "1000000/min", raising=False)
    case = factories.accepted(office, person, factories.BIRTH)
    requesting.request_supplement(
        case_id=case.pk,
        actor=office.officer,
        text="Xin chụp lại.",
        items=["phone", "giay_chung_sinh"],
        due_at=timezone.now() + timedelta(days=10),
        at=factories.NOW,
    )
    paper = queries.papers(case)[0]
    headers = {name.title(): value for name, value in bearer(person).items()}
    schema = schemathesis.openapi.from_wsgi("/api/schema/?format=json", get_wsgi_application())
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    operations = [one for one in found if one.definition.raw["security"] == [{"key": []}]]
    assert len(operations) == 12
    codes = st.sampled_from([case.code, str(case.uuid), None])
    seen: dict[str, set[int]] = {}
    for operation in operations:

        @settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(asked=operation.as_strategy(), code=codes)
        def ask(asked: schemathesis.Case[Any], code: str | None) -> None:
            if code is not None and "code" in asked.path_parameters:
                asked.path_parameters["code"] = code
            if "paper" in asked.path_parameters:
                asked.path_parameters["paper"] = str(paper.uuid)
            answer = asked.call_and_validate(headers=headers, checks=SHAPE)
            seen.setdefault(asked.operation.label, set()).add(answer.status_code)

        ask()
    assert seen["GET /api/v1/ho-so/{code}/"] >= {200, 404}
    assert seen["POST /api/v1/ho-so/"] >= {422}
    assert seen["GET /api/v1/ho-so/{code}/bo-sung/"] >= {200, 404}
    assert seen["GET /api/v1/ho-so/{code}/giay-to/{paper}/"] >= {200, 404}
    assert seen["POST /api/v1/ho-so/{code}/rut/"] >= {200, 404}
