"""The font families of the catalogue: popular on mugs, shirts and posters, and all openly licensed."""

from typing import Literal

Category = Literal["sans", "serif", "display", "script", "handwriting", "mono"]

FAMILIES: dict[Category, tuple[str, ...]] = {
    "sans": (
        *("barlow-condensed", "comfortaa", "inter", "josefin-sans", "montserrat", "nunito", "open-sans", "oswald"),
        *("poppins", "quicksand", "raleway", "roboto"),
    ),
    "serif": (
        *("amiri", "arvo", "bitter", "cinzel", "cormorant-garamond", "fraunces", "libre-baskerville", "lora"),
        *("playfair-display", "roboto-slab"),
    ),
    "display": (
        *("abril-fatface", "alfa-slab-one", "anton", "archivo-black", "bebas-neue", "black-ops-one", "bungee"),
        *("dm-serif-display", "fredoka", "lilita-one", "luckiest-guy", "orbitron", "press-start-2p", "righteous"),
        *("rowdies", "russo-one", "titan-one"),
    ),
    "script": ("dancing-script", "great-vibes", "lobster", "oleo-script", "pacifico", "satisfy", "yellowtail"),
    "handwriting": ("caveat", "indie-flower", "kalam", "permanent-marker", "shadows-into-light", "zeyada"),
    "mono": ("fira-code", "jetbrains-mono", "space-mono"),
}
"""Category to names of font packages, without the prefix `fontpkg-`."""

STYLES = {400: "Regular", 700: "Bold"}
"""Weight to style: the catalogue has these weights of each family, as far as they exist."""

# Names may never change, because stored designs use them. Bebas Neue has a single weight, which is bold.
NAME_OVERRIDES = {"BebasNeue-Regular": "Bebas-Bold"}

SERIFS = {*FAMILIES["serif"], "abril-fatface", "alfa-slab-one", "dm-serif-display"}
"""Packages of fonts with serifs."""

HEAVY = {
    *("abril-fatface", "alfa-slab-one", "anton", "archivo-black", "black-ops-one", "bungee", "dm-serif-display"),
    *("lilita-one", "lobster", "luckiest-guy", "oleo-script", "pacifico", "permanent-marker", "press-start-2p"),
    *("righteous", "rowdies", "russo-one", "titan-one", "yellowtail"),
}
"""Packages whose regular style is bold: a stem of 0.12 em or more, though their OS/2 table says 400."""

WRONG_LETTERS = {
    "anton": "Ƙ",  # K
    "bitter": "Ҡ",  # К
    "black-ops-one": "ɖ",  # Đ
    "cinzel": "Đđ",  # D with a macron
    "dancing-script": "Ẫ",  # Ẵ
    "shadows-into-light": "ß",  # B
    "titan-one": "ð",  # đ
}
"""Package to the letters that it maps to the glyph of another letter."""

SCRIPT_LETTERS = {
    "Latn": "AaÉéÑñ",
    "Viet": "ẮấỆệỘộ",
    "Grek": "ΑΩαλμω",
    "Cyrl": "АЖяфыё",
    "Arab": "ابجدم",
    "Hebr": "אבגשת",
    "Deva": "अकमनर",
    "Beng": "অকমনর",
    "Taml": "அகமன",
    "Telu": "అకమన",
    "Thai": "กขคงอ",
    "Khmr": "កខគឃង",
}
"""Script (ISO 15924; Viet for Vietnamese, which few Latin fonts support) to letters that a font must have for it."""
