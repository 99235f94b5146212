"""Addresses of the API for one's own cases: check the key, clean the input, call one service or query, answer."""

from onestop.api.views.acts import Cancellation, Consent, Supplement, Withdrawal
from onestop.api.views.cases import CaseEvents, Cases, OneCase
from onestop.api.views.files import DocumentFile, PaperFile, Papers

__all__ = [
    "Cancellation",
    "CaseEvents",
    "Cases",
    "Consent",
    "DocumentFile",
    "OneCase",
    "PaperFile",
    "Papers",
    "Supplement",
    "Withdrawal",
]
