"""How findings name layers and list words."""

from collections.abc import Sequence

from rendering.engine.schema import Layer

WORDS_LISTED, WORD_LENGTH = 10, 40


def name_layer(source: Layer) -> str:
    """Return what people call a layer of this kind."""
    return {"image": "picture", "qr": "QR code"}.get(source.kind, source.kind)


def list_words(words: Sequence[str]) -> str:
    """Return words with commas, long ones cut, and how many more there are."""
    shown = [word if len(word) <= WORD_LENGTH else f"{word[:WORD_LENGTH]}…" for word in words[:WORDS_LISTED]]
    excess = len(words) - WORDS_LISTED
    return f"{', '.join(shown)}{f' and {excess} more' if excess > 0 else ''}"
