"""What a published version says, read from its document: facts, papers, fees, time, form and process.

The document is the record (immutable, canonical JSON, hashed); these dataclasses are how code reads it.
"""

from procedures.definition.loading import DefinitionError, canonical, load, load_known, sha256_of
from procedures.definition.parts import (
    Authority,
    ChannelTerms,
    Elsewhere,
    Fee,
    FeeLine,
    LegalBasis,
    Line,
    Paper,
    ProcedureDefinition,
    Related,
    Result,
    Retention,
    Sample,
    Stage,
    Terms,
    Variant,
    Wording,
)
from procedures.definition.process import (
    END,
    ENDING_ACTS,
    Consultation,
    Edge,
    Lead,
    Process,
    ProcessStep,
    heaviest_road,
    reached_from,
)
from procedures.definition.terms import Route, TimeLimit, routed

__all__ = [
    "END",
    "ENDING_ACTS",
    "Authority",
    "ChannelTerms",
    "Consultation",
    "DefinitionError",
    "Edge",
    "Elsewhere",
    "Fee",
    "FeeLine",
    "Lead",
    "LegalBasis",
    "Line",
    "Paper",
    "ProcedureDefinition",
    "Process",
    "ProcessStep",
    "Related",
    "Result",
    "Retention",
    "Route",
    "Sample",
    "Stage",
    "Terms",
    "TimeLimit",
    "Variant",
    "Wording",
    "canonical",
    "heaviest_road",
    "load",
    "load_known",
    "reached_from",
    "routed",
    "sha256_of",
]
