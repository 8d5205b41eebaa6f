"""A design for each thing the engine can do with text: the sheet of docs/gallery.md, and the golden pictures."""

from typing import Any, NamedTuple

from rendering.engine.draw import draw
from rendering.engine.values import Area, Drawing, Output, Rules
from rendering.fonts.catalogue import installed
from rendering.fonts.fallbacks import fallbacks
from rendering.gallery.layers import (
    CREAM,
    INK,
    NAVY,
    RED,
    SAND,
    TEAL,
    code,
    design,
    gradient,
    group,
    image,
    shape,
    stroke,
    text,
)
from rendering.gallery.pictures import BADGE, LANDSCAPE, pictures

SIDE = 480  # px
_AREA = Area("front", 300, 300)
_RULES = Rules(text_min=1, text_max=2000, size_min=1, size_max=1000)


class Piece(NamedTuple):
    """One picture: a name for its file, what it shows, and the design."""

    name: str
    caption: str
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


_SCRIPTS = (
    "Good morning · Καλημέρα\nДоброе утро · בוקר טוב\nصباح الخير\nशुभ प्रभात · সুপ্রভাত\nகாலை வணக்கம்\nశుభోదయం\n"
    "อรุณสวัสดิ์ · អរុណសួស្តី\n☕ 🌞 👩‍💻"
)
_LONG = "A shopper writes what they like, and it is set like print: kerned, broken where the language allows."
_THAI = "เช้าที่เชื่องช้านั้นคุ้มค่าแก่การรอคอยเสมอสำหรับคนที่รักกาแฟ"


GALLERY: tuple[Piece, ...] = (
    Piece(
        "lines",
        "Lines in a script face, each centred by its ink",
        design(text("Slow\nmornings", "Pacifico-Regular", 62, 60, 180, color=SAND)),
    ),
    Piece(
        "arc",
        "An arc up and one down, with outline and shadow",
        design(
            text(
                "MOUNTAIN COFFEE",
                "Bebas-Bold",
                54,
                45,
                130,
                color=SAND,
                arc=150,
                outline={"width": 2.5, "color": INK},
                shadow={"x": 2, "y": 3, "blur": 2},
            ),
            text("since 1984", "Lobster-Regular", 34, 130, 50),
            text("roasted by hand", "Bebas-Bold", 26, 195, 60, arc=-100),
            background=gradient("linear", "#264653", TEAL, angle=180),
        ),
    ),
    Piece(
        "outline",
        "Outlines: round corners, letters in front",
        design(
            text("STICKER", "LuckiestGuy-Regular", 64, 40, 100, color=RED, outline={"width": 6, "color": "#FFFFFF"}),
            text("Great", "GreatVibes-Regular", 110, 150, 120, color=INK, outline={"width": 3, "color": SAND}),
            background=TEAL,
        ),
    ),
    Piece(
        "shadow",
        "Soft shadows on a gradient",
        design(
            text("Soft", "AbrilFatface-Regular", 90, 40, 110, shadow={"x": 0, "y": 6, "blur": 6, "opacity": 0.6}),
            text(
                "HARD",
                "Anton-Regular",
                90,
                155,
                110,
                color=SAND,
                shadow={"x": 4, "y": 4, "blur": 0, "color": RED, "opacity": 1},
            ),
            background=gradient("radial", "#5E60CE", "#1B1B3A"),
        ),
    ),
    Piece(
        "scripts",
        "Scripts beyond the font's own: Noto stands in",
        design(text(_SCRIPTS, "Roboto-Regular", 60, 20, 260, line_height=1.45), background=INK),
    ),
    Piece(
        "wrap",
        "Wrapped and shrunk into a box, left and at the top",
        design(
            text(_LONG, "Lora-Regular", 60, 20, 260, fit="wrap_shrink", align="left", valign="top", color=INK),
            background=CREAM,
        ),
    ),
    Piece(
        "thai",
        "Thai, which writes no spaces, broken between its words",
        design(text(_THAI, "Montserrat-Bold", 34, 40, 220, fit="wrap", color=INK, line_height=1.5), background=SAND),
    ),
    Piece(
        "mixed",
        "Two directions in one paragraph",
        design(
            text("قهوة Arabica من\nYemen 100٪", "Amiri-Regular", 60, 40, 130, color=SAND),
            text("שלום Ada, בוקר טוב!", "Roboto-Bold", 40, 190, 70),
        ),
    ),
    Piece(
        "ellipsis",
        "What does not fit ends in an ellipsis, and a finding says so",
        design(text(_LONG, "Poppins-Bold", 30, 60, 130, fit="ellipsis", align="left", color=INK), background="#E9C46A"),
    ),
    Piece(
        "rotation",
        "Layers turned, faded and blended",
        design(
            text("MULTIPLY", "ArchivoBlack-Regular", 60, 60, 100, color="#00A8E8", blend="multiply", rotation=-14),
            text("MULTIPLY", "ArchivoBlack-Regular", 60, 60, 100, color="#FF3366", blend="multiply", rotation=14),
            text("faded", "Caveat-Bold", 70, 190, 90, color=INK, opacity=0.35, rotation=-6),
            background=CREAM,
        ),
    ),
    Piece(
        "axes",
        "Weights of one variable font, letter spacing, small capitals and old-style figures",
        design(
            *(
                text("Weight", "Montserrat-Regular", 36, 14 + 36 * row, 36, axes={"wght": weight}, color=INK)
                for row, weight in enumerate((100, 300, 500, 700, 900))
            ),
            text("SPACED", "JosefinSans-Regular", 26, 200, 36, letter_spacing=0.4, color=RED),
            text("Anno 1984", "PlayfairDisplay-Bold", 34, 240, 40, features={"smcp": 1, "onum": 1}, color=TEAL),
            background="#F4F1DE",
        ),
    ),
    Piece(
        "photo",
        "A photo that fills the frame, under text",
        design(
            {"type": "image", "asset": LANDSCAPE, "focus": {"x": 0.66}},
            text("Slow evenings", "Pacifico-Regular", 44, 190, 80, shadow={"x": 1, "y": 2, "blur": 3}),
        ),
    ),
    Piece(
        "fits",
        "One box each: cover, contain, stretch; cropped, with a focus, flipped",
        design(
            *(
                {"type": "shape", "shape": "rectangle", "box": box, "fill": {"type": "color", "color": "#E9DFC6"}}
                for box in ({"x": x, "y": y, "width": 80, "height": 120} for y in (20, 160) for x in (15, 110, 205))
            ),
            image(15, 20, 80, 120),
            image(110, 20, 80, 120, fit="contain"),
            image(205, 20, 80, 120, fit="stretch"),
            image(15, 160, 80, 120, crop={"x": 0.55, "y": 0.25, "width": 0.25, "height": 0.4}),
            image(110, 160, 80, 120, focus={"x": 0.66}),
            image(205, 160, 80, 120, focus={"x": 0.8}, flip="horizontal"),
            background=CREAM,
        ),
    ),
    Piece(
        "masks",
        "Round corners, ellipses, grey and tints, turned and faded",
        design(
            image(15, 15, 130, 130, radius=24),
            image(160, 20, 120, 120, mask="circle", focus={"x": 0.66}),
            image(20, 165, 80, 110, grayscale=True, rotation=-8),
            image(110, 165, 80, 110, tint={"color": "#FF8FA3"}, radius=10),
            image(200, 165, 80, 110, tint={"color": "#2A9D8F", "amount": 0.6}, rotation=8, opacity=0.8, radius=60),
            background=SAND,
        ),
    ),
    Piece(
        "badge",
        "A picture with transparent parts on a gradient, turned and multiplied",
        design(
            image(30, 30, 150, 150, asset=BADGE),
            image(150, 120, 130, 130, asset=BADGE, rotation=25, blend="multiply"),
            image(30, 210, 70, 70, asset=BADGE, tint={"color": "#FFD166"}, rotation=-15),
            background=gradient("linear", "#8ECAE6", TEAL, angle=160),
        ),
    ),
    Piece(
        "transparent",
        "No ground at all: what is printed on shows",
        design(
            text("NIGHT\nSHIFT", "Bungee-Regular", 70, 40, 220, color=RED, line_height=1.05),
            background={"type": "transparent"},
        ),
    ),
    Piece(
        "shapes",
        "Every shape, filled, stroked, dashed; gradients that turn with them",
        design(
            shape("rectangle", (20, 25, 75, 60), RED, radius=14),
            shape("ellipse", (112, 20, 75, 70), fill=gradient("radial", SAND, RED)),
            shape("polygon", (208, 20, 72, 70), TEAL, points=6, stroke=stroke(5, INK)),
            shape("star", (20, 110, 78, 76), SAND, inner=0.45, stroke=stroke(3, INK), rotation=12),
            shape("heart", (112, 112, 76, 72), fill=gradient("linear", "#FF8FA3", RED, angle=150)),
            shape("star", (208, 112, 72, 72), NAVY, points=16, inner=0.7),
            shape("rectangle", (20, 212, 75, 56), stroke=stroke(3, NAVY, 10, 6), radius=10, rotation=-6),
            shape("ellipse", (118, 208, 64, 64), stroke=stroke(4, TEAL, 0.01, 8.3676, cap="round")),
            shape("line", (208, 195, 72, 60), stroke=stroke(6, RED, cap="round"), rotation=-20),
            shape("line", (208, 225, 72, 60), stroke=stroke(3, INK, 8, 4, 2, 4)),
            background=CREAM,
        ),
    ),
    Piece(
        "codes",
        "QR codes: whole modules; turned, coloured, and of thirty per cent redundancy",
        design(
            code("https://example.com/t/1", (20, 20, 120)),
            code("https://example.com/t/1", (165, 25, 110), rotation=14, color=NAVY, background=SAND),
            code("Grüße aus Köln · 京都より ☕", (20, 160, 120), level="H", color=RED, background=None),
            code("1234567890", (175, 175, 100), quiet=2, color=INK, background=CREAM),
            background="#E9DFC6",
        ),
    ),
    Piece(
        "groups",
        "Groups: turned as one, faded as one, multiplied as one",
        design(
            *(
                group(
                    shape("ellipse", (110, 15, 80, 80), SAND, stroke=stroke(4, CREAM)),
                    text("SALE", "Bebas-Bold", 30, 30, 50, color=INK),
                    rotation=turn,
                )
                for turn in (-50, 0, 50)
            ),
            group(
                shape("rectangle", (40, 170, 100, 70), RED, radius=8),
                shape("rectangle", (90, 200, 100, 70), SAND, radius=8),
                opacity=0.5,
            ),
            group(
                shape("ellipse", (190, 170, 60, 60), "#00A8E8"),
                shape("ellipse", (220, 200, 60, 60), "#FF3366"),
                blend="multiply",
            ),
            background=gradient("linear", "#5E60CE", "#64DFDF", angle=200),
        ),
    ),
)
