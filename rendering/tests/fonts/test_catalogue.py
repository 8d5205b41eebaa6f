import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from rendering.engine.text import fonts
from rendering.engine.values import Font, FontError
from rendering.fonts.catalogue import FontAxis, installed_fonts, list_axes, list_scripts, warm_fonts
from rendering.fonts.fallbacks import fallback_fonts
from rendering.fonts.families import FAMILIES
from rendering.tests.support.drawing import draw
from rendering.tests.support.drawings import PREVIEW, RULES, draw_short_form_image, short_form


def draw_with(font: Font) -> None:
    draw(short_form(font="Own"), RULES, {"Own": font}, PREVIEW)


def own(path: Path, axes: tuple[tuple[str, float], ...] = ()) -> Font:
    return Font("Own", path, hashlib.sha256(path.read_bytes()).hexdigest(), axes)


def test_the_catalogue_has_families_of_every_kind_with_licence_and_hash() -> None:
    families = {font.family for font in installed_fonts().values()}
    assert len(families) == sum(map(len, FAMILIES.values())) >= 40
    assert {font.category for font in installed_fonts().values()} == {*FAMILIES}
    for name, font in installed_fonts().items():
        assert font.name == name
        assert font.license in {"OFL-1.1", "Apache-2.0"}
        assert font.sha256 == hashlib.sha256(font.path.read_bytes()).hexdigest()


def test_published_font_names_stay_available() -> None:
    axes = {name: (font.family, font.style, font.axes) for name, font in installed_fonts().items()}
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
    assert list_scripts("Roboto-Regular") == ("Latn", "Viet", "Grek", "Cyrl")
    assert "Arab" in list_scripts("Amiri-Regular")
    assert list_axes("Bebas-Bold") == ()
    assert FontAxis("wght", 100.0, 700.0, 900.0) in list_axes("Montserrat-Bold")
    for name, font in installed_fonts().items():
        assert "Latn" in list_scripts(name)
        assert set(font.ranges) == {(axis.tag, axis.min, axis.max) for axis in list_axes(name)}


def test_every_font_draws_a_distinct_sample() -> None:
    assert len({draw_short_form_image(text="Hamburg", font=font).tobytes() for font in installed_fonts()}) == len(
        installed_fonts()
    )


def test_warming_up_loads_every_face_once() -> None:
    warm_fonts()
    assert all(fonts.load_face(font) is fonts.load_face(font) for font in installed_fonts().values())


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
