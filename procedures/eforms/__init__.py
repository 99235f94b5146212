"""E-forms: a versioned declarative definition, compiled to Django forms, one step a page.

`load_form` reads a definition, `step_form` builds the form of a page, `clean_answers` checks a whole submission,
`summary` shows the answers to people. Rules are those of `procedures.rules`, evaluated on the server only.
"""

from procedures.eforms.definition import (
    FieldDefinition,
    FormDefinition,
    FormDefinitionError,
    Option,
    Refusal,
    StepDefinition,
    load_fields,
    load_form,
)
from procedures.eforms.kinds import KINDS, Kind, kind_of
from procedures.eforms.question import Line
from procedures.eforms.submission import CleanResult, clean_answers, step_form, visible_steps, with_computed
from procedures.eforms.summary import Section, recorded, summary

__all__ = [
    "KINDS",
    "CleanResult",
    "FieldDefinition",
    "FormDefinition",
    "FormDefinitionError",
    "Kind",
    "Line",
    "Option",
    "Refusal",
    "Section",
    "StepDefinition",
    "clean_answers",
    "kind_of",
    "load_fields",
    "load_form",
    "recorded",
    "step_form",
    "summary",
    "visible_steps",
    "with_computed",
]
