"""PRINT_PROFILE: a profile that cannot separate colours stops the start; the message names the fix."""

from __future__ import annotations

from pathlib import Path

from pytest_django import Settings

from customify.tests.support.checks import check_messages
from rendering.engine.color.icc import SRGB_PROFILE
from rendering.tests.support.print_files import CMYK_PROFILE, needs_profile


def test_a_profile_is_optional() -> None:
    assert check_messages("customify.E008") == []


@needs_profile
def test_the_profile_of_a_press_is_accepted(settings: Settings) -> None:
    settings.PRINT_PROFILE = CMYK_PROFILE
    assert check_messages("customify.E008") == []


def test_missing_or_wrong_profiles_are_named(settings: Settings, tmp_path: Path) -> None:
    settings.PRINT_PROFILE = tmp_path / "none.icc"
    assert "No such file" in check_messages("customify.E008")[0]
    settings.PRINT_PROFILE = tmp_path / "screen.icc"
    settings.PRINT_PROFILE.write_bytes(SRGB_PROFILE)
    assert "screen.icc is no ICC profile of a CMYK press" in check_messages("customify.E008")[0]
    settings.PRINT_PROFILE.write_bytes(SRGB_PROFILE[:16] + b"CMYK" + SRGB_PROFILE[20:])
    assert "PRINT_PROFILE: the profile of the press" in check_messages("customify.E008")[0]
