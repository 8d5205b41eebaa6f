from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rendering.engine.layout.page import lay_out
from rendering.engine.layout.text import TextLayer
from rendering.engine.text.fonts import load_faces
from rendering.engine.validation.parse import parse_design
from rendering.fonts.catalogue import installed_fonts
from rendering.tests.support.drawings import RULES, SQUARE, long_form, text_layer


@given(st.floats(-360, 360), st.floats(-500, 500), st.floats(-500, 500))
def test_a_rotation_there_and_back_ends_where_it_began(rotation: float, x: float, y: float) -> None:
    there, back = (laid_out(text_layer("Turn", rotation=angle)) for angle in (rotation, -rotation))
    assert back.transform.map_point(*there.transform.map_point(x, y)) == pytest.approx((x, y), abs=1e-6)


def laid_out(layer: dict[str, Any]) -> TextLayer:
    (placement,) = parse_design(long_form(layer), RULES, installed_fonts(), [SQUARE]).placements
    placed = lay_out(placement, installed_fonts(), load_faces).layers[0]
    assert isinstance(placed, TextLayer)
    return placed
