"""Which families are in the catalogue: what people put on mugs, shirts and walls, all of them openly licensed."""

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
"""Category to the names of font packages (`fontpkg-…`)."""

STYLES = {400: "Regular", 700: "Bold"}
"""Weight to style: what of a family is in the catalogue, where the family has it."""

# A name, once given out, is in designs for ever. Bebas Neue has one weight, and it is a bold one.
NAME_OVERRIDES = {"BebasNeue-Regular": "Bebas-Bold"}

SCRIPT_LETTERS = {
    "Latn": "AaÉéÑñß",
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
"""Script (ISO 15924; Viet for Vietnamese, which few Latin fonts have) to letters without which nobody can write it."""
