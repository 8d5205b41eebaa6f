"""One row of the table makes an output format: its grammar, its checks and its files."""

from collections.abc import Iterable

import pytest

from rendering.engine.encode.formats import FORMATS, Format, list_content_types
from rendering.engine.encode.outputs import parse_outputs
from rendering.engine.paint.canvas import Canvas
from rendering.engine.values import DrawLimitError, Output, RenderedFile
from rendering.fonts.catalogue import installed_fonts
from rendering.tests.support.drawing import draw
from rendering.tests.support.drawings import CLEAR, RULES, SQUARE, long_form


def encode_ppm(canvas: Canvas, _output: Output, quality: int, _zoom: float) -> Iterable[bytes]:
    """A portable pixmap, whose maximum value shows the quality."""
    yield b"P6 %d %d %d\n" % (canvas.width, canvas.height, quality)
    yield canvas.to_image().tobytes()


@pytest.fixture
def pixmap(monkeypatch: pytest.MonkeyPatch) -> Format:
    row = Format(
        name="pixmap",
        label="Pixmap",
        content_type="image/x-portable-pixmap",
        encoder=encode_ppm,
        other_extensions=("ppm",),
        max_side=400,
        default_quality=77,
        is_opaque=True,
    )
    monkeypatch.setitem(FORMATS, row.name, row)
    return row


def draw_file(entry: str) -> RenderedFile:
    clear = long_form(background=CLEAR)
    return draw(clear, RULES, installed_fonts(), parse_outputs([entry]), areas=[SQUARE]).files[0]


@pytest.mark.usefixtures("pixmap")
def test_a_row_is_all_that_a_format_needs() -> None:
    file = draw_file("preview.ppm:20")
    assert (file.output.format, file.content_type) == ("pixmap", "image/x-portable-pixmap")
    assert file.data == b"P6 20 20 77\n" + b"\xff" * 1200
    assert draw_file("preview.pixmap:20@q9@bg=000102").data == b"P6 20 20 9\n" + b"\0\1\2" * 400


@pytest.mark.usefixtures("pixmap")
def test_the_options_and_limits_of_a_row_hold() -> None:
    with pytest.raises(ValueError, match="only WebP can be lossless"):
        parse_outputs(["preview.ppm:20@lossless"])
    with pytest.raises(DrawLimitError, match="Pixmap files have at most 400 px on a side"):
        draw_file("preview.ppm:401")
    with pytest.raises(ValueError, match=r"\.png, .*\.pixmap or \.ppm"):
        parse_outputs(["preview.nope:20"])
    assert list_content_types()[".ppm"] == "image/x-portable-pixmap"


def test_without_its_row_a_format_is_unknown() -> None:
    with pytest.raises(ValueError, match="not of the form"):
        parse_outputs(["preview.ppm:20"])
