"""Edits of the e-form: pages, and the questions on them.

A page is named by its code, a question by its path: its code, or `group.code` for a question of a group. Codes are
made from words and are unique in the form, or in their group. Raises `NotPossibleError` for what a form cannot be.
"""

from procedures.editing.outline.edits import (
    NOT_IN_GROUPS,
    grouped,
    page_changed,
    page_duplicated,
    page_moved,
    question_changed,
    question_duplicated,
    question_moved,
    question_stepped,
    ungrouped,
    with_copies,
    with_page,
    with_question,
    without_page,
    without_question,
)
from procedures.editing.outline.reading import labels, page, page_of, pages, question, questions
from procedures.editing.outline.uses import RULES, shown_by, uses_of

__all__ = [
    "NOT_IN_GROUPS",
    "RULES",
    "grouped",
    "labels",
    "page",
    "page_changed",
    "page_duplicated",
    "page_moved",
    "page_of",
    "pages",
    "question",
    "question_changed",
    "question_duplicated",
    "question_moved",
    "question_stepped",
    "questions",
    "shown_by",
    "ungrouped",
    "uses_of",
    "with_copies",
    "with_page",
    "with_question",
    "without_page",
    "without_question",
]
