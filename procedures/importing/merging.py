"""Laying what others say over a procedure that has decisions of our own.

Kept as they are: form, process, sample applicants, search words, cases of application, and every word that the
other side has no word for. Papers, fees, results and legal documents are known by their code or their words, so that
what is the same keeps our wording, our codes and our rules; only what differs is taken over. What the other side does
not say is no difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from portal.core.text import unaccented
from procedures.editing import free_code

Part = Mapping[str, Any]
# Facts that are taken over when the other side says something else.
_FACTS: Final = ("name", "decision", "levels", "audiences", "conditions")
# Words that are ours as soon as we have any.
_OURS_IF_ANY: Final = ("competent", "applicants", "authorities", "summary")
_ONE_DAY: Final = (("WORKING_DAYS", 1), ("CALENDAR_DAYS", 1), ("WORKING_HOURS", 8))


def merged(ours: Part, theirs: Part) -> dict[str, Any]:
    """Return our document with what `theirs` says differently; equal to `ours` when nothing does."""
    document = dict(ours)
    document |= {name: theirs[name] for name in _FACTS if theirs.get(name) and _differs(ours.get(name), theirs[name])}
    document |= {name: theirs[name] for name in _OURS_IF_ANY if theirs.get(name) and not ours.get(name)}
    document["sector"] = _sector(ours["sector"], theirs.get("sector"))
    document["papers"] = _parts(ours["papers"], theirs.get("papers", []), _paper_keys, _with_counts)
    document["results"] = _parts(ours["results"], theirs.get("results", []), _result_keys, _keep)
    document["fees"] = _fees(ours["fees"], theirs)
    document["time"] = _time(ours, theirs.get("time", {"kind": "NONE"}))
    if ours.get("legal_basis") or theirs.get("legal_basis"):
        document["legal_basis"] = _parts(
            ours.get("legal_basis", []), theirs.get("legal_basis", []), _basis_keys, _keep
        )
    if ours.get("channels"):
        document["channels"] = _channels(ours["channels"], theirs.get("channels", []))
    if _says_other_steps(ours.get("steps", []), theirs.get("steps", [])):
        document["steps"] = theirs["steps"]
    return document


def _differs(ours: Any, theirs: Any) -> bool:
    if isinstance(theirs, list):
        return set(ours or []) != set(theirs)
    return _folded(str(ours or "")) != _folded(str(theirs))


def _folded(text: str) -> str:
    """Return words as they are compared: without diacritics, signs and the word "thủ tục" in front."""
    return re.sub(r"^(thu tuc )", "", re.sub(r"[^a-z0-9]+", " ", unaccented(text)).strip())


def _sector(ours: Part, theirs: Part | None) -> Part:
    return theirs if theirs and _differs(ours["name"], theirs["name"]) else ours


def _parts(
    ours: Sequence[Part],
    theirs: Sequence[Part],
    keys: Callable[[Part], list[str]],
    updated: Callable[[Part, Part], Part],
) -> list[Part]:
    """Return our parts that they have too, in our order, then theirs that we do not have."""
    if not theirs:
        return list(ours)
    by_key = {key: part for part in reversed(theirs) for key in keys(part)}
    kept: list[Part] = []
    met: list[Part] = []
    for part in ours:
        other = next((by_key[key] for key in keys(part) if key in by_key), None)
        if other is not None:
            kept.append(updated(part, other))
            met.append(other)
    return kept + _with_free_codes([part for part in theirs if part not in met], kept)


def _with_free_codes(parts: list[Part], beside: list[Part]) -> list[Part]:
    codes = [str(part.get("code", "")) for part in beside]
    given: list[Part] = []
    for part in parts:
        if "code" in part and part["code"] in codes:
            part = {**part, "code": free_code(part["code"], codes)}
        codes.append(str(part.get("code", "")))
        given.append(part)
    return given


def _paper_keys(part: Part) -> list[str]:
    return [f"code:{part['code']}", f"name:{_folded(part['name'])}"]


def _result_keys(part: Part) -> list[str]:
    return [f"name:{_folded(part['name'])}"] + ([f"code:{part['code']}"] if part.get("code") else [])


def _basis_keys(part: Part) -> list[str]:
    return [str(part["number"]).upper()]


def _keep(ours: Part, _theirs: Part) -> Part:
    return ours


def _with_counts(ours: Part, theirs: Part) -> Part:
    """Return our paper with their number of originals and copies, where they say one that is not ours."""
    said = {name: theirs[name] for name in ("originals", "copies") if theirs.get(name)}
    return {**ours, **said} if said and any(ours.get(name, 0) != count for name, count in said.items()) else ours


def _fees(ours: Sequence[Part], theirs: Part) -> list[Part]:
    """Return our fees at their amounts: equal amounts are the same fee, and so is the only one left on each side."""
    if not theirs.get("fees"):
        return list(ours) if theirs.get("fees_note") else []
    left_theirs = list(theirs["fees"])
    matched: dict[str, Part] = {}
    for fee in ours:
        same = next((other for other in left_theirs if other["amount"] == fee["amount"]), None)
        if same is not None:
            matched[fee["code"]] = fee
            left_theirs.remove(same)
    for fee in ours:
        if fee["code"] not in matched and (other := _same_fee(fee, left_theirs, ours, matched)) is not None:
            matched[fee["code"]] = {**fee, "amount": other["amount"], "illustrative": False}
            left_theirs.remove(other)
    kept = [matched[fee["code"]] for fee in ours if fee["code"] in matched]
    return kept + _with_free_codes(left_theirs, kept)


def _same_fee(fee: Part, left: list[Part], ours: Sequence[Part], matched: Mapping[str, Part]) -> Part | None:
    by_name = next((other for other in left if _folded(other["name"]) == _folded(fee["name"])), None)
    is_last = len(left) == 1 and len(ours) - len(matched) == 1
    return by_name or (left[0] if is_last else None)


def _time(ours: Part, theirs: Part) -> Part:
    """Return the limit of the whole: ours, unless theirs is neither it nor that of a way of filing."""
    limits = [ours["time"], *(limit for terms in ours.get("channels", []) for limit in terms.get("times", []))]
    return ours["time"] if _is_among(theirs, limits) else theirs


def _same_time(ours: Part, theirs: Part) -> bool:
    """Whether two limits are the same; one that is not stated contradicts nothing."""
    if theirs["kind"] == "NONE":
        return True
    said = (theirs["kind"], theirs.get("value"))
    return (ours["kind"], ours.get("value")) == said or (ours["kind"] == "SAME_DAY" and said in _ONE_DAY)


def _channels(ours: Sequence[Part], theirs: Sequence[Part]) -> list[Part]:
    """Return our ways of filing with their times where these differ, then the ways that only they have."""
    by_channel = {part["channel"]: part for part in theirs}
    kept = [_terms(part, by_channel.get(part["channel"])) for part in ours]
    mine = {part["channel"] for part in ours}
    return kept + [part for part in theirs if part["channel"] not in mine]


def _terms(ours: Part, theirs: Part | None) -> Part:
    times = (theirs or {}).get("times", [])
    if not times or not ours.get("times") or all(_is_among(limit, ours["times"]) for limit in times):
        return ours
    return {**ours, "times": times}


def _is_among(limit: Part, limits: Sequence[Part]) -> bool:
    return any(_same_time(other, limit) for other in limits)


def _says_other_steps(ours: Sequence[Any], theirs: Sequence[str]) -> bool:
    mine = [step if isinstance(step, str) else step["text"] for step in ours]
    return bool(theirs) and [_folded(step) for step in mine] != [_folded(step) for step in theirs]
