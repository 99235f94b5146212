"""Numbers that are given once: case codes by agency and day, document numbers by agency and year."""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection
from django.db.models import Model
from django.utils import timezone
from psycopg2 import sql

from identity.models import Agency
from onestop.models import CaseNumberSeries, DocumentNumberSeries


def next_case_code(agency: Agency, at: datetime) -> str:
    """Return `{agency code}-{yymmdd}-{4 digits}` (TT 03/2025/TT-VPCP), restarting daily per agency.

    The series row stays locked until the caller's transaction ends: numbers are unique, and a filing that
    fails leaves no hole.
    """
    day = timezone.localtime(at).date()
    return f"{agency.code}-{day:%y%m%d}-{_next(CaseNumberSeries, agency_id=agency.pk, day=day):04}"


def next_document_number(agency: Agency, at: datetime) -> int:
    """Return the next number of the agency's outgoing documents of the year (NĐ 30/2020/NĐ-CP, Điều 15)."""
    return _next(DocumentNumberSeries, agency_id=agency.pk, year=timezone.localtime(at).year)


def _next(series: type[Model], **key: int | date) -> int:
    """Count on the series of `key`, begun when there is none: one statement, which the ORM has no words for."""
    statement = sql.SQL(
        "INSERT INTO {table} ({columns}, last) VALUES ({values}, 1)"
        " ON CONFLICT ({columns}) DO UPDATE SET last = {table}.last + 1 RETURNING last"
    ).format(
        table=sql.Identifier(series._meta.db_table),
        columns=sql.SQL(", ").join(map(sql.Identifier, key)),
        values=sql.SQL(", ").join(sql.Placeholder() * len(key)),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, list(key.values()))
        number: int = cursor.fetchone()[0]
    return number
