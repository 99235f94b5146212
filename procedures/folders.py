"""The catalogue as files: one folder a procedure, canonical YAML, so that a change can be read line by line.

A folder holds `procedure.yaml` (facts), `texts.yaml` (words), and where there are any `form.yaml`, `process.yaml` and
`samples.yaml`. `catalogue.yaml` beside the folders keeps the hash of each document as it was exported: whoever
applies the files later is told what has changed in the meantime. Writing what was read gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from procedures.definition import DefinitionError, sha256_of
from procedures.definition.schema import SCHEMA
from procedures.eforms.definition import SCHEMA as FORM_SCHEMA

MANIFEST: Final = "catalogue.yaml"
_WHOLE: Final = ("form", "process", "samples", "english")  # parts with a file of their own
_TEXTS: Final = ("name_en", "summary", "applicants", "competent", "conditions", "steps", "keywords")
_CODE: Final = re.compile(r"^[0-9]\.[0-9]{6}$")
_WIDTH: Final = 110


def read(root: Path) -> Iterator[dict[str, Any]]:
    """Yield the document of each folder, by code. Raises `DefinitionError` naming the file that cannot be read."""
    for folder in sorted(path for path in root.iterdir() if path.is_dir() and _CODE.match(path.name)):
        document = _load(folder / "procedure.yaml")
        if document.get("code") != folder.name:
            raise DefinitionError(f"{folder / 'procedure.yaml'}: the code is not {folder.name}")
        if (folder / "texts.yaml").exists():
            document |= _load(folder / "texts.yaml")
        for part in _WHOLE:
            file = folder / f"{part}.yaml"
            if file.exists():
                document[part] = _load(file)
        yield document


def manifest(root: Path) -> dict[str, str]:
    """Return the hash of each document at its export, by code; empty when the files were not exported."""
    file = root / MANIFEST
    return {str(code): str(digest) for code, digest in _load(file).items()} if file.exists() else {}


def write(root: Path, documents: Iterable[Mapping[str, Any]]) -> int:
    """Write each document into its folder, and the manifest; returns how many were written."""
    hashes: dict[str, str] = {}
    for document in documents:
        hashes[document["code"]] = sha256_of(document)
        write_one(root / document["code"], document)
    _dump(root / MANIFEST, hashes)
    return len(hashes)


def write_one(folder: Path, document: Mapping[str, Any]) -> None:
    """Write one document; parts that it does not have lose their file."""
    folder.mkdir(parents=True, exist_ok=True)
    ordered = _in_order(document, SCHEMA)
    facts = {name: value for name, value in ordered.items() if name not in {*_WHOLE, *_TEXTS}}
    texts = {name: value for name, value in ordered.items() if name in _TEXTS}
    _dump(folder / "procedure.yaml", facts)
    _dump_or_remove(folder / "texts.yaml", texts)
    for part in _WHOLE:
        schema = FORM_SCHEMA if part == "form" else SCHEMA["properties"][part]
        _dump_or_remove(folder / f"{part}.yaml", _in_order(ordered.get(part), schema))


class _Dumper(yaml.SafeDumper):
    """Block style with lists set in, texts of several lines as they are read."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text and not re.search(r"[ \t]$", text, re.MULTILINE) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


class _Loader(yaml.SafeLoader):
    """What looks like a date stays a text; a key given twice is an error, and so is a part that refers to another."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.constructor.ConstructorError(None, None, "aliases are not used in the catalogue", mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _value in node.value]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            raise yaml.constructor.ConstructorError(None, None, f"{twice!r} is given twice", node.start_mark)
        found: dict[Any, Any] = super().construct_mapping(node, deep)
        return found


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _load(file: Path) -> Any:
    try:
        return from_text(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, DefinitionError) as error:
        raise DefinitionError(f"{file}: {error}") from error


def as_text(content: Any) -> str:
    """Return a part of a document as the files have it."""
    return str(yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH))


def from_text(text: str) -> Any:
    """Return what a text of the files says; raises `DefinitionError` for what is no YAML."""
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise DefinitionError(str(error)) from error


def _dump(file: Path, content: Any) -> None:
    text = as_text(content)
    if not file.exists() or file.read_text(encoding="utf-8") != text:
        file.write_text(text, encoding="utf-8")


def _dump_or_remove(file: Path, content: Any) -> None:
    if content:
        _dump(file, content)
    else:
        file.unlink(missing_ok=True)


def _in_order(value: Any, schema: Mapping[str, Any], defs: Mapping[str, Any] | None = None) -> Any:
    """Return the value with the keys of its objects in the order of the schema, others after them by name."""
    defs = defs or schema.get("$defs", {})
    schema = defs[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    if isinstance(value, Mapping):
        choices = schema.get("anyOf", [schema])
        known: Mapping[str, Any] = next((one["properties"] for one in choices if "properties" in one), {})
        names = [name for name in known if name in value] + sorted(name for name in value if name not in known)
        return {name: _in_order(value[name], known.get(name, {}), defs) for name in names}
    if isinstance(value, list):
        return [_in_order(one, schema.get("items", {}), defs) for one in value]
    return value
