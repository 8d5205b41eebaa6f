"""The result of one check, and its line in the report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


class CheckFailed(Exception):  # not an error in our code, but what the command looks for
    """A part does not work; the text is the cause, `fix` what to do about it."""

    def __init__(self, cause: str, fix: str) -> None:
        super().__init__(cause)
        self.fix = fix


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One line of the report."""

    part: str
    ok: bool
    detail: str
    fix: str = ""

    def __str__(self) -> str:
        line = f"{'✅' if self.ok else '❌'} {self.part}: {self.detail}"
        return f"{line}\n   → {self.fix}" if self.fix else line


def run_check(part: str, check: Callable[[], str]) -> CheckResult:
    """Run a check and return its result; any exception becomes a failed result, so that other checks still run."""
    try:
        return CheckResult(part, ok=True, detail=check())
    except CheckFailed as failure:
        return CheckResult(part, ok=False, detail=str(failure), fix=failure.fix)
    except Exception as error:  # noqa: BLE001  # see above
        text = f"{type(error).__name__}: {error}"
        return CheckResult(part, ok=False, detail=text, fix="This is unexpected: look at the log, and report it.")


def skipped_result(part: str, missing: str) -> CheckResult:
    """Return the result of a part that needs another one which failed."""
    return CheckResult(part, ok=False, detail=f"Not tested: it needs {missing}.", fix="Fix that first.")
