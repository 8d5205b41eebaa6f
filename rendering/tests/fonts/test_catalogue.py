import hashlib

from rendering.engine.text import fonts
from rendering.fonts.catalogue import FontAxis, installed_fonts, list_axes, list_scripts, warm_fonts
from rendering.fonts.families import FAMILIES
from rendering.tests.support.drawings import draw_short_form_image


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


def test_every_font_has_its_scripts_and_axis_ranges() -> None:
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
