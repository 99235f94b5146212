"""How much of a list a page shows, and how far things are counted."""

from __future__ import annotations

PAGE = 50


MOST_COUNTED = 100


WITH = ("procedure", "receiving_centre", "competent_agency")
