"""Columns for personal data: encrypted text and JSON, and the blind index beside them."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from portal.core import crypto

if TYPE_CHECKING:
    _Binary = models.BinaryField[Any, Any]
else:
    _Binary = models.BinaryField


def fold(text: str) -> str:
    """Return `text` as it is compared: NFC, no surrounding space, without regard to case."""
    return unicodedata.normalize("NFC", text).strip().casefold()


def digits(text: str) -> str:
    """Return only the digits of `text`; a phone's 84 (+84, 0084, +84 (0)) counts as its leading 0."""
    found = re.sub(r"\D", "", text)
    mobile = re.fullmatch(r"(?:00)?840?(\d{9})", found)  # an identity number has twelve digits, and begins with 0
    if mobile:
        return f"0{mobile[1]}"
    return "0" + found[2:] if text.strip().startswith("+84") else found


class EncryptedTextField(_Binary):
    """A text that only the application can read: bytes in the column, and no look-up but `isnull`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", True)
        super().__init__(*args, **kwargs)

    def _check_str_default_value(self) -> list[Any]:
        return []  # the model's value is not bytes; only the column's is

    def get_prep_value(self, value: Any) -> bytes | None:
        return None if value is None else crypto.encrypt(self._pack(value), context=self._context())

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        value = value if prepared else self.get_prep_value(value)
        return None if value is None else connection.Database.Binary(value)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else self._unpack(crypto.decrypt(bytes(value), context=self._context()))

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        return json.dumps(self.value_from_object(obj), cls=DjangoJSONEncoder)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted: search its blind index instead.")
        return super().get_lookup(lookup_name)

    def _context(self) -> str:
        return f"{self.model._meta.label_lower}.{self.attname}"

    def _pack(self, value: Any) -> bytes:
        return str(value).encode()

    def _unpack(self, plain: bytes) -> Any:
        return plain.decode()


class EncryptedJSONField(EncryptedTextField):
    """A JSON value that only the application can read."""

    def _pack(self, value: Any) -> bytes:
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":")).encode()

    def _unpack(self, plain: bytes) -> Any:
        return json.loads(plain)


class BlindIndexField(_Binary):
    """The blind index of another field of the row, kept up to date at every save.

    `filter(phone_index="0912 345 678")` finds the rows whose `phone` has the same digits.
    """

    def __init__(self, *, source: str, digits_only: bool = False, **kwargs: Any) -> None:
        self.source, self.digits_only = source, digits_only
        kwargs.update(max_length=16, null=True, editable=False)
        kwargs.setdefault("db_index", True)
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for implied in ("max_length", "null", "editable"):
            kwargs.pop(implied, None)
        kwargs |= {"source": self.source, "digits_only": self.digits_only}
        return name, path, args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes | None:
        value = self.get_prep_value(getattr(model_instance, self.source))
        setattr(model_instance, self.attname, value)
        return value

    def get_prep_value(self, value: Any) -> bytes | None:
        if not isinstance(value, str):
            return None if value is None else bytes(value)
        normal = digits(value) if self.digits_only else fold(value)
        return crypto.blind_index(normal) if normal else None
