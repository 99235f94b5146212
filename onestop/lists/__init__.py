"""The desk's lists: queues of open cases, their pages and counts, what narrows them, and finding one case."""

from onestop.lists.columns import Column, columns, sheet
from onestop.lists.counting import BOUND, NOTICES, OPINIONS, ORIGINALS, SUCCESSION, counts
from onestop.lists.finding import find, scanned_record
from onestop.lists.narrowing import Narrowing
from onestop.lists.offering import choices
from onestop.lists.paging import MOST_TAKEN, PAGE, Page, Place, first_cases, page, whole_list
from onestop.lists.queues import QUEUES, Queue, queues_of

__all__ = [
    "BOUND",
    "MOST_TAKEN",
    "NOTICES",
    "OPINIONS",
    "ORIGINALS",
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
    "scanned_record",
    "sheet",
    "whole_list",
]
