"""Random (seeded) QR codes in ordinary places: upright or rotated, coloured, in groups, with a logo."""

import random
from typing import Any

from rendering.gallery.pictures import BADGE

PARTS = (
    *("https://example.com/", "/t/1?x=", "müller.de", "日本語", "tel:+49", "0123456789", "HELLO WORLD", "Grüße, "),
    *("WIFI:T:WPA;S:", "Café Zoë;;", "BEGIN:VCARD\nN:Jörg\n", "a", "Łódź", "Привет", "❤"),
)


def random_value(rng: random.Random) -> str:
    """Return one to three parts of ordinary values."""
    return "".join(rng.choice(PARTS) for _ in range(rng.randint(1, 3)))


def random_code(rng: random.Random, width: float, height: float) -> dict[str, Any]:
    """Return a code within a frame of this size, mm, or a group that may rotate it out of the frame."""
    side = rng.uniform(0.6, 1) * min(width, height)
    box = {"x": rng.uniform(0, width - side), "y": rng.uniform(0, height - side), "width": side, "height": side}
    layer = {
        "type": "qr",
        "value": random_value(rng),
        "box": box,
        "level": rng.choice("LMQH"),
        "rotation": rng.choice([0, 0, 90, 180, rng.uniform(-360, 360)]),
        "color": rng.choice(["#000000", "#C1121F", "#1F3A5F", "#2B2D42"]),
        "background": rng.choice(["#FFFFFF", "#FFF3DC", None]),
    }
    if rng.random() < 0.3:
        layer["logo"] = {"asset": rng.choice([BADGE, None]), "size": rng.choice([0.1, 0.2, 0.25, 0.3])}
    if rng.random() < 0.2:
        return {"type": "group", "layers": [layer], "rotation": rng.choice([0, -90, 33])}
    return layer
