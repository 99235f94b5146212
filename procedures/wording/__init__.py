"""Words for what stands in a document and in the catalogue's tables as codes: names, values, rules as sentences."""

from procedures.wording.names import (
    EXPRESSIONS,
    KINDS,
    RULES,
    SECTORS_IN_ENGLISH,
    TEXTS,
    area,
    is_simple,
    label,
    name_of,
    value_text,
)
from procedures.wording.samples import expectations
from procedures.wording.sentences import REQUIRED, SHOWN, expression_text, rule_text, with_choices
from procedures.wording.states import LIST_ACTS, ORIGINS, PROPOSAL_STATES, ROW_OUTCOMES, SYNONYM_KINDS

__all__ = [
    "EXPRESSIONS",
    "KINDS",
    "LIST_ACTS",
    "ORIGINS",
    "PROPOSAL_STATES",
    "REQUIRED",
    "ROW_OUTCOMES",
    "RULES",
    "SECTORS_IN_ENGLISH",
    "SHOWN",
    "SYNONYM_KINDS",
    "TEXTS",
    "area",
    "expectations",
    "expression_text",
    "is_simple",
    "label",
    "name_of",
    "rule_text",
    "value_text",
    "with_choices",
]
