"""Closed lists of the catalogue."""

from __future__ import annotations

from enum import StrEnum


class OnlineLevel(StrEnum):
    """How much can be done online (NĐ 42/2022/NĐ-CP)."""

    FULL = "FULL"  # toàn trình
    PARTIAL = "PARTIAL"  # một phần
    INFORMATION = "INFORMATION"  # information only


class Level(StrEnum):
    """Which tier is competent."""

    MINISTRY = "MINISTRY"
    PROVINCE = "PROVINCE"
    COMMUNE = "COMMUNE"
    OTHER = "OTHER"


class Audience(StrEnum):
    """For whom."""

    CITIZEN = "CITIZEN"
    BUSINESS = "BUSINESS"  # enterprises, cooperatives, household businesses
    ORGANISATION = "ORGANISATION"
    FOREIGNER = "FOREIGNER"  # foreigners, and Vietnamese who live abroad
    OFFICIAL = "OFFICIAL"  # cán bộ, công chức, viên chức


class FilingChannel(StrEnum):
    """How a case may be filed (cách thức thực hiện)."""

    DIRECT = "DIRECT"
    ONLINE = "ONLINE"
    POST = "POST"


class Availability(StrEnum):
    """Whether cases are taken in."""

    OPEN = "OPEN"
    PAUSED = "PAUSED"
    SEASONAL = "SEASONAL"
    RETIRED = "RETIRED"


class Relation(StrEnum):
    """What another procedure is to this one."""

    BEFORE = "BEFORE"
    AFTER = "AFTER"
    INSTEAD = "INSTEAD"
    TOGETHER = "TOGETHER"
