"""Stand-ins: the fallback faces in which a text draws the scripts that its font lacks letters of (decision 34)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rendering.engine.text.characters import is_wide_letter
from rendering.engine.text.face import Face
from rendering.engine.text.fonts import Faces
from rendering.engine.text.scripts import find_script, split_graphemes


@dataclass(frozen=True, slots=True)
class StandIns:
    """Scripts (ISO 15924) to the faces that draw all their letters.

    `everywhere`: the design's font draws no letter of the text, so that digits and punctuation follow the letters.
    """

    by_script: Mapping[str, Face] = field(default_factory=dict)
    everywhere: bool = False


NO_STAND_INS = StandIns()


def choose_stand_ins(text: str, faces: Faces) -> StandIns:
    """Choose one face for each script of which the design's font lacks a letter of the text."""
    first = faces[0]
    if all(map(first.has_char, text)):
        return NO_STAND_INS
    clusters: dict[str, list[str]] = {}
    for cluster in dict.fromkeys(split_graphemes(text)):
        if (script := find_script(cluster[0])) and not is_wide_letter(cluster[0]):
            clusters.setdefault(script, []).append(cluster)
    chosen = {script: _choose_face(letters, faces) for script, letters in clusters.items()}
    by_script = {script: face for script, face in chosen.items() if face is not first}
    return StandIns(by_script, bool(chosen) and len(by_script) == len(chosen))


def _choose_face(letters: list[str], faces: Faces) -> Face:
    """Return the first face that can draw all letters, else the first of those that can draw most of them."""
    for face in faces:
        if all(map(face.can_draw, letters)):  # mostly one does, and others lack the first letter
            return face
    best, most = faces[0], -1
    for face in faces:
        count = 0
        for number, letter in enumerate(letters):
            count += face.can_draw(letter)
            if count + len(letters) - number - 1 <= most:
                break
        if count > most:
            best, most = face, count
    return best
