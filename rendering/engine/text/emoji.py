"""Which graphemes are drawn in colour: those with emoji presentation (Unicode Technical Standard 51, section 4)."""

import functools
from typing import Literal

import regex

EmojiStyle = Literal["auto", "color", "text"]

TEXT_SELECTOR, EMOJI_SELECTOR = "\ufe0e", "\ufe0f"
_JOINER = "\u200d"
_KEYCAP = "\u20e3"
# By UTS 51 a bare ❤ is text. But phones draw it in red, ♥ and ♡ are there for text, and it is what people mean by it
# (decision 35).
_HEART = "\u2764"
_DEFAULT = regex.compile(rf"[\p{{Emoji_Presentation}}{_HEART}]")
_EMOJI = regex.compile(r"[\p{Emoji}--[0-9#*]]", regex.VERSION1)
_SELECTED = regex.compile(rf"[\p{{Emoji}}--[0-9#*]]{EMOJI_SELECTOR}|{_KEYCAP}", regex.VERSION1)


@functools.lru_cache(maxsize=8192)
def is_emoji(cluster: str, style: EmojiStyle = "auto") -> bool:
    """Tell whether a grapheme is drawn in colour, where a font has it so.

    "auto": as the characters say; "color": every emoji that no selector makes text; "text": none.
    """
    if style == "text" or cluster[1:2] == TEXT_SELECTOR:
        return False
    if _DEFAULT.search(cluster) or _SELECTED.search(cluster):
        return True
    return style == "color" and _EMOJI.match(cluster) is not None


def is_joined(cluster: str) -> bool:
    """Tell whether a grapheme is an emoji that is joined of several, as families and professions are."""
    return _JOINER in cluster and _EMOJI.match(cluster) is not None
