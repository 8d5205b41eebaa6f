"""Every snippet of docs/api.md runs against the service and prints what the guide shows."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from customify.tests.support.guide import GUIDE, LANGUAGES, find_failing_snippets, matches_sample, read_snippets
from customify.tests.support.service import Service

pytestmark = [pytest.mark.docs, pytest.mark.usefixtures("tools")]

# Readers use their own URL and key.
SAMPLE_BASE, SAMPLE_KEY = "http://127.0.0.1:8000", "cfy_live_…"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_snippets_run(service: Service, language: str) -> None:
    guide = GUIDE.read_text()
    assert f"export BASE={SAMPLE_BASE}\nexport KEY={SAMPLE_KEY}\n" in guide
    guide = guide.replace(SAMPLE_BASE, service.base).replace(SAMPLE_KEY, service.key)
    chosen = [one for one in read_snippets(guide) if one.language == language and not one.section]
    assert len(chosen) > 12
    wrong = find_failing_snippets(chosen, service.env, service.folder)
    assert not wrong, "\n\n".join(wrong)


def test_every_task_is_shown_in_every_language() -> None:
    for section in GUIDE.read_text().split("\n## ")[1:]:
        found = {one.language for one in read_snippets(section) if not one.section}
        assert found in (set(), set(LANGUAGES)), f"{section.splitlines()[0]} has {found} alone"


BROKEN = [
    "```sh\nfalse\n```",
    "```sh\ncurl --fail -s http://127.0.0.1:9/\n```",
    '```sh\necho \'{"a": 1}\'\n```\n```json\n{"a": 2}\n```',
    "```sh\necho no json\n```\n```json\n{}\n```",
    "```python\nassert 1 == 2\n```",
    "```python\nx = 1\n```\n```python\nprint(x)\n```\n```text\n2\n```",
    "```js\nconst x = 1;\nif (x !== 2) throw new Error('no');\n```",
    "```js\nawait Promise.reject(new Error('no'));\n```",
    "```js\nconsole.log('one');\n```\n```text\ntwo\n```",
    "```sh\necho 1\n```\n```python\nprint(2)\n```\n```text\n1\n```",
]


@pytest.mark.parametrize("guide", BROKEN)
def test_a_broken_snippet_is_found(guide: str, tmp_path: Path) -> None:
    found = read_snippets(guide)
    languages = {one.language for one in found}
    assert any(
        find_failing_snippets([one for one in found if one.language == kind], os.environ, tmp_path)
        for kind in languages
    )


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [("sh", "x=1", "echo $x"), ("python", "x = 1", "print(x)"), ("js", "const x = 1;", "console.log(x);")],
)
def test_a_working_snippet_is_not_reported(language: str, first: str, second: str, tmp_path: Path) -> None:
    found = read_snippets(f"```{language}\n{first}\n{second}\n```\n\n```{language}\n{second}\n```\n```text\n1\n```")
    assert [one.expected for one in found] == ["1\n", "1\n"]
    assert find_failing_snippets(found, os.environ, tmp_path) == []


def test_sample_output_belongs_to_its_own_section() -> None:
    found = read_snippets(
        "```sh\ntrue\n```\n\n## Next\n\n```sh\necho 1\n```\n```js\n1\n```\n```text\n1\n```\n```sh\n:\n```\n"
    )
    assert [one.expected for one in found] == [None, "1\n", "1\n", None]


def test_sample_output_matches_the_real_output() -> None:
    assert matches_sample({"a": "x1y", "b": [1, 2], "c": None}, {"a": "x…y", "b": [1]})
    assert not matches_sample({"a": "x1y"}, {"a": "x…z"})
    assert not matches_sample({"a": None}, {"a": 1})
    assert not matches_sample({}, {"a": "…"})
    assert not matches_sample([1], [1, 2])
    assert not matches_sample({"a": True}, {"a": 1})
