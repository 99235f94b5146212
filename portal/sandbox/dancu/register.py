"""What the population database knows: numbers, and who is married to whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from portal.sandbox import citizens
from portal.sandbox.dancu.models import Issued
from portal.sandbox.wire import BadMessageError, is_stamp, texts

MALE, FEMALE = "1", "2"
_FIRST_CENTURY: Final = 19
_MARRIAGE: Final = {
    "SoDangKy": "87/2018",
    "NgayDangKy": "20181020",
    "NoiDangKy": "Ủy ban nhân dân phường Phú Cường, thành phố Thủ Dầu Một, tỉnh Bình Dương",
}


class SameKeyError(Exception):
    """MaYeuCau was used before for another person."""


@transaction.atomic
def issue(body: Mapping[str, Any], *, at: datetime) -> str:
    """Return the personal number for the newborn described; the same MaYeuCau always gets the same number.

    Raises `BadMessageError` for a message that lacks something, `SameKeyError` when MaYeuCau named someone else.
    """
    key, name, born, sex, province = texts(body, "MaYeuCau", "HoVaTen", "NgaySinh", "GioiTinh", "MaTinh")
    if not key or not name or sex not in {MALE, FEMALE} or not is_stamp(f"{born}000000"):
        raise BadMessageError("MaYeuCau, HoVaTen không được trống; NgaySinh là yyyyMMdd; GioiTinh là 1 hoặc 2.")
    if not (province.isascii() and province.isdigit() and len(province) <= 3):
        raise BadMessageError("MaTinh phải là mã tỉnh gồm 2 hoặc 3 chữ số.")
    row = Issued.objects.filter(request_key=key).first()
    if row is None:
        number = _next_number(f"{int(province):03}{_century(born, sex)}{born[2:4]}")
        row = Issued.objects.create(request_key=key, request=dict(body), number=number, issued_at=at)
    elif row.request != dict(body):
        raise SameKeyError(f"MaYeuCau {key} đã dùng cho một yêu cầu khác.")
    return row.number


def marriage(body: Mapping[str, Any]) -> dict[str, str] | None:
    """Return the registration of the parents' marriage, or None; raises `BadMessageError`."""
    father, mother = texts(body, "SoDinhDanhCha", "SoDinhDanhMe")
    person = citizens.everyone().get(father)
    return dict(_MARRIAGE) if person and mother and person.spouse == mother else None


def _century(born: str, sex: str) -> int:
    """Return the digit for sex and century: 0 and 1 for men and women born 1900-1999, 2 and 3 from 2000, …"""
    return (int(born[:2]) - _FIRST_CENTURY) * 2 + (sex == FEMALE)


def _next_number(prefix: str) -> str:
    last = (
        Issued.objects.filter(number__startswith=prefix).order_by("-number").values_list("number", flat=True).first()
    )
    return f"{prefix}{(int(last[6:]) if last else 100_000) + 1:06}"
