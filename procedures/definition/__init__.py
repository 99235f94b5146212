"""What a published version says, read from its document: facts, papers, fees, time, form and process.

The document is the record (immutable, canonical JSON, hashed); these dataclasses are how code reads it.
"""

from procedures.definition.loading import DefinitionError, canonical, load, load_known, sha256_of
from procedures.definition.parts import (
    Authority,
    ChannelTerms,
    Fee,
    FeeLine,
    LegalBasis,
    Line,
    Paper,
    ProcedureDefinition,
    Process,
    ProcessStep,
    Related,
    Result,
    Retention,
    Route,
    Sample,
    Stage,
    Terms,
    TimeLimit,
    Variant,
    Wording,
)

__all__ = [
    "Authority",
    "ChannelTerms",
    "DefinitionError",
    "Fee",
    "FeeLine",
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
    "load",
    "load_known",
    "sha256_of",
]
