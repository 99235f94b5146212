"""Cases running: the case, its steps, papers, requests, documents and its one history."""

from onestop.models.cases import Case, CaseNumberSeries, CaseQuerySet, CaseStep, CaseTransfer
from onestop.models.counter import AcceptOnPayment, PresentedPaper
from onestop.models.custody import (
    Custody,
    Handover,
    HandoverItem,
    HandoverQuerySet,
    HandoverSignature,
    Original,
    OriginalQuerySet,
)
from onestop.models.desk import BulkItem, BulkJob, DeskView, ListReading
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
    "Custody",
    "DeskNotice",
    "DeskView",
    "DocumentNumberSeries",
    "Draft",
    "FiledOnce",
    "FollowedCase",
    "FormIssue",
    "Handover",
    "HandoverItem",
    "HandoverQuerySet",
    "HandoverSignature",
    "ListReading",
    "NoticePreference",
    "NoticeQuerySet",
    "NoticeWording",
    "Original",
    "OriginalQuerySet",
    "PaperUpload",
    "PresentedPaper",
    "Scan",
    "StepCurve",
]
