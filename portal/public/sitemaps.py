"""What search engines are told: the addresses of all pages, in parts when there are many."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from identity.access import public
from procedures.life_events import all_events
from procedures.queries import in_force_since

PART: Final = 10_000  # addresses; the limit of the format is 50,000
_XML: Final = "application/xml"
_PAGES: Final = (
    "home",
    "procedures:list",
    "procedures:events",
    "agencies",
    "procedures:open_data",
    "track",
    "verify",
)


@public
@require_GET
def sitemap(request: HttpRequest) -> HttpResponse:
    """All addresses, or an index of the parts when one would be too long."""
    parts = _parts()
    if parts.num_pages == 1:
        return render(request, "public/sitemap.xml", {"entries": parts.page(1)}, content_type=_XML)
    addresses = [_absolute(reverse("sitemap_part", args=[number])) for number in parts.page_range]
    return render(request, "public/sitemap_index.xml", {"addresses": addresses}, content_type=_XML)


@public
@require_GET
def part(request: HttpRequest, number: int) -> HttpResponse:
    """A part of the addresses."""
    parts = _parts()
    if number not in parts.page_range:
        raise Http404
    return render(request, "public/sitemap.xml", {"entries": parts.page(number)}, content_type=_XML)


@public
@require_GET
def robots(request: HttpRequest) -> HttpResponse:
    """What robots may read: everything that is public; the desks, people's own pages and answers are not."""
    closed = ("/ban-lam-viec/", "/quan-tri/", "/ho-so/", "/nop-ho-so/", "/dang-nhap/", "/*.pdf$")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), f"Sitemap: {_absolute(reverse('sitemap'))}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


def _parts() -> Paginator[tuple[str, date | None]]:
    return Paginator(list(_entries()), PART)


def _entries() -> Iterator[tuple[str, date | None]]:
    """Yield every address and the day since which its content holds."""
    for name in _PAGES:
        yield _absolute(reverse(name)), None
    for event in all_events():
        yield _absolute(reverse("procedures:event", args=[event.code])), None
    for code, since in in_force_since(timezone.localdate()):
        yield _absolute(reverse("procedures:detail", args=[code])), since


def _absolute(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"
