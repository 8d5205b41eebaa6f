"""RENDER_OUTPUTS must name a preview and a thumbnail."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks
from pytest_django.fixtures import Settings


@pytest.mark.parametrize(
    ("outputs", "missing"), [(["thumbnail.png:100"], "preview"), (["preview.png:600"], "thumbnail")]
)
def test_an_outputs_setting_without_a_kind_is_refused(settings: Settings, outputs: list[str], missing: str) -> None:
    settings.RENDER_OUTPUTS = outputs
    said = [str(message) for message in run_checks() if message.id == "customify.E002"]
    assert len(said) == 1
    assert f"no {missing} is among them" in said[0]
