"""A procedure made up to try every kind of question and every kind of rule, with answers that fit it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from procedures.seeding import documents

CODE = "9.999001"
OTHER_AGENCY = "H09.25748"
_EXTRACT = next(document for document in documents() if document["code"] == "2.000635")
_BASE = {name: value for name, value in _EXTRACT.items() if name != "samples"}


def _named(vi: str, en: str) -> dict[str, str]:
    return {"vi": vi, "en": en}


def _options(*names: str) -> list[dict[str, Any]]:
    return [{"value": name, "label": _named(name.lower(), name.title())} for name in names]


FORM: dict[str, Any] = {
    "minutes": 9,
    "steps": [
        {
            "code": "who",
            "title": _named("Ông/Bà là ai?", "Who are you?"),
            "fields": [
                {"code": "requester", "kind": "person", "label": "Người yêu cầu", "prefill": "account.person"},
                {"code": "phone", "kind": "phone", "label": "Số điện thoại", "prefill": "account.phone"},
                {"code": "email", "kind": "email", "label": "Thư điện tử", "required": False},
                {"code": "passport", "kind": "passport", "label": "Số hộ chiếu", "required": False},
                {
                    "code": "ethnicity",
                    "kind": "choice",
                    "label": "Dân tộc",
                    "list": "ETHNIC_GROUPS",
                    "search": True,
                },
                {"code": "address", "kind": "address", "label": "Địa chỉ", "older": True},
            ],
        },
        {
            "code": "parent",
            "title": _named("Cha hoặc mẹ", "A parent"),
            "fields": [
                {"code": "hello", "kind": "note", "label": "Theo giấy tờ hộ tịch cũ."},
                {"code": "parent_born", "kind": "date", "label": "Ngày sinh", "partial": True, "unknown": True},
                {"code": "parent_sex", "kind": "choice", "label": "Giới tính", "options": _options("MALE", "FEMALE")},
                {
                    "code": "parent_id",
                    "kind": "national_id",
                    "label": "Số định danh",
                    "required": False,
                    "belongs_to": {"birth_date": "parent_born", "sex": "parent_sex"},
                },
            ],
        },
        {
            "code": "works",
            "title": _named("Công trình", "The works"),
            "fields": [
                {"code": "kind", "kind": "choice", "label": "Loại", "options": _options("HOUSE", "SHOP", "ROAD")},
                {"code": "name", "kind": "text", "label": "Tên công trình", "max_length": 60},
                {"code": "about", "kind": "long_text", "label": "Mô tả", "required": False},
                {"code": "floors", "kind": "number", "label": "Số tầng", "min": 1, "max": 50, "default": 1},
                {"code": "value", "kind": "money", "label": "Giá trị"},
                {"code": "begins", "kind": "date", "label": "Ngày khởi công"},
                {"code": "ends", "kind": "date", "label": "Ngày hoàn thành"},
                {
                    "code": "from_hour",
                    "kind": "time",
                    "label": "Bắt đầu thi công lúc",
                    "min": "06:00",
                    "max": "22:00",
                },
                {"code": "at_night", "kind": "yes_no", "label": "Có thi công ban đêm không?"},
                {
                    "code": "uses",
                    "kind": "several",
                    "label": "Mục đích",
                    "options": _options("LIVING", "TRADE", "STORING"),
                    "required": False,
                },
                {
                    "code": "days",
                    "kind": "computed",
                    "label": "Số ngày thi công",
                    "value": {"op": "days_between", "of": [{"field": "begins"}, {"field": "ends"}]},
                },
                {
                    "code": "builder",
                    "kind": "organisation",
                    "label": "Nhà thầu",
                    "show_if": {"field": "kind", "op": "ne", "value": "HOUSE"},
                },
                {
                    "code": "machines",
                    "kind": "table",
                    "label": "Máy móc",
                    "required": False,
                    "max_rows": 5,
                    "fields": [
                        {"code": "machine", "kind": "text", "label": "Tên máy"},
                        {
                            "code": "power",
                            "kind": "choice",
                            "label": "Động cơ",
                            "options": _options("OIL", "ELECTRIC"),
                        },
                        {"code": "count", "kind": "number", "label": "Số lượng", "min": 1},
                        {"code": "price", "kind": "money", "label": "Giá thuê"},
                        {
                            "code": "cost",
                            "kind": "computed",
                            "label": "Thành tiền",
                            "shown_as": "MONEY",
                            "value": {"op": "product", "of": [{"field": "count"}, {"field": "price"}]},
                        },
                    ],
                },
                {
                    "code": "total",
                    "kind": "computed",
                    "label": "Tổng tiền thuê máy",
                    "shown_as": "MONEY",
                    "value": {"op": "sum", "of": [{"field": "machines.cost"}]},
                },
                {
                    "code": "neighbours",
                    "kind": "group",
                    "label": "Nhà liền kề",
                    "required": False,
                    "fields": [
                        {"code": "owner", "kind": "person", "label": "Chủ nhà", "parts": ["full_name", "sex"]},
                        {"code": "agrees", "kind": "yes_no", "label": "Đồng ý"},
                        {
                            "code": "why",
                            "kind": "text",
                            "label": "Lý do",
                            "show_if": {"field": "agrees", "op": "eq", "value": "NO"},
                        },
                    ],
                },
                {"code": "tax_code", "kind": "tax_code", "label": "Mã số thuế", "required": False},
            ],
        },
        {
            "code": "papers",
            "title": _named("Giấy tờ", "Papers"),
            "fields": [
                {"code": "drawing", "kind": "file", "label": "Bản vẽ", "hint": "Ảnh hoặc PDF.", "required": False},
                {"code": "competent_agency", "kind": "agency", "label": "Nơi giải quyết"},
                {"code": "true", "kind": "statement", "label": "Tôi cam đoan nội dung khai là đúng."},
            ],
        },
    ],
    "eligible": [
        {
            "when": {"not": {"field": "requester.birth_date", "op": "age_at_least", "value": 18}},
            "message": _named("Người yêu cầu phải từ đủ 18 tuổi.", "Applicants are at least 18 years old."),
            "instead": _named("Xin nhờ cha hoặc mẹ đứng tên.", "Please let a parent apply."),
        }
    ],
    "validate": [
        {
            "when": {"field": "ends", "op": "lt", "value": {"field": "begins"}},
            "message": _named("Ngày hoàn thành không thể trước ngày khởi công.", "It cannot end before it begins."),
            "at": "ends",
        }
    ],
}
ANSWERS: dict[str, Any] = {
    "requester": {
        "full_name": "Nguyễn Văn An",
        "birth_date": "1985-03-15",
        "sex": "MALE",
        "national_id": "074085001234",
    },
    "phone": "0912345678",
    "ethnicity": "KHMER",
    "passport": "B1234567",
    "address": {
        "tiers": "THREE",
        "province_name": "Tỉnh Sông Bé",
        "district_name": "Thị xã Thủ Dầu Một",
        "commune_name": "Phường Phú Cường",
        "detail": "12 đường Hùng Vương",
    },
    "parent_born": "1955",
    "parent_sex": "FEMALE",
    "parent_id": "074155000123",
    "kind": "SHOP",
    "name": "Cửa hàng số 1",
    "floors": 2,
    "value": 1_500_000_000,
    "begins": "2027-01-10",
    "ends": "2027-03-01",
    "from_hour": "07:30",
    "at_night": "NO",
    "uses": ["LIVING", "TRADE"],
    "builder": {
        "name": "Công ty Xây dựng Thử",
        "tax_code": "0100109106",
        "address": {"province": "79", "commune": "25747", "detail": "Số 1"},
        "representative": "Trần Thị Bình",
    },
    "machines": [
        {"machine": "Máy trộn", "power": "OIL", "count": 2, "price": 300_000, "cost": 1},
        {"machine": "Cần cẩu", "power": "ELECTRIC", "count": 1, "price": 5_000_000},
    ],
    "total": 7,
    "neighbours": [{"owner": {"full_name": "Lê Văn Cường", "sex": "MALE"}, "agrees": "NO", "why": "Chắn sáng"}],
    "tax_code": "0100109106-001",
    "drawing": [],
    "competent_agency": "H09.25747",
    "true": True,
}


def document(**changes: Any) -> dict[str, Any]:
    """Return the whole document; `changes` replace its parts."""
    return {
        **deepcopy(_BASE),
        "code": CODE,
        "name": "Thủ tục thử mọi loại câu hỏi",
        "form": deepcopy(FORM),
        "fees": [
            {
                "code": "PHI_TANG",
                "name": "Phí theo tầng",
                "kind": "PHI",
                "amount": 10_000,
                "timing": "FILING",
                "illustrative": True,
                "quantity": {"op": "product", "of": [{"field": "floors"}, 2]},
                "exempt_if": {"field": "kind", "op": "eq", "value": "ROAD"},
            }
        ],
        "time": {"kind": "WORKING_DAYS", "value": 20, "illustrative": True},
        "time_rules": [
            {
                "when": {"field": "kind", "op": "eq", "value": "HOUSE"},
                "condition": "nhà ở riêng lẻ",
                "kind": "WORKING_DAYS",
                "value": 15,
                "illustrative": True,
            }
        ],
        "route": [
            {"when": {"field": "kind", "op": "eq", "value": "ROAD"}, "agency": OTHER_AGENCY},
            {"agency": "answers.competent_agency"},
        ],
        **deepcopy(changes),
    }
