"""The kinds of question, each registered in one place; importing a module here makes its kinds known."""

from procedures.eforms.kinds import choosing, composite, computing, dates, files, numbers, rows, texts, words
from procedures.eforms.kinds.base import KINDS, Asking, Kind, kind_of

__all__ = [
    "KINDS",
    "Asking",
    "Kind",
    "choosing",
    "composite",
    "computing",
    "dates",
    "files",
    "kind_of",
    "numbers",
    "rows",
    "texts",
    "words",
]
