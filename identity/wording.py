"""Codes of identity in words."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from identity.states import AgencyKind, ChangeKind, Doing, Purpose, Role, Scope, SigningCapacity

SCOPES: Final[dict[Scope, Promise]] = {
    Scope.CASES_READ: _("Read my cases and what happened to them"),
    Scope.CASES_FILE: _("File applications in my name"),
    Scope.CASES_ACT: _("Act in my cases: send supplements, answer drafts, withdraw"),
    Scope.PAPERS_UPLOAD: _("Upload papers for them"),
    Scope.FILES_READ: _("Download my papers and the results"),
}

KINDS: Final[dict[AgencyKind, Promise]] = {
    AgencyKind.PROVINCE: _("The province's People's Committee"),
    AgencyKind.DEPARTMENT: _("Department"),
    AgencyKind.VERTICAL: _("Agency of a ministry in the province"),
    AgencyKind.DISTRICT: _("District's People's Committee"),
    AgencyKind.COMMUNE: _("Commune's People's Committee"),
    AgencyKind.CENTRE: _("One-stop centre"),
    AgencyKind.COUNTER: _("Counter of a centre"),
}

ROLES: Final[dict[Role, Promise]] = {
    Role.APPLICANT: _("Applicant"),
    Role.CLERK: _("Receives and returns at the counter"),
    Role.CENTRE_HEAD: _("Head of the centre"),
    Role.OFFICER: _("Handles cases"),
    Role.LEADER: _("Decides and signs"),
    Role.RECORDS_CLERK: _("Numbers and seals (records clerk)"),
    Role.CATALOGUE_ADMIN: _("Keeps the catalogue"),
    Role.AGENCY_ADMIN: _("Keeps the agency's people"),
    Role.PROVINCE_ADMIN: _("Keeps the organisation"),
    Role.INSPECTOR: _("Inspects: reads, acts nowhere"),
    Role.OPERATOR: _("Operates the system"),
    Role.SYSTEM: _("The system"),
}

PURPOSES: Final[dict[Purpose, Promise]] = {
    Purpose.ABSENCE: _("Does the work while the holder is away"),
    Purpose.SIGNING: _("Does the work and signs for the holder"),
}

CAPACITIES: Final[dict[SigningCapacity, str]] = {
    SigningCapacity.KT: "KT.",
    SigningCapacity.TL: "TL.",
    SigningCapacity.TUQ: "TUQ.",
}

CHANGES: Final[dict[ChangeKind, Promise]] = {
    ChangeKind.AGENCY_BEGUN: _("The agency begins"),
    ChangeKind.AGENCY_CHANGED: _("The agency was changed"),
    ChangeKind.AGENCY_ENDED: _("The agency ends"),
    ChangeKind.AGENCY_REOPENED: _("The agency goes on: a reorganisation was taken back"),
    ChangeKind.APPOINTED: _("Appointed"),
    ChangeKind.APPOINTMENT_CHANGED: _("Appointment changed"),
    ChangeKind.APPOINTMENT_ENDED: _("Appointment ended"),
    ChangeKind.DELEGATED: _("Delegated"),
    ChangeKind.DELEGATION_REVOKED: _("Delegation revoked"),
    ChangeKind.PASSWORD_GIVEN: _("A first password was given"),
    ChangeKind.PASSWORD_CHOSEN: _("Chose a password of their own"),
}

DOINGS: Final[dict[Doing, Promise]] = {
    Doing.BEGIN: _("Agencies that begin"),
    Doing.CHANGE: _("Agencies that change"),
    Doing.APPOINT: _("Appointments that begin"),
    Doing.ALTER: _("Appointments that change"),
    Doing.END: _("Appointments that end"),
}

FIELDS: Final[dict[str, Promise]] = {
    "code": _("code"),
    "name": _("name"),
    "kind": _("kind"),
    "parent": _("under"),
    "unit": _("territory"),
    "calendar": _("working calendar"),
    "address": _("address"),
    "phone": _("phone"),
    "signing_key": _("key of the seal"),
    "valid_from": _("from"),
    "valid_to": _("until"),
    "successor": _("goes on at"),
    "role": _("role"),
    "title": _("title"),
    "to": _("to"),
    "purpose": _("what for"),
    "capacity": _("signs as"),
}
