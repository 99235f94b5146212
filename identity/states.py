"""Closed lists of identity: what kinds of agency there are, and in which roles people serve."""

from __future__ import annotations

from enum import StrEnum


class AgencyKind(StrEnum):
    """PROVINCE: the provincial People's Committee. CENTRE: Trung tâm phục vụ hành chính công."""

    PROVINCE = "PROVINCE"
    DEPARTMENT = "DEPARTMENT"
    COMMUNE = "COMMUNE"
    CENTRE = "CENTRE"


class Role(StrEnum):
    """Who acts. APPLICANT and SYSTEM are never appointed; the others serve at an agency."""

    APPLICANT = "APPLICANT"
    CLERK = "CLERK"  # receives and returns at a centre (bộ phận một cửa)
    CENTRE_HEAD = "CENTRE_HEAD"
    OFFICER = "OFFICER"  # handles (chuyên viên, công chức tư pháp - hộ tịch)
    LEADER = "LEADER"  # decides and signs
    RECORDS_CLERK = "RECORDS_CLERK"  # văn thư: numbers, seals, issues
    CATALOGUE_ADMIN = "CATALOGUE_ADMIN"
    OPERATOR = "OPERATOR"
    SYSTEM = "SYSTEM"


class Scope(StrEnum):
    """What a person lets a program do for them with an API key."""

    CASES_READ = "cases:read"
    CASES_FILE = "cases:file"
    CASES_ACT = "cases:act"  # what only the person may do in a case that is filed
    PAPERS_UPLOAD = "papers:upload"
    FILES_READ = "files:read"
