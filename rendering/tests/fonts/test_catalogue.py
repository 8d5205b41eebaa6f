import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from rendering.engine.draw import draw
from rendering.engine.text import fonts
from rendering.engine.values import Font, FontError
from rendering.fonts.catalogue import Axis, axes_of, installed, scripts_of, warm
from rendering.fonts.fallbacks import fallbacks
from rendering.fonts.families import FAMILIES
from rendering.tests.support.drawings import PREVIEW, RULES, design, picture


def draw_with(font: Font) -> None:
    draw(design(font="Own"), RULES, {"Own": font}, PREVIEW)


def own(path: Path, axes: tuple[tuple[str, float], ...] = ()) -> Font:
    return Font("Own", path, hashlib.sha256(path.read_bytes()).hexdigest(), axes)


def test_the_catalogue_has_families_of_every_kind_with_licence_and_hash() -> None:
    families = {font.family for font in installed().values()}
    assert len(families) == sum(map(len, FAMILIES.values())) >= 40
    assert {font.category for font in installed().values()} == {*FAMILIES}
    for name, font in installed().items():
        assert font.name == name
        assert font.license in {"OFL-1.1", "Apache-2.0"}
        assert font.sha256 == hashlib.sha256(font.path.read_bytes()).hexdigest()


def test_names_that_were_once_given_out_stand() -> None:
    axes = {name: (font.family, font.style, font.axes) for name, font in installed().items()}
    assert (
        axes.items()
        >= {
            "Bebas-Bold": ("Bebas Neue", "Bold", ()),
            "Montserrat-Regular": ("Montserrat", "Regular", (("wght", 400.0),)),
            "Montserrat-Bold": ("Montserrat", "Bold", (("wght", 700.0),)),
            "Pacifico-Regular": ("Pacifico", "Regular", ()),
            "Roboto-Regular": ("Roboto", "Regular", (("wght", 400.0),)),
        }.items()
    )


def test_every_font_says_which_scripts_it_writes_and_how_far_its_axes_reach() -> None:
    assert scripts_of("Roboto-Regular") == ("Latn", "Viet", "Grek", "Cyrl")
    assert "Arab" in scripts_of("Amiri-Regular")
    assert axes_of("Bebas-Bold") == ()
    assert Axis("wght", 100.0, 700.0, 900.0) in axes_of("Montserrat-Bold")
    for name, font in installed().items():
        assert "Latn" in scripts_of(name)
        assert set(font.ranges) == {(axis.tag, axis.min, axis.max) for axis in axes_of(name)}


def test_every_font_draws_a_picture_of_its_own() -> None:
    assert len({picture(text="Hamburg", font=font).tobytes() for font in installed()}) == len(installed())


def test_warming_up_loads_every_face_once() -> None:
    warm()
    assert all(fonts.load(font) is fonts.load(font) for font in installed().values())


def test_the_cache_of_faces_is_bounded() -> None:
    font = installed()["Montserrat-Regular"]
    for step in range(fonts.FACES_KEPT + 10):
        fonts.load(replace(font, axes=(("wght", 100 + step / 4),)))
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


def test_a_file_that_two_fonts_share_has_the_name_of_each() -> None:
    font = installed()["Bebas-Bold"]
    other = fonts.load(replace(font, name="Other"))
    assert (fonts.load(font).name, other.name) == ("Bebas-Bold", "Other")
    assert fonts.load(font).hb_font.face is other.hb_font.face


def test_a_font_in_use_outlives_a_thousand_weights_that_are_not() -> None:
    font, standing_in = installed()["Montserrat-Regular"], fallbacks()
    used = fonts.faces_of(font, standing_in)
    for step in range(fonts.FACES_KEPT + 10):
        fonts.faces_of(replace(font, axes=(("wght", 100 + step / 4),)), standing_in)
        assert fonts.faces_of(font, standing_in) is used
