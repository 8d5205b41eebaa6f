"""CONTRIBUTING.md names files that exist; links between the documents lead somewhere."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]
GUIDE = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
SECTIONS = {title: text for title, _, text in (part.partition("\n") for part in GUIDE.split("\n## ")[1:])}
TASKS = [title for title in SECTIONS if title.startswith("How to add")]
LAYER_KIND = "text"  # stands for <kind>: a kind that has a module in every stage
FILE_NAMES = {"pyproject.toml", "docker-compose.yml", ".env.example", "README.md", "CHANGELOG.md"}
LINK = re.compile(r"\]\((?!https?://|mailto:)([^)#\s]+)[^)]*\)")


def find_paths(text: str) -> list[str]:
    """Return the files and folders in backticks outside of code blocks."""
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    quoted = re.findall(r"`([^`\s]+)`", prose)
    return [name for name in quoted if name in FILE_NAMES or re.fullmatch(r"\.?\w[\w.<>-]*/[\w./<>-]*", name)]


def list_documents() -> list[Path]:
    return [*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")]


def test_every_named_file_exists() -> None:
    names = find_paths(GUIDE)
    assert len(names) > 50
    assert [name for name in names if not (PROJECT / name.replace("<kind>", LAYER_KIND)).exists()] == []


def test_every_task_has_a_section() -> None:
    things = {title.removeprefix("How to add ").split(" ", 1)[1] for title in TASKS}
    assert things >= {"layer type", "output format", "product", "API field", "setting", "font"}


@pytest.mark.parametrize("title", TASKS)
def test_a_task_names_the_files_to_change(title: str) -> None:
    assert len(set(find_paths(SECTIONS[title]))) >= 2


@pytest.mark.parametrize("document", list_documents(), ids=lambda path: str(path.relative_to(PROJECT)))
def test_links_lead_to_files(document: Path) -> None:
    links = LINK.findall(document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []
