"""The sheets and their columns: one table that writing and reading both follow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from portal.core.tables import LONGEST_CELL, Cell
from procedures.states import Audience, FilingChannel, Level

TOO_LONG: Final = "(quá dài cho một ô – xin sửa trên trang soạn thảo)"
_MOST: Final = 10**12


class CellError(ValueError):
    """What stands in a cell is not what the column takes; the message says what to do."""


@dataclass(frozen=True)
class Column:
    """A column: the entry of the part that it holds, its title and width, and what it takes.

    `words` are the words of a closed list by code; `several` of them stand in one cell, between semicolons.
    """

    entry: str
    title: str
    width: int
    words: Mapping[str, str] = field(default_factory=dict)
    several: bool = False
    is_count: bool = False
    least: int = 0
    is_hour: bool = False
    lines: bool = False

    def cell(self, part: Mapping[str, Any]) -> Cell:
        """Return what is written for a part."""
        value = part.get(self.entry)
        if value is None:
            return None
        if self.lines:
            return _fitting(_joined([step if isinstance(step, str) else step["text"] for step in value]))
        if self.several:
            return "; ".join(self.words[one] for one in value)
        if self.words:
            return self.words[value]
        return int(value) if self.is_count else _fitting(str(value))

    def is_untouched(self, given: Any, part: Mapping[str, Any]) -> bool:
        """Return whether a cell says what would be written for the part."""
        written = self.cell(part)
        return given == TOO_LONG or _plain(_hour(given) if self.is_hour else given) == _plain(written)

    def value(self, given: Any, part: Mapping[str, Any]) -> Any:
        """Return what a touched cell means, None for an empty one; raises `CellError`."""
        if isinstance(given, dict):
            raise CellError(_("The cell holds a formula: paste its value instead."))
        text = _plain(given)
        if not text:
            return None
        if self.is_count:
            return _count(text, self.least)
        if self.is_hour:
            return self._checked_hour(text)
        if self.lines:
            known = {(step if isinstance(step, str) else step["text"]): step for step in part.get(self.entry) or []}
            return [known.get(line, line) for line in _lines(text)]
        if self.several:
            return [self._code(word) for word in text.split(";") if word.strip()]
        return self._code(text) if self.words else text

    def _checked_hour(self, text: str) -> str:
        hour = _hour(text)
        if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", hour):
            raise CellError(_("“%(text)s” is no time of day: write it as 15:00.") % {"text": text[:40]})
        return hour

    def _code(self, word: str) -> str:
        folded = word.strip().casefold()
        found = next((code for code, said in self.words.items() if said.casefold() == folded), None)
        if found is None:
            choices = ", ".join(self.words.values())
            raise CellError(
                _("“%(word)s” is not known. Write one of: %(choices)s.") % {"word": word, "choices": choices}
            )
        return found


@dataclass(frozen=True)
class SheetPlan:
    """A sheet of the file."""

    name: str
    columns: tuple[Column, ...]

    @property
    def head(self) -> list[str]:
        return [column.title for column in self.columns]

    @property
    def widths(self) -> list[int]:
        return [column.width for column in self.columns]

    def column(self, entry: str) -> Column:
        """Return the column of an entry."""
        return next(column for column in self.columns if column.entry == entry)


CODE: Final = Column("code", "Mã thủ tục", 12)
VERSION: Final = Column("version", "Phiên bản", 8, is_count=True)
_UNITS: Final = {
    "SAME_DAY": "Trong ngày",
    "WORKING_HOURS": "Giờ làm việc",
    "WORKING_DAYS": "Ngày làm việc",
    "CALENDAR_DAYS": "Ngày",
    "MONTHS": "Tháng",
    "NONE": "Không quy định",
}
CHANNEL_WORDS: Final = {
    str(FilingChannel.DIRECT): "Trực tiếp",
    str(FilingChannel.ONLINE): "Trực tuyến",
    str(FilingChannel.POST): "Bưu chính",
}
FACTS: Final = SheetPlan(
    "Thủ tục",
    (
        CODE,
        VERSION,
        Column("name", "Tên thủ tục", 60),
        Column("sector_code", "Mã lĩnh vực", 14),
        Column("sector_name", "Lĩnh vực", 24),
        Column("decision", "Quyết định công bố", 18),
        Column(
            "levels",
            "Cấp",
            18,
            {
                str(Level.MINISTRY): "Cấp bộ",
                str(Level.PROVINCE): "Cấp tỉnh",
                str(Level.COMMUNE): "Cấp xã",
                str(Level.OTHER): "Cơ quan khác",
            },
            several=True,
        ),
        Column(
            "audiences",
            "Đối tượng",
            22,
            {
                str(Audience.CITIZEN): "Công dân",
                str(Audience.BUSINESS): "Doanh nghiệp",
                str(Audience.ORGANISATION): "Tổ chức",
                str(Audience.FOREIGNER): "Người nước ngoài",
                str(Audience.OFFICIAL): "Cán bộ, công chức",
            },
            several=True,
        ),
        Column("applicants", "Ai được nộp", 40),
        Column("competent", "Cơ quan có thẩm quyền", 30),
        Column("summary", "Người dân nhận được gì", 40),
        Column("conditions", "Điều kiện", 40),
        Column("steps", "Các bước (mỗi bước một dòng)", 60, lines=True),
        Column("keywords", "Từ khóa (mỗi từ một dòng)", 24, lines=True),
        Column("fees_note", "Ghi chú về phí", 30),
        Column("popularity", "Số hồ sơ mỗi năm", 10, is_count=True),
    ),
)
PAPERS: Final = SheetPlan(
    "Giấy tờ",
    (
        Column("procedure", "Mã thủ tục", 12),
        Column("code", "Mã giấy tờ", 20),
        Column("name", "Tên giấy tờ", 70),
        Column("mode", "Cách nộp", 12, {"SUBMIT": "Nộp", "SHOW": "Xuất trình", "LOOK_UP": "Cơ quan tra cứu"}),
        Column("originals", "Bản chính", 9, is_count=True),
        Column("copies", "Bản sao", 9, is_count=True),
        Column("when", "Chỉ khi", 30),
        Column("note", "Ghi chú", 30),
        Column("basis", "Căn cứ", 24),
    ),
)
FEES: Final = SheetPlan(
    "Phí, lệ phí",
    (
        Column("procedure", "Mã thủ tục", 12),
        Column("code", "Mã khoản thu", 20),
        Column("name", "Tên khoản thu", 40),
        Column("kind", "Loại", 10, {"PHI": "Phí", "LE_PHI": "Lệ phí"}),
        Column("amount", "Số tiền (đồng)", 14, is_count=True, least=1),
        Column(
            "timing",
            "Nộp khi",
            18,
            {
                "FILING": "Nộp hồ sơ",
                "SUPPLEMENT": "Bổ sung hồ sơ",
                "RETURN": "Nhận kết quả",
                "ON_DEMAND": "Theo yêu cầu",
            },
        ),
        Column("note", "Ghi chú", 40),
        Column("exempt", "Ai được miễn", 40),
    ),
)
TIMES: Final = SheetPlan(
    "Thời hạn",
    (
        Column("procedure", "Mã thủ tục", 12),
        Column("channel", "Cách nộp hồ sơ", 14, {"": "Chung", **CHANNEL_WORDS}),
        Column("kind", "Đơn vị", 16, _UNITS),
        Column("value", "Số lượng", 10, is_count=True, least=1),
        Column("cut_off", "Nhận đến giờ", 12, is_hour=True),
        Column("condition", "Trong trường hợp", 40),
        Column("note", "Ghi chú thời hạn", 40),
        Column("channel_note", "Ghi chú cách nộp", 40),
    ),
)
_PLACE: Final = Column("place", "Số thứ tự (dòng mới để trống)", 12, is_count=True)
RESULTS: Final = SheetPlan(
    "Kết quả",
    (
        Column("procedure", "Mã thủ tục", 12),
        _PLACE,
        Column("name", "Tên kết quả", 70),
        Column("code", "Mã kết quả (KQ…)", 20),
    ),
)
LAWS: Final = SheetPlan(
    "Căn cứ pháp lý",
    (
        Column("procedure", "Mã thủ tục", 12),
        _PLACE,
        Column("number", "Số, ký hiệu", 24),
        Column("title", "Tên văn bản", 80),
    ),
)
SHEETS: Final = (FACTS, PAPERS, FEES, TIMES, RESULTS, LAWS)
GUIDE: Final = "Hướng dẫn"
ADVICE: Final = (
    "Sửa ô, thêm hoặc xóa dòng, rồi nộp lại tệp này tại trang Bảng tính. Chưa có gì thay đổi cho đến khi Ông/Bà "
    "xác nhận và người thứ hai phê duyệt.",
    "Ô không sửa thì nội dung giữ nguyên; ô để trống thì nội dung bị bỏ. Có thể đổi chỗ hoặc bỏ bớt cột và trang,"
    " trừ trang “Thủ tục”. Thủ tục không có trong trang “Thủ tục” thì giữ nguyên.",
    "Cột “Mã thủ tục” cho biết dòng thuộc thủ tục nào. Xin giữ cột “Phiên bản”: nhờ cột này mà thay đổi của người"
    " khác không bị ghi đè.",
    "“Số thứ tự” ở trang “Kết quả” và “Căn cứ pháp lý” gắn dòng với nội dung đang có; dòng mới thì để trống. Thứ "
    "tự các dòng là thứ tự hiển thị.",
    "Không có trong tệp này: biểu mẫu điện tử, quy trình giải quyết, hồ sơ mẫu, quy tắc tính phí và thời hạn, mẫu"
    " và câu chữ của kết quả, bản tiếng Anh. Các phần đó sửa trên trang soạn thảo, và không bị tệp này thay đổi.",
)


def facts_of(document: Mapping[str, Any], version: int) -> dict[str, Any]:
    """Return the document's facts as the first sheet's columns name them."""
    sector = document.get("sector", {})
    return {
        **document,
        "version": version or None,
        "sector_code": sector.get("code"),
        "sector_name": sector.get("name"),
    }


def _plain(given: Any) -> str:
    """Return a cell as it is compared: line ends as one sign, no space around."""
    if given is None:
        return ""
    return re.sub(r"[ \t]+\n", "\n", str(given).replace("\r\n", "\n").replace("\r", "\n")).strip()


def _fitting(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else TOO_LONG


def _joined(steps: list[str]) -> str:
    """Return steps as lines; with an empty line between them when one of them has several lines itself."""
    return ("\n\n" if any("\n" in step for step in steps) else "\n").join(steps)


def _lines(text: str) -> list[str]:
    parts = re.split(r"\n\s*\n", text) if re.search(r"\n\s*\n", text) else text.split("\n")
    return [part.strip() for part in parts if part.strip()]


def _hour(given: Any) -> str:
    """Return a time of day as hh:mm: spreadsheet programs write seconds, too."""
    found = re.fullmatch(r"\s*(\d{1,2}):(\d{2})(:\d{2})?\s*", str(given or ""))
    return f"{int(found[1]):02}:{found[2]}" if found else str(given or "")


def _count(text: str, least: int) -> int:
    digits = re.sub(r"[.,\s](?=\d{3}\b)", "", text)
    if not re.fullmatch(r"[0-9]{1,12}", digits) or int(digits) >= _MOST:
        raise CellError(_("“%(text)s” is no whole number: write digits only.") % {"text": text[:40]})
    if int(digits) < least:
        raise CellError(
            _("The number is at least %(least)s; leave the row out instead of writing 0.") % {"least": least}
        )
    return int(digits)
