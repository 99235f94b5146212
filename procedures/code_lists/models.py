"""Lists, their entries by effective date, and who changed what and why."""

from __future__ import annotations

from datetime import date

import pgtrigger
from django.db import models
from django.db.models import F, Q

from identity.models import Account
from procedures.code_lists.acts import ListAct


class CodeList(models.Model):
    """A list under a code that definitions name: ETHNIC_GROUPS."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    source = models.CharField(max_length=300, blank=True)  # by which decision, or whose wording

    def __str__(self) -> str:
        return self.name


class CodeEntryQuerySet(models.QuerySet["CodeEntry"]):
    def on(self, day: date) -> CodeEntryQuerySet:
        """Return the entries in force on `day`."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


class CodeEntry(models.Model):
    """The words of a code from a day on, until the day on which others take their place or it ends."""

    code_list = models.ForeignKey(CodeList, models.PROTECT, related_name="entries")
    code = models.CharField(max_length=40)
    vi = models.CharField(max_length=200)
    en = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=1000)  # before the order of the alphabet
    sort_key = models.CharField(max_length=640)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # the first day on which it is not in force

    objects = CodeEntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code_list", "code", "valid_from"], name="code_entry_once_a_day"),
            models.UniqueConstraint(
                fields=["code_list", "code"], condition=Q(valid_to=None), name="code_entry_open_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="code_entry_ends_after_it_begins"
            ),
        ]
        triggers = [pgtrigger.Protect(name="code_entry_is_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.vi


class CodeListChange(models.Model):
    """Who changed a list, when, from which day on, and why."""

    code_list = models.ForeignKey(CodeList, models.PROTECT, related_name="changes")
    code = models.CharField(max_length=40)
    act = models.CharField(max_length=10, choices=[(act, act) for act in ListAct])
    before = models.CharField(max_length=200, blank=True)
    after = models.CharField(max_length=200, blank=True)
    effective_from = models.DateField()
    reason = models.CharField(max_length=1000)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        triggers = [pgtrigger.Protect(name="code_list_change_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.code_list_id} {self.code} {self.act}"
