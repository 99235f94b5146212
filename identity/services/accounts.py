"""Accounts opened and refreshed from what VNeID says; the language of our letters."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Final

from django.contrib.auth.hashers import make_password
from django.db import transaction

from identity.errors import AccountClosedError, SignInRefusedError
from identity.models import Account
from portal.core import crypto

_SEX: Final = {"1": "MALE", "2": "FEMALE", "Nam": "MALE", "Nữ": "FEMALE"}


@transaction.atomic
def account_from_claims(*, claims: Mapping[str, object]) -> Account:
    """Return the account of the person whom VNeID's claims describe, opened at the first sign-in.

    TechID is the account key: numbers and names may change, it does not. The other claims are taken over at every
    sign-in. Raises `SignInRefusedError` without a TechID, `AccountClosedError`.
    """
    tech_id = _tech_id(claims)
    _adopt_from_counter(tech_id, str(claims.get("SoDinhDanh") or ""))
    account, _created = Account.objects.select_for_update().get_or_create(
        tech_id=tech_id, defaults={"username": tech_id.hex}
    )
    if not account.is_active:
        raise AccountClosedError
    if _created:
        account.set_unusable_password()
    for name, value in _fields(claims).items():
        if value:
            setattr(account, name, value)
    account.save()
    return account


@transaction.atomic
def account_at_counter(*, national_id: str, full_name: str, phone: str, email: str) -> Account:
    """Return the account of the person whose card a clerk holds, opened when the portal does not know the number.

    Twice is once. Whoever signs in through VNeID with this number later finds the account as their own.
    """
    known = Account.objects.with_national_id(national_id).filter(is_active=True).order_by("pk").first()
    if known is not None:
        return known
    account, _created = Account.objects.get_or_create(
        username=_name_at_counter(national_id),
        defaults={
            "password": make_password(None),
            "full_name": full_name,
            "national_id": national_id,
            "phone": phone,
            "email_address": email,
        },
    )
    return account


def remember_language(*, account: Account, language: str) -> None:
    """Write to the account in this language from now on."""
    Account.objects.filter(pk=account.pk).update(language=language)


def _adopt_from_counter(tech_id: uuid.UUID, national_id: str) -> None:
    """Give the account that a counter opened for this number to the person who proves by VNeID to be its owner."""
    if national_id and not Account.objects.filter(tech_id=tech_id).exists():
        opened = Account.objects.filter(username=_name_at_counter(national_id), tech_id=None)
        opened.update(tech_id=tech_id)


def _name_at_counter(national_id: str) -> str:
    """Return the user name that a number has once: it tells nothing, and nobody signs in with it."""
    return f"counter-{crypto.blind_index(national_id).hex()}"


def _tech_id(claims: Mapping[str, object]) -> uuid.UUID:
    try:
        return uuid.UUID(str(claims.get("TechID", "")))
    except ValueError as error:
        raise SignInRefusedError from error


def _fields(claims: Mapping[str, object]) -> dict[str, object]:
    def text(name: str) -> str:
        return str(claims.get(name) or "").strip()

    residence = claims.get("NoiThuongTru")
    return {
        "full_name": text("HoVaTen"),
        "national_id": text("SoDinhDanh"),
        "birth_date": _iso_date(text("NgayThangNamSinh")),
        "sex": _SEX.get(text("GioiTinh"), ""),
        "phone": text("SoDienThoai"),
        "email_address": text("ThuDienTu"),
        "address": _address(residence) if isinstance(residence, Mapping) else None,
    }


def _iso_date(text: str) -> str:
    """Return yyyymmdd, as VNeID writes it, as an ISO date; anything else as nothing."""
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if len(text) == 8 and text.isdigit() else ""


def _address(residence: Mapping[str, object]) -> dict[str, str]:
    names = {"province": "MaTinh", "commune": "MaXa", "detail": "ChiTiet"}
    return {ours: str(residence.get(theirs) or "") for ours, theirs in names.items()}
