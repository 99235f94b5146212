"""Cases running: the case, its steps, papers, requests, documents and its one history."""

from onestop.models.cases import Case, CaseNumberSeries, CaseQuerySet, CaseStep, CaseTransfer
from onestop.models.counter import AcceptOnPayment, PresentedPaper
from onestop.models.desk import BulkItem, BulkJob, DeskView
from onestop.models.filing import Confirmation, Draft, FiledOnce, PaperUpload
from onestop.models.following import FollowedCase
from onestop.models.forecasts import StepCurve
from onestop.models.handling import CaseEvent, CaseReading, CaseRequest
from onestop.models.notices import CaseNotice, DeskNotice, NoticePreference, NoticeQuerySet, NoticeWording
from onestop.models.papers import CaseDocument, CasePaper, DocumentNumberSeries, FormIssue, Scan
from onestop.models.talking import CaseMessage, CaseNote, CaseRating

__all__ = [
    "AcceptOnPayment",
    "BulkItem",
    "BulkJob",
    "Case",
    "CaseDocument",
    "CaseEvent",
    "CaseMessage",
    "CaseNote",
    "CaseNotice",
    "CaseNumberSeries",
    "CasePaper",
    "CaseQuerySet",
    "CaseRating",
    "CaseReading",
    "CaseRequest",
    "CaseStep",
    "CaseTransfer",
    "Confirmation",
    "DeskNotice",
    "DeskView",
    "DocumentNumberSeries",
    "Draft",
    "FiledOnce",
    "FollowedCase",
    "FormIssue",
    "NoticePreference",
    "NoticeQuerySet",
    "NoticeWording",
    "PaperUpload",
    "PresentedPaper",
    "Scan",
    "StepCurve",
]
