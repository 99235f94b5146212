"""The kinds of question, each registered in one place; importing a module here makes its kinds known."""

from procedures.eforms.kinds import choosing, composite, dates, files, numbers, texts, words
from procedures.eforms.kinds.base import KINDS, Kind, kind_of

__all__ = ["KINDS", "Kind", "choosing", "composite", "dates", "files", "kind_of", "numbers", "texts", "words"]
