"""Personal data at rest: closed, bound to its column, found only by its blind index."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from django.core.exceptions import FieldError
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from identity.models import Account
from portal.core import crypto


@given(plain=st.binary(max_size=300))
def test_what_was_encrypted_comes_back(plain: bytes) -> None:
    assert crypto.decrypt(crypto.encrypt(plain, context="a.b"), context="a.b") == plain


def test_a_value_moved_to_another_column_does_not_open() -> None:
    with pytest.raises(InvalidTag):
        crypto.decrypt(crypto.encrypt(b"x", context="a.name"), context="a.phone")


def test_an_altered_value_does_not_open() -> None:
    sealed = bytearray(crypto.encrypt(b"secret", context="a.b"))
    sealed[-1] ^= 1
    with pytest.raises(InvalidTag):
        crypto.decrypt(bytes(sealed), context="a.b")


def test_a_new_key_encrypts_and_the_old_one_still_opens(settings: Any) -> None:
    one, two = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2))
    settings.FIELD_KEYS = [f"1:{one}"]
    old = crypto.encrypt(b"x", context="a.b")
    settings.FIELD_KEYS = [f"1:{one}", f"2:{two}"]
    assert crypto.decrypt(old, context="a.b") == b"x"
    assert crypto.encrypt(b"x", context="a.b")[1] == 2


@pytest.mark.django_db
@pytest.mark.parametrize("written", ["0912345678", "0912 345 678", "+84912345678", "+84 912.345.678"])
def test_a_phone_is_found_in_any_of_its_forms(written: str) -> None:
    Account.objects.create_user("a", phone="0912 345 678")
    assert Account.objects.filter(phone_index=written).count() == 1


@pytest.mark.django_db
def test_names_are_found_without_regard_to_case_and_composition() -> None:
    Account.objects.create_user("a", full_name="Nguyễn Thị Ánh")
    decomposed = "NGUYỄN THỊ ÁNH".casefold()
    assert Account.objects.filter(full_name_index=decomposed).count() == 1


@pytest.mark.django_db
def test_nobody_reads_a_number_out_of_the_table() -> None:
    Account.objects.create_user("a", national_id="074085001234", full_name="Nguyễn Văn An")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(a)::text FROM identity_account a")
        row = cursor.fetchone()[0]
    assert "074085001234" not in row and "Nguy" not in row


@pytest.mark.django_db
def test_an_encrypted_column_cannot_be_searched_by_mistake() -> None:
    with pytest.raises(FieldError):
        Account.objects.filter(phone="0912345678").exists()
