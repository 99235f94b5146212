"""A plan of a reorganisation: what its file may say, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import yaml
from django.db.models import F, Q
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator

from identity.errors import PlanRefusedError
from identity.models import Account, AdministrativeUnit, Agency
from identity.services.organising import GIVEN_BY_AGENCIES
from identity.states import AgencyKind, Role

_TEXT: Final = {"type": "string", "pattern": r"^[^\0]+$"}
_CODE: Final = {"type": "string", "pattern": r"^[A-Z0-9]+(\.[A-Z0-9]+)*$", "maxLength": 35}
_ROLE: Final = {"enum": [str(role) for role in Role if role not in {Role.APPLICANT, Role.SYSTEM}]}


def _object(required: list[str], properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": required, "additionalProperties": False, "properties": properties}


_SEAT: Final = {"account": _TEXT, "agency": _CODE, "role": _ROLE}
_HEIR: Final = _object(["agency", "sectors"], {"agency": _CODE, "sectors": {"type": "array", "items": _TEXT}})
_SCHEMA: Final = _object(
    ["code", "day", "reason"],
    {
        "code": {"type": "string", "pattern": "^[a-z0-9-]{1,60}$"},
        "day": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
        "reason": {"type": "string", "minLength": 1, "maxLength": 1000},
        "agencies": {
            "type": "array",
            "items": _object(
                ["code", "name", "kind", "parent"],
                {
                    "code": _CODE,
                    "name": _TEXT,
                    "kind": {"enum": [str(kind) for kind in AgencyKind]},
                    "parent": _CODE,
                    "unit": _TEXT,
                    "address": {"type": "string"},
                    "phone": {"type": "string"},
                    "signing_key": {"type": "string"},
                },
            ),
        },
        "successions": {
            "type": "array",
            "items": _object(
                ["from", "to"],
                {
                    "from": {"type": "array", "items": _CODE, "minItems": 1},
                    "to": {"type": "array", "items": {"anyOf": [_CODE, _HEIR]}, "minItems": 1},
                    "staff": {"type": "array", "items": {"enum": sorted(map(str, GIVEN_BY_AGENCIES))}},
                },
            ),
        },
        "parents": {"type": "object", "additionalProperties": _CODE},
        "appointments": _object(
            [],
            {
                "revoke": {"type": "array", "items": _object(["account", "agency", "role"], _SEAT)},
                "grant": {
                    "type": "array",
                    "items": _object(["account", "agency", "role", "title"], _SEAT | {"title": _TEXT}),
                },
            },
        ),
    },
)


@dataclass(frozen=True)
class Ending:
    """An agency that ends, who goes on with its work (the main one first), and whose people in which roles follow."""

    code: str
    heirs: dict[str, tuple[str, ...]]  # code of the successor: the sectors that it takes; none: all the rest
    staff: tuple[Role, ...]

    @property
    def main(self) -> str:
        """Who takes what nobody else does."""
        return next(code for code, sectors in self.heirs.items() if not sectors)


@dataclass(frozen=True)
class Plan:
    """What is to happen to the organisation on a day."""

    code: str
    on: date
    reason: str
    document: Mapping[str, Any] = field(repr=False)

    @property
    def begins(self) -> list[Mapping[str, str]]:
        return list(self.document.get("agencies", []))

    @property
    def endings(self) -> list[Ending]:
        return [
            Ending(code, _heirs(one["to"]), tuple(Role(role) for role in one.get("staff", [])))
            for one in self.document.get("successions", [])
            for code in one["from"]
        ]

    @property
    def parents(self) -> Mapping[str, str]:
        return dict(self.document.get("parents", {}))

    @property
    def revoked(self) -> list[Mapping[str, str]]:
        return list(self.document.get("appointments", {}).get("revoke", []))

    @property
    def granted(self) -> list[Mapping[str, str]]:
        return list(self.document.get("appointments", {}).get("grant", []))


class _Loader(yaml.BaseLoader):
    """Makes texts, lists and mappings of a file, whatever its tags say."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):  # a little file of aliases is a huge document
            raise yaml.composer.ComposerError(None, None, "aliases are not used in plans", None)
        return super().compose_node(parent, index)


def plan_from_yaml(text: str) -> Plan:
    """Return the plan that the text of a file says. Raises `PlanRefusedError` with everything wrong."""
    try:
        document = yaml.load(text, Loader=_Loader)  # noqa: S506 - makes nothing but texts, lists and mappings
    except (yaml.YAMLError, RecursionError) as error:
        raise PlanRefusedError([_("The file cannot be read as YAML.")]) from error
    return read_plan(document)


def read_plan(document: object) -> Plan:
    """Return the plan that a document says. Raises `PlanRefusedError` with everything wrong."""
    errors = sorted(Draft202012Validator(_SCHEMA).iter_errors(document), key=lambda error: list(error.path))
    if errors or not isinstance(document, dict):
        raise PlanRefusedError([f"{'/'.join(map(str, error.path)) or '.'}: {error.message}" for error in errors])
    try:
        day = date.fromisoformat(document["day"])
    except ValueError as error:
        raise PlanRefusedError([f"day: {error}"]) from error
    return Plan(document["code"], day, document["reason"].strip(), document)


def problems_of(plan: Plan) -> list[str]:
    """Return what makes the plan impossible in the organisation as it stands; empty when it can be applied."""
    return list(_problems(plan))


def _problems(plan: Plan) -> Iterator[str]:
    in_force = {agency.code: agency for agency in Agency.objects.filter(valid_to=None).select_related("parent")}
    begun = [one["code"] for one in plan.begins]
    ending = [one.code for one in plan.endings]
    there_after = (set(in_force) | set(begun)) - set(ending)
    known_units = set(AdministrativeUnit.objects.values_list("code", flat=True))
    came_to_nothing = Q(valid_to=F("valid_from"))  # begun by a plan that was rolled back
    taken = set(Agency.objects.filter(code__in=begun).exclude(came_to_nothing).values_list("code", flat=True))

    yield from (_("%(code)s: stands twice") % {"code": code} for code in sorted(_twice(begun) | _twice(ending)))
    yield from (_("%(code)s: an agency has this code already") % {"code": code} for code in sorted(taken))
    for one in plan.begins:
        if one["parent"] not in there_after:
            yield _("%(code)s: %(parent)s is not there") % {"code": one["code"], "parent": one["parent"]}
        if one.get("unit") and one["unit"] not in known_units:
            yield _("%(code)s: no territory has the code %(unit)s") % {"code": one["code"], "unit": one["unit"]}
    for end in plan.endings:
        if end.code not in in_force:
            yield _("%(code)s: no such agency in force") % {"code": end.code}
        if sum(not sectors for sectors in end.heirs.values()) != 1:
            yield _("%(code)s: exactly one successor takes what is not said otherwise") % {"code": end.code}
        for heir in sorted(set(end.heirs) - there_after):
            yield _("%(code)s: its successor %(heir)s is not there") % {"code": end.code, "heir": heir}
    for code, parent in plan.parents.items():
        if code not in there_after or parent not in there_after:
            yield _("%(code)s: %(parent)s is not there") % {"code": code, "parent": parent}
    left = set(in_force) - set(ending) - set(plan.parents)
    for code in sorted(left):
        above = in_force[code].parent
        if above is not None and above.code in ending:
            yield _("%(code)s: stands under %(parent)s, which ends") % {"code": code, "parent": above.code}
    yield from _problems_of_people(plan, set(in_force), there_after)


def _problems_of_people(plan: Plan, now: set[str], there_after: set[str]) -> Iterator[str]:
    people = {one["account"] for one in [*plan.revoked, *plan.granted]}
    known = set(Account.objects.filter(username__in=people).values_list("username", flat=True))
    yield from (_("%(account)s: no such account") % {"account": name} for name in sorted(people - known))
    for one in plan.revoked:
        if one["agency"] not in now:
            yield _("%(code)s: no such agency in force") % {"code": one["agency"]}
    for one in plan.granted:
        if one["agency"] not in there_after:
            yield _("%(code)s: no such agency in force") % {"code": one["agency"]}


def _heirs(given: list[Any]) -> dict[str, tuple[str, ...]]:
    return dict((one, ()) if isinstance(one, str) else (one["agency"], tuple(one["sectors"])) for one in given)


def _twice(codes: list[str]) -> set[str]:
    return {code for code in codes if codes.count(code) > 1}
