"""RENDER_OUTPUTS must name both kinds; which file stands for a kind is one rule."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks
from pytest_django.fixtures import Settings

from designs.models import Rendition


@pytest.mark.parametrize(
    ("outputs", "missing"), [(["thumbnail.png:100"], "preview"), (["preview.png:600"], "thumbnail")]
)
def test_an_outputs_setting_without_a_kind_is_refused(settings: Settings, outputs: list[str], missing: str) -> None:
    settings.RENDER_OUTPUTS = outputs
    said = [str(message) for message in run_checks() if message.id == "customify.E002"]
    assert len(said) == 1
    assert f"no {missing} is among them" in said[0]


def test_the_first_png_represents_its_kind_or_else_the_first_file() -> None:
    files = [Rendition(kind="preview", format=form, name=form) for form in ("webp", "png")]
    standing = Rendition.pick_main("preview", files)
    assert standing is not None
    assert standing.format == "png"
    assert Rendition.pick_main("preview", files[:1]) is files[0]
    assert Rendition.pick_main("thumbnail", files) is None
