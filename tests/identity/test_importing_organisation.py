"""Agencies and people from tables, and the invented plan by which the older province becomes that of two tiers."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
import xlsxwriter
from django.conf import settings
from django.core.management import CommandError, call_command

from identity import services
from identity.errors import PlanRefusedError
from identity.models import Agency, AgencySuccession, Appointment
from identity.queries import agency_by_code, centre_of, successor_of
from identity.services.importing import ImportPlan, import_organisation, plan_import, table_of_csv
from identity.states import AgencyKind, Role
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
TWO_TIERS = settings.BASE_DIR / "identity" / "data" / "two_tiers"
AGENCIES = """code,name,kind,parent,from
H09,Ủy ban nhân dân tỉnh,PROVINCE,,2020-01-01
H09.1,Sở Tư pháp,DEPARTMENT,H09,2020-01-01
"""
PEOPLE = """username;full_name;agency;role;title;from
lanhdao.stp;Nguyễn Đình Khôi;H09.1;LEADER;Giám đốc;2020-02-01
"""


@pytest.fixture(autouse=True)
def calendar() -> None:
    factories.work_calendar()


def done(plan: ImportPlan) -> dict[str, int]:
    return dict(Counter(str(step.doing) for step in plan.steps))


def test_a_table_says_first_what_it_would_change_then_changes_it_once() -> None:
    tables = [table_of_csv("a.csv", AGENCIES), table_of_csv("p.csv", PEOPLE)]
    plan = plan_import(tables, TODAY)
    assert done(plan) == {"BEGIN": 2, "APPOINT": 1} and plan.problems == []
    assert not Agency.objects.exists()

    _plan, passwords = import_organisation(tables=tables, reason="Bàn giao dữ liệu", at=NOW)
    assert set(passwords) == {"lanhdao.stp"}
    seat = Appointment.objects.get()
    assert (seat.agency.code, seat.role, seat.account.full_name) == ("H09.1", Role.LEADER, "Nguyễn Đình Khôi")
    assert seat.account.check_password(passwords["lanhdao.stp"])

    again = plan_import(tables, TODAY)
    assert (again.steps, again.unchanged) == ([], 3)


def test_a_changed_row_changes_its_agency() -> None:
    import_organisation(tables=[table_of_csv("a.csv", AGENCIES)], reason="x", at=NOW)
    changed = AGENCIES.replace("Sở Tư pháp", "Sở Tư pháp và Hộ tịch")
    plan, _passwords = import_organisation(tables=[table_of_csv("a.csv", changed)], reason="Đổi tên", at=NOW)
    assert [(step.doing, str(step)) for step in plan.steps] == [("CHANGE", "a.csv:3")]
    assert Agency.objects.get(code="H09.1").name == "Sở Tư pháp và Hộ tịch"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("H09.2,,DEPARTMENT,H09,", "name"),
        ("H09.2,Sở,PHONG,H09,", "PHONG"),
        ("H09.2,Sở,DEPARTMENT,H10,", "H10"),
        ("H09.2,Sở,DEPARTMENT,H09,01/07/2025", "01/07/2025"),
        ("H09.1,Sở,DEPARTMENT,H09,", "H09.1"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_changed(row: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "co-quan.csv"
    path.write_text(AGENCIES + row + "\n", encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        call_command("import_organisation", str(path), "--apply", "--reason", "x")
    assert "co-quan.csv:4" in str(refused.value) and words in str(refused.value)
    assert not Agency.objects.exists()


def test_what_only_applying_finds_out_takes_everything_back() -> None:
    people = PEOPLE + "canbo.stp;Tạ Thị Kim;H09.1;CLERK;Cán bộ;2020-02-01\n"
    tables = [table_of_csv("a.csv", AGENCIES), table_of_csv("p.csv", people)]
    with pytest.raises(PlanRefusedError) as refused:
        import_organisation(tables=tables, reason="x", at=NOW)
    assert refused.value.problems[0].startswith("p.csv:3")
    assert not Agency.objects.exists()


def test_a_workbook_is_read_like_the_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "to-chuc.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, text, mark in (("Cơ quan", AGENCIES, ","), ("Nhân sự", PEOPLE, ";")):
            sheet = book.add_worksheet(name)
            for number, cells in enumerate(csv.reader(text.splitlines(), delimiter=mark)):
                sheet.write_row(number, 0, cells)
    call_command("import_organisation", str(path))
    said = capsys.readouterr().out
    assert "2 agencies begin" in said and "1 appointments" in said and "Nothing was changed." in said
    call_command("import_organisation", str(path), "--apply", "--reason", "Bàn giao")
    assert "first password of lanhdao.stp" in capsys.readouterr().out


def test_the_older_province_becomes_that_of_two_tiers_and_back() -> None:
    before = table_of_csv("before.csv", (TWO_TIERS / "before.csv").read_text(encoding="utf-8"))
    plan = services.plan_from_yaml((TWO_TIERS / "plan.yaml").read_text(encoding="utf-8"))
    for one in plan.begins:
        if one.get("unit"):
            factories.unit(one["unit"], one["name"])
    import_organisation(tables=[before], reason="Dữ liệu cũ", at=NOW)
    assert kinds() == Counter(PROVINCE=1, DEPARTMENT=19, DISTRICT=9, COMMUNE=91, CENTRE=101)
    clerk = factories.actor(Role.CLERK, Agency.objects.get(code="H09.718.01.MC"))

    done = services.reorganise(plan=plan, at=NOW)

    assert kinds() == Counter(PROVINCE=1, DEPARTMENT=13, COMMUNE=36, CENTRE=37)
    communes = Agency.objects.on(TODAY).filter(kind=AgencyKind.COMMUNE)
    merged = AgencySuccession.objects.filter(successor__in=communes, predecessor__kind="COMMUNE")
    assert merged.count() == 91 and merged.values("successor").distinct().count() == 36
    assert all(centre_of(commune, TODAY).parent == commune for commune in communes)
    district = Agency.objects.get(code="H09.724")
    assert successor_of(district, TODAY, "DAT_DAI").code == "H09.5"
    assert successor_of(district, TODAY, "HO_TICH").kind == AgencyKind.COMMUNE
    assert agency_by_code("H09.C02", TODAY).code == "H09.1"
    seats = Appointment.objects.on(TODAY).filter(account=clerk.account).values_list("agency__kind", "agency__code")
    assert list(seats) == [("CENTRE", centre_of(agency_by_code("H09.718.01", TODAY), TODAY).code)]

    services.undo_reorganisation(reorganisation_id=done.pk, reason="Thử", at=NOW)
    assert kinds() == Counter(PROVINCE=1, DEPARTMENT=19, DISTRICT=9, COMMUNE=91, CENTRE=101)


def kinds() -> Counter[str]:
    return Counter(Agency.objects.on(TODAY).values_list("kind", flat=True))
