"""What the catalogue keeps: procedures with their versions and proposals, and what came in from outside."""

from procedures.code_lists.models import CodeEntry, CodeList, CodeListChange
from procedures.models.catalogue import (
    Procedure,
    ProcedureQuerySet,
    ProcedureVersion,
    ProcedureVersionQuerySet,
    Proposal,
    ProposalQuerySet,
    ProposalRevision,
    Sector,
    SharedBlock,
)
from procedures.models.incoming import ImportFinding, ImportRun, NationalCheck, NationalRecord, SheetUpload

__all__ = [
    "CodeEntry",
    "CodeList",
    "CodeListChange",
    "ImportFinding",
    "ImportRun",
    "NationalCheck",
    "NationalRecord",
    "Procedure",
    "ProcedureQuerySet",
    "ProcedureVersion",
    "ProcedureVersionQuerySet",
    "Proposal",
    "ProposalQuerySet",
    "ProposalRevision",
    "Sector",
    "SharedBlock",
    "SheetUpload",
]
