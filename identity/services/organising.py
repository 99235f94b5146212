"""Keeping the organisation: agencies, and who serves there. Each change says who, what and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from identity.errors import OrganisationRefusedError
from identity.models import Account, AdministrativeUnit, Agency, Appointment, OrganisationChange
from identity.queries import serves_in
from identity.states import DESK, AgencyKind, ChangeKind, Role
from portal.core.text import sort_key

# What an agency's own admin may give; the rest is the province's to give.
GIVEN_BY_AGENCIES: Final = frozenset(DESK)
GIVEN_BY_PROVINCE: Final = frozenset(Role) - {Role.APPLICANT, Role.SYSTEM, Role.OPERATOR}
AGENCY_CODE: Final = r"^[A-Z0-9]+(\.[A-Z0-9]+)*$"
USER_NAME: Final = r"^[a-z0-9]+([._-][a-z0-9]+)*$"
_OF_CENTRES: Final = frozenset({Role.CLERK, Role.CENTRE_HEAD})
_CENTRES: Final = frozenset({AgencyKind.CENTRE, AgencyKind.COUNTER})
_FACTS: Final = ("name", "kind", "parent", "unit", "calendar", "address", "phone", "signing_key")


@transaction.atomic
def begin_agency(
    *, code: str, facts: Mapping[str, Any], on: date, reason: str, by: Account | None, at: datetime
) -> Agency:
    """Let an agency begin on a day. `facts` are its name, kind, parent, unit, calendar, address, phone, signing_key.

    Raises `OrganisationRefusedError` when the code is taken, or the place in the tree makes no sense.
    """
    if Agency.objects.filter(code=code).exists() or Agency.objects.filter(aliases__code=code).exists():
        raise OrganisationRefusedError(_("An agency has, or had, this code already."))
    agency = Agency(code=code, valid_from=on, **facts)
    _check_place(agency)
    agency.sort_key = _sort_key(agency)
    agency.save()
    record_change(ChangeKind.AGENCY_BEGUN, agency, reason, by, at, details=_details({}, _facts(agency)))
    return agency


@transaction.atomic
def change_agency(
    *, agency_id: int, facts: Mapping[str, Any], reason: str, by: Account | None, at: datetime, code: str = ""
) -> Agency:
    """Change what an agency is called, where it stands in the tree, and the like; by another `code` it keeps the old
    one as an alias. What was issued keeps the words of its time.

    Raises `OrganisationRefusedError` when nothing would change, or the code or the place is not possible.
    """
    agency = Agency.objects.select_for_update().get(pk=agency_id)
    before = _facts(agency) | {"code": agency.code}
    for name, value in facts.items():
        setattr(agency, name, value)
    if code and code != agency.code:
        _recode(agency, code)
    _check_place(agency)
    agency.sort_key = _sort_key(agency)
    changed = _details(before, _facts(agency) | {"code": agency.code})
    if not changed:
        raise OrganisationRefusedError(_("Nothing would change."))
    agency.save()
    record_change(ChangeKind.AGENCY_CHANGED, agency, reason, by, at, details=changed)
    return agency


@transaction.atomic
def appoint(
    *,
    account: Account,
    agency: Agency,
    role: Role,
    title: str,
    valid_from: date,
    valid_to: date | None = None,
    reason: str,
    by: Account | None,
    at: datetime,
) -> Appointment:
    """Let somebody serve at an agency in a role, from a day until (not including) a day.

    Raises `OrganisationRefusedError` when they do already, or the role does not belong to such an agency.
    """
    _check_role(agency, role)
    if by is not None and by.pk == account.pk:
        raise OrganisationRefusedError(_("Nobody appoints themselves: please ask another administrator."))
    if not agency.is_in_force(valid_from) or (valid_to is not None and valid_to <= valid_from):
        raise OrganisationRefusedError(
            _("The agency does not exist on that day, or the end is before the beginning.")
        )
    if serves_in(account, agency, role, valid_from):
        raise OrganisationRefusedError(_("This person serves there in this role already."))
    appointment, _created = Appointment.objects.update_or_create(
        account=account,
        agency=agency,
        role=role,
        valid_from=valid_from,
        defaults={"title": title, "valid_to": valid_to},
    )
    details = {"role": [None, str(role)], "title": [None, title], "valid_from": [None, valid_from.isoformat()]}
    if valid_to is not None:
        details["valid_to"] = [None, valid_to.isoformat()]
    record_change(ChangeKind.APPOINTED, agency, reason, by, at, account=account, details=details)
    return appointment


@transaction.atomic
def change_appointment(
    *, appointment_id: int, title: str, valid_to: date | None, reason: str, by: Account | None, at: datetime
) -> Appointment:
    """Give an appointment another title, or another last day.

    Raises `OrganisationRefusedError` when it is one's own, or would end before it begins.
    """
    appointment = Appointment.objects.select_for_update().select_related("agency", "account").get(pk=appointment_id)
    if by is not None and by.pk == appointment.account_id:
        raise OrganisationRefusedError(_("Nobody appoints themselves: please ask another administrator."))
    if valid_to is not None and valid_to <= appointment.valid_from:
        raise OrganisationRefusedError(
            _("The agency does not exist on that day, or the end is before the beginning.")
        )
    details = _details(
        {"title": appointment.title, "valid_to": appointment.valid_to}, {"title": title, "valid_to": valid_to}
    )
    appointment.title, appointment.valid_to = title, valid_to
    appointment.save(update_fields=["title", "valid_to"])
    agency, account = appointment.agency, appointment.account
    record_change(ChangeKind.APPOINTMENT_CHANGED, agency, reason, by, at, account=account, details=details)
    return appointment


@transaction.atomic
def end_appointment(*, appointment_id: int, on: date, reason: str, by: Account | None, at: datetime) -> Appointment:
    """Let an appointment end: `on` is the first day on which it is no longer in force. Rights go with it.

    Raises `OrganisationRefusedError` when it has ended by then.
    """
    appointment = Appointment.objects.select_for_update().select_related("agency", "account").get(pk=appointment_id)
    if appointment.valid_to is not None and appointment.valid_to <= on:
        raise OrganisationRefusedError(_("The appointment has ended by then already."))
    before = appointment.valid_to
    appointment.valid_to = max(on, appointment.valid_from)
    appointment.save(update_fields=["valid_to"])
    details = {
        "role": [appointment.role, None],
        "valid_to": [before.isoformat() if before else None, appointment.valid_to.isoformat()],
    }
    record_change(
        ChangeKind.APPOINTMENT_ENDED, appointment.agency, reason, by, at, account=appointment.account, details=details
    )
    return appointment


def record_change(
    what: ChangeKind,
    agency: Agency,
    reason: str,
    by: Account | None,
    at: datetime,
    *,
    account: Account | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Write the line that says who changed what, and why, in the caller's transaction."""
    OrganisationChange.objects.create(
        what=what, agency=agency, account=account, details=dict(details or {}), reason=reason, by=by, at=at
    )


def _check_place(agency: Agency) -> None:
    """Raise `OrganisationRefusedError` when the agency cannot stand where it is put in the tree."""
    above: Agency | None = agency.parent
    if agency.kind == AgencyKind.COUNTER and (above is None or above.kind != AgencyKind.CENTRE):
        raise OrganisationRefusedError(_("A counter belongs to a one-stop centre."))
    if (above is None) != (agency.kind == AgencyKind.PROVINCE):
        raise OrganisationRefusedError(_("Only the province itself stands under nobody."))
    while above is not None:
        if above.pk == agency.pk:
            raise OrganisationRefusedError(_("An agency cannot stand under itself."))
        above = above.parent


def _check_role(agency: Agency, role: Role) -> None:
    at_centre = agency.kind in _CENTRES
    if role in {Role.APPLICANT, Role.SYSTEM}:
        raise OrganisationRefusedError(_("Nobody is appointed to this role."))
    if role in _OF_CENTRES and not at_centre:
        raise OrganisationRefusedError(_("Who receives cases serves at a one-stop centre."))
    wrong = Role.AGENCY_ADMIN if agency.kind == AgencyKind.PROVINCE else Role.PROVINCE_ADMIN
    if role == wrong:
        raise OrganisationRefusedError(_("The province has admins of its own; agencies have theirs."))


def _recode(agency: Agency, code: str) -> None:
    taken = Agency.objects.filter(code=code).exclude(pk=agency.pk).exists()
    if taken or Agency.objects.filter(aliases__code=code).exclude(pk=agency.pk).exists():
        raise OrganisationRefusedError(_("An agency has, or had, this code already."))
    agency.aliases.filter(code=code).delete()
    agency.aliases.create(code=agency.code)
    agency.code = code


def _facts(agency: Agency) -> dict[str, Any]:
    return {name: getattr(agency, name) for name in _FACTS}


def _details(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return what differs, as plain values."""

    def plain(value: Any) -> str | None:
        return str(value) if value else None

    return {
        name: [plain(before.get(name)), plain(value)]
        for name, value in after.items()
        if plain(before.get(name)) != plain(value)
    }


def _sort_key(agency: Agency) -> str:
    """Return the key of the name's place in lists: a commune stands where its own name does, without its kind."""
    return agency.unit.sort_key if isinstance(agency.unit, AdministrativeUnit) else sort_key(agency.name)
