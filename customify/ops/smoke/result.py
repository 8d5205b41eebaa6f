"""What trying one part came to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


class CheckFailed(Exception):  # not an error of ours: the finding this command is run for
    """A part that does not work; the text is the cause, `mend` what to do about it."""

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
    """Run a check, which returns its detail or raises; whatever it raises is its own line and hides no other part."""
    try:
        return CheckResult(part, ok=True, detail=check())
    except CheckFailed as trouble:
        return CheckResult(part, ok=False, detail=str(trouble), fix=trouble.fix)
    except Exception as error:  # noqa: BLE001  # see above
        text = f"{type(error).__name__}: {error}"
        return CheckResult(part, ok=False, detail=text, fix="This was not foreseen: look at the log, and report it.")


def skipped_result(part: str, missing: str) -> CheckResult:
    """Return the outcome of a part that cannot work while another does not."""
    return CheckResult(part, ok=False, detail=f"Not tried: it needs {missing}.", fix="Mend that first.")
