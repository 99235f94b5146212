"""People the portal knows, and the keys that they make for programs."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from identity.states import Scope
from identity.wording import SCOPES
from portal.core.fields import BlindIndexField, EncryptedJSONField, EncryptedTextField
from portal.core.ids import uuid7


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, username: str, password: str | None = None, **fields: object) -> Account:
        """Create an account; without a password it signs in through VNeID only."""
        account = self.model(username=username, **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(self, username: str, password: str | None = None, **fields: object) -> Account:
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)

    def with_national_id(self, national_id: str) -> models.QuerySet[Account]:
        return self.filter(national_id_index=national_id)


class Account(AbstractBaseUser, PermissionsMixin):
    """A person the portal knows: a citizen by TechID (VNeID), a civil servant by user name."""

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    username = models.CharField(max_length=64, unique=True)
    tech_id = models.UUIDField(null=True, unique=True)  # VNeID's TechID, the account key of a citizen
    full_name = EncryptedTextField(default="")
    full_name_index = BlindIndexField(source="full_name")
    national_id = EncryptedTextField(default="")
    national_id_index = BlindIndexField(source="national_id", digits_only=True)
    birth_date = EncryptedTextField(default="")  # ISO date, or empty
    sex = models.CharField(max_length=6, blank=True)  # MALE, FEMALE
    phone = EncryptedTextField(default="")
    phone_index = BlindIndexField(source="phone", digits_only=True)
    email_address = EncryptedTextField(default="")
    address = EncryptedJSONField(default=dict)  # {"province": code, "commune": code, "detail": text}
    signing_key = models.CharField(max_length=64, blank=True)  # the name of a leader's or clerk's key in PKI_DIR
    language = models.CharField(max_length=2, blank=True)  # in which we write to them; empty: not known yet
    must_change_password = models.BooleanField(default=False)  # somebody else knows it: the admin who gave it
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = AccountManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "tài khoản"

    def __str__(self) -> str:
        return self.username

    def get_full_name(self) -> str:
        return str(self.full_name)


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def of(self, account: Account) -> ApiKeyQuerySet:
        """Return the keys that `account` made and has not revoked, the newest first."""
        return self.filter(account=account, revoked_at=None).order_by("-pk")


class ApiKey(models.Model):
    """With it a program acts for the account that made it, within its scopes, for a time. Only its hash is kept."""

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=80)  # which program it is for
    prefix = models.CharField(max_length=10, unique=True)  # the readable beginning, by which it is found
    token_hash = models.CharField(max_length=64)  # SHA-256 of the whole, which is random: no salt is needed
    scopes = ArrayField(models.CharField(max_length=20, choices=[(scope, scope) for scope in Scope]))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)  # to the minute
    revoked_at = models.DateTimeField(null=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "name"], condition=Q(revoked_at=None), name="one_api_key_of_a_name"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="api_key_lasts"),
        ]

    def __str__(self) -> str:
        return self.prefix

    def is_usable(self, at: datetime) -> bool:
        """Return whether the key opens anything at `at`."""
        return self.revoked_at is None and at < self.expires_at and self.account.is_active

    @property
    def scope_texts(self) -> list[str]:
        """What the key may do, in words."""
        return [str(SCOPES[Scope(scope)]) for scope in self.scopes]
