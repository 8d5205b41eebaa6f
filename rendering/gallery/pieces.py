"""One design for each feature of the engine: the examples of docs/gallery.md and of the golden image tests."""

from typing import Any, NamedTuple

from rendering.engine.draw import draw
from rendering.engine.request import DrawRequest, Resources
from rendering.engine.values import Area, Drawing, Output, Rules
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts
from rendering.gallery.layers import (
    CREAM,
    INK,
    NAVY,
    RED,
    SAND,
    TEAL,
    circle_text,
    group_layer,
    image_layer,
    make_design,
    make_gradient,
    make_stroke,
    qr_layer,
    shape_layer,
    text_layer,
)
from rendering.gallery.pictures import BADGE, LANDSCAPE, make_pictures

PIECE_SIDE = 480  # px
_AREA = Area("front", 300, 300)
_RULES = Rules(text_min=1, text_max=2000, size_min=1, size_max=1000)


class GalleryPiece(NamedTuple):
    """One example: the name of its file, a caption, and the design."""

    name: str
    caption: str
    design_data: dict[str, Any]


def draw_piece(piece: GalleryPiece, size: int = PIECE_SIDE) -> Drawing:
    """Draw a piece as a PNG whose longer side is `size` px."""
    output = Output(f"{piece.name}.png", "preview", "png", size)
    request = DrawRequest(piece.design_data, _RULES, [output], [_AREA])
    return draw(request, Resources(installed_fonts(), fallback_fonts(), make_pictures()))


_SCRIPTS_TEXT = (
    "Good morning · Καλημέρα\nДоброе утро · בוקר טוב\nصباح الخير\nशुभ प्रभात · সুপ্রভাত\nகாலை வணக்கம்\nశుభోదయం\n"
    "อรุณสวัสดิ์ · អរុណសួស្តី\n☕ 🌞 👩‍💻"
)
_LONG_TEXT = "A shopper writes what they like, and it is set like print: kerned, broken where the language allows."
_THAI_TEXT = "เช้าที่เชื่องช้านั้นคุ้มค่าแก่การรอคอยเสมอสำหรับคนที่รักกาแฟ"


GALLERY: tuple[GalleryPiece, ...] = (
    GalleryPiece(
        "lines",
        "Lines in a script font, each centred by its ink",
        make_design(text_layer("Slow\nmornings", "Pacifico-Regular", 62, 60, 180, color=SAND)),
    ),
    GalleryPiece(
        "arc",
        "An arc up and one down, with outline and shadow",
        make_design(
            text_layer(
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
            text_layer("since 1984", "Lobster-Regular", 34, 130, 50),
            text_layer("roasted by hand", "Bebas-Bold", 26, 195, 60, arc=-100, letter_spacing=0.1),
            background=make_gradient("linear", "#264653", TEAL, angle=180),
        ),
    ),
    GalleryPiece(
        "circle",
        "Text outside and inside a circle; joined letters are bent with it",
        make_design(
            shape_layer("ellipse", (25, 25, 250, 250), CREAM, stroke=make_stroke(5, SAND)),
            shape_layer("ellipse", (75, 75, 150, 150), stroke=make_stroke(2, RED)),
            circle_text("MOUNTAIN COFFEE", "Bebas-Bold", 32, 89, span=170),
            circle_text("ROASTED BY HAND", "Bebas-Bold", 22, 106, side="inside", letter_spacing=0.15),
            circle_text("Happy Birthday", "GreatVibes-Regular", 30, 44, span=330),
            circle_text("नमस्ते", "Roboto-Regular", 22, 60, side="inside"),
        ),
    ),
    GalleryPiece(
        "outline",
        "Outlines with round corners, behind the letters",
        make_design(
            text_layer(
                "STICKER", "LuckiestGuy-Regular", 64, 40, 100, color=RED, outline={"width": 6, "color": "#FFFFFF"}
            ),
            text_layer("Great", "GreatVibes-Regular", 110, 150, 120, color=INK, outline={"width": 3, "color": SAND}),
            background=TEAL,
        ),
    ),
    GalleryPiece(
        "shadow",
        "Soft shadows on a gradient",
        make_design(
            text_layer("Soft", "AbrilFatface-Regular", 90, 40, 110, shadow={"x": 0, "y": 6, "blur": 6, "opacity": 0.6}),
            text_layer(
                "HARD",
                "Anton-Regular",
                90,
                155,
                110,
                color=SAND,
                shadow={"x": 4, "y": 4, "blur": 0, "color": RED, "opacity": 1},
            ),
            background=make_gradient("radial", "#5E60CE", "#1B1B3A"),
        ),
    ),
    GalleryPiece(
        "scripts",
        "Scripts that the font lacks, in Noto as fallback",
        make_design(text_layer(_SCRIPTS_TEXT, "Roboto-Regular", 60, 20, 260, line_height=1.45), background=INK),
    ),
    GalleryPiece(
        "emoji",
        "Symbols in the colour of the text, emoji in their own, with a line around both",
        make_design(
            text_layer("I ❤ YOU\n★ ♫ → ♥ ★", "Fredoka-Bold", 55, 15, 130, color=INK, line_height=1.3),
            text_layer(
                "🎂👍🏽🦄🇩🇪",
                "Fredoka-Bold",
                60,
                170,
                100,
                outline={"width": 3, "color": "#FFFFFF"},
                shadow={"x": 2, "y": 3, "blur": 2},
            ),
            background=SAND,
        ),
    ),
    GalleryPiece(
        "wrap",
        "Wrapped and shrunk to fit a box, aligned to the top left",
        make_design(
            text_layer(
                _LONG_TEXT, "Lora-Regular", 60, 20, 260, fit="wrap_shrink", align="left", valign="top", color=INK
            ),
            background=CREAM,
        ),
    ),
    GalleryPiece(
        "thai",
        "Thai, which has no spaces, broken between words",
        make_design(
            text_layer(_THAI_TEXT, "Montserrat-Bold", 34, 40, 220, fit="wrap", color=INK, line_height=1.5),
            background=SAND,
        ),
    ),
    GalleryPiece(
        "mixed",
        "Both writing directions in one paragraph",
        make_design(
            text_layer("قهوة Arabica من\nYemen 100٪", "Amiri-Regular", 60, 40, 130, color=SAND),
            text_layer("שלום Ada, בוקר טוב!", "Roboto-Bold", 40, 190, 70),
        ),
    ),
    GalleryPiece(
        "ellipsis",
        "Text that does not fit ends in an ellipsis, with a preflight finding",
        make_design(
            text_layer(_LONG_TEXT, "Poppins-Bold", 30, 60, 130, fit="ellipsis", align="left", color=INK),
            background="#E9C46A",
        ),
    ),
    GalleryPiece(
        "rotation",
        "Rotated, translucent and blended layers",
        make_design(
            text_layer(
                "MULTIPLY", "ArchivoBlack-Regular", 60, 60, 100, color="#00A8E8", blend="multiply", rotation=-14
            ),
            text_layer("MULTIPLY", "ArchivoBlack-Regular", 60, 60, 100, color="#FF3366", blend="multiply", rotation=14),
            text_layer("faded", "Caveat-Bold", 70, 190, 90, color=INK, opacity=0.35, rotation=-6),
            background=CREAM,
        ),
    ),
    GalleryPiece(
        "axes",
        "Weights of a variable font, letter spacing, small capitals and old-style figures",
        make_design(
            *(
                text_layer("Weight", "Montserrat-Regular", 36, 14 + 36 * row, 36, axes={"wght": weight}, color=INK)
                for row, weight in enumerate((100, 300, 500, 700, 900))
            ),
            text_layer("SPACED", "JosefinSans-Regular", 26, 200, 36, letter_spacing=0.4, color=RED),
            text_layer("Anno 1984", "PlayfairDisplay-Bold", 34, 240, 40, features={"smcp": 1, "onum": 1}, color=TEAL),
            background="#F4F1DE",
        ),
    ),
    GalleryPiece(
        "photo",
        "A photo that fills the print area, under text",
        make_design(
            {"type": "image", "asset": LANDSCAPE, "focus": {"x": 0.66}},
            text_layer("Slow evenings", "Pacifico-Regular", 44, 190, 80, shadow={"x": 1, "y": 2, "blur": 3}),
        ),
    ),
    GalleryPiece(
        "fits",
        "Fits: cover, contain, stretch; cropped, with a focus, flipped",
        make_design(
            *(
                {"type": "shape", "shape": "rectangle", "box": box, "fill": {"type": "color", "color": "#E9DFC6"}}
                for box in ({"x": x, "y": y, "width": 80, "height": 120} for y in (20, 160) for x in (15, 110, 205))
            ),
            image_layer(15, 20, 80, 120),
            image_layer(110, 20, 80, 120, fit="contain"),
            image_layer(205, 20, 80, 120, fit="stretch"),
            image_layer(15, 160, 80, 120, crop={"x": 0.55, "y": 0.25, "width": 0.25, "height": 0.4}),
            image_layer(110, 160, 80, 120, focus={"x": 0.66}),
            image_layer(205, 160, 80, 120, focus={"x": 0.8}, flip="horizontal"),
            background=CREAM,
        ),
    ),
    GalleryPiece(
        "masks",
        "Round corners, ellipses, grayscale and tints, rotated and translucent",
        make_design(
            image_layer(15, 15, 130, 130, radius=24),
            image_layer(160, 20, 120, 120, mask="circle", focus={"x": 0.66}),
            image_layer(20, 165, 80, 110, grayscale=True, rotation=-8),
            image_layer(110, 165, 80, 110, tint={"color": "#FF8FA3"}, radius=10),
            image_layer(
                200, 165, 80, 110, tint={"color": "#2A9D8F", "amount": 0.6}, rotation=8, opacity=0.8, radius=60
            ),
            background=SAND,
        ),
    ),
    GalleryPiece(
        "badge",
        "An image with transparent parts on a gradient, rotated and multiplied",
        make_design(
            image_layer(30, 30, 150, 150, asset=BADGE),
            image_layer(150, 120, 130, 130, asset=BADGE, rotation=25, blend="multiply"),
            image_layer(30, 210, 70, 70, asset=BADGE, tint={"color": "#FFD166"}, rotation=-15),
            background=make_gradient("linear", "#8ECAE6", TEAL, angle=160),
        ),
    ),
    GalleryPiece(
        "transparent",
        "A transparent background: the product shows through",
        make_design(
            text_layer("NIGHT\nSHIFT", "Bungee-Regular", 70, 40, 220, color=RED, line_height=1.05),
            background={"type": "transparent"},
        ),
    ),
    GalleryPiece(
        "shapes",
        "Every shape, filled, stroked and dashed; gradients rotate with their shape",
        make_design(
            shape_layer("rectangle", (20, 25, 75, 60), RED, radius=14),
            shape_layer("ellipse", (112, 20, 75, 70), fill=make_gradient("radial", SAND, RED)),
            shape_layer("polygon", (208, 20, 72, 70), TEAL, points=6, stroke=make_stroke(5, INK)),
            shape_layer("star", (20, 110, 78, 76), SAND, inner=0.45, stroke=make_stroke(3, INK), rotation=12),
            shape_layer("heart", (112, 112, 76, 72), fill=make_gradient("linear", "#FF8FA3", RED, angle=150)),
            shape_layer("star", (208, 112, 72, 72), NAVY, points=16, inner=0.7),
            shape_layer("rectangle", (20, 212, 75, 56), stroke=make_stroke(3, NAVY, 10, 6), radius=10, rotation=-6),
            shape_layer("ellipse", (118, 208, 64, 64), stroke=make_stroke(4, TEAL, 0.01, 8.3676, cap="round")),
            shape_layer("line", (208, 195, 72, 60), stroke=make_stroke(6, RED, cap="round"), rotation=-20),
            shape_layer("line", (208, 225, 72, 60), stroke=make_stroke(3, INK, 8, 4, 2, 4)),
            background=CREAM,
        ),
    ),
    GalleryPiece(
        "codes",
        "QR codes: with a logo, rotated, coloured, and with 30 % redundancy",
        make_design(
            qr_layer("https://example.com/t/1", (20, 20, 120), logo={"asset": BADGE, "size": 0.22}),
            qr_layer("https://example.com/t/1", (165, 25, 110), rotation=14, color=NAVY, background=SAND),
            qr_layer("Grüße aus Köln · 京都より ☕", (20, 160, 120), level="H", color=RED, background=None),
            qr_layer("1234567890", (175, 175, 100), quiet=2, color=INK, background=CREAM),
            background="#E9DFC6",
        ),
    ),
    GalleryPiece(
        "groups",
        "Groups that are rotated, faded and blended as one layer",
        make_design(
            *(
                group_layer(
                    shape_layer("ellipse", (110, 15, 80, 80), SAND, stroke=make_stroke(4, CREAM)),
                    text_layer("SALE", "Bebas-Bold", 30, 30, 50, color=INK),
                    rotation=angle,
                )
                for angle in (-50, 0, 50)
            ),
            group_layer(
                shape_layer("rectangle", (40, 170, 100, 70), RED, radius=8),
                shape_layer("rectangle", (90, 200, 100, 70), SAND, radius=8),
                opacity=0.5,
            ),
            group_layer(
                shape_layer("ellipse", (190, 170, 60, 60), "#00A8E8"),
                shape_layer("ellipse", (220, 200, 60, 60), "#FF3366"),
                blend="multiply",
            ),
            background=make_gradient("linear", "#5E60CE", "#64DFDF", angle=200),
        ),
    ),
)
