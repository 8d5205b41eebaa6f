import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from rendering.engine import fonts
from rendering.engine.draw import draw
from rendering.engine.values import Font, FontError
from rendering.fonts import installed, warm
from rendering.tests.engine.helpers import FONTS, PREVIEW, RULES, design, picture


def draw_with(font: Font) -> None:
    draw(design(font="Own"), RULES, {"Own": font}, PREVIEW)


def own(path: Path, axes: tuple[tuple[str, float], ...] = ()) -> Font:
    return Font("Own", path, hashlib.sha256(path.read_bytes()).hexdigest(), axes)


def test_the_catalogue_is_the_five_fonts_with_licence_and_hash() -> None:
    assert {name: (font.family, font.style, font.axes) for name, font in installed().items()} == {
        "Bebas-Bold": ("Bebas Neue", "Bold", ()),
        "Montserrat-Regular": ("Montserrat", "Regular", (("wght", 400.0),)),
        "Montserrat-Bold": ("Montserrat", "Bold", (("wght", 700.0),)),
        "Pacifico-Regular": ("Pacifico", "Regular", ()),
        "Roboto-Regular": ("Roboto", "Regular", (("wght", 400.0),)),
    }
    for name, font in installed().items():
        assert font.name == name
        assert font.license == "OFL-1.1"
        assert font.sha256 == hashlib.sha256(font.path.read_bytes()).hexdigest()


def test_every_font_draws_a_picture_of_its_own() -> None:
    assert len({picture(text="Hamburg", font=font).tobytes() for font in FONTS}) == len(FONTS)


def test_warming_up_loads_every_face_once() -> None:
    warm()
    assert all(fonts.load(font) is fonts.load(font) for font in installed().values())


def test_the_cache_of_faces_is_bounded() -> None:
    font = installed()["Montserrat-Regular"]
    for weight in range(100, 100 + fonts.FACES_KEPT + 10):
        fonts.load(replace(font, axes=(("wght", float(weight)),)))
    assert len(fonts._cache.faces) == fonts.FACES_KEPT


def test_a_missing_font_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FontError, match="Own cannot be read"):
        draw_with(Font("Own", tmp_path / "none.ttf", "0" * 64))


def test_a_font_file_that_changed_since_it_was_frozen_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.ttf"
    path.write_bytes(installed()["Bebas-Bold"].path.read_bytes() + b"\0")
    with pytest.raises(FontError, match="Own has changed"):
        draw_with(Font("Own", path, installed()["Bebas-Bold"].sha256[::-1]))


def test_a_file_that_is_no_font_is_refused(tmp_path: Path) -> None:
    for number, data in enumerate((b"", b"no font", bytes(1000))):
        path = tmp_path / f"{number}.ttf"
        path.write_bytes(data)
        with pytest.raises(FontError, match="Own is not a TrueType or OpenType font"):
            draw_with(own(path))


def test_an_axis_that_the_font_lacks_is_refused() -> None:
    with pytest.raises(FontError, match="no axis wght"):
        draw_with(own(installed()["Bebas-Bold"].path, axes=(("wght", 700.0),)))
