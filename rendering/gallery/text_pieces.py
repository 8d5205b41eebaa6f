"""The pieces of the gallery that show text: lines, arcs, circles, scripts, wrapping, effects."""

from rendering.gallery.drawing import GalleryPiece
from rendering.gallery.layers import (
    CREAM,
    INK,
    RED,
    SAND,
    TEAL,
    circle_text,
    make_design,
    make_gradient,
    make_stroke,
    shape_layer,
    text_layer,
)

_SCRIPTS_TEXT = (
    "Good morning · Καλημέρα\nДоброе утро · בוקר טוב\nصباح الخير\nशुभ प्रभात · সুপ্রভাত\nகாலை வணக்கம்\nశుభోదయం\n"
    "อรุณสวัสดิ์ · អរុណសួស្តី\n☕ 🌞 👩‍💻"
)
_LONG_TEXT = "A shopper writes what they like, and it is set like print: kerned, broken where the language allows."
_THAI_TEXT = "เช้าที่เชื่องช้านั้นคุ้มค่าแก่การรอคอยเสมอสำหรับคนที่รักกาแฟ"

TEXT_PIECES: tuple[GalleryPiece, ...] = (
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
)
