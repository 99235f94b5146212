"""Cases running: the case, its steps, papers, requests, documents and its one history."""

from onestop.models.cases import Case, CaseNumberSeries, CaseQuerySet, CaseStep
from onestop.models.desk import BulkItem, BulkJob, DeskView
from onestop.models.filing import Draft, FiledOnce, PaperUpload
from onestop.models.forecasts import StepCurve
from onestop.models.handling import CaseEvent, CaseReading, CaseRequest
from onestop.models.notices import DeskNotice, NoticeQuerySet
from onestop.models.papers import CaseDocument, CasePaper, DocumentNumberSeries
from onestop.models.talking import CaseMessage, CaseNote, CaseRating

__all__ = [
    "BulkItem",
    "BulkJob",
    "Case",
    "CaseDocument",
    "CaseEvent",
    "CaseMessage",
    "CaseNote",
    "CaseNumberSeries",
    "CasePaper",
    "CaseQuerySet",
    "CaseRating",
    "CaseReading",
    "CaseRequest",
    "CaseStep",
    "DeskNotice",
    "DeskView",
    "DocumentNumberSeries",
    "Draft",
    "FiledOnce",
    "NoticeQuerySet",
    "PaperUpload",
    "StepCurve",
]
