"""Tags of the catalogue's pages: codes in words, and the language of what was published in Vietnamese."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.core.templatetags.ui import marked
from procedures import wording
from procedures.definition import ProcedureDefinition, TimeLimit
from procedures.showing.words import time_words

register = template.Library()


@register.filter
def in_words(value: Any) -> str:
    """Return a code of the document (or several) in words."""
    return wording.value_text("", list(value) if isinstance(value, tuple) else value)


@register.filter
def times(counts: str) -> str:
    """Return by what a fee is multiplied: `× số bản`; the answer to it, when the words are a whole question."""
    text = str(counts)
    if text.endswith("?"):
        return _("× the answer to “%(question)s”") % {"question": text}
    return f"× {text.lower()}"


@register.filter
def lasting(limit: TimeLimit) -> str:
    """Return a time limit in words."""
    return time_words(limit)


@register.simple_tag
def says(definition: ProcedureDefinition, text: str) -> str:
    """Return a text of the definition in the reader's language; where it has no English, marked as Vietnamese."""
    return marked(definition.says(text))


@register.simple_tag
def as_published() -> SafeString:
    """Return the language attribute of a text that exists in Vietnamese only."""
    return SafeString("") if (get_language() or "vi").startswith("vi") else SafeString(' lang="vi"')
