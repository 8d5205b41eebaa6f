import json
from dataclasses import FrozenInstanceError

import pytest

from rendering.engine.values import Finding, Rules
from rendering.tests.support.drawings import RULES


def test_rules_survive_json() -> None:
    assert Rules.from_json(json.loads(json.dumps(RULES.to_json()))) == RULES


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"extra": 1}, "exactly"),
        ({"text_min": True}, "text_min must be a number"),
        ({"size_max": "9"}, "size_max must"),
    ],
)
def test_rules_that_are_not_rules_are_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Rules.from_json({**RULES.to_json(), **change})


def test_rules_with_a_limit_missing_are_refused() -> None:
    with pytest.raises(ValueError, match="exactly"):
        Rules.from_json({"text_min": 1})


def test_values_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        RULES.text_max = 9  # type: ignore[misc]


def test_a_finding_is_plain_json() -> None:
    finding = Finding("text_shrunk", "warning", "Shrunk.", 0, 20.5, 48)
    assert json.loads(json.dumps(finding.to_json())) == {
        "code": "text_shrunk",
        "severity": "warning",
        "message": "Shrunk.",
        "layer": 0,
        "measured": 20.5,
        "required": 48,
        "placement": None,
        "box": None,
        "operator_message": "",
        "fix": None,
    }
