"""Closed lists of identity: what kinds of agency there are, and in which roles people serve."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class AgencyKind(StrEnum):
    """PROVINCE: the provincial People's Committee. CENTRE: Trung tâm phục vụ hành chính công."""

    PROVINCE = "PROVINCE"
    DEPARTMENT = "DEPARTMENT"
    VERTICAL = "VERTICAL"  # of a ministry, in the province (ngành dọc): police, tax, social insurance
    DISTRICT = "DISTRICT"  # until 2025-07-01
    COMMUNE = "COMMUNE"
    CENTRE = "CENTRE"
    COUNTER = "COUNTER"  # of a centre, at another place (điểm tiếp nhận); who serves there serves at the centre


class Role(StrEnum):
    """Who acts. APPLICANT and SYSTEM are never appointed; the others serve at an agency."""

    APPLICANT = "APPLICANT"
    CLERK = "CLERK"  # receives and returns at a centre (bộ phận một cửa)
    CENTRE_HEAD = "CENTRE_HEAD"
    OFFICER = "OFFICER"  # handles (chuyên viên, công chức tư pháp - hộ tịch)
    LEADER = "LEADER"  # decides and signs
    RECORDS_CLERK = "RECORDS_CLERK"  # văn thư: numbers, seals, issues
    CATALOGUE_ADMIN = "CATALOGUE_ADMIN"
    AGENCY_ADMIN = "AGENCY_ADMIN"  # keeps the people of one agency and what is below it
    PROVINCE_ADMIN = "PROVINCE_ADMIN"  # keeps the whole organisation
    INSPECTOR = "INSPECTOR"  # reads every page of the agency and what is below it, acts nowhere
    OPERATOR = "OPERATOR"
    SYSTEM = "SYSTEM"


DESK: Final = (Role.CLERK, Role.CENTRE_HEAD, Role.OFFICER, Role.LEADER, Role.RECORDS_CLERK)  # who works on cases
LEADS: Final = (Role.LEADER, Role.CENTRE_HEAD)  # who looks over the work of others

# Whose seat a colleague at the same agency may take while its holder is away, and as what that colleague serves.
STANDS_IN: Final = {
    Role.CLERK: frozenset({Role.CLERK, Role.CENTRE_HEAD}),
    Role.CENTRE_HEAD: frozenset({Role.CENTRE_HEAD, Role.CLERK}),
    Role.OFFICER: frozenset({Role.OFFICER, Role.LEADER}),
    Role.LEADER: frozenset({Role.LEADER, Role.OFFICER}),
    Role.RECORDS_CLERK: frozenset({Role.RECORDS_CLERK, Role.OFFICER}),
}


class Purpose(StrEnum):
    """What somebody is given another's seat for: to do the work while they are away, or to sign."""

    ABSENCE = "ABSENCE"
    SIGNING = "SIGNING"


class SigningCapacity(StrEnum):
    """How a signature for another begins (NĐ 30/2020/NĐ-CP, Phụ lục I)."""

    KT = "KT"  # ký thay: a deputy in place of the head
    TL = "TL"  # thừa lệnh: by order of the head
    TUQ = "TUQ"  # thừa ủy quyền: by authority of the head, given in writing for a time


class ChangeKind(StrEnum):
    """What is done to the organisation."""

    AGENCY_BEGUN = "AGENCY_BEGUN"
    AGENCY_CHANGED = "AGENCY_CHANGED"
    AGENCY_ENDED = "AGENCY_ENDED"
    AGENCY_REOPENED = "AGENCY_REOPENED"
    APPOINTED = "APPOINTED"
    APPOINTMENT_CHANGED = "APPOINTMENT_CHANGED"
    APPOINTMENT_ENDED = "APPOINTMENT_ENDED"
    DELEGATED = "DELEGATED"
    DELEGATION_REVOKED = "DELEGATION_REVOKED"
    PASSWORD_GIVEN = "PASSWORD_GIVEN"  # noqa: S105 - a code
    PASSWORD_CHOSEN = "PASSWORD_CHOSEN"  # noqa: S105 - a code


class Doing(StrEnum):
    """What a row of an imported table does, in the order in which it is done."""

    BEGIN = "BEGIN"  # an agency
    CHANGE = "CHANGE"
    APPOINT = "APPOINT"
    ALTER = "ALTER"  # an appointment
    END = "END"


class Scope(StrEnum):
    """What a person lets a program do for them with an API key."""

    CASES_READ = "cases:read"
    CASES_FILE = "cases:file"
    CASES_ACT = "cases:act"  # what only the person may do in a case that is filed
    PAPERS_UPLOAD = "papers:upload"
    FILES_READ = "files:read"
