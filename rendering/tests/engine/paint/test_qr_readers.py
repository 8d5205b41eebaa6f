"""QR codes are read by zbar and zxing: every value, every mode, in small previews, with a logo."""

import random
from typing import Any

import pytest
import segno
from PIL import Image, ImageDraw

from rendering.engine.values import Area
from rendering.gallery.pictures import BADGE, LANDSCAPE, make_pictures
from rendering.tests.support.code_readers import needs_zbar, read_with_zbar, read_with_zxing
from rendering.tests.support.drawings import open_rgb
from rendering.tests.support.layers import draw_layers, draw_layers_image
from rendering.tests.support.random_codes import random_code

READERS = [pytest.param(read_with_zbar, id="zbar", marks=needs_zbar), pytest.param(read_with_zxing, id="zxing")]
VALUES = (
    *("https://müller.de/tür", "WIFI:T:WPA;S:Café Zoë;P:geheim;;", 'WIFI:T:WPA;S:"My Net";P:p\\;a\\,s;H:true;;'),
    *("Grüße aus Köln", "Łódź", "Nguyễn Văn Phượng", "Привет, мир", "Ελλάδα", "ďábel žluťoučký kůň", "İstanbul ığüşöç"),
    *("こんにちは世界", "日本", "各各", "语言", "漢字かな交じり文", "안녕하세요", "مرحبا بالعالم", "שלום עולם"),
    *("नमस्ते दुनिया", "สวัสดีชาวโลก", "❤ ☕ 😀", "€ 12,50", "½ £ ¥ §", "ÿþýü", "é", "ñandú", "Þórr Ægir"),
    *("BEGIN:VCARD\nVERSION:3.0\nN:Müller;Jörg\nTEL:+49301234567\nEND:VCARD", "mailto:jörg@example.com?subject=Grüße"),
    *("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:José Ñuñez\r\nEND:VCARD\r\n", "𝓗𝓮𝓵𝓵𝓸", "Ünïcödé " * 10),
    *(
        "tel:+4930123456",
        "mailto:a@example.com?subject=Hi",
        "geo:52.5,13.4",
        "a\\b~c|d",
        "1234567890",
        "HELLO WORLD $%*+-./:",
    ),
    *("https://example.com/t/12345678901234567890", "HTTPS://EXAMPLE.COM/abc123", "00000000000000000000x", "x"),
)
SMALLER = {"x": 20, "y": 20, "width": 60, "height": 60}
MOTLEY = random.Random(5).randbytes(24 * 24 * 3)


def code(value: str = "https://example.com/t/1", **more: Any) -> dict[str, Any]:
    return {"type": "qr", "value": value, "box": {"x": 10, "y": 10, "width": 80, "height": 80}, **more}


@pytest.mark.parametrize("read", READERS)
def test_every_value_is_read(read: Any) -> None:
    """Without an ECI header, zbar reads 17 of them wrongly."""
    assert [value for value in VALUES if read(draw_layers_image([code(value)], 400)) != [value]] == []


@needs_zbar
def test_zbar_needs_the_header() -> None:
    """The test above would otherwise pass without any header."""
    code = segno.make_qr("https://müller.de/tür", mode="byte", encoding="utf-8", eci=False)
    modules = Image.frombytes("L", code.symbol_size(border=0), bytes(b"".join(bytes(row) for row in code.matrix)))
    framed = Image.new("L", (modules.width + 8, modules.height + 8))
    framed.paste(modules, (4, 4))
    picture = framed.point(lambda dark: 255 * (1 - dark)).resize((400, 400), Image.Resampling.NEAREST)
    assert read_with_zbar(picture) != ["https://müller.de/tür"]


@needs_zbar
def test_a_random_code_without_a_finding_is_read_at_the_size_of_a_thumbnail() -> None:
    """In 250 px; of 3,540 such codes zbar failed on two."""
    rng, pictures, read = random.Random(250), make_pictures(), 0
    while read < 100:
        area = Area("front", *rng.choice([(100, 100), (300, 400), (200, 90)]))
        layer = random_code(rng, area.width_mm, area.height_mm)
        drawing = draw_layers([layer], 250, pictures=pictures, area=area)
        if drawing.findings:
            continue
        value = layer["layers"][0]["value"] if layer["type"] == "group" else layer["value"]
        assert read_with_zbar(open_rgb(drawing.files[0].data)) == [value], layer
        read += 1


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("asset", [BADGE, LANDSCAPE, None])
@pytest.mark.parametrize("rotation", [0, 90, 37])
def test_a_code_with_a_logo_is_read(asset: str | None, rotation: float, read: Any) -> None:
    for value in ("a", "https://example.com/t/1", "Grüße " * 12):
        layer = code(value, rotation=rotation, logo={"asset": asset}) | {"box": SMALLER}
        drawing = draw_layers([layer], 600, pictures=make_pictures())
        assert [found.code for found in drawing.findings if found.severity != "info"] == []
        assert read(open_rgb(drawing.files[0].data)) == [value]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("fill", ["#000000", "#FFFFFF", MOTLEY])
def test_whatever_is_drawn_on_the_plate_does_no_harm(fill: str | bytes, read: Any) -> None:
    """It fills the whole plate, quiet border included."""
    for value in ("a", "x" * 30, "1" * 60, "x" * 55):
        picture = draw_layers_image([code(value, logo={"size": 0.2, "quiet": 1})], 600)
        left, top, right, bottom = find_plate(picture)
        if isinstance(fill, bytes):
            noise = Image.frombytes("RGB", (24, 24), fill).resize((right - left, bottom - top))
            picture.paste(noise, (left, top))
        else:
            ImageDraw.Draw(picture).rectangle((left, top, right - 1, bottom - 1), fill)
        assert read(picture) == [value]


def find_plate(picture: Image.Image) -> tuple[int, int, int, int]:
    """Return the largest white square in the middle of a picture."""
    middle, half, grey = picture.width // 2, 1, picture.convert("L")
    while min(grey.crop((middle - half, middle - half, middle + half, middle + half)).tobytes()) > 250:
        half += 1
    return middle - half + 1, middle - half + 1, middle + half - 1, middle + half - 1
