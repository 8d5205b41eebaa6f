"""What findings amount to."""

from __future__ import annotations

from typing import Any

import pytest

from designs.renders.findings import all_codes, current_code, find_errors, score_findings
from rendering.engine.preflight.codes import CODES, RENAMED_CODES


def found(*severities: str, code: str = "thin_line") -> list[dict[str, Any]]:
    return [{"code": code, "severity": severity, "message": "…"} for severity in severities]


@pytest.mark.parametrize(
    ("severities", "score"),
    [
        ((), 100),
        (("info",), 99),
        (("warning",), 90),
        (("error",), 60),
        (("error", "warning", "info"), 49),
        (("error",) * 3, 0),
        (("warning",) * 11, 0),
        (("other",), 100),
    ],
)
def test_each_finding_takes_from_the_score_by_its_severity(severities: tuple[str, ...], score: int) -> None:
    assert score_findings(found(*severities)) == score


def test_only_errors_that_nobody_has_overridden_stop_a_design() -> None:
    findings = [*found("error"), *found("error", code="no_bleed"), *found("warning", "info", code="covered")]
    assert [each["code"] for each in find_errors(findings)] == ["thin_line", "no_bleed"]
    assert [each["code"] for each in find_errors(findings, {"thin_line"})] == ["no_bleed"]
    assert find_errors(findings, {"thin_line", "no_bleed"}) == []


def test_an_override_counts_for_the_earlier_name_of_a_code_too() -> None:
    old, new = next(iter(RENAMED_CODES.items()))
    assert find_errors(found("error", code=old), {new}) == []


def test_every_renamed_code_leads_to_one_of_today_and_back() -> None:
    for old, new in RENAMED_CODES.items():
        assert new in CODES
        assert current_code(old) == new
        assert all_codes(old) == all_codes(new)
        assert {old, new} <= set(all_codes(new))
    assert all_codes("thin_line") == ["thin_line"]
