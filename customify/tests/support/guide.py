"""The snippets of docs/api.md: read them with their sample outputs, and run them.

All blocks of a language form one program, as a reader types it from top to bottom. A block of `text` or `json` is the
output of the code blocks since the last such block or heading: `…` matches anything, and objects and lists of the real
output may hold more than the sample.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from playwright._impl._driver import compute_driver_executable

from customify.testing.spawn import PROJECT

GUIDE = PROJECT / "docs" / "api.md"
LANGUAGES = ("sh", "python", "js")
LINE_MARK = "=== snippet of line "
SECONDS = 120
_FENCE = re.compile(r"^```(?P<info>[a-z]+(?: [a-z]+)?)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)

# Printed before each block, so that an error can name the line of the guide.
_DRIVER = """
import sys
names = {"__name__": "__main__"}
for line, source in %r:
    print("\\n" + %r + str(line), flush=True)
    exec(compile("\\n" * line + source, "docs/api.md", "exec"), names)
"""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A block of code, its line in the guide, and its sample output (None: not shown)."""

    language: str
    section: str
    line: int
    source: str
    expected: str | None = None
    as_json: bool = False


def read_snippets(guide: str) -> list[Snippet]:
    """Return the guide's code blocks with their sample outputs."""
    found: list[Snippet] = []
    waiting, before = 0, 0  # code blocks without a sample output so far; end of the last block
    for fence in _FENCE.finditer(guide):
        waiting = 0 if "\n## " in guide[before : fence.start()] else waiting
        before = fence.end()
        language, _, section = fence["info"].partition(" ")
        if language in LANGUAGES:
            found.append(Snippet(language, section, guide.count("\n", 0, fence.start()) + 1, fence["text"]))
            waiting += 1
        else:
            for index in range(len(found) - waiting, len(found)):
                found[index] = replace(found[index], expected=fence["text"], as_json=language == "json")
            waiting = 0
    return found


def find_failing_snippets(chosen: list[Snippet], env: Mapping[str, str], folder: Path) -> list[str]:
    """Run snippets of one language as one program; return errors of its exit code and outputs."""
    done = subprocess.run(
        _command(chosen, folder),
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    printed = _by_line(done.stdout)
    wrong = [] if done.returncode == 0 else [f"exit {done.returncode} after {done.stdout[-500:]}{done.stderr[-3_000:]}"]
    for snippet in chosen:
        if snippet.expected is not None and not _is_as_shown(printed.get(snippet.line, ""), snippet):
            shown = printed.get(snippet.line, "nothing")[:2_000]
            wrong.append(f"line {snippet.line} printed\n{shown}\nand should have printed\n{snippet.expected}")
    return wrong


def _command(chosen: list[Snippet], folder: Path) -> list[str]:
    language = chosen[0].language
    program = folder / {"sh": "guide.sh", "python": "guide.py", "js": "guide.mjs"}[language]
    if language == "python":
        program.write_text(_DRIVER % ([(one.line, one.source) for one in chosen], LINE_MARK))
        return [sys.executable, str(program)]
    say = {"sh": r"printf '\n%s\n' '{}'", "js": r'console.log("\n{}");'}[language]
    parts = [f"{say.format(f'{LINE_MARK}{one.line}')}\n{one.source}" for one in chosen]
    if language == "sh":
        program.write_text("\n".join(["set -euo pipefail", *parts]))
        return ["bash", str(program)]
    program.write_text("\n".join(parts))
    return [compute_driver_executable()[0], str(program)]


def _by_line(printed: str) -> dict[int, str]:
    parts = re.split(rf"^{re.escape(LINE_MARK)}(\d+)\n", printed, flags=re.MULTILINE)
    return {int(line): text for line, text in zip(parts[1::2], parts[2::2], strict=True)}


def _is_as_shown(printed: str, snippet: Snippet) -> bool:
    if not snippet.as_json:
        return _text_fits(printed.strip(), (snippet.expected or "").strip())
    try:
        return matches_sample(json.loads(printed), json.loads(snippet.expected or ""))
    except ValueError:
        return False


def matches_sample(came: Any, shown: Any) -> bool:
    """Tell whether a value matches a sample: `…` matches anything, and the value may hold more."""
    if shown == "…":
        return True
    if isinstance(shown, dict):
        return isinstance(came, dict) and all(
            name in came and matches_sample(came[name], one) for name, one in shown.items()
        )
    if isinstance(shown, list):
        return isinstance(came, list) and len(came) >= len(shown) and all(map(matches_sample, came, shown))
    if isinstance(shown, str):
        return isinstance(came, str) and _text_fits(came, shown)
    if isinstance(came, bool) or isinstance(shown, bool):
        return came is shown
    return bool(came == shown)


def _text_fits(came: str, shown: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, shown.split("…"))), came, re.DOTALL) is not None
