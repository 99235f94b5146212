"""The desk's lists: queues of open cases, their pages and counts, what narrows them, and finding one case."""

from onestop.lists.columns import Column, columns, sheet
from onestop.lists.counting import BOUND, NOTICES, SUCCESSION, counts
from onestop.lists.finding import find
from onestop.lists.narrowing import Narrowing
from onestop.lists.offering import choices
from onestop.lists.paging import MOST_TAKEN, PAGE, Page, Place, first_cases, page, whole_list
from onestop.lists.queues import QUEUES, Queue, queues_of

__all__ = [
    "BOUND",
    "MOST_TAKEN",
    "NOTICES",
    "PAGE",
    "QUEUES",
    "SUCCESSION",
    "Column",
    "Narrowing",
    "Page",
    "Place",
    "Queue",
    "choices",
    "columns",
    "counts",
    "find",
    "first_cases",
    "page",
    "queues_of",
    "sheet",
    "whole_list",
]
