"""HTML templates to PDF: bundled fonts, nothing from outside, the slow library loaded in workers only."""

from __future__ import annotations

import atexit
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

_ROOT: Final = Path(settings.BASE_DIR) / "templates" / "documents"


def render_pdf(template: str, context: Mapping[str, Any], *, language: str = "vi") -> bytes:
    """Return the PDF of a template of `templates/documents`; what the authorities issue is in Vietnamese.

    Only `data:` addresses and files beside the templates are loaded: text that a person typed cannot make us fetch
    anything.
    """
    from weasyprint import HTML  # noqa: PLC0415 - seconds to import, and only workers need it

    with override(language):
        html = render_to_string(template, dict(context))
    document = HTML(string=html, base_url=_ROOT.as_uri() + "/", url_fetcher=_fetcher())
    content: bytes = document.write_pdf(stylesheets=[_stylesheet()], font_config=_fonts())
    return content


@lru_cache(maxsize=1)
def _fonts() -> Any:
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

    return FontConfiguration()


# Left to the end of the interpreter, fontconfig's parts are taken down after the library that would do it.
atexit.register(_fonts.cache_clear)


@lru_cache(maxsize=1)
def _stylesheet() -> Any:
    from weasyprint import CSS  # noqa: PLC0415

    return CSS(filename=str(_ROOT / "paper.css"), font_config=_fonts(), url_fetcher=_fetcher())


@lru_cache(maxsize=1)
def _fetcher() -> Any:
    from weasyprint.urls import URLFetcher  # noqa: PLC0415

    class BundledOnly(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            if not is_bundled(url):
                raise ValueError("Paper loads nothing from outside.")
            return super().fetch(url, headers)

    return BundledOnly(allowed_protocols={"data", "file"})


def is_bundled(url: str) -> bool:
    """Return whether `url` is data in itself, or a file beside the templates."""
    parts = urlsplit(url)
    if parts.scheme == "data":
        return True
    path = Path(unquote(parts.path)).resolve()
    return parts.scheme == "file" and not parts.netloc and path.is_relative_to(_ROOT.resolve())
