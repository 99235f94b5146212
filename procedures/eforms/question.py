"""A question of an e-form as a frozen dataclass, and what an answer becomes on its way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import get_language

from procedures.rules import Rule

Path = tuple[str | int, ...]


class FormDefinitionError(ValueError):
    """A definition is wrong; the message names the place."""


@dataclass(frozen=True)
class Text:
    """A text of the definition in its languages; empty when the definition has none."""

    vi: str = ""
    en: str = ""

    def __str__(self) -> str:
        return (self.en if (get_language() or "vi").startswith("en") else "") or self.vi

    def __bool__(self) -> bool:
        return bool(self.vi)


def text_of(value: object) -> Text:
    """Return the text that a checked document holds: a plain Vietnamese string or `{"vi": …, "en": …}`."""
    if isinstance(value, Mapping):
        return Text(value["vi"], value.get("en", ""))
    return Text(str(value or ""))


@dataclass(frozen=True)
class Option:
    value: str
    label: Text
    hint: Text


@dataclass(frozen=True)
class FieldDefinition:
    """A question. `code` names its answer; what its kind understands beside it: `procedures.eforms.kinds`."""

    code: str
    kind: str
    label: Text
    hint: Text = Text()
    required: bool = True
    required_if: Rule | None = None
    show_if: Rule | None = None
    personal: bool = False
    prefill: str = ""
    default: Any = None
    options: tuple[Option, ...] = ()
    minimum: int | str | None = None
    maximum: int | str | None = None
    max_length: int = 250
    parts: tuple[str, ...] = ()
    optional_parts: tuple[str, ...] = ()
    agency_kind: str = "COMMUNE"
    paper: str = ""
    upload: Mapping[str, Any] = field(default_factory=dict)  # accepts, max_files, max_megabytes, max_pages
    min_rows: int = 0
    max_rows: int = 10
    fields: tuple[FieldDefinition, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)  # what only its kind understands
    without_effect: tuple[str, ...] = ()  # properties in the document that its kind does not understand


@dataclass(frozen=True)
class Leaf:
    """One Django field: its name in the page, the path of its answer."""

    name: str
    path: Path
    field: forms.Field


@dataclass(frozen=True)
class Line:
    """A question with its answer in words; `files` carries the identifiers of uploaded papers."""

    code: str
    label: str
    value: str
    files: tuple[str, ...] = ()

    @property
    def input(self) -> str:
        """The name of the input that asks for it."""
        return self.code.replace(".", "__")


def page_name(path: Path) -> str:
    """Return the name in a page of the input for the answer at `path`."""
    return "__".join(str(piece) for piece in path)
