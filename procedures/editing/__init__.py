"""Edits of a document: each takes a document and returns another, the one given is left as it was.

`parts` edits lists and entries, `outline` the pages and questions of the e-form, `rules` its conditions, `steps` the
process.
"""

from procedures.editing.parts import (
    Document,
    Part,
    duplicated,
    free_code,
    moved,
    with_members,
    with_part,
    without_part,
)

__all__ = [
    "Document",
    "Part",
    "duplicated",
    "free_code",
    "moved",
    "with_members",
    "with_part",
    "without_part",
]
