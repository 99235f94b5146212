"""E-forms: a versioned declarative definition, compiled to Django forms, one step a page.

`load_form` reads a definition, `step_form` builds the form of a page, `clean_answers` checks a whole submission,
`summary` shows the answers to people. Conditions are rules of `procedures.rules`, evaluated on the server only.
"""

from procedures.eforms.definition import (
    FieldDefinition,
    FormDefinition,
    FormDefinitionError,
    Option,
    StepDefinition,
    load_fields,
    load_form,
)
from procedures.eforms.submission import CleanResult, clean_answers, step_form, visible_steps
from procedures.eforms.summary import Line, Section, display, summary

__all__ = [
    "CleanResult",
    "FieldDefinition",
    "FormDefinition",
    "FormDefinitionError",
    "Line",
    "Option",
    "Section",
    "StepDefinition",
    "clean_answers",
    "display",
    "load_fields",
    "load_form",
    "step_form",
    "summary",
    "visible_steps",
]
