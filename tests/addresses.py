"""All addresses of the portal, each with the rule that it declares."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from identity.access import AccessRule

EXEMPT = "quan-tri/he-thong/"  # the stock admin guards itself: staff only


def ours() -> list[tuple[str, URLPattern]]:
    """Return every address with its pattern, but for those of the stock admin."""
    return [(place, pattern) for place, pattern in _patterns(get_resolver()) if not place.startswith(EXEMPT)]


def rule_of(pattern: URLPattern) -> AccessRule:
    """Return who may open an address."""
    return pattern.callback.access_rule  # type: ignore[attr-defined, no-any-return]


def _patterns(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        place = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, place)
        else:
            yield place, entry
