"""The JSON Schema of a procedure's document."""

from __future__ import annotations

from typing import Any, Final

from identity.states import Role
from procedures.states import (
    AgencyRule,
    Audience,
    Availability,
    FilingChannel,
    Level,
    OnlineLevel,
    PagePart,
    Relation,
)

_TEXT: Final = {"type": "string"}
_CODE: Final = {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_.-]{0,59}$"}
_PROCEDURE: Final = {"type": "string", "pattern": "^[0-9]\\.[0-9]{6}$"}
_FLAG: Final = {"type": "boolean"}
_HTTPS: Final = {"type": "string", "pattern": "^https://[^\\s]+$"}
_COUNT: Final = {"type": "integer", "minimum": 0}


def _object(required: list[str], properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": required, "additionalProperties": False, "properties": properties}


def _list(items: dict[str, Any], *, at_least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": at_least}


_PAPER = _object(
    ["code", "name", "mode"],
    {
        "code": _CODE,
        "name": _TEXT,
        "mode": {"enum": ["SUBMIT", "SHOW", "LOOK_UP"]},
        "originals": _COUNT,
        "copies": _COUNT,
        "when": _TEXT,
        "note": _TEXT,
        "basis": _TEXT,
        "variant": _CODE,
        "template": _TEXT,
    },
)
_FEE = _object(
    ["code", "name", "kind", "amount", "timing", "illustrative"],
    {
        "code": _CODE,
        "name": _TEXT,
        "kind": {"enum": ["PHI", "LE_PHI"]},
        "amount": {"type": "integer", "minimum": 1},
        "per": _TEXT,
        "timing": {"enum": ["FILING", "SUPPLEMENT", "RETURN", "ON_DEMAND"]},
        "illustrative": _FLAG,
        "note": _TEXT,
        "when": {"type": "object"},
        "channels": _list({"enum": [str(channel) for channel in FilingChannel]}, at_least=1),
        "exempt": _TEXT,
        "quantity": {"type": "object"},
        "exempt_if": {"type": "object"},
    },
)
_TIME = _object(
    ["kind", "illustrative"],
    {
        "kind": {"enum": ["SAME_DAY", "WORKING_HOURS", "WORKING_DAYS", "CALENDAR_DAYS", "MONTHS", "NONE"]},
        "value": {"type": "integer", "minimum": 1, "maximum": 3650},
        "cut_off": {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"},
        "illustrative": _FLAG,
        "note": _TEXT,
    },
)
_TIME_RULE = {
    **_TIME,
    "required": ["when", "condition", *_TIME["required"]],
    "properties": {"when": {"type": "object"}, "condition": _TEXT, **_TIME["properties"]},
}
_CHANNEL = _object(
    ["channel"],
    {
        "channel": {"enum": [str(channel) for channel in FilingChannel]},
        "times": _list({**_TIME, "properties": {**_TIME["properties"], "condition": _TEXT}}, at_least=1),
        "note": _TEXT,
    },
)
_AUTHORITY = _object(
    ["name", "role"],
    {
        "name": _TEXT,
        "role": {"enum": ["DECIDES", "HANDLES", "COOPERATES"]},
        "level": {"enum": [str(x) for x in Level]},
    },
)
_SEASON = {"type": "string", "pattern": "^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"}
_AVAILABILITY = _object(
    ["state"],
    {
        "state": {"enum": [str(state) for state in Availability]},
        "from": _SEASON,
        "until": _SEASON,
        "notice": _TEXT,
        "successor": _PROCEDURE,
    },
)
_SAMPLE = _object(
    ["code", "name", "answers", "expects"],
    {
        "code": _CODE,
        "name": _TEXT,
        "filed_at": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$"},
        "answers": {"type": "object"},
        "expects": _object(
            [],
            {
                "asked": _list(_TEXT),
                "not_asked": _list(_TEXT),
                "papers": _list(_TEXT),
                "refused": _list(_TEXT),
                "eligible": _FLAG,
                "computed": {"type": "object"},
                "agency": _TEXT,
                "fee": _COUNT,
                "route": _list(_TEXT),
                "due": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$"},
            },
        ),
    },
)
_LINE = _object(["label", "value"], {"label": _TEXT, "value": _TEXT})
# Texts may name answers and facts as `{code}`; see `Wording`.
_WORDING = _object(
    [],
    {
        "heading": _TEXT,
        "subtitle": _TEXT,
        "authority": _TEXT,
        "grounds": _list(_TEXT),
        "opening": _TEXT,
        "lines": _list(_LINE),
        "table": _object(["rows", "columns"], {"rows": _CODE, "columns": _list(_LINE, at_least=1)}),
        "articles": _list(_TEXT),
        "recipients": _list(_TEXT),
    },
)
_ROUTE = _object(["agency"], {"when": {"type": "object"}, "agency": _TEXT, "note": _TEXT})
_STEP_TIME = _object(
    ["kind", "value"],
    {
        "kind": {"enum": ["WORKING_HOURS", "WORKING_DAYS", "CALENDAR_DAYS"]},
        "value": {"type": "integer", "minimum": 1, "maximum": 3650},
        "note": _TEXT,
    },
)
_ACT: Final = {"type": "string", "pattern": "^[A-Z_]+$"}
_STEP = _object(
    ["code", "name", "role", "agency", "actions"],
    {
        "code": _CODE,
        "name": _TEXT,
        "role": {"enum": [str(role) for role in Role]},
        "agency": {"enum": [str(rule) for rule in AgencyRule]},
        "agency_code": _TEXT,
        "route": _list(_ROUTE, at_least=1),
        "share": {"type": "integer", "minimum": 0, "maximum": 100},
        "time": _STEP_TIME,
        "actions": _list(_ACT, at_least=1),
        "at_most": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 1}},
        "facts": _list({"type": "object"}),
        "requires": _list(_CODE),
        "not_same_as": _list(_CODE),
        "when": {"type": "object"},
        "next": _list(_object(["to"], {"to": _CODE, "by": _ACT, "when": {"type": "object"}}), at_least=1),
        "consultation": _object(
            [],
            {
                "time": _STEP_TIME,
                "agencies": _list(_TEXT, at_least=1),
                "silence_is_consent": _FLAG,
                "stops_clock": _FLAG,
                "confidential": _FLAG,
            },
        ),
    },
)

SCHEMA: Final = _object(
    ["code", "name", "sector", "online_level", "levels", "audiences", "papers", "fees", "time", "results"],
    {
        "code": _PROCEDURE,
        "local_code": _TEXT,
        "name": _TEXT,
        "name_en": _TEXT,
        "summary": _TEXT,
        "sector": _object(["code", "name"], {"code": _CODE, "name": _TEXT}),
        "decision": _TEXT,
        "online_level": {"enum": [str(level) for level in OnlineLevel]},
        "levels": _list({"enum": [str(level) for level in Level]}, at_least=1),
        "audiences": _list({"enum": [str(kind) for kind in Audience]}, at_least=1),
        "applicants": _TEXT,
        "competent": _TEXT,
        "authorities": _list(_AUTHORITY),
        "availability": _AVAILABILITY,
        "channels": _list(_CHANNEL),
        "variants": _list(_object(["code", "name"], {"code": _CODE, "name": _TEXT, "when": {"type": "object"}})),
        "related": _list(
            _object(
                ["code", "relation"],
                {"code": _PROCEDURE, "relation": {"enum": [str(relation) for relation in Relation]}},
            )
        ),
        "retention": _object(["years"], {"years": {"type": "integer", "minimum": 1}, "basis": _TEXT}),
        "samples": _list(_SAMPLE),
        "papers": _list(_PAPER),
        "fees": _list(_FEE),
        "fees_illustrative": _FLAG,
        "fees_note": _TEXT,
        "time": _TIME,
        "time_rules": _list(_TIME_RULE, at_least=1),
        "route": _list(_ROUTE, at_least=1),
        "legal_basis": _list(_object(["number"], {"number": _TEXT, "title": _TEXT})),
        "results": _list(
            _object(
                ["name"],
                {
                    "name": _TEXT,
                    "code": _TEXT,
                    "template": _TEXT,
                    "pages_of": _CODE,
                    "symbol": _TEXT,
                    "context": {"type": "object"},
                    "wording": _WORDING,
                    "when": {"type": "object"},
                    "seals": _list(_CODE, at_least=1),
                },
            )
        ),
        "steps": _list({"anyOf": [_TEXT, _object(["text", "variant"], {"text": _TEXT, "variant": _CODE})]}),
        "conditions": _TEXT,
        "keywords": _list(_TEXT),
        "english": {"type": "object", "additionalProperties": {"type": "string", "minLength": 1}},
        "popularity": _COUNT,
        "unconfirmed": _list({"enum": [str(part) for part in PagePart]}, at_least=1),
        "elsewhere": _object(["name", "url"], {"name": _TEXT, "url": _HTTPS, "system": _CODE}),
        "form": {"type": ["object", "null"]},
        "process": {
            "anyOf": [
                {"type": "null"},
                _object(
                    ["steps"],
                    {
                        "steps": _list(_STEP, at_least=1),
                        "consent_hours": {"type": "integer", "minimum": 1, "maximum": 24},
                        "verification_days": {"type": "integer", "minimum": 1},
                        "receipt_on_request": _FLAG,
                        "collected_in_person": _FLAG,
                    },
                ),
            ]
        },
    },
)
