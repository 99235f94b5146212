"""What the catalogue keeps: procedures with their versions and proposals, and what came in from outside."""

from procedures.models.catalogue import (
    Procedure,
    ProcedureQuerySet,
    ProcedureVersion,
    ProcedureVersionQuerySet,
    Proposal,
    ProposalQuerySet,
    ProposalRevision,
    Sector,
)
from procedures.models.incoming import ImportFinding, ImportRun, NationalCheck, NationalRecord, SheetUpload

__all__ = [
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
    "SheetUpload",
]
