"""Long lists of the office, a page at a time."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest


def page_of(request: HttpRequest, rows: Any, size: int) -> Page[Any]:
    """Return the page of `rows` that the address asks for (`?trang=`), the nearest there is."""
    return Paginator(rows, size).get_page(request.GET.get("trang"))
