"""Enough people at every agency that a seeded case reaches, in every role; whoever serves there already stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from random import Random
from typing import Final

from django.contrib.auth.hashers import make_password
from django.db import transaction

from identity.models import Account, Agency, Appointment
from identity.states import AgencyKind, Role
from onestop.seeding.people import full_name

Seats = dict[tuple[int, Role], list[int]]  # (agency, role) → the accounts that serve there

_SINCE: Final = date(2024, 1, 1)
_AT_CENTRES: Final = {Role.CLERK: 3, Role.CENTRE_HEAD: 1}
_ELSEWHERE: Final = {Role.OFFICER: 3, Role.LEADER: 1, Role.RECORDS_CLERK: 1}
_TITLES: Final = {
    Role.CLERK: "Cán bộ tiếp nhận",
    Role.CENTRE_HEAD: "Giám đốc Trung tâm",
    Role.OFFICER: "Chuyên viên",
    Role.LEADER: "Lãnh đạo",
    Role.RECORDS_CLERK: "Văn thư",
}
_WORDS: Final = {
    Role.CLERK: "canbo",
    Role.CENTRE_HEAD: "truong",
    Role.OFFICER: "chuyenvien",
    Role.LEADER: "lanhdao",
    Role.RECORDS_CLERK: "vanthu",
}


@transaction.atomic
def appoint(agencies: Iterable[Agency], *, seed: str, password: str) -> Seats:
    """Fill the seats that are empty at `agencies`; returns who serves where. Safe to run again."""
    hashed = make_password(password)
    for agency in sorted(set(agencies), key=lambda agency: agency.code):
        wanted = _AT_CENTRES if agency.kind == AgencyKind.CENTRE else _ELSEWHERE
        for role, count in wanted.items():
            for number in range(agency.appointments.filter(role=role).count(), count):
                _appoint(agency, role, number, seed, hashed)
    seats: Seats = defaultdict(list)
    for seat in Appointment.objects.order_by("pk").values_list("agency", "role", "account", named=True):
        seats[seat.agency, Role(seat.role)].append(seat.account)
    return dict(seats)


def _appoint(agency: Agency, role: Role, number: int, seed: str, hashed: str) -> None:
    username = f"{_WORDS[role]}{number + 1}.{agency.code.lower()}"
    rng = Random(f"{seed}:staff:{username}")  # noqa: S311 - nothing secret hangs on it
    account, _ = Account.objects.get_or_create(
        username=username,
        defaults={
            "full_name": full_name(rng, rng.choice(("MALE", "FEMALE"))),
            "password": hashed,
            "signing_key": f"leader-{agency.code}" if role == Role.LEADER else "",
        },
    )
    Appointment.objects.get_or_create(
        account=account, agency=agency, role=role, valid_from=_SINCE, defaults={"title": _TITLES[role]}
    )
