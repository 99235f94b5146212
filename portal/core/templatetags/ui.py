"""Filters and tags of every page: how figures, dates and states are shown."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

from django import forms, template
from django.conf import settings
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from portal.core import formatting

register = template.Library()
# Letters of Vietnamese that English does not have; é, è and their like stand in both.
_VIETNAMESE: Final = re.compile("[À-ÃÈ-ÊÌÍÒ-ÕÙÚÝà-ãè-êìíò-õùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ]")
_IN_BRACKETS: Final = re.compile(r"\(([^()]*)\)")

_ICONS: Final = {
    "waiting": "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm.8 7.4 2.6 1.6-.7 1.2L7.2 9.2V4h1.6v4.4Z",
    "moving": "M2 7h8.2L7 3.8 8.2 2.6 13.6 8l-5.4 5.4L7 12.2 10.2 9H2V7Z",
    "done": "m6.4 12.6-4.2-4.2 1.4-1.4 2.8 2.8 6-6 1.4 1.4-7.4 7.4Z",
    "trouble": "M8 1 .8 14.4h14.4L8 1Zm.9 11.4H7.1v-1.7h1.8v1.7Zm0-3H7.1V5.6h1.8v3.8Z",
}

register.filter("vn_time", formatting.short_time)
register.filter("vn_date", formatting.short_date)
register.filter("phone", formatting.phone_in_groups)
register.filter("masked", formatting.masked)
register.filter("masked_code", formatting.masked_code)
register.filter("name_on_paper", formatting.name_on_paper)
register.filter("id_groups", formatting.id_in_groups)


@register.filter
def vnd(amount: int) -> str:
    """Return an amount of VND in the reader's language: `50.000 đồng`, `50,000 VND`."""
    return f"{amount:,} VND" if _is_english() else formatting.dong(amount)


@register.filter
def vn_day(moment: datetime) -> str:
    """Return a day with its weekday in the reader's language: `Thursday, 26/11/2026`."""
    return formatting.day_in_english(moment) if _is_english() else formatting.day(moment)


@register.filter
def promise(moment: datetime) -> str:
    """Return a due time as a promise in the reader's language: `before 17:00 on Thursday, 26/11/2026`."""
    return formatting.promise_in_english(moment) if _is_english() else formatting.promise(moment)


@register.filter
def work_time(minutes: int) -> str:
    """Return working time in the reader's language: `12 h 30 min`."""
    return formatting.work_time_in_english(minutes) if _is_english() else formatting.work_time(minutes)


@register.filter
def marked(text: object) -> str:
    """Return a name or an answer, marked as Vietnamese where the page is English: so it is read aloud.

    Of an English text with a term of the law in brackets, "Birth certificate (Giấy khai sinh)", the term is marked.
    """
    plain = str(text)
    if not _is_english() or not _VIETNAMESE.search(plain):
        return plain
    if lang_mark(plain):
        return format_html('<span lang="vi">{}</span>', plain)
    pieces = enumerate(_IN_BRACKETS.split(plain))
    return format_html_join("", "{}", ((_term(piece) if place % 2 else piece,) for place, piece in pieces))


@register.filter
def lang_mark(text: object) -> SafeString:
    """Return the language attribute of an element that holds `text`; nothing where the page's language is right."""
    return letters_mark(_IN_BRACKETS.sub("", str(text)))


def letters_mark(text: str) -> SafeString:
    """Return the language attribute for a piece of text with any letter of Vietnamese, in brackets too."""
    return SafeString(' lang="vi"') if _is_english() and _VIETNAMESE.search(text) else SafeString("")


def _term(text: str) -> SafeString:
    return format_html("<span{}>({})</span>", letters_mark(text), text)


def _is_english() -> bool:
    return (get_language() or "vi").startswith("en")


@register.simple_tag
def status(tone: str, word: object) -> SafeString:
    """Return a status tag: an icon and a word in one of the tones waiting, moving, done, trouble."""
    return format_html(
        '<span class="tag {}"><svg viewBox="0 0 16 16" aria-hidden="true">'
        '<path fill="currentColor" d="{}"/></svg>{}</span>',
        tone,
        _ICONS[tone],
        word,
    )


@register.simple_tag
def absolute(path: str) -> str:
    """Return the address of a page of ours as the world outside knows it."""
    return f"{settings.PUBLIC_URL}{path}"


@register.simple_tag
def widget(bound: forms.BoundField) -> SafeString:
    """Return a field's widget, tied to its hint and its error for those who listen to pages."""
    described = []
    if bound.help_text:
        described.append(f"{bound.auto_id}_hint")
    if bound.errors:
        described.append(f"{bound.auto_id}_error")
    attributes: dict[str, Any] = {"aria-describedby": " ".join(described)} if described else {}
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return bound.as_widget(attrs=attributes)


@register.filter
def widget_kind(bound: forms.BoundField) -> str:
    """Return how a field is laid out: `set` (radios, boxes, dates), `check` (one box) or `plain`."""
    shown = bound.field.widget
    if isinstance(shown, forms.CheckboxInput):
        return "check"
    if isinstance(shown, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "set"
    return "set" if getattr(shown, "is_set", False) else "plain"


@register.simple_tag
def error_list(form: forms.BaseForm) -> SafeString:
    """Return the items of the error summary, each linking to its field."""
    items = [
        (f"#id_{name}", f"{form.fields[name].label}: {message}") if name in form.fields else ("#main", message)
        for name, messages in form.errors.items()
        for message in messages
    ]
    return format_html_join("", '<li><a href="{}">{}</a></li>', items)


@register.filter
def is_past(moment: datetime | None, now: datetime) -> bool:
    """Return whether a due time lies before `now`."""
    return moment is not None and moment < now


@register.filter
def at(found: dict[str, Any], key: str) -> Any:
    """Return what a mapping holds under `key`, or None."""
    return found.get(key)


@register.filter
def age(moment: datetime, now: datetime) -> str:
    """Return for how many days something has been so: "since today", "3 days"."""
    days = (timezone.localtime(now).date() - timezone.localtime(moment).date()).days
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days} if days else gettext("since today")
