"""Font files as the engine loads them: checked, cached, and shared between styles."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from rendering.engine.text import fonts
from rendering.engine.values import Font, FontError
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts
from rendering.tests.support.drawing import draw
from rendering.tests.support.drawings import PREVIEW, RULES, short_form


def draw_with(font: Font) -> None:
    draw(short_form(font="Own"), RULES, {"Own": font}, PREVIEW)


def own(path: Path, axes: tuple[tuple[str, float], ...] = ()) -> Font:
    return Font("Own", path, hashlib.sha256(path.read_bytes()).hexdigest(), axes)


def test_the_cache_of_faces_is_bounded() -> None:
    font = installed_fonts()["Montserrat-Regular"]
    for step in range(fonts.FACES_KEPT + 10):
        fonts.load_face(replace(font, axes=(("wght", 100 + step / 4),)))
    assert len(fonts._cache.faces) == fonts.FACES_KEPT


def test_a_missing_font_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FontError, match="Own cannot be read"):
        draw_with(Font("Own", tmp_path / "none.ttf", "0" * 64))


def test_a_font_file_that_changed_since_it_was_frozen_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.ttf"
    path.write_bytes(installed_fonts()["Bebas-Bold"].path.read_bytes() + b"\0")
    with pytest.raises(FontError, match="Own has changed"):
        draw_with(Font("Own", path, installed_fonts()["Bebas-Bold"].sha256[::-1]))


def test_a_file_that_is_not_a_font_is_refused(tmp_path: Path) -> None:
    for number, data in enumerate((b"", b"no font", bytes(1000))):
        path = tmp_path / f"{number}.ttf"
        path.write_bytes(data)
        with pytest.raises(FontError, match="Own is not a TrueType or OpenType font"):
            draw_with(own(path))


def test_an_axis_that_the_font_lacks_is_refused() -> None:
    with pytest.raises(FontError, match="no axis wght"):
        draw_with(own(installed_fonts()["Bebas-Bold"].path, axes=(("wght", 700.0),)))


def test_a_file_that_two_fonts_share_has_the_name_of_each() -> None:
    font = installed_fonts()["Bebas-Bold"]
    other = fonts.load_face(replace(font, name="Other"))
    assert (fonts.load_face(font).name, other.name) == ("Bebas-Bold", "Other")
    assert fonts.load_face(font).hb_font.face is other.hb_font.face


def test_a_font_in_use_stays_cached_among_a_thousand_unused_weights() -> None:
    font, standing_in = installed_fonts()["Montserrat-Regular"], fallback_fonts()
    used = fonts.load_faces(font, standing_in)
    for step in range(fonts.FACES_KEPT + 10):
        fonts.load_faces(replace(font, axes=(("wght", 100 + step / 4),)), standing_in)
        assert fonts.load_faces(font, standing_in) is used
