"""Agencies and appointments from tables: tried first, wrong rows named, then applied, all or nothing.

A table of agencies has the columns `code, name, kind, parent` and may have `unit, address, phone, signing_key, from`;
one of people `username, agency, role, title` and may have `full_name, from, until`. Which it is, its first row says.
What is there is given out in the same shape.
"""

from identity.services.importing.applying import (
    MOST_NEW_ACCOUNTS,
    apply_upload,
    import_organisation,
    rehearse_import,
    rehearse_upload,
    take_upload,
)
from identity.services.importing.planning import EVERYTHING, ImportPlan, Problem, Reach, Step, plan_import
from identity.services.importing.tables import (
    blank_sheets,
    organisation_sheets,
    table_of_csv,
    tables_of,
)

__all__ = [
    "EVERYTHING",
    "MOST_NEW_ACCOUNTS",
    "ImportPlan",
    "Problem",
    "Reach",
    "Step",
    "apply_upload",
    "blank_sheets",
    "import_organisation",
    "organisation_sheets",
    "plan_import",
    "rehearse_import",
    "rehearse_upload",
    "table_of_csv",
    "tables_of",
    "take_upload",
]
