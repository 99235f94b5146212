"""The demo province: Bình Dương in two tiers, its offices, calendar and people. Safe to run again.

Facts: administrative units after 2025-07-01 (data/administrative_units.csv, MIT, licence beside it); holidays with
their sources (data/holidays.csv). Invented, and called so on every page: the list of departments, all people.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Final

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from identity.models import (
    Account,
    AdministrativeUnit,
    Agency,
    Appointment,
    CalendarDay,
    Shift,
    WorkCalendar,
)
from identity.states import AgencyKind, Role
from portal.core.text import sort_key

_DATA: Final = Path(__file__).parent / "data"
_SINCE: Final = date(2025, 7, 1)
_PROVINCE: Final = "H09"
SOMEBODY: Final = "canbo.motcua"  # of the demo's people: where they are, the database is a demo's
# 07:00-11:30 and 13:30-17:00, as the province's one-stop software counts them; Monday to Friday.
_SHIFTS: Final = ((time(7), time(11, 30)), (time(13, 30), time(17)))


@dataclass(frozen=True)
class DemoAccount:
    """A row of the table that `make demo` prints."""

    role: str
    username: str
    place: str


@dataclass(frozen=True)
class _Person:
    username: str
    full_name: str
    title: str
    roles: tuple[Role, ...]
    agency: str


def _department(short: str, code: str, officer: str, head: str, leader: str, clerk: str) -> list[_Person]:
    """Return who serves at a department: who handles, who looks it over, who signs, who numbers and seals."""
    return [
        _Person(f"chuyenvien.{short}", officer, "Chuyên viên", (Role.OFFICER,), code),
        _Person(f"truongphong.{short}", head, "Trưởng phòng", (Role.OFFICER,), code),
        _Person(f"lanhdao.{short}", leader, "Giám đốc", (Role.LEADER,), code),
        _Person(f"vanthu.{short}", clerk, "Văn thư", (Role.RECORDS_CLERK,), code),
    ]


_PEOPLE: Final = [
    _Person("canbo.motcua", "Nguyễn Thị Thu Hà", "Cán bộ tiếp nhận", (Role.CLERK,), "H09.25747.MC"),
    _Person("truong.motcua", "Lê Quang Vinh", "Giám đốc Trung tâm", (Role.CENTRE_HEAD,), "H09.25747.MC"),
    _Person("congchuc.hotich", "Trần Minh Tâm", "Công chức tư pháp - hộ tịch", (Role.OFFICER,), "H09.25747"),
    _Person("lanhdao", "Phạm Văn Đức", "Chủ tịch", (Role.LEADER,), "H09.25747"),
    _Person("vanthu", "Võ Thị Ngọc Ánh", "Văn thư", (Role.RECORDS_CLERK,), "H09.25747"),
    _Person("canbo.motcua.dian", "Huỳnh Thị Mỹ Lệ", "Cán bộ tiếp nhận", (Role.CLERK,), "H09.25942.MC"),
    _Person("congchuc.hotich.dian", "Đặng Quốc Bảo", "Công chức tư pháp - hộ tịch", (Role.OFFICER,), "H09.25942"),
    _Person("lanhdao.dian", "Bùi Thị Hồng Nhung", "Chủ tịch", (Role.LEADER,), "H09.25942"),
    _Person("vanthu.dian", "Ngô Văn Phước", "Văn thư", (Role.RECORDS_CLERK,), "H09.25942"),
    _Person("canbo.motcua.tinh", "Phan Thị Thanh Trúc", "Cán bộ tiếp nhận", (Role.CLERK,), "H09.MC"),
    *_department("sonoivu", "H09.1", "Trịnh Hoài Nam", "Lý Thị Bích Vân", "Đoàn Công Thắng", "Tạ Thị Kim Oanh"),
    *_department("sotuphap", "H09.2", "Cao Minh Triết", "Vũ Thị Lan Hương", "Nguyễn Đình Khôi", "Hà Thị Mai"),
    *_department("sonnmt", "H09.5", "Lương Văn Hậu", "Kiều Thị Phương Thảo", "Trần Quốc Dũng", "Phùng Thị Nga"),
    *_department("vpdkdd", "H09.5.1", "Đinh Gia Bảo", "Châu Thị Diễm", "Lâm Tấn Tài", "Quách Thị Yến"),
    *_department("soxaydung", "H09.6", "Nguyễn Hữu Phước", "Trương Thị Cẩm Tú", "Huỳnh Thanh Liêm", "Mạc Thị Hiền"),
    _Person("lanhdao.tinh", "Lê Hoàng Long", "Chủ tịch", (Role.LEADER,), _PROVINCE),
    _Person("vanthu.tinh", "Tô Thị Tuyết Minh", "Văn thư", (Role.RECORDS_CLERK,), _PROVINCE),
    _Person("quantri", "Dương Thị Kim Chi", "Quản trị danh mục", (Role.CATALOGUE_ADMIN,), _PROVINCE),
    _Person("duyet", "Mai Xuân Thành", "Người duyệt danh mục", (Role.CATALOGUE_ADMIN,), _PROVINCE),
    _Person("quantri.tochuc", "Vương Thị Minh Nguyệt", "Quản trị tổ chức", (Role.PROVINCE_ADMIN,), _PROVINCE),
    _Person("quantri.phuong", "Đoàn Văn Hiếu", "Quản trị nhân sự", (Role.AGENCY_ADMIN,), "H09.25747"),
    _Person("thanhtra", "Lưu Thị Bảo Châu", "Thanh tra viên", (Role.INSPECTOR,), _PROVINCE),
    _Person("vanhanh", "Hồ Ngọc Sơn", "Quản trị vận hành", (Role.OPERATOR,), _PROVINCE),
]


@transaction.atomic
def seed_organisation() -> None:
    """Write the units, the calendar and the agencies that are not there yet."""
    calendar = _calendar()
    _units()
    _agencies(calendar)


@transaction.atomic
def seed_accounts(*, password: str) -> list[DemoAccount]:
    """Write the demo's civil servants, all with `password`; returns the table to print. Whoever has it already stays
    signed in.
    """
    known = Account.objects.filter(username=_PEOPLE[0].username).values_list("password", flat=True).first()
    hashed = known if known is not None and check_password(password, known) else make_password(password)
    for person in _PEOPLE:
        agency = Agency.objects.get(code=person.agency)
        account, _ = Account.objects.update_or_create(
            username=person.username,
            defaults={
                "full_name": person.full_name,
                "password": hashed,
                "must_change_password": False,
                "email_address": f"{person.username}@can-bo.example",
                "signing_key": _key_of(person),
                "is_staff": Role.OPERATOR in person.roles,
                "is_superuser": Role.OPERATOR in person.roles,
            },
        )
        for role in person.roles:
            Appointment.objects.get_or_create(
                account=account, agency=agency, role=role, valid_from=_SINCE, defaults={"title": person.title}
            )
    return [
        DemoAccount(person.title, person.username, Agency.objects.get(code=person.agency).name) for person in _PEOPLE
    ]


def _key_of(person: _Person) -> str:
    """Return the name of the key with which somebody signs: a leader's results, a clerk's certified scans."""
    if Role.LEADER in person.roles:
        return f"leader-{person.agency}"
    return f"clerk-{person.username}" if Role.CLERK in person.roles else ""


def _calendar() -> WorkCalendar:
    calendar, created = WorkCalendar.objects.get_or_create(
        code="BINH_DUONG", defaults={"name": "Lịch làm việc tỉnh Bình Dương"}
    )
    if created:
        Shift.objects.bulk_create(
            Shift(calendar=calendar, weekday=day, starts=starts, ends=ends)
            for day in range(5)
            for starts, ends in _SHIFTS
        )
    days = [
        CalendarDay(
            calendar=calendar,
            day=date.fromisoformat(row["day"]),
            works_like=int(row["works_like"]) if row["works_like"] else None,
            name=row["name"],
            source=row["source"],
        )
        for row in _rows("holidays.csv")
    ]
    CalendarDay.objects.bulk_create(days, ignore_conflicts=True)
    return calendar


def _units() -> None:
    rows = list(_rows("administrative_units.csv"))
    if AdministrativeUnit.objects.count() >= len(rows):
        return
    provinces = [row for row in rows if not row["parent"]]
    AdministrativeUnit.objects.bulk_create([_unit(row, None) for row in provinces], ignore_conflicts=True)
    ids = dict(AdministrativeUnit.objects.filter(parent=None).values_list("code", "pk"))
    communes = [_unit(row, ids[row["parent"]]) for row in rows if row["parent"]]
    AdministrativeUnit.objects.bulk_create(communes, ignore_conflicts=True, batch_size=1000)


def _unit(row: dict[str, str], parent_id: int | None) -> AdministrativeUnit:
    return AdministrativeUnit(
        code=row["code"],
        name=row["name"],
        parent_id=parent_id,
        sort_key=sort_key(_bare(row["name"])),
        valid_from=_SINCE,
    )


def _bare(name: str) -> str:
    """Return a unit's name without its kind, for sorting: people look for "Dĩ An", not for "Phường"."""
    for kind in ("Thành phố ", "Tỉnh ", "Phường ", "Xã ", "Đặc khu "):
        name = name.removeprefix(kind)
    return name


def _agencies(calendar: WorkCalendar) -> None:
    province = _agency(calendar, _PROVINCE, "Ủy ban nhân dân tỉnh Bình Dương", AgencyKind.PROVINCE)
    _agency(
        calendar,
        f"{_PROVINCE}.MC",
        "Trung tâm Phục vụ hành chính công tỉnh Bình Dương",
        AgencyKind.CENTRE,
        parent=province,
        address="Trung tâm hành chính tỉnh, phường Bình Dương",
    )
    for row in _rows("departments.csv"):
        above = Agency.objects.get(code=row["code"].rpartition(".")[0])
        _agency(calendar, row["code"], row["name"], AgencyKind.DEPARTMENT, parent=above)
    codes = [row["code"] for row in _rows("communes_of_binh_duong.csv")]
    for unit in AdministrativeUnit.objects.filter(code__in=codes):
        lower = unit.name[0].lower() + unit.name[1:]
        committee = _agency(
            calendar,
            f"{_PROVINCE}.{unit.code}",
            f"Ủy ban nhân dân {lower}",
            AgencyKind.COMMUNE,
            parent=province,
            unit=unit,
        )
        _agency(
            calendar,
            f"{_PROVINCE}.{unit.code}.MC",
            f"Trung tâm Phục vụ hành chính công {lower}",
            AgencyKind.CENTRE,
            parent=committee,
            unit=unit,
            address=f"Trụ sở Ủy ban nhân dân {lower}",
        )


def _agency(
    calendar: WorkCalendar,
    code: str,
    name: str,
    kind: AgencyKind,
    *,
    parent: Agency | None = None,
    unit: AdministrativeUnit | None = None,
    address: str = "",
) -> Agency:
    agency, _ = Agency.objects.get_or_create(
        code=code,
        defaults={
            "name": name,
            "kind": kind,
            "parent": parent,
            "unit": unit,
            "calendar": calendar,
            "address": address,
            "signing_key": "" if kind == AgencyKind.CENTRE else f"seal-{code}",
            "sort_key": sort_key(_bare(unit.name)) if unit else sort_key(name),
            "valid_from": _SINCE,
        },
    )
    return agency


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)
