"""A design for each thing the engine can do with text: the sheet of docs/gallery.md, and the golden pictures."""

from typing import Any, NamedTuple

from rendering.engine.draw import draw
from rendering.engine.values import Area, Drawing, Output, Rules
from rendering.fonts import installed
from rendering.gallerypictures import BADGE, LANDSCAPE, pictures
from rendering.standins import fallbacks

SIDE = 480  # px
_AREA = Area("front", 300, 300)
_RULES = Rules(text_min=1, text_max=2000, size_min=1, size_max=1000)
_NAVY, _CREAM, _SAND, _RED, _TEAL, _INK = "#1F3A5F", "#FFF3DC", "#FFD166", "#D1495B", "#2A9D8F", "#22223B"


class Piece(NamedTuple):
    """One picture: a name for its file, what it shows, and the design."""

    name: str
    shows: str
    design_data: dict[str, Any]


def picture(piece: Piece, size: int = SIDE) -> Drawing:
    """Draw a piece as a PNG of so many px."""
    output = Output(f"{piece.name}.png", "preview", "png", size)
    return draw(
        piece.design_data,
        _RULES,
        installed(),
        [output],
        fallbacks=fallbacks(),
        areas=[_AREA],
        pictures=pictures(),
    )


def _design(*layers: dict[str, Any], background: str | dict[str, Any] = _NAVY) -> dict[str, Any]:
    ground = {"type": "color", "color": background} if isinstance(background, str) else background
    return {"version": 1, "placements": {"front": {"background": ground, "layers": list(layers)}}}


def _text(text: str, font: str, size: float, y: float, height: float, **more: Any) -> dict[str, Any]:
    box = {"x": 20, "y": y, "width": 260, "height": height}
    return {"type": "text", "text": text, "font": font, "size": size, "box": box, "color": _CREAM, **more}


def _image(x: float, y: float, width: float, height: float, **more: Any) -> dict[str, Any]:
    box = {"x": x, "y": y, "width": width, "height": height}
    return {"type": "image", "asset": LANDSCAPE, "box": box, **more}


def _gradient(kind: str, *colors: str, **more: Any) -> dict[str, Any]:
    stops = [{"offset": number / (len(colors) - 1), "color": color} for number, color in enumerate(colors)]
    return {"type": kind, "stops": stops, **more}


_SCRIPTS = (
    "Good morning · Καλημέρα\nДоброе утро · בוקר טוב\nصباح الخير\nशुभ प्रभात · সুপ্রভাত\nகாலை வணக்கம்\nశుభోదయం\n"
    "อรุณสวัสดิ์ · អរុណសួស្តី\n☕ 🌞 👩‍💻"
)
_LONG = "A shopper writes what they like, and it is set like print: kerned, broken where the language allows."
_THAI = "เช้าที่เชื่องช้านั้นคุ้มค่าแก่การรอคอยเสมอสำหรับคนที่รักกาแฟ"


def _shape(kind: str, box: tuple[float, float, float, float], color: str = "", **more: Any) -> dict[str, Any]:
    """Return a shape in a box (x, y, width, height), filled with a colour if one is named."""
    place = dict(zip(("x", "y", "width", "height"), box, strict=True))
    filled = {"fill": {"type": "color", "color": color}} if color else {}
    return {"type": "shape", "shape": kind, "box": place, **filled, **more}


def _stroke(width: float, color: str, *dash: float, cap: str = "butt") -> dict[str, Any]:
    return {"width": width, "color": color, "dash": list(dash), "cap": cap}


def _code(value: str, box: tuple[float, float, float], **more: Any) -> dict[str, Any]:
    """Return a QR code in a square box (x, y, side)."""
    x, y, side = box
    return {"type": "qr", "value": value, "box": {"x": x, "y": y, "width": side, "height": side}, **more}


def _group(*layers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "group", "layers": list(layers), **more}


GALLERY: tuple[Piece, ...] = (
    Piece(
        "lines",
        "Lines in a script face, each centred by its ink",
        _design(_text("Slow\nmornings", "Pacifico-Regular", 62, 60, 180, color=_SAND)),
    ),
    Piece(
        "arc",
        "An arc up and one down, with outline and shadow",
        _design(
            _text(
                "MOUNTAIN COFFEE",
                "Bebas-Bold",
                54,
                45,
                130,
                color=_SAND,
                arc=150,
                outline={"width": 2.5, "color": _INK},
                shadow={"x": 2, "y": 3, "blur": 2},
            ),
            _text("since 1984", "Lobster-Regular", 34, 130, 50),
            _text("roasted by hand", "Bebas-Bold", 26, 195, 60, arc=-100),
            background=_gradient("linear", "#264653", _TEAL, angle=180),
        ),
    ),
    Piece(
        "outline",
        "Outlines: round corners, letters in front",
        _design(
            _text("STICKER", "LuckiestGuy-Regular", 64, 40, 100, color=_RED, outline={"width": 6, "color": "#FFFFFF"}),
            _text("Great", "GreatVibes-Regular", 110, 150, 120, color=_INK, outline={"width": 3, "color": _SAND}),
            background=_TEAL,
        ),
    ),
    Piece(
        "shadow",
        "Soft shadows on a gradient",
        _design(
            _text("Soft", "AbrilFatface-Regular", 90, 40, 110, shadow={"x": 0, "y": 6, "blur": 6, "opacity": 0.6}),
            _text(
                "HARD",
                "Anton-Regular",
                90,
                155,
                110,
                color=_SAND,
                shadow={"x": 4, "y": 4, "blur": 0, "color": _RED, "opacity": 1},
            ),
            background=_gradient("radial", "#5E60CE", "#1B1B3A"),
        ),
    ),
    Piece(
        "scripts",
        "Scripts beyond the font's own: Noto stands in",
        _design(_text(_SCRIPTS, "Roboto-Regular", 60, 20, 260, line_height=1.45), background=_INK),
    ),
    Piece(
        "wrap",
        "Wrapped and shrunk into a box, left and at the top",
        _design(
            _text(_LONG, "Lora-Regular", 60, 20, 260, fit="wrap_shrink", align="left", valign="top", color=_INK),
            background=_CREAM,
        ),
    ),
    Piece(
        "thai",
        "Thai, which writes no spaces, broken between its words",
        _design(
            _text(_THAI, "Montserrat-Bold", 34, 40, 220, fit="wrap", color=_INK, line_height=1.5), background=_SAND
        ),
    ),
    Piece(
        "mixed",
        "Two directions in one paragraph",
        _design(
            _text("قهوة Arabica من\nYemen 100٪", "Amiri-Regular", 60, 40, 130, color=_SAND),
            _text("שלום Ada, בוקר טוב!", "Roboto-Bold", 40, 190, 70),
        ),
    ),
    Piece(
        "ellipsis",
        "What does not fit ends in an ellipsis, and a finding says so",
        _design(
            _text(_LONG, "Poppins-Bold", 30, 60, 130, fit="ellipsis", align="left", color=_INK), background="#E9C46A"
        ),
    ),
    Piece(
        "rotation",
        "Layers turned, faded and blended",
        _design(
            _text("MULTIPLY", "ArchivoBlack-Regular", 60, 60, 100, color="#00A8E8", blend="multiply", rotation=-14),
            _text("MULTIPLY", "ArchivoBlack-Regular", 60, 60, 100, color="#FF3366", blend="multiply", rotation=14),
            _text("faded", "Caveat-Bold", 70, 190, 90, color=_INK, opacity=0.35, rotation=-6),
            background=_CREAM,
        ),
    ),
    Piece(
        "axes",
        "Weights of one variable font, letter spacing, small capitals and old-style figures",
        _design(
            *(
                _text("Weight", "Montserrat-Regular", 36, 14 + 36 * row, 36, axes={"wght": weight}, color=_INK)
                for row, weight in enumerate((100, 300, 500, 700, 900))
            ),
            _text("SPACED", "JosefinSans-Regular", 26, 200, 36, letter_spacing=0.4, color=_RED),
            _text("Anno 1984", "PlayfairDisplay-Bold", 34, 240, 40, features={"smcp": 1, "onum": 1}, color=_TEAL),
            background="#F4F1DE",
        ),
    ),
    Piece(
        "photo",
        "A photo that fills the frame, under text",
        _design(
            {"type": "image", "asset": LANDSCAPE, "focus": {"x": 0.66}},
            _text("Slow evenings", "Pacifico-Regular", 44, 190, 80, shadow={"x": 1, "y": 2, "blur": 3}),
        ),
    ),
    Piece(
        "fits",
        "One box each: cover, contain, stretch; cropped, with a focus, flipped",
        _design(
            *(
                {"type": "shape", "shape": "rectangle", "box": box, "fill": {"type": "color", "color": "#E9DFC6"}}
                for box in ({"x": x, "y": y, "width": 80, "height": 120} for y in (20, 160) for x in (15, 110, 205))
            ),
            _image(15, 20, 80, 120),
            _image(110, 20, 80, 120, fit="contain"),
            _image(205, 20, 80, 120, fit="stretch"),
            _image(15, 160, 80, 120, crop={"x": 0.55, "y": 0.25, "width": 0.25, "height": 0.4}),
            _image(110, 160, 80, 120, focus={"x": 0.66}),
            _image(205, 160, 80, 120, focus={"x": 0.8}, flip="horizontal"),
            background=_CREAM,
        ),
    ),
    Piece(
        "masks",
        "Round corners, ellipses, grey and tints, turned and faded",
        _design(
            _image(15, 15, 130, 130, radius=24),
            _image(160, 20, 120, 120, mask="circle", focus={"x": 0.66}),
            _image(20, 165, 80, 110, grayscale=True, rotation=-8),
            _image(110, 165, 80, 110, tint={"color": "#FF8FA3"}, radius=10),
            _image(200, 165, 80, 110, tint={"color": "#2A9D8F", "amount": 0.6}, rotation=8, opacity=0.8, radius=60),
            background=_SAND,
        ),
    ),
    Piece(
        "badge",
        "A picture with transparent parts on a gradient, turned and multiplied",
        _design(
            _image(30, 30, 150, 150, asset=BADGE),
            _image(150, 120, 130, 130, asset=BADGE, rotation=25, blend="multiply"),
            _image(30, 210, 70, 70, asset=BADGE, tint={"color": "#FFD166"}, rotation=-15),
            background=_gradient("linear", "#8ECAE6", _TEAL, angle=160),
        ),
    ),
    Piece(
        "transparent",
        "No ground at all: what is printed on shows",
        _design(
            _text("NIGHT\nSHIFT", "Bungee-Regular", 70, 40, 220, color=_RED, line_height=1.05),
            background={"type": "transparent"},
        ),
    ),
    Piece(
        "shapes",
        "Every shape, filled, stroked, dashed; gradients that turn with them",
        _design(
            _shape("rectangle", (20, 25, 75, 60), _RED, radius=14),
            _shape("ellipse", (112, 20, 75, 70), fill=_gradient("radial", _SAND, _RED)),
            _shape("polygon", (208, 20, 72, 70), _TEAL, points=6, stroke=_stroke(5, _INK)),
            _shape("star", (20, 110, 78, 76), _SAND, inner=0.45, stroke=_stroke(3, _INK), rotation=12),
            _shape("heart", (112, 112, 76, 72), fill=_gradient("linear", "#FF8FA3", _RED, angle=150)),
            _shape("star", (208, 112, 72, 72), _NAVY, points=16, inner=0.7),
            _shape("rectangle", (20, 212, 75, 56), stroke=_stroke(3, _NAVY, 10, 6), radius=10, rotation=-6),
            _shape("ellipse", (118, 208, 64, 64), stroke=_stroke(4, _TEAL, 0.01, 8.3676, cap="round")),
            _shape("line", (208, 195, 72, 60), stroke=_stroke(6, _RED, cap="round"), rotation=-20),
            _shape("line", (208, 225, 72, 60), stroke=_stroke(3, _INK, 8, 4, 2, 4)),
            background=_CREAM,
        ),
    ),
    Piece(
        "codes",
        "QR codes: whole modules; turned, coloured, and of thirty per cent redundancy",
        _design(
            _code("https://example.com/t/1", (20, 20, 120)),
            _code("https://example.com/t/1", (165, 25, 110), rotation=14, color=_NAVY, background=_SAND),
            _code("Grüße aus Köln · 京都より ☕", (20, 160, 120), level="H", color=_RED, background=None),
            _code("1234567890", (175, 175, 100), quiet=2, color=_INK, background=_CREAM),
            background="#E9DFC6",
        ),
    ),
    Piece(
        "groups",
        "Groups: turned as one, faded as one, multiplied as one",
        _design(
            *(
                _group(
                    _shape("ellipse", (110, 15, 80, 80), _SAND, stroke=_stroke(4, _CREAM)),
                    _text("SALE", "Bebas-Bold", 30, 30, 50, color=_INK),
                    rotation=turn,
                )
                for turn in (-50, 0, 50)
            ),
            _group(
                _shape("rectangle", (40, 170, 100, 70), _RED, radius=8),
                _shape("rectangle", (90, 200, 100, 70), _SAND, radius=8),
                opacity=0.5,
            ),
            _group(
                _shape("ellipse", (190, 170, 60, 60), "#00A8E8"),
                _shape("ellipse", (220, 200, 60, 60), "#FF3366"),
                blend="multiply",
            ),
            background=_gradient("linear", "#5E60CE", "#64DFDF", angle=200),
        ),
    ),
)
