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

    PROVINCE = "PROVINCE"
    COMMUNE = "COMMUNE"


class Audience(StrEnum):
    """For whom."""

    CITIZEN = "CITIZEN"
    BUSINESS = "BUSINESS"
    ORGANISATION = "ORGANISATION"
