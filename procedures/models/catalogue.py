"""The catalogue: sectors, procedures and their immutable published versions."""

from __future__ import annotations

from datetime import date

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from identity.models import Account
from portal.core.ids import uuid7
from procedures.definition import ProcedureDefinition, load_known
from procedures.eforms.question import Text
from procedures.states import Audience, Level, OnlineLevel, Origin, ProposalState
from procedures.wording import ORIGINS, PROPOSAL_STATES, SECTORS_IN_ENGLISH

OPEN_STATES = [ProposalState.DRAFT, ProposalState.PROPOSED]


def sector_title(code: str, name: str) -> Text:
    """Return what a sector is called in each language."""
    return Text(name, SECTORS_IN_ENGLISH.get(code, ""))


class Sector(models.Model):
    """A field of administration (lĩnh vực), for instance Hộ tịch."""

    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=100)

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> Text:
        """The name in its languages."""
        return sector_title(self.code, self.name)


class ProcedureQuerySet(models.QuerySet["Procedure"]):
    def published_on(self, day: date) -> ProcedureQuerySet:
        """Return procedures that have a version in force on `day`, retired ones left out."""
        in_force = ProcedureVersion.objects.filter(procedure=models.OuterRef("pk"), effective_from__lte=day)
        return self.filter(Q(retired_on=None) | Q(retired_on__gt=day)).filter(models.Exists(in_force))


class Procedure(models.Model):
    """An administrative procedure (thủ tục hành chính). Columns repeat the version in force, for lists."""

    code = models.CharField(max_length=20, unique=True)  # national code: 1.001193
    local_code = models.CharField(max_length=40, blank=True)  # 1.001193.000.00.00.H09
    name = models.CharField(max_length=1000)
    name_en = models.CharField(max_length=1000, blank=True)
    sector = models.ForeignKey(Sector, models.PROTECT, related_name="procedures")
    online_level = models.CharField(max_length=12, choices=[(level, level) for level in OnlineLevel])
    levels = ArrayField(models.CharField(max_length=10, choices=[(level, level) for level in Level]))
    audiences = ArrayField(models.CharField(max_length=12, choices=[(kind, kind) for kind in Audience]))
    popularity = models.PositiveIntegerField(default=0)  # cases a year, for ranking
    agency = models.CharField(max_length=300, blank=True)  # who decides, in words, for the filter
    search_text = models.TextField(blank=True)  # folded: code, name, keywords and sector
    search_vector = SearchVectorField(null=True)  # the terms by weight: `procedures.searching.indexing`
    search_traits = models.IntegerField(default=0)  # what makes it a special variant, one bit each
    search_length = models.PositiveSmallIntegerField(default=0)  # words of the name
    retired_on = models.DateField(null=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, related_name="predecessors")
    listed = models.ForeignKey("ProcedureVersion", models.PROTECT, null=True, related_name="+")  # its columns

    objects = ProcedureQuerySet.as_manager()

    class Meta:
        indexes = [
            GinIndex(fields=["search_vector"], name="procedure_search_vector", fastupdate=False),
            models.Index(fields=["-popularity", "code"], name="procedure_most_used"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def title(self) -> Text:
        """The name in its languages."""
        return Text(self.name, self.name_en)

    @property
    def can_be_filed(self) -> bool:
        return self.online_level != OnlineLevel.INFORMATION


class ProcedureVersionQuerySet(models.QuerySet["ProcedureVersion"]):
    def in_force(self, day: date) -> ProcedureVersionQuerySet:
        """Return, for each procedure, the version whose turn it is on `day`."""
        newest = (
            ProcedureVersion.objects.filter(procedure=models.OuterRef("procedure"), effective_from__lte=day)
            .order_by("-number")  # a later decision replaces an earlier one, also one that was to come
            .values("pk")[:1]
        )
        return self.filter(pk=models.Subquery(newest))


class ProcedureVersion(models.Model):
    """What the procedure asks, costs and does from a day on; a case keeps the version it was filed under.

    The document holds everything (papers, fees, times, legal basis, result, form, process) and is checked
    against the schema of `procedures.definition`; its end is the beginning of the next version.
    """

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    effective_from = models.DateField()
    document = models.JSONField()
    sha256 = models.CharField(max_length=64)  # of the document's canonical JSON
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Account, models.PROTECT, null=True)  # null: by the operator's command
    origin = models.CharField(max_length=10, choices=[(o, o) for o in Origin], default=Origin.FILES)
    reason = models.CharField(max_length=1000, blank=True)  # why, for those who read the history

    objects = ProcedureVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="version_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="version_number_from_one"),
        ]
        triggers = [pgtrigger.Protect(name="version_is_immutable", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.procedure_id} v{self.number}"

    @property
    def definition(self) -> ProcedureDefinition:
        """What the document says. It is read once a process: queries may defer the column, which is large."""
        return load_known(self.sha256, lambda: self.document)


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def open(self) -> ProposalQuerySet:
        """Return proposals that are neither published nor given up."""
        return self.filter(state__in=OPEN_STATES)

    def waiting(self) -> ProposalQuerySet:
        """Return proposals that wait for the second person, oldest first."""
        return self.filter(state=ProposalState.PROPOSED).order_by("proposed_at", "pk")


class Proposal(models.Model):
    """A change to a procedure on its way: written by one person, approved by another, published from a day on."""

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    code = models.CharField(max_length=20)  # of the procedure, which may not exist yet
    base = models.ForeignKey(ProcedureVersion, models.PROTECT, null=True, related_name="+")  # null: a new procedure
    state = models.CharField(max_length=10, choices=[(s, s) for s in ProposalState], default=ProposalState.DRAFT)
    origin = models.CharField(max_length=10, choices=[(o, o) for o in Origin])
    revision = models.PositiveIntegerField(default=1)  # counts the saves; guards against overwriting
    document = models.JSONField()
    effective_from = models.DateField(null=True)  # null: from the day of approval
    reason = models.CharField(max_length=1000, blank=True)
    author = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")  # null: a command
    created_at = models.DateTimeField()
    changed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=1000, blank=True)  # why it was sent back or discarded
    version = models.OneToOneField(ProcedureVersion, models.PROTECT, null=True, related_name="proposal")

    objects = ProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "origin"], condition=Q(state__in=OPEN_STATES), name="one_open_proposal_an_origin"
            ),
            models.CheckConstraint(
                condition=Q(state=ProposalState.PUBLISHED, version__isnull=False)
                | (~Q(state=ProposalState.PUBLISHED) & Q(version=None)),
                name="published_proposal_has_version",
            ),
        ]
        indexes = [models.Index(fields=["state", "proposed_at", "id"], name="proposal_queue")]

    def __str__(self) -> str:
        return f"{self.code} {self.state} r{self.revision}"

    @property
    def name(self) -> str:
        """What the procedure is called in this proposal."""
        return str(self.document.get("name", self.code))

    @property
    def origin_text(self) -> str:
        """Where the change came from, in words."""
        return str(ORIGINS[Origin(self.origin)])

    @property
    def state_text(self) -> str:
        """Where it stands, in words."""
        return str(PROPOSAL_STATES[ProposalState(self.state)][1])

    @property
    def tone(self) -> str:
        """The tone of its status tag."""
        return PROPOSAL_STATES[ProposalState(self.state)][0]

    @property
    def is_closed(self) -> bool:
        return self.state not in OPEN_STATES

    @property
    def is_draft(self) -> bool:
        return self.state == ProposalState.DRAFT

    @property
    def is_proposed(self) -> bool:
        return self.state == ProposalState.PROPOSED


class ProposalRevision(models.Model):
    """A saved state of a proposal: who changed it, when, and what to go back to."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    saved_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True)
    restores = models.PositiveIntegerField(null=True)  # the number of the revision whose content this repeats

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "number"], name="proposal_revision_once")]
        triggers = [pgtrigger.Protect(name="revision_is_immutable", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.proposal_id} r{self.number}"


class SharedBlock(models.Model):
    """Questions that somebody kept to be used in other procedures: copied when taken, never linked."""

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    name = models.CharField(max_length=200, unique=True)
    fields = models.JSONField()  # questions, as a page of a form has them
    saved_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
