"""The organisation as tables on a page: a plan first, wrong rows named, then all rows or none, and back again."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from identity.models import Account, Agency, Appointment, OrganisationChange, OrganisationUpload
from identity.services import importing
from identity.states import Role
from portal.core import tables
from portal.core.files import Table, read_workbook
from tests import factories
from tests.factories import NOW, Office

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
HEAD = "username,full_name,agency,role,title,from,until"
OWN = "H09.25747"


def signed_in(client: Client, role: Role, place: Agency) -> Account:
    person = factories.actor(role, place).account
    assert person is not None
    client.force_login(person, backend=BACKEND)
    return person


def given(client: Client, content: str | bytes, name: str = "nhan-su.csv") -> Any:
    data = content.encode() if isinstance(content, str) else content
    return client.post(reverse("organisation_tables"), {"file": SimpleUploadedFile(name, data)})


def people(*rows: str) -> str:
    return "\n".join([HEAD, *rows]) + "\n"


def test_an_admin_sees_what_tables_would_do_then_applies_them_once(client: Client, office: Office) -> None:
    signed_in(client, Role.AGENCY_ADMIN, office.committee)
    assert office.officer.account and office.records.account
    tomorrow = timezone.localdate() + timedelta(days=1)
    answer = given(
        client,
        people(
            f"congchuc.moi,Ngô Thị Mới,{OWN},OFFICER,Công chức,,",
            f"{office.officer.account.username},,{OWN},OFFICER,Chuyên viên chính,,",
            f"{office.records.account.username},,{OWN},RECORDS_CLERK,RECORDS_CLERK,,{tomorrow}",
        ),
    )
    plan = answer["Location"]
    page = client.get(plan).content.decode()
    assert "Ngô Thị Mới" in page and "OFFICER → Chuyên viên chính" in page and tomorrow.isoformat() in page
    assert not Account.objects.filter(username="congchuc.moi").exists()

    done = client.post(plan, {"reason": "QĐ 15/QĐ-UBND"})
    account = Account.objects.get(username="congchuc.moi")
    password = done.context["passwords"][0][1]
    assert account.check_password(password) and account.must_change_password
    assert Appointment.objects.get(account=office.officer.account).title == "Chuyên viên chính"
    assert Appointment.objects.get(account=office.records.account).valid_to == tomorrow
    assert OrganisationChange.objects.filter(reason="QĐ 15/QĐ-UBND").count() == 4
    upload = OrganisationUpload.objects.get()
    assert upload.applied_at is not None and upload.tables == []
    assert client.post(plan, {"reason": "Lần nữa"}).status_code == 422


def test_every_wrong_row_is_named_with_what_to_do_and_none_is_applied(client: Client, office: Office) -> None:
    signed_in(client, Role.AGENCY_ADMIN, office.committee)
    plan = given(
        client,
        people(
            f"dung.vi.tri,Lê Thị Đúng,{OWN},OFFICER,Công chức,,",
            f"khong.ten,,{OWN},OFFICER,Công chức,,",
            f"Sai Tên,Lê Văn Sai,{OWN},OFFICER,Công chức,,",
            f"ngay.sai,Lê Văn Ngày,{OWN},OFFICER,Công chức,1/7/2026,",
            f"dai,{'x' * 200},{OWN},OFFICER,Công chức,,",
        ),
    )["Location"]
    answer = client.get(plan)
    assert [problem.number for problem in answer.context["plan"].problems] == [3, 4, 5, 6]
    assert client.post(plan, {"reason": "x"}).status_code == 422
    assert not Account.objects.filter(username="dung.vi.tri").exists()


def test_what_only_doing_it_finds_out_stands_in_the_plan_too(client: Client, office: Office) -> None:
    """Whoever receives cases serves at a centre; the committee is none."""
    signed_in(client, Role.AGENCY_ADMIN, office.committee)
    plan = given(client, people(f"canbo.moi,Lê Thị Mới,{OWN},CLERK,Cán bộ,,"))["Location"]
    assert [problem.number for problem in client.get(plan).context["plan"].problems] == [2]
    assert not Account.objects.filter(username="canbo.moi").exists()


@pytest.mark.parametrize(
    "row",
    [
        "canbo.moi,Lê Thị Mới,H09.25942,OFFICER,Công chức,,",
        "canbo.moi,Lê Thị Mới,H09,OFFICER,Công chức,,",
        f"canbo.moi,Lê Thị Mới,{OWN},AGENCY_ADMIN,Quản trị,,",
        f"canbo.moi,Lê Thị Mới,{OWN},CATALOGUE_ADMIN,Quản trị,,",
        f"canbo.moi,Lê Thị Mới,{OWN},OPERATOR,Quản trị,,",
    ],
)
def test_an_agencys_admin_imports_only_people_of_their_own_in_roles_that_they_give(
    client: Client, office: Office, neighbour: Office, row: str
) -> None:
    signed_in(client, Role.AGENCY_ADMIN, office.committee)
    plan = given(client, people(row))["Location"]
    assert client.post(plan, {"reason": "x"}).status_code == 422
    assert not Account.objects.filter(username="canbo.moi").exists()


def test_an_agencys_admin_begins_and_changes_no_agency_by_a_table(client: Client, office: Office) -> None:
    signed_in(client, Role.AGENCY_ADMIN, office.committee)
    rows = "code,name,kind,parent\nH09.99,Sở Mới,DEPARTMENT,H09\nH09.25747,Tên khác,COMMUNE,H09\n"
    plan = given(client, rows)["Location"]
    assert [problem.number for problem in client.get(plan).context["plan"].problems] == [2, 3]


def test_nobody_appoints_themselves_by_a_table(client: Client, office: Office) -> None:
    admin = signed_in(client, Role.AGENCY_ADMIN, office.committee)
    plan = given(client, people(f"{admin.username},,{OWN},LEADER,Chủ tịch,,"))["Location"]
    assert client.post(plan, {"reason": "x"}).status_code == 422
    assert not Appointment.objects.filter(account=admin, role=Role.LEADER).exists()


def test_another_admin_opens_nothing_of_what_somebody_gave(client: Client, office: Office) -> None:
    signed_in(client, Role.AGENCY_ADMIN, office.committee)
    plan = given(client, people(f"congchuc.moi,Ngô Thị Mới,{OWN},OFFICER,Công chức,,"))["Location"]
    signed_in(client, Role.AGENCY_ADMIN, office.committee)
    assert client.get(plan).status_code == 404
    assert client.post(plan, {"reason": "x"}).status_code == 404


def test_what_was_given_and_not_applied_gives_way_to_the_next(client: Client, office: Office) -> None:
    signed_in(client, Role.AGENCY_ADMIN, office.committee)
    for number in range(2):
        given(client, people(f"moi{number},Ngô Thị Mới,{OWN},OFFICER,Công chức,,"))
    assert OrganisationUpload.objects.count() == 1


@pytest.mark.parametrize("role", [Role.PROVINCE_ADMIN, Role.AGENCY_ADMIN])
def test_what_is_taken_away_and_given_back_changes_nothing(
    client: Client, office: Office, neighbour: Office, province: Agency, role: Role
) -> None:
    signed_in(client, role, province if role == Role.PROVINCE_ADMIN else office.committee)
    taken = b"".join(client.get(reverse("organisation_download")).streaming_content)  # type: ignore[attr-defined]
    assert (neighbour.committee.name in _text_of(taken)) == (role == Role.PROVINCE_ADMIN)
    plan = client.get(given(client, taken, "to-chuc.xlsx")["Location"]).context["plan"]
    assert (plan.steps, plan.problems) == ([], [])
    assert plan.unchanged == (16 if role == Role.PROVINCE_ADMIN else 8)


def test_the_empty_workbook_is_read_as_nothing(client: Client, office: Office) -> None:
    signed_in(client, Role.AGENCY_ADMIN, office.committee)
    blank = b"".join(client.get(reverse("organisation_blank")).streaming_content)  # type: ignore[attr-defined]
    plan = client.get(given(client, blank, "mau.xlsx")["Location"]).context["plan"]
    assert (plan.steps, plan.problems, plan.unchanged) == ([], [], 0)


def test_a_name_that_looks_like_a_formula_leaves_as_text(office: Office) -> None:
    Agency.objects.filter(pk=office.centre.pk).update(name="=1+1")
    book = tables.workbook(importing.organisation_sheets([office.centre.pk], NOW.date()))
    cells = read_workbook(io.BytesIO(book.getvalue()), most_bytes=10**6)[0].rows[1][1]
    assert cells[1] == "=1+1"  # a text: a formula would be read as {"formula": …}


def test_a_formula_that_is_given_is_refused_and_named() -> None:
    rows: list[tuple[int, list[Any]]] = [
        (1, ["username", "full_name", "agency", "role", "title"]),
        (2, ["a", {"formula": "=1"}, "H09", "OFFICER", "x"]),
    ]
    plan = importing.plan_import([Table("x", rows)], NOW.date())
    assert "full_name" in plan.problems[0].words


def test_what_opens_too_many_accounts_is_read_and_not_tried(
    client: Client, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trying is slow: what only that finds out, as a clerk at the committee, is not looked for."""
    monkeypatch.setattr("identity.services.importing.applying.MOST_NEW_ACCOUNTS", 1)
    signed_in(client, Role.AGENCY_ADMIN, office.committee)
    rows = [f"moi{number},Ngô Thị Mới,{OWN},CLERK,Cán bộ,," for number in range(2)]
    assert client.get(given(client, people(*rows[:1]))["Location"]).context["plan"].problems
    assert not client.get(given(client, people(*rows))["Location"]).context["plan"].problems


def test_a_row_that_ends_early_has_empty_cells(client: Client, office: Office, province: Agency) -> None:
    signed_in(client, Role.PROVINCE_ADMIN, province)
    plan = given(client, f"code,name,kind,parent\nH09.99,Sở Mới,DEPARTMENT\n{OWN},Phường\n")["Location"]
    assert [problem.number for problem in client.get(plan).context["plan"].problems] == [3]


@pytest.mark.parametrize(
    ("name", "content"), [("x.csv", b"\xff\xfe\x00"), ("x.xlsx", b"no workbook"), ("x.csv", b"")]
)
def test_what_is_no_table_is_refused_with_words(client: Client, office: Office, name: str, content: bytes) -> None:
    signed_in(client, Role.AGENCY_ADMIN, office.committee)
    assert given(client, content, name).status_code == 422


def _text_of(workbook: bytes) -> str:
    return str([table.rows for table in read_workbook(io.BytesIO(workbook), most_bytes=10**6)])
