"""How figures, dates and numbers are written in Vietnamese, on pages and on paper."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_WEEKDAYS: Final = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_ENGLISH_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DIGITS: Final = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_UNIT_KINDS: Final = ("phường ", "xã ", "đặc khu ", "tỉnh ", "thành phố ")
_PLACE: Final = re.compile(rf"(?:{'|'.join(_UNIT_KINDS)})\S+(?: \S+){{0,3}}$")
_SCALES: Final = ("", "nghìn", "triệu")


def dong(amount: int) -> str:
    """Return `50.000 đồng` for 50000 (VND)."""
    return f"{amount:,}".replace(",", ".") + " đồng"


def dong_in_words(amount: int) -> str:
    """Return an amount of VND in words, as receipts write it: "Năm mươi nghìn đồng"."""
    text = ("âm " if amount < 0 else "") + (_whole(abs(amount)) or "không") + " đồng"
    return text[0].upper() + text[1:]


def _whole(number: int, *, full: bool = False) -> str:
    """Return a number in words, billions of billions too ("một nghìn hai trăm tỷ"); nothing for 0."""
    billions, rest = divmod(number, 10**9)
    words = [f"{_whole(billions, full=full)} tỷ"] if billions else []
    for place in (2, 1, 0):
        group = rest // 1000**place % 1000
        if group:
            words.append(f"{_three(group, full=full or bool(words))} {_SCALES[place]}".strip())
    return " ".join(words)


def _three(number: int, *, full: bool) -> str:
    """Return three digits in words; `full` says "không trăm" and "lẻ" where a larger group stands before."""
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    words: list[str] = []
    if hundreds or full:
        words.append(f"{_DIGITS[hundreds]} trăm")
    if tens == 0 and ones and words:
        words.append("lẻ")
    if tens == 1:
        words.append("mười")
    elif tens > 1:
        words.append(f"{_DIGITS[tens]} mươi")
    if ones:
        words.append(_last_digit(tens, ones))
    return " ".join(words)


def _last_digit(tens: int, ones: int) -> str:
    if ones == 1 and tens > 1:
        return "mốt"
    if ones == 4 and tens > 1:
        return "tư"
    if ones == 5 and tens > 0:
        return "lăm"
    return _DIGITS[ones]


def local(moment: datetime) -> datetime:
    """Return the moment in Asia/Ho_Chi_Minh."""
    return moment.astimezone(ZONE)


def short_date(moment: date) -> str:
    """Return `26/11/2026`."""
    return f"{local(moment) if isinstance(moment, datetime) else moment:%d/%m/%Y}"


def short_time(moment: datetime) -> str:
    """Return `17:00 26/11/2026`."""
    return f"{local(moment):%H:%M %d/%m/%Y}"


def promise(moment: datetime) -> str:
    """Return a due time as a promise: `trước 17:00 thứ Năm, 26/11/2026`."""
    return f"trước {local(moment):%H:%M} {day(moment)}"


def promise_in_english(moment: datetime) -> str:
    """Return a due time as a promise to readers of English: `before 17:00 on Thursday, 26/11/2026`."""
    return f"before {local(moment):%H:%M} on {day_in_english(moment)}"


def day(moment: datetime) -> str:
    """Return the day of a moment with its weekday: `thứ Năm, 26/11/2026`."""
    there = local(moment)
    return f"{_WEEKDAYS[there.weekday()]}, {there:%d/%m/%Y}"


def day_in_english(moment: datetime) -> str:
    """Return the same for readers of English: `Thursday, 26/11/2026`."""
    there = local(moment)
    return f"{_ENGLISH_WEEKDAYS[there.weekday()]}, {there:%d/%m/%Y}"


def official_date(moment: date) -> str:
    """Return `ngày 26 tháng 11 năm 2026`; days under 10 and months 1 and 2 take a zero (NĐ 30/2020/NĐ-CP)."""
    there = local(moment).date() if isinstance(moment, datetime) else moment
    month = f"{there.month:02}" if there.month < 3 else str(there.month)
    return f"ngày {there.day:02} tháng {month} năm {there.year}"


def place_name(unit: str) -> str:
    """Return the place before a date: the commune's or province's own name, whole where it is a number
    (NĐ 30/2020/NĐ-CP, Phụ lục I).
    """
    kind = next((kind for kind in _UNIT_KINDS if unit.lower().startswith(kind)), "")
    name = unit[len(kind) :]
    return unit if name.isdecimal() else name


def name_on_paper(name: str) -> str:
    """Return an agency's name whose place is not torn apart where a line ends: "phường Thủ Dầu Một"; of a name
    without a place, the last two words.
    """
    place = _PLACE.search(name)
    start = place.start() if place else len(" ".join(name.split(" ")[:-2]))
    return name[:start] + name[start:].replace(" ", "\u00a0")


def signing_capacity(title: str, *, mark: str = "", of: str = "") -> list[str]:
    """Return the lines above a signature (NĐ 30/2020/NĐ-CP, Phụ lục I): a chairman signs on behalf of the committee
    (TM.), a deputy in place of the head (KT.).

    Who signs for the holder of the title `of` does it with a `mark`: in their place (KT.), by their order (TL.) or by
    their authority (TUQ.); the last two do not speak for a committee.
    """
    head = (of or title).removeprefix("Phó ")
    mark = mark or ("KT." if head != title else "")
    speaks = head.lower().startswith("chủ tịch") and mark in {"", "KT."}
    return [
        *(["TM. Ủy ban nhân dân"] if speaks else []),
        *([f"{mark} {head}"] if mark else []),
        title,
    ]


def work_time(minutes: int) -> str:
    """Return working time in hours and minutes: `12 giờ 30 phút`, `45 phút`."""
    hours, rest = divmod(minutes, 60)
    return " ".join([f"{hours} giờ"] * bool(hours) + [f"{rest} phút"] * bool(rest or not hours))


def work_time_in_english(minutes: int) -> str:
    """Return working time to readers of English: `12 h 30 min`."""
    hours, rest = divmod(minutes, 60)
    return " ".join([f"{hours} h"] * bool(hours) + [f"{rest} min"] * bool(rest or not hours))


def official_time(moment: datetime) -> str:
    """Return `17 giờ 00`."""
    there = local(moment)
    return f"{there.hour:02} giờ {there.minute:02}"


def phone_in_groups(number: str) -> str:
    """Return `0912 345 678`."""
    return f"{number[:4]} {number[4:7]} {number[7:]}".strip() if len(number) == 10 else number


def id_in_groups(number: str) -> str:
    """Return `074 085 001 234`."""
    return " ".join(number[at : at + 3] for at in range(0, len(number), 3)) if len(number) == 12 else number


def masked_code(code: str) -> str:
    """Return a case code that its owner recognises and nobody else can use: `H09.25747.MC-261124-••12`."""
    return f"{code[:-4]}••{code[-2:]}"


def masked(number: str) -> str:
    """Return `•••• 1234`: the last four digits, for people who need not see more."""
    return f"•••• {number[-4:]}" if len(number) > 4 else "••••"
