"""RENDER_WATERMARK: a mark that cannot be drawn stops the start, with the mend."""

from __future__ import annotations

from pathlib import Path

from django.core.checks import run_checks
from PIL import Image
from pytest_django import Settings


def said() -> list[str]:
    return [str(message) for message in run_checks() if message.id == "customify.E007"]


def test_a_watermark_is_optional() -> None:
    assert said() == []


def test_a_text_or_an_image_is_accepted(settings: Settings, tmp_path: Path) -> None:
    settings.RENDER_WATERMARK = "Your shop"
    assert said() == []
    Image.new("RGBA", (40, 20)).save(tmp_path / "mark.png")
    settings.RENDER_WATERMARK, settings.RENDER_WATERMARK_PICTURE = "", tmp_path / "mark.png"
    assert said() == []


def test_conflicting_missing_or_unreadable_values_are_named(settings: Settings, tmp_path: Path) -> None:
    settings.RENDER_WATERMARK, settings.RENDER_WATERMARK_FONT = "Your shop", "No-Such-Font"
    assert "No-Such-Font" in said()[0]
    settings.RENDER_WATERMARK_PICTURE = tmp_path / "none.png"
    assert "although RENDER_WATERMARK_PICTURE" in said()[0]
    settings.RENDER_WATERMARK = ""
    assert "No such file" in said()[0]
    settings.RENDER_WATERMARK_PICTURE = tmp_path / "text.png"
    settings.RENDER_WATERMARK_PICTURE.write_text("no picture")
    assert "not a readable PNG or JPEG" in said()[0]
