"""Invented people: names as they are spread in the south, numbers and phones in their shapes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Final
from uuid import UUID


def _words(text: str) -> list[str]:
    return text.split()


_FAMILY: Final = {
    "Nguyễn": 38, "Trần": 12, "Lê": 10, "Phạm": 7, "Huỳnh": 5, "Võ": 5, "Phan": 4, "Trương": 3, "Bùi": 3, "Đặng": 3,
    "Đỗ": 2, "Ngô": 2, "Hồ": 2, "Dương": 2, "Đinh": 1, "Lý": 1, "Lâm": 1, "Mai": 1, "Tô": 1, "Châu": 1,
}  # fmt: skip
_MIDDLE: Final = {
    "MALE": _words("Văn Văn Văn Hữu Minh Quốc Thanh Đức Hoàng Công Ngọc Xuân Tấn Gia Anh Trung Đình Nhật"),
    "FEMALE": _words("Thị Thị Thị Thị Ngọc Thanh Minh Kim Thùy Bích Mỹ Hồng Thu Phương Diễm Cẩm Bảo Khánh"),
}
_GIVEN: Final = {
    "MALE": _words(
        "Hùng Dũng Tuấn Minh Long Nam Phong Quân Khang Bảo Đạt Thành Hải Sơn Lâm Tài Phúc Lộc Thọ Vinh Khôi Huy Nghĩa"
        " Tín Hiếu Trí Dương Kiên Cường Bình An Hòa Thắng Toàn Tâm Luân Nhân Đông Phát Duy"
    ),
    "FEMALE": _words(
        "Hoa Lan Hương Mai Trang Linh Ngân Nhung Thảo Vy Yến Oanh Loan Hạnh Phượng Tuyền Trâm Thư Ngọc Dung Hà Thu"
        " Nga Liên Xuân Châu Anh My Nhi Hân Quyên Trinh Uyên Giang Thủy Tiên Diệu Hằng Tú Vân"
    ),
}
_FAMILIES: Final = list(_FAMILY)
_SHARES: Final = list(accumulate(_FAMILY.values()))
_PREFIXES: Final = _words(
    "032 033 034 035 036 037 038 039 070 076 077 078 079 081 082 083 090 091 093 094 096 097 098"
)
_OLDEST: Final = date(1945, 1, 1)
_BIRTHDAYS: Final = 60 * 365
_CENTURY_20: Final = 2000


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist."""

    number: int
    full_name: str
    sex: str
    birth_date: str
    national_id: str
    phone: str
    tech_id: UUID


def person(seed: str, number: int) -> Person:
    """Return the invented person of this number: always the same one for the same seed."""
    rng = Random(f"{seed}:person:{number}")  # noqa: S311 - nothing secret hangs on it
    sex = rng.choice(("MALE", "FEMALE"))
    born = _OLDEST + timedelta(days=rng.randrange(_BIRTHDAYS))
    return Person(
        number=number,
        full_name=full_name(rng, sex),
        sex=sex,
        birth_date=born.isoformat(),
        national_id=_national_id(born, sex, number, rng),
        phone=rng.choice(_PREFIXES) + f"{rng.randrange(10**7):07}",
        tech_id=UUID(int=rng.getrandbits(128), version=4),
    )


def full_name(rng: Random, sex: str) -> str:
    """Return a name of three or four words."""
    family = rng.choices(_FAMILIES, cum_weights=_SHARES)[0]
    given = rng.choice(_GIVEN[sex])
    second = f" {rng.choice(_GIVEN[sex])}" if rng.random() < 0.35 else ""
    return f"{family} {rng.choice(_MIDDLE[sex])}{second} {given}"


def _national_id(born: date, sex: str, number: int, rng: Random) -> str:
    """Return province, sex and century, year, and six digits that no other person of the seed has."""
    century = 2 if born.year >= _CENTURY_20 else 0
    return (
        f"0{rng.choice(('74', '79', '77', '72'))}{century + (sex == 'FEMALE')}{born.year % 100:02}{number % 10**6:06}"
    )
