"""Reading a page as a screen reader does: each text with the language it is marked as."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SPOKEN = ("alt", "aria-label", "placeholder", "title", "data-words")
SILENT = {"script", "style", "code", "kbd"}
# Proper names stand in English as they are, also where nothing can mark their language: in a page's title.
PROPER = ("Bình Dương",)
VIETNAMESE = re.compile(r"[À-ÃÈ-ÊÌÍÒ-ÕÙÚÝà-ãè-êìíò-õùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ]")
# Words of every English sentence; none of them is a word in Vietnamese.
ENGLISH = re.compile(
    r"\b(the|and|of|your|with|this|that|these|please|not|is|are|was|were|by|from|has|have|will|which|all|for|days?|"
    r"case|cases|number|file|files|found|new|sign|page|time|name|date|yes|level|status|state|search|open|close)\b",
    re.IGNORECASE,
)


class Reader(HTMLParser):
    """Collects the texts of a page with their languages."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[tuple[str, str]] = []
        self.page_language = ""
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        language = given.get("lang") or (self._open[-1][1] if self._open else "")
        self.page_language = self.page_language or language
        self.texts += [(language, str(given[name])) for name in SPOKEN if given.get(name)]
        if tag == "meta" and given.get("name") == "description":
            self.texts.append((language, str(given["content"])))
        if tag not in VOID:
            self._open.append((tag, language))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            if self._open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if data.strip() and self._open and self._open[-1][0] not in SILENT | {"textarea"}:
            self.texts.append((self._open[-1][1], " ".join(data.split())))


def read(page: str) -> Reader:
    """Return the page, read."""
    reader = Reader()
    reader.feed(page)
    return reader


def vietnamese_in_english(page: str) -> Iterator[str]:
    """Yield the texts of an English page that are Vietnamese and not marked so."""
    for language, text in read(page).texts:
        plain = text
        for name in PROPER:
            plain = plain.replace(name, "")
        if language != "vi" and VIETNAMESE.search(plain):
            yield text


def english_in_vietnamese(page: str) -> Iterator[str]:
    """Yield the texts of a Vietnamese page that are English and not marked so."""
    for language, text in read(page).texts:
        if language != "en" and ENGLISH.search(re.sub(r"\{\w+\}", "", text)):  # without what a script fills in
            yield text
