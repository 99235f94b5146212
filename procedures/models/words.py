"""The words of the search: how people's phrases are understood, who changed that, and what was searched in vain."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from identity.models import Account
from procedures.states import SynonymKind
from procedures.wording import SYNONYM_KINDS


class Synonym(models.Model):
    """What people say and how the search understands it: a short form, an everyday word, a word that says nothing."""

    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in SynonymKind])
    phrase = models.CharField(max_length=100)  # as people write it
    folded = models.CharField(max_length=100, unique=True)
    meaning = models.CharField(max_length=300, blank=True)  # as the law writes it; empty for fillers
    is_active = models.BooleanField(default=True)
    revision = models.PositiveIntegerField(default=1)  # guards against overwriting

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind=SynonymKind.FILLER) & Q(meaning=""))
                | (~Q(kind=SynonymKind.FILLER) & ~Q(meaning="")),
                name="synonym_has_a_meaning_unless_it_is_a_filler",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.phrase} = {self.meaning}" if self.meaning else self.phrase

    @property
    def kind_text(self) -> str:
        """The kind in words."""
        return str(SYNONYM_KINDS[SynonymKind(self.kind)])


class SynonymChange(models.Model):
    """Who changed a synonym, when and why."""

    synonym = models.ForeignKey(Synonym, models.PROTECT, related_name="changes")
    before = models.CharField(max_length=500, blank=True)
    after = models.CharField(max_length=500)
    reason = models.CharField(max_length=1000)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        triggers = [
            pgtrigger.Protect(name="synonym_change_is_immutable", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class RareSearch(models.Model):
    """A search in vain on too few days to be kept in words: people type names, and what happened to them."""

    digest = models.BinaryField(max_length=16, unique=True)  # of the words, under a key
    days = models.PositiveSmallIntegerField(default=1)  # on how many it was asked
    last_day = models.DateField()

    def __str__(self) -> str:
        return f"{self.last_day} × {self.days}"


class FruitlessSearch(models.Model):
    """Words by which nothing was found on several days. No address, no number that could name a person is kept."""

    words = models.CharField(max_length=100, unique=True)  # folded
    count = models.PositiveIntegerField(default=1)
    last_seen = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True)
    synonym = models.ForeignKey(Synonym, models.SET_NULL, null=True, related_name="+")  # what was made of it

    class Meta:
        indexes = [models.Index(fields=["-count", "id"], name="fruitless_most_asked")]

    def __str__(self) -> str:
        return f"{self.words} × {self.count}"
