"""A plan of a reorganisation: what its file may say, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import yaml
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator

from identity.errors import PlanRefusedError
from identity.models import Account, AdministrativeUnit, Agency, AgencyAlias, Appointment
from identity.services.organising import GIVEN_BY_AGENCIES
from identity.states import AgencyKind, Role

_CENTRES: Final = frozenset({AgencyKind.CENTRE, AgencyKind.COUNTER})


def _text(longest: int, *, shortest: int = 1) -> dict[str, Any]:
    return {"type": "string", "pattern": r"^[^\0]*$", "minLength": shortest, "maxLength": longest}


_CODE: Final = {"type": "string", "pattern": r"^[A-Z0-9]+(\.[A-Z0-9]+)*$", "maxLength": 35}
_ROLE: Final = {"enum": [str(role) for role in Role if role not in {Role.APPLICANT, Role.SYSTEM}]}


def _object(required: list[str], properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": required, "additionalProperties": False, "properties": properties}


_SEAT: Final = {"account": _text(150), "agency": _CODE, "role": _ROLE}
_HEIR: Final = _object(["agency", "sectors"], {"agency": _CODE, "sectors": {"type": "array", "items": _text(60)}})
_SCHEMA: Final = _object(
    ["code", "day", "reason"],
    {
        "code": {"type": "string", "pattern": "^[a-z0-9-]{1,60}$"},
        "day": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
        "reason": _text(1000),
        "agencies": {
            "type": "array",
            "items": _object(
                ["code", "name", "kind", "parent"],
                {
                    "code": _CODE,
                    "name": _text(200),
                    "kind": {"enum": [str(kind) for kind in AgencyKind]},
                    "parent": _CODE,
                    "unit": _text(5),
                    "address": _text(200, shortest=0),
                    "phone": _text(30, shortest=0),
                    "signing_key": _text(64, shortest=0),
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
                    "items": _object(["account", "agency", "role", "title"], _SEAT | {"title": _text(100)}),
                },
            },
        ),
    },
)


@dataclass(frozen=True)
class Heir:
    """Who goes on with an agency's work: that of some sectors, or (without) all the rest."""

    code: str
    sectors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ending:
    """An agency that ends, who goes on with its work, and whose people in which roles follow."""

    code: str
    heirs: tuple[Heir, ...]
    staff: tuple[Role, ...]

    @property
    def main(self) -> str:
        """Who takes what nobody else does."""
        return next(heir.code for heir in self.heirs if not heir.sectors)


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
            Ending(code, tuple(map(_heir, one["to"])), tuple(Role(role) for role in one.get("staff", [])))
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
    """Return what makes the plan impossible in the organisation as it stands; what it does is tried elsewhere."""
    return list(_problems(plan))


def parents_now() -> dict[str, str]:
    """Return the code of the agency above, by that of each agency in force."""
    in_force = Agency.objects.filter(valid_to=None).exclude(parent=None)
    return dict(in_force.values_list("code", "parent__code"))


def parents_after(plan: Plan) -> dict[str, str]:
    """Return the same as it will be once the plan was applied."""
    return parents_now() | {one["code"]: one["parent"] for one in plan.begins} | dict(plan.parents)


def depth(code: str, parents: Mapping[str, str]) -> int:
    """Return how many agencies stand above; those above come first by it. Raises `ValueError` in a circle."""
    above = [code]
    while (code := parents.get(code, "")) != "":
        if code in above:
            raise ValueError(code)
        above.append(code)
    return len(above) - 1


def _problems(plan: Plan) -> Iterator[str]:
    in_force = {agency.code: agency for agency in Agency.objects.filter(valid_to=None).select_related("parent")}
    begun = [one["code"] for one in plan.begins]
    ending = [one.code for one in plan.endings]
    there_after = (set(in_force) | set(begun)) - set(ending)
    yield from (_("%(code)s: stands twice") % {"code": code} for code in sorted(_twice(begun) | _twice(ending)))
    yield from _problems_of_beginnings(plan, there_after)
    yield from _problems_of_endings(plan, set(in_force), there_after)
    for code, parent in plan.parents.items():
        if code not in there_after or parent not in there_after:
            yield _("%(code)s: %(parent)s is not there") % {"code": code, "parent": parent}
    left = set(in_force) - set(ending) - set(plan.parents)
    for code in sorted(left):
        above = in_force[code].parent
        if above is not None and above.code in ending:
            yield _("%(code)s: stands under %(parent)s, which ends") % {"code": code, "parent": above.code}
    yield from _circles(plan)
    yield from _problems_of_people(plan, set(in_force), there_after)


def _problems_of_beginnings(plan: Plan, there_after: set[str]) -> Iterator[str]:
    begun = [one["code"] for one in plan.begins]
    known_units = set(AdministrativeUnit.objects.values_list("code", flat=True))
    came_to_nothing = Q(valid_to=F("valid_from"))  # begun by a plan that was rolled back
    taken = set(Agency.objects.filter(code__in=begun).exclude(came_to_nothing).values_list("code", flat=True))
    taken |= set(AgencyAlias.objects.filter(code__in=begun).values_list("code", flat=True))
    yield from (_("%(code)s: an agency has this code already") % {"code": code} for code in sorted(taken))
    for one in plan.begins:
        if one["parent"] not in there_after:
            yield _("%(code)s: %(parent)s is not there") % {"code": one["code"], "parent": one["parent"]}
        if one.get("unit") and one["unit"] not in known_units:
            yield _("%(code)s: no territory has the code %(unit)s") % {"code": one["code"], "unit": one["unit"]}


def _problems_of_endings(plan: Plan, now: set[str], there_after: set[str]) -> Iterator[str]:
    kinds = dict(Agency.objects.values_list("code", "kind")) | {one["code"]: one["kind"] for one in plan.begins}
    for end in plan.endings:
        if end.code not in now:
            yield _("%(code)s: no such agency in force") % {"code": end.code}
        heirs = [heir.code for heir in end.heirs]
        if sum(not heir.sectors for heir in end.heirs) != 1:
            yield _("%(code)s: exactly one successor takes what is not said otherwise") % {"code": end.code}
        if _twice(heirs) or _twice([sector for heir in end.heirs for sector in heir.sectors]):
            yield _("%(code)s: a successor, or a sector, is named twice") % {"code": end.code}
        for heir in sorted(set(heirs) - there_after):
            yield _("%(code)s: its successor %(heir)s is not there") % {"code": end.code, "heir": heir}
        for heir in sorted(set(heirs) & there_after) if end.code in now else ():
            if (kinds[heir] in _CENTRES) != (kinds[end.code] in _CENTRES):
                words = _("%(code)s: %(heir)s cannot go on with its work: only one of them is a one-stop centre")
                yield words % {"code": end.code, "heir": heir}


def _circles(plan: Plan) -> Iterator[str]:
    parents = parents_after(plan)
    for code in sorted({one["code"] for one in plan.begins} | set(plan.parents)):
        try:
            depth(code, parents)
        except ValueError:
            yield _("%(code)s: would stand under itself") % {"code": code}


def _problems_of_people(plan: Plan, now: set[str], there_after: set[str]) -> Iterator[str]:
    people = {one["account"] for one in [*plan.revoked, *plan.granted]}
    known = set(Account.objects.filter(username__in=people).values_list("username", flat=True))
    yield from (_("%(account)s: no such account") % {"account": name} for name in sorted(people - known))
    for one in plan.revoked:
        if one["agency"] not in now:
            yield _("%(code)s: no such agency in force") % {"code": one["agency"]}
        elif one["account"] in known and not _served(one, plan.on).exists():
            yield _("%(account)s: does not serve at %(code)s in this role") % {
                "account": one["account"],
                "code": one["agency"],
            }
    for one in plan.granted:
        if one["agency"] not in there_after:
            yield _("%(code)s: no such agency in force") % {"code": one["agency"]}


def _served(one: Mapping[str, str], day: date) -> QuerySet[Appointment]:
    named = Appointment.objects.filter(account__username=one["account"], agency__code=one["agency"], role=one["role"])
    return named.filter(Q(valid_to=None) | Q(valid_to__gt=day))


def _heir(given: Any) -> Heir:
    return Heir(given) if isinstance(given, str) else Heir(given["agency"], tuple(given["sectors"]))


def _twice(codes: list[str]) -> set[str]:
    return {code for code in codes if codes.count(code) > 1}
