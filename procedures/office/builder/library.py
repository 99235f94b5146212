"""Blocks of questions to copy: those that come along (`blocks/*.yaml`) and those that the office has kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from procedures import folders
from procedures.models import SharedBlock
from procedures.office.builder.forms import labels_of

_FOLDER: Final = Path(__file__).parent / "blocks"
_PROCESSES: Final = Path(__file__).parent / "processes"


@dataclass(frozen=True)
class Block:
    """A block: `key` names it in addresses, `page` is the words of the page that it makes by itself."""

    key: str
    name: str
    fields: tuple[Mapping[str, Any], ...]
    page: Mapping[str, Any]
    saved: SharedBlock | None = None

    @property
    def about(self) -> str:
        """Its questions in one line."""
        return labels_of(self.fields)


def blocks() -> list[Block]:
    """Return all blocks: those that come along first, then the office's own by name."""
    own = SharedBlock.objects.select_related("saved_by").order_by("name")
    return [*_shipped(), *(Block(str(one.uuid), one.name, tuple(one.fields), {}, one) for one in own)]


def block_called(key: str) -> Block | None:
    """Return the block of a key, or None."""
    return next((block for block in blocks() if block.key == key), None)


@lru_cache(maxsize=1)
def _shipped() -> tuple[Block, ...]:
    return tuple(_read(file) for file in sorted(_FOLDER.glob("*.yaml")))


def _read(file: Path) -> Block:
    content = folders.from_text(file.read_text(encoding="utf-8"))
    return Block(file.stem, content["name"], tuple(content["fields"]), content["page"])


@dataclass(frozen=True)
class ReadyProcess:
    """A process that comes along, to begin with."""

    key: str
    name: str
    about: str
    process: Mapping[str, Any]


@lru_cache(maxsize=1)
def ready_processes() -> tuple[ReadyProcess, ...]:
    """Return the processes to choose from (`processes/*.yaml`)."""
    found = []
    for file in sorted(_PROCESSES.glob("*.yaml")):
        content = folders.from_text(file.read_text(encoding="utf-8"))
        found.append(ReadyProcess(file.stem, content["name"], content["about"], content["process"]))
    return tuple(found)
