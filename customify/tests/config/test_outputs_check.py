"""RENDER_OUTPUTS must name a preview and a thumbnail."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings

from customify.tests.support.checks import check_messages


@pytest.mark.parametrize(
    ("outputs", "missing"), [(["thumbnail.png:100"], "preview"), (["preview.png:600"], "thumbnail")]
)
def test_an_outputs_setting_without_a_kind_is_refused(settings: Settings, outputs: list[str], missing: str) -> None:
    settings.RENDER_OUTPUTS = outputs
    (message,) = check_messages("customify.E002")
    assert f"no {missing} is among them" in message
