"""From a row of the national catalogue to a document of ours. What the row does not say is left out, not invented."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

from portal.core.text import unaccented
from procedures.editing import free_code
from procedures.importing.tidying import legal_number, money_note, paper_name, result_parts, steps_of, text_of
from procedures.states import Audience, FilingChannel, Level, OnlineLevel

LEVELS: Final = {
    "cap bo": Level.MINISTRY,
    "cap tinh": Level.PROVINCE,
    "cap huyen": Level.COMMUNE,  # there is no district since 2025-07-01; its work lies with the communes
    "cap xa": Level.COMMUNE,
    "co quan khac": Level.OTHER,
}
# By how a subject begins; "Tổ chức (không bao gồm doanh nghiệp, HTX)" came apart at its comma.
AUDIENCES: Final = (
    ("cong dan", Audience.CITIZEN),
    ("doanh nghiep", Audience.BUSINESS),
    ("hop tac xa", Audience.BUSINESS),
    ("ho kinh doanh", Audience.BUSINESS),
    ("to chuc", Audience.ORGANISATION),
    ("co quan", Audience.ORGANISATION),
    ("htx", Audience.ORGANISATION),
    ("nguoi nuoc ngoai", Audience.FOREIGNER),
    ("nguoi viet nam dinh cu", Audience.FOREIGNER),
    ("can bo", Audience.OFFICIAL),
    ("dang vien", Audience.OFFICIAL),
)
CHANNELS: Final = {
    "truc tiep": FilingChannel.DIRECT,
    "truc tuyen": FilingChannel.ONLINE,
    "dich vu buu chinh": FilingChannel.POST,
}
UNITS: Final = {"ngay lam viec": "WORKING_DAYS", "ngay": "CALENDAR_DAYS", "gio": "WORKING_HOURS", "thang": "MONTHS"}
LONGEST_TIME: Final = {"WORKING_DAYS": 120, "CALENDAR_DAYS": 120, "WORKING_HOURS": 120, "MONTHS": 24}
NOT_STATED: Final = "Nguồn dữ liệu không nêu phí, lệ phí. Xin hỏi nơi tiếp nhận hồ sơ trước khi nộp."
_REMARKS: Final = re.compile(r"lưu ý|ghi chú", re.IGNORECASE)
_TO_SHOW: Final = re.compile(r"xuất trình", re.IGNORECASE)
_NO_GROUP: Final = re.compile(
    r"^\W*(thành phần hồ sơ|giấy tờ phải (nộp|xuất trình)|hồ sơ gồm|bao gồm|gồm)?[^a-zà-ỹđ]*(bao gồm)?\W*$",
    re.IGNORECASE,
)
_CODE: Final = re.compile(r"^[A-Za-z][A-Za-z0-9_.-]{0,59}$")
_SECTOR_LENGTH: Final = 30
_MOST_COPIES: Final = 20


def document_of(row: Mapping[str, Any], sectors: Mapping[str, str]) -> dict[str, Any]:
    """Return the document that a row describes: an information page; `sectors` are codes by folded name.

    Times, papers and fees that cannot be understood are left out; `reasons` names them.
    """
    channels = row.get("channels") or []
    papers, remarks = _papers(row.get("documents") or [])
    document: dict[str, Any] = {
        "code": row["code"],
        "name": text_of(row["name"]),
        "sector": _sector(text_of(row.get("sector")), sectors),
        "decision": text_of(row.get("decision")),
        "online_level": str(OnlineLevel.INFORMATION),
        "levels": levels_of(row) or [str(Level.OTHER)],
        "audiences": audiences_of(row) or [str(Audience.CITIZEN)],
        "applicants": _applicants(row.get("subjects") or []),
        "competent": text_of(row.get("authority")) or text_of(row.get("agency")),
        "authorities": _authorities(row),
        "channels": _channels(channels),
        "papers": papers,
        "fees": _fees(channels),
        "fees_note": _fees_note(channels),
        "time": _first_time(channels),
        "legal_basis": [{"number": number} for number in legal_numbers(row)],
        "results": _results(row.get("results") or []),
        "steps": steps_of(text_of(row.get("steps"))),
        "conditions": "\n".join([part for part in (text_of(row.get("conditions")), *remarks) if part]),
    }
    required = {"papers", "fees", "results"}
    return {name: value for name, value in document.items() if value or name in required}


def sector_code(name: str) -> str:
    """Return a code for a sector that has none yet; different names have different codes."""
    folded = re.sub(r"[^A-Z0-9]+", "_", unaccented(name).upper()).strip("_") or "KHAC"
    folded = folded if folded[0].isalpha() else f"L_{folded}"
    if len(folded) <= _SECTOR_LENGTH:
        return folded
    return f"{folded[: _SECTOR_LENGTH - 7]}_{hashlib.sha256(name.encode()).hexdigest()[:6].upper()}"


def levels_of(row: Mapping[str, Any]) -> list[str]:
    """Return the tiers that a row names, the known ones."""
    known = [LEVELS[folded] for name in row.get("levels") or [] if (folded := unaccented(name)) in LEVELS]
    return [str(level) for level in dict.fromkeys(known)]


def audience_of(subject: str) -> Audience | None:
    """Return for whom a subject of the national list stands; None when it is not known."""
    folded = unaccented(subject)
    return next((audience for beginning, audience in AUDIENCES if folded.startswith(beginning)), None)


def audiences_of(row: Mapping[str, Any]) -> list[str]:
    """Return for whom a row is, the known ones."""
    found = [audience for subject in row.get("subjects") or [] if (audience := audience_of(subject))]
    return [str(audience) for audience in dict.fromkeys(found)]


def legal_numbers(row: Mapping[str, Any]) -> list[str]:
    """Return the numbers of the legal documents, each once."""
    numbers = [legal_number(number) for number in row.get("legal_basis") or []]
    return list(dict.fromkeys(number for number in numbers if number))


def limit_of(channel: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a channel's time limit; None where it says none that can be believed."""
    kind = UNITS.get(unaccented(channel.get("time_unit") or ""))
    value = channel.get("time_value")
    if kind is None or not value or value != int(value) or not 0 < value <= LONGEST_TIME[kind]:
        return None
    return {"kind": kind, "value": int(value), "illustrative": False}


def _sector(name: str, sectors: Mapping[str, str]) -> dict[str, str]:
    name = name or "Lĩnh vực khác"
    return {"code": sectors.get(unaccented(name)) or sector_code(name), "name": name}


def _applicants(subjects: list[str]) -> str:
    return ", ".join(dict.fromkeys(subjects)).replace(" (không bao gồm doanh nghiệp, HTX)", "")


def _authorities(row: Mapping[str, Any]) -> list[dict[str, str]]:
    decides, handles = text_of(row.get("authority")), text_of(row.get("agency"))
    if not decides or not handles or unaccented(decides) == unaccented(handles):
        return []
    return [{"name": decides, "role": "DECIDES"}, {"name": handles, "role": "HANDLES"}]


def _papers(rows: list[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the papers, and the remarks that stand among them."""
    papers: list[dict[str, Any]] = []
    remarks: list[str] = []
    seen: set[tuple[str, str]] = set()
    for row in rows:
        group, found = text_of(row.get("group")), paper_name(text_of(row.get("name")))
        if not found.name or (group, found.name) in seen:
            continue
        seen.add((group, found.name))
        if _REMARKS.search(group):
            remarks.append(f"Lưu ý: {found.name}")
            continue
        paper: dict[str, Any] = {
            "code": _paper_code(row, found.name, [paper["code"] for paper in papers]),
            "name": found.name,
            "mode": "SHOW" if _TO_SHOW.search(group) else "SUBMIT",
        }
        counts = {name: int(row.get(name) or 0) for name in ("originals", "copies")}
        paper |= {name: count for name, count in counts.items() if 0 < count <= _MOST_COPIES}
        paper |= {"when": group.rstrip(" :")} if group and not _NO_GROUP.match(group) else {}
        papers.append(paper | ({"note": f"Tệp mẫu: {found.file}"} if found.file else {}))
    return papers, remarks


def _paper_code(row: Mapping[str, Any], name: str, taken: list[str]) -> str:
    """Return the code that the source gives to a paper, or one made of its name."""
    given = str(row.get("code") or "")
    return given if _CODE.match(given) and given not in taken else free_code(name, taken)


def _channels(rows: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    by_channel: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        channel = CHANNELS.get(unaccented(row.get("channel") or ""))
        if channel is not None:
            by_channel.setdefault(str(channel), []).append(row)
    return [_terms(str(channel), by_channel[channel]) for channel in FilingChannel if channel in by_channel]


def _terms(channel: str, rows: list[Mapping[str, Any]]) -> dict[str, Any]:
    notes = [money_note(row.get("note") or "").rest for row in rows]
    limits = [limit_of(row) for row in rows]
    times: list[dict[str, Any]] = []
    for limit, note in zip(limits, notes, strict=True):
        if limit is not None:
            told = limit | ({"condition": note} if note and len(rows) > 1 else {})
            times += [told] if told not in times else []
    terms: dict[str, Any] = {"channel": channel} | ({"times": times} if times else {})
    note = "\n".join(dict.fromkeys(n for n, limit in zip(notes, limits, strict=True) if n and _is_apart(rows, limit)))
    return terms | ({"note": note} if note else {})


def _is_apart(rows: list[Mapping[str, Any]], limit: Mapping[str, Any] | None) -> bool:
    """Whether a row's words belong to the channel: with several rows they are the condition of their time."""
    return len(rows) == 1 or limit is None


def _first_time(rows: list[Mapping[str, Any]]) -> dict[str, Any]:
    direct = [row for row in rows if unaccented(row.get("channel") or "") == "truc tiep"]
    limits = [limit for row in [*direct, *rows] if (limit := limit_of(row)) is not None]
    return limits[0] if limits else {"kind": "NONE", "illustrative": False}


def _fees(rows: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return one fee an amount, with the channels that it is for when it is not for all of them."""
    everywhere = {channel for row in rows if (channel := CHANNELS.get(unaccented(row.get("channel") or "")))}
    found: dict[tuple[int, str], set[FilingChannel]] = {}
    for row in rows:
        bracket = money_note(row.get("note") or "").bracket
        channel = CHANNELS.get(unaccented(row.get("channel") or ""))
        for fee in row.get("fees") or []:
            amount, note = int(fee.get("amount") or 0), str(fee.get("note") or bracket)
            if amount > 0 and fee.get("currency") == "VND":
                found.setdefault((amount, note), set()).update({channel} if channel else ())
    fees: list[dict[str, Any]] = []
    for (amount, note), channels in found.items():
        is_duty = "lệ phí" in note.lower()
        name = "Lệ phí" if is_duty else "Phí"
        fee = {
            "code": free_code(name, [fee["code"] for fee in fees]),
            "name": name,
            "kind": "LE_PHI" if is_duty else "PHI",
            "amount": amount,
            "timing": "FILING",
            "illustrative": False,
        }
        some = [str(channel) for channel in FilingChannel if channel in channels]
        fee |= {"channels": some} if some and channels != everywhere else {}
        fees.append(fee | ({"note": note} if note else {}))
    return fees


def _fees_note(rows: list[Mapping[str, Any]]) -> str:
    """Return what a page says of money where there is no figure; empty when it is free and nothing more is said."""
    if _fees(rows):
        return ""
    notes = [money_note(row.get("note") or "") for row in rows]
    foreign = [f"{note.said} {note.bracket}".strip() for note in notes if note.said and not note.is_unstated]
    if rows and all(note.is_free for note in notes):
        said = list(dict.fromkeys(note.bracket for note in notes if note.bracket))
        return "Miễn phí. " + " ".join(said) if said else ""
    if any(fee.get("currency") != "VND" for row in rows for fee in row.get("fees") or []):
        return "; ".join(dict.fromkeys(foreign))
    return NOT_STATED


def _results(rows: list[Mapping[str, Any]]) -> list[dict[str, str]]:
    results: dict[str, dict[str, str]] = {}
    for row in rows:
        name, code = result_parts(text_of(row.get("name")), text_of(row.get("code")))
        if name:
            results.setdefault(name, {"name": name} | ({"code": code} if code else {}))
    return list(results.values())
