"""The desk's lists: queues of open cases, their pages and counts, what narrows them, and finding one case."""

from onestop.lists.columns import columns
from onestop.lists.counting import BOUND, counts
from onestop.lists.finding import find, scanned_record
from onestop.lists.narrowing import Narrowing
from onestop.lists.offering import choices
from onestop.lists.paging import PAGE, Page, Place, first_cases, page
from onestop.lists.queues import QUEUES, Queue, queues_of

__all__ = [
    "BOUND",
    "PAGE",
    "QUEUES",
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
]
