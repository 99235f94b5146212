"""Numbers that are given once: case codes by agency and day, document numbers by agency and year."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from identity.models import Agency
from onestop.models import CaseNumberSeries, DocumentNumberSeries


def next_case_code(agency: Agency, at: datetime) -> str:
    """Return `{agency code}-{yymmdd}-{4 digits}` (TT 03/2025/TT-VPCP), restarting daily per agency.

    The series row stays locked until the caller's transaction ends: numbers are unique, and a filing that
    fails leaves no hole.
    """
    day = timezone.localtime(at).date()
    CaseNumberSeries.objects.bulk_create([CaseNumberSeries(agency=agency, day=day)], ignore_conflicts=True)
    series = CaseNumberSeries.objects.select_for_update().get(agency=agency, day=day)
    series.last += 1
    series.save(update_fields=["last"])
    return f"{agency.code}-{day:%y%m%d}-{series.last:04}"


def next_document_number(agency: Agency, at: datetime) -> int:
    """Return the next number of the agency's outgoing documents of the year (NĐ 30/2020/NĐ-CP, Điều 15)."""
    year = timezone.localtime(at).year
    row = {"agency": agency, "year": year}
    DocumentNumberSeries.objects.bulk_create([DocumentNumberSeries(**row)], ignore_conflicts=True)
    series = DocumentNumberSeries.objects.select_for_update().get(**row)
    series.last += 1
    series.save(update_fields=["last"])
    return series.last
