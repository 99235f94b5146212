"""Rows for COPY: model instances written as PostgreSQL's text format, encrypted and indexed by their own fields."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

from portal.core.fields import BlindIndexField, EncryptedTextField

M = TypeVar("M", bound=models.Model)
Cell = Callable[[Any], str]
_NULL: Final = "\\N"
_JSON: Final = DjangoJSONEncoder(ensure_ascii=False)


def made(blank: M, **columns: object) -> M:
    """Return a row like `blank` but for these columns: what the model's own constructor does, ten times as fast."""
    row = object.__new__(type(blank))
    row.__dict__.update(blank.__dict__, **columns)
    return row


class Table:
    """Where instances of a model go; `with_key` when their keys have been given out beforehand."""

    def __init__(self, model: type[models.Model], *, with_key: bool) -> None:
        fields = [field for field in model._meta.concrete_fields if with_key or not field.primary_key]
        self.model = model
        self._cells = [_cell_of(field) for field in fields]
        columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
        self._statement = f"COPY {connection.ops.quote_name(model._meta.db_table)} ({columns}) FROM STDIN"

    def copy(self, rows: Sequence[models.Model]) -> None:
        """Write all rows, in the transaction that runs."""
        lines = ("\t".join([cell(row) for cell in self._cells]) + "\n" for row in rows)
        with connection.cursor() as cursor:
            cursor.copy_expert(self._statement, io.StringIO("".join(lines)))

    def keys(self, count: int) -> list[int]:
        """Give out `count` keys, in order."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [self.model._meta.db_table, self.model._meta.pk.column, count],
            )
            return [key for (key,) in cursor.fetchall()]


def _cell_of(field: models.Field[Any, Any]) -> Cell:
    name = field.attname
    if isinstance(field, BlindIndexField):
        return lambda row: _bytes(field.get_prep_value(getattr(row, field.source)))
    if isinstance(field, EncryptedTextField):
        return lambda row: _bytes(field.get_prep_value(getattr(row, name)))
    if isinstance(field, models.JSONField):
        return lambda row: _json(getattr(row, name))
    if isinstance(field, models.BinaryField):
        return lambda row: _bytes(getattr(row, name))
    if isinstance(field, models.CharField | models.TextField):
        return lambda row: _text(getattr(row, name))
    return lambda row: _plain(getattr(row, name))


def _plain(value: object) -> str:
    if value is None:
        return _NULL
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _text(value: str | None) -> str:
    if value is None:
        return _NULL
    return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _json(value: object) -> str:
    return _text(_JSON.encode(value))


def _bytes(value: bytes | None) -> str:
    return _NULL if value is None else "\\\\x" + value.hex()
