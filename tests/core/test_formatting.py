"""Money in words, dates and numbers as Vietnamese papers write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils.translation import override

from portal.core import formatting
from portal.core.templatetags.ui import marked

# 16:30 of 26 November 2026 in Vietnam, a Thursday.
MOMENT = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "Không đồng"),
        (8_000, "Tám nghìn đồng"),
        (10_000, "Mười nghìn đồng"),
        (11_000, "Mười một nghìn đồng"),
        (14_000, "Mười bốn nghìn đồng"),
        (15_000, "Mười lăm nghìn đồng"),
        (21_000, "Hai mươi mốt nghìn đồng"),
        (24_000, "Hai mươi tư nghìn đồng"),
        (25_000, "Hai mươi lăm nghìn đồng"),
        (50_000, "Năm mươi nghìn đồng"),
        (105_000, "Một trăm lẻ năm nghìn đồng"),
        (101_500, "Một trăm lẻ một nghìn năm trăm đồng"),
        (110_000, "Một trăm mười nghìn đồng"),
        (1_000_000, "Một triệu đồng"),
        (1_005_000, "Một triệu không trăm lẻ năm nghìn đồng"),
        (1_000_005, "Một triệu không trăm lẻ năm đồng"),
        (2_050_000, "Hai triệu không trăm năm mươi nghìn đồng"),
        (1_000_000_000, "Một tỷ đồng"),
        (1_200_000_000_000, "Một nghìn hai trăm tỷ đồng"),
        (-8_000, "Âm tám nghìn đồng"),
    ],
)
def test_an_amount_is_written_in_words(amount: int, words: str) -> None:
    assert formatting.dong_in_words(amount) == words


def test_no_two_amounts_have_the_same_words() -> None:
    amounts = [*range(3_000), *range(0, 3_000_000, 997), *range(10**9, 10**12, 10**9 - 7)]

    assert len({formatting.dong_in_words(amount) for amount in amounts}) == len(set(amounts))


def test_an_amount_in_figures_has_points_between_thousands() -> None:
    assert formatting.dong(1_250_000) == "1.250.000 đồng"


def test_a_due_time_is_a_promise_with_its_weekday() -> None:
    assert formatting.promise(MOMENT) == "trước 16:30 thứ Năm, 26/11/2026"


def test_official_dates_and_times_stand_as_decree_30_writes_them() -> None:
    assert formatting.official_date(MOMENT) == "ngày 26 tháng 11 năm 2026"
    assert formatting.official_date(date(2026, 2, 3)) == "ngày 03 tháng 02 năm 2026"
    assert formatting.official_date(date(2026, 3, 3)) == "ngày 03 tháng 3 năm 2026"
    assert formatting.official_time(MOMENT) == "16 giờ 30"


def test_a_moment_before_seven_in_the_morning_utc_belongs_to_the_vietnamese_day() -> None:
    assert formatting.short_date(datetime(2026, 11, 25, 18, 0, tzinfo=UTC)) == "26/11/2026"
    assert formatting.official_date(datetime(2026, 12, 31, 17, 0, tzinfo=UTC)) == "ngày 01 tháng 01 năm 2027"


def test_phones_and_identity_numbers_stand_in_groups_or_masked() -> None:
    assert formatting.phone_in_groups("0912345678") == "0912 345 678"
    assert formatting.id_in_groups("074085001234") == "074 085 001 234"
    assert formatting.masked("074085001234") == "•••• 1234"
    assert formatting.masked("1234") == "••••"


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("Chủ tịch", ["TM. Ủy ban nhân dân", "Chủ tịch"]),
        ("Phó Chủ tịch", ["TM. Ủy ban nhân dân", "KT. Chủ tịch", "Phó Chủ tịch"]),
        ("Giám đốc", ["Giám đốc"]),
        ("Phó Giám đốc", ["KT. Giám đốc", "Phó Giám đốc"]),
    ],
)
def test_who_signs_for_whom_stands_above_the_signature(title: str, lines: list[str]) -> None:
    assert formatting.signing_capacity(title) == lines


@pytest.mark.parametrize(
    ("mark", "title", "of", "lines"),
    [
        ("KT.", "Phó Chủ tịch", "Chủ tịch", ["TM. Ủy ban nhân dân", "KT. Chủ tịch", "Phó Chủ tịch"]),
        ("KT.", "Phó Giám đốc", "Giám đốc", ["KT. Giám đốc", "Phó Giám đốc"]),
        ("TL.", "Chánh Văn phòng", "Chủ tịch", ["TL. Chủ tịch", "Chánh Văn phòng"]),
        ("TUQ.", "Trưởng phòng", "Giám đốc", ["TUQ. Giám đốc", "Trưởng phòng"]),
    ],
)
def test_who_signs_by_delegation_says_for_whom_and_how(mark: str, title: str, of: str, lines: list[str]) -> None:
    assert formatting.signing_capacity(title, mark=mark, of=of) == lines


@pytest.mark.parametrize(
    ("unit", "place"),
    [
        ("Phường Thủ Dầu Một", "Thủ Dầu Một"),
        ("Xã Dầu Tiếng", "Dầu Tiếng"),
        ("Tỉnh Bình Dương", "Bình Dương"),
        ("Phường 12", "Phường 12"),
        ("Bình Dương", "Bình Dương"),
    ],
)
def test_the_place_before_a_date_is_the_units_own_name(unit: str, place: str) -> None:
    assert formatting.place_name(unit) == place


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Phường Phú Lợi", '<span lang="vi">Phường Phú Lợi</span>'),
        ("Đ & <b>", '<span lang="vi">Đ &amp; &lt;b&gt;</span>'),
        ("Certificate (Giấy khai sinh) & more", 'Certificate <span lang="vi">(Giấy khai sinh)</span> &amp; more'),
        ("Male", "Male"),
    ],
)
def test_vietnamese_on_an_english_page_is_marked_for_those_who_listen(text: str, shown: str) -> None:
    with override("en"):
        assert marked(text) == shown
    with override("vi"):
        assert marked(text) == text
