"""The reference for form makers names everything there is, and what it shows can be read."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from portal.env import BASE_DIR
from procedures import folders
from procedures.code_lists.queries import known_lists
from procedures.eforms import KINDS, load_form
from procedures.rules import CALCULATIONS, OPERATORS

REFERENCE = (BASE_DIR / "docs" / "eforms.md").read_text()
BLOCKS = re.findall(r"```yaml\n(.*?)```", REFERENCE, re.DOTALL)
_PARENTS = [
    {"code": "parent_sex", "kind": "choice", "label": "S", "options": [{"value": "MALE", "label": "Nam"}]},
]


@pytest.mark.parametrize("name", [*KINDS, *OPERATORS, *CALCULATIONS, *sorted(known_lists())])
def test_every_kind_operator_and_list_is_named(name: str) -> None:
    assert f"`{name}`" in REFERENCE or re.search(rf"\b{name}\b", REFERENCE)


@pytest.mark.parametrize(("kind", "name"), [(kind.code, name) for kind in KINDS.values() for name in kind.properties])
def test_every_property_of_a_kind_stands_in_its_row(kind: str, name: str) -> None:
    row = next(line for line in REFERENCE.splitlines() if line.startswith(f"| `{kind}` "))
    assert f"`{name}" in row


def test_the_examples_show_every_kind_and_can_be_read() -> None:
    examples: list[dict[str, Any]] = yaml.safe_load(next(block for block in BLOCKS if "kind: passport" in block))
    assert {example["kind"] for example in examples} >= set(KINDS) - {"table", "group"}
    form = load_form({"steps": [{"code": "s", "title": "S", "fields": [*examples, *_PARENTS]}]})
    assert set(form.fields) >= {"goods", "neighbours", "total"}


@pytest.mark.parametrize("block", BLOCKS)
def test_every_example_is_yaml(block: str) -> None:
    assert folders.from_text(block)
