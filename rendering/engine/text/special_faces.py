"""Faces of graphemes that the order of the fallback fonts does not decide: emoji and fancy letters (decision 35)."""

from rendering.engine.text.characters import FANCY_LETTER, is_fancy_letter
from rendering.engine.text.emoji import EmojiStyle, is_emoji
from rendering.engine.text.face import Face
from rendering.engine.text.fonts import Faces


def find_special_face(faces: Faces, cluster: str, emoji: EmojiStyle) -> Face | None:
    """Return the face of an emoji, or of a fancy letter; None for other graphemes and where no font is special.

    A few letters of each fancy alphabet are in many fonts; all of them should have the style of the others.
    """
    if is_emoji(cluster, emoji):
        return find_color_face(faces, cluster)
    if not is_fancy_letter(cluster[0]):
        return None
    return next((face for face in faces if face.has_char(FANCY_LETTER) and face.can_draw(cluster)), None)


def find_color_face(faces: Faces, cluster: str) -> Face | None:
    """Return the first face that has a grapheme in colour."""
    return next((face for face in faces.colored if face.has_color_glyphs and face.can_draw(cluster)), None)


def find_undrawable(faces: Faces, char: str) -> list[Face]:
    """Return the faces that have a character in colours that cannot be drawn."""
    return [face for face in faces.colored if face.color_format and face.has_char(char)]
