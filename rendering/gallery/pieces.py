"""One design for each feature of the engine: the examples of docs/gallery.md and of the golden image tests.

Those of text are in `text_pieces`.
"""

from rendering.gallery.drawing import GalleryPiece
from rendering.gallery.layers import (
    CREAM,
    INK,
    NAVY,
    RED,
    SAND,
    TEAL,
    group_layer,
    image_layer,
    make_design,
    make_gradient,
    make_stroke,
    qr_layer,
    shape_layer,
    text_layer,
)
from rendering.gallery.pictures import BADGE, LANDSCAPE
from rendering.gallery.text_pieces import TEXT_PIECES

GALLERY: tuple[GalleryPiece, ...] = (
    *TEXT_PIECES,
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
