"""RENDER_EMOJI_FONT: an unusable font stops the start; the message names the fix."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings

from customify.tests.support.checks import check_messages
from rendering.fonts.catalogue import installed_fonts


def test_an_emoji_font_is_optional() -> None:
    assert check_messages("customify.E003") == []


@pytest.mark.parametrize(
    ("content", "cause"), [(None, "No such file"), (b"no font", "not a TrueType"), ("mono", "no colour glyphs")]
)
def test_a_file_that_is_not_a_color_font_is_named(
    settings: LazySettings, tmp_path: Path, content: bytes | str | None, cause: str
) -> None:
    settings.RENDER_EMOJI_FONT = tmp_path / "emoji.ttf"
    if content == "mono":
        settings.RENDER_EMOJI_FONT = installed_fonts()["Bebas-Bold"].path
    elif isinstance(content, bytes):
        settings.RENDER_EMOJI_FONT.write_bytes(content)
    (message,) = check_messages("customify.E003")
    assert "RENDER_EMOJI_FONT" in message
    assert cause in message
    assert "leave RENDER_EMOJI_FONT out" in message
