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
    sector_title,
)
from procedures.models.incoming import (
    ImportFinding,
    ImportRun,
    NationalCheck,
    NationalNewcomer,
    NationalNewcomerQuerySet,
    NationalRecord,
    SheetUpload,
)
from procedures.models.words import FruitlessSearch, RareSearch, Synonym, SynonymChange

__all__ = [
    "CodeEntry",
    "CodeList",
    "CodeListChange",
    "FruitlessSearch",
    "ImportFinding",
    "ImportRun",
    "NationalCheck",
    "NationalNewcomer",
    "NationalNewcomerQuerySet",
    "NationalRecord",
    "Procedure",
    "ProcedureQuerySet",
    "ProcedureVersion",
    "ProcedureVersionQuerySet",
    "Proposal",
    "ProposalQuerySet",
    "ProposalRevision",
    "RareSearch",
    "Sector",
    "SharedBlock",
    "SheetUpload",
    "Synonym",
    "SynonymChange",
    "sector_title",
]
