"""What a crawl has glued together and can be taken apart without a doubt. What cannot, is left to `reasons`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_NOTHING: Final = re.compile(r"^\W*(không có thông tin|không có|không|null|none|n/a)?\W*$", re.IGNORECASE)
_TRAILING_KEYWORDS: Final = re.compile(r"\s*Từ khóa\s*(Không có thông tin)?\s*$")
_BULLET: Final = re.compile(r"^[\s\-+*•–—·]+")
_FILE: Final = re.compile(r"\.(docx?|pdf|xlsx?|rar|zip|png|jpe?g)\s*$", re.IGNORECASE)
_RESULT_CODE: Final = re.compile(r"\s*Mã:\s*(?P<code>[A-Z0-9][A-Z0-9.\-]*KQ[A-Z0-9.\-]*|KQ[A-Z0-9.\-]+)\s*$")
_MONEY_PREFIX: Final = re.compile(
    r"^(?P<said>Miễn phí|Không có thông tin|(?:[\d.,]+\s*)?(?:Việt Nam Đồng|VNĐ|USD|Đô la Mỹ|Euro|EUR))"
)
_STEP: Final = re.compile(r"(?m)^[\s\-+*•–]*(?=Bước\s*\d+)")
_STEP_NUMBER: Final = re.compile(r"^[\s\-+*•–]*Bước\s*\d+\s*[:.)\-–]*\s*")
_CONTINUES: Final = re.compile(r"^\s*([+•*]|-\s*-)")
_BASIS: Final = re.compile(r"^(?P<number>\d{1,4}/\d{4}/)(?P<kind>[A-ZĐa-z\d\-.]+)$")
_LAW: Final = re.compile(r"^(?P<digits>\d{4})(?P<rest>/\d{4}/QH\d+)")
MOST_LAWS: Final = 250  # of the National Assembly in one year
# Who issues legal documents, as their numbers write it. Longer ones first, so that BNNMT is not read as BNN.
_ISSUERS: Final = (
    "UBTVQH\\d{2}|QH\\d{2}|BNN&PTNT|BNNPTNT|BGDĐT|BTNMT|BNNMT|BTTTT|BVHTTDL|BLĐTBXH|BKHĐT|BKHCN|BGTVT|BQP|BCA|BTC|BXD|"
    "BCT|BNV|BYT|BTP|BNG|NHNN|TTCP|TTg|BHXH|TANDTC|VKSNDTC|VPCP|KTNN|UBDT|BDTTG|CP|CTN|BCH"
)
_GLUED_ISSUER: Final = re.compile(rf"^(?P<good>(?:[A-ZĐ]{{1,4}}-)?(?:{_ISSUERS}))(?P<rest>[A-ZĐ]{{1,3}})$")


def text_of(value: object) -> str:
    """Return a text without space around it; what only says that there is nothing, is nothing."""
    text = _TRAILING_KEYWORDS.sub("", str(value or "")).strip()
    return "" if _NOTHING.match(text) else text


@dataclass(frozen=True)
class PaperName:
    """A paper's name, and the name of a file that was glued to it."""

    name: str
    file: str


def paper_name(text: str) -> PaperName:
    """Return the name of a paper, without bullets, and without the name of a template's file where it is clear."""
    name, files = _BULLET.sub("", text).strip(), list[str]()
    while (ending := _FILE.search(name)) and (cut := _where_a_file_begins(name, ending.start())):
        files.insert(0, name[cut:].strip())
        name = name[:cut].rstrip(" ;,")
    return PaperName(name.rstrip(" ;,"), ", ".join(files))


def _where_a_file_begins(name: str, ending: int) -> int | None:
    """Return where the file's name begins: behind a full stop, a bracket or another file, or at a glued capital."""
    for place in range(ending - 1, 8, -1):
        before, here = name[place - 1], name[place]
        if before in ".;)" and not (before == "." and name[place - 2].isdigit() and here.isdigit()):
            return place
        begins_a_word = here.isupper() and name[place + 1 : place + 2].islower()
        if begins_a_word and (before.islower() or before.isdigit() or name[place - 2 : place].isupper()):
            return place
        if _FILE.search(name[:place]):
            return place
    return None


def result_parts(name: str, code: str) -> tuple[str, str]:
    """Return a result's name and code, the code taken off the name where it was glued to it."""
    found = _RESULT_CODE.search(name)
    if found is None:
        return name.strip(), code.strip()
    return name[: found.start()].strip(" ;,"), code.strip() or found["code"]


@dataclass(frozen=True)
class MoneyNote:
    """A channel's note taken apart: what it says of money, the bracket behind it, and the rest."""

    said: str
    bracket: str
    rest: str

    @property
    def is_free(self) -> bool:
        return self.said == "Miễn phí"

    @property
    def is_unstated(self) -> bool:
        return self.said in {"", "Không có thông tin"}


def money_note(note: str) -> MoneyNote:
    """Return the parts of a note such as "8,000 VNĐ(8.000 đồng/bản)Nộp tại …"."""
    found = _MONEY_PREFIX.match(note)
    if found is None:
        return MoneyNote("", "", text_of(note))
    bracket, rest = _first_bracket(note[found.end() :])
    return MoneyNote(found["said"], text_of(bracket), text_of(rest))


def _first_bracket(text: str) -> tuple[str, str]:
    """Return what stands in the bracket with which `text` begins, and the rest; one left open never ends."""
    if not text.startswith("("):
        return "", text
    depth = 0
    for place, sign in enumerate(text):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if depth == 0:
            return text[1:place].strip(), text[place + 1 :]
    return text[1:].strip(), ""


def legal_number(number: str) -> str:
    """Return a document's number without what was glued to it: 22/2023/TT-BCAN, 2323/2023/QH15."""
    found = _BASIS.match(_LAW.sub(_law_number, number.strip()))
    glued = _GLUED_ISSUER.match(found["kind"]) if found else None
    if found is None:
        return number.strip()
    return f"{found['number']}{glued['good']}" if glued else found[0]


def _law_number(found: re.Match[str]) -> str:
    """Return a law's number without digits before it: the National Assembly's numbers stay below `MOST_LAWS`."""
    digits = found["digits"]
    is_one_reading = digits[1] == "0" or int(digits[1:]) > MOST_LAWS
    return f"{digits[2:]}{found['rest']}" if is_one_reading else found[0]


def steps_of(text: str) -> list[str]:
    """Return the steps of a text: at each "Bước n", otherwise a paragraph each, with what is set in below it."""
    text = text.replace("\r", "").strip()
    if not text:
        return []
    if len(_STEP.findall(text)) > 1:
        parts = [_STEP_NUMBER.sub("", part) for part in _STEP.split(text)]
        return [part.strip() for part in parts if part.strip()]
    steps: list[str] = []
    for line in text.split("\n"):
        if not line.strip():
            continue
        if steps and _CONTINUES.match(line):
            steps[-1] += f"\n{line.strip()}"
        else:
            steps.append(_STEP_NUMBER.sub("", line).strip() or line.strip())
    return steps
