"""The texts tell the truth, as far as a machine can see."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from portal.env import BASE_DIR


def _read(name: str) -> str:
    return (BASE_DIR / name).read_text(encoding="utf-8")


def test_every_setting_of_the_environment_is_documented() -> None:
    names = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', _read("portal/settings.py")))
    operations = _read("docs/operations.md")
    assert len(names) > 30
    assert {name for name in names if f"`{name}`" not in operations} == set()


def test_every_link_between_the_texts_leads_somewhere() -> None:
    texts = [path for path in [*BASE_DIR.glob("*.md"), *(BASE_DIR / "docs").rglob("*.md")] if path.is_file()]
    broken = []
    for text in texts:
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text.read_text(encoding="utf-8")):
            if not (text.parent / target).exists():
                broken.append(f"{text.relative_to(BASE_DIR)} → {target}")
    assert broken == []


def test_the_changelog_names_the_version() -> None:
    version = tomllib.loads(_read("pyproject.toml"))["project"]["version"]
    assert f"## {version}" in _read("CHANGELOG.md")


def test_no_pin_names_the_host_of_a_registry() -> None:
    for name in ("requirements/base.txt", "requirements/dev.txt"):
        assert not re.search(r"https?://|index-url", _read(name))


def test_nothing_is_left_for_later_without_a_ticket() -> None:
    words = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
    sources = [
        path
        for folder in ("identity", "onestop", "payments", "portal", "procedures", "scripts", "tests")
        for path in Path(BASE_DIR / folder).rglob("*.py")
    ]
    assert len(sources) > 100
    assert [str(path) for path in sources if words.search(path.read_text(encoding="utf-8"))] == []
