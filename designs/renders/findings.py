"""What the findings of a render amount to: a score, and whether anything stops it from being printed.

Findings are JSON objects as a render stores them; those of earlier versions may have codes that are renamed since.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeAlias

from rendering.engine.preflight.codes import RENAMED_CODES

FindingJson: TypeAlias = Mapping[str, Any]
PENALTIES: Mapping[str, int] = {"error": 40, "warning": 10, "info": 1}
BEST_SCORE = 100


def score_findings(findings: Sequence[FindingJson]) -> int:
    """Return 100 less 40 for each error, 10 for each warning and 1 for each info; at least 0."""
    return max(0, BEST_SCORE - sum(PENALTIES.get(finding["severity"], 0) for finding in findings))


def find_errors(findings: Sequence[FindingJson], overridden: Collection[str] = ()) -> list[FindingJson]:
    """Return the findings that stop a design from being printed: errors of which the code is not overridden."""
    return [one for one in findings if one["severity"] == "error" and current_code(one["code"]) not in overridden]


def current_code(code: str) -> str:
    """Return the code of today for one that an earlier version gave."""
    return RENAMED_CODES.get(code, code)


def all_codes(code: str) -> list[str]:
    """Return the code of today, and those that findings of earlier versions have for the same."""
    current = current_code(code)
    return [current, *(old for old, new in RENAMED_CODES.items() if new == current)]
