"""Which files a render makes: the standard six, and how a setting names others."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from rendering.engine.values import Output

SIZE_MIN, SIZE_MAX = 16, 2400  # px; print files have their own lane
NAME_MAX = 38  # characters; with a placement's name in it, one becomes a row of 60
FORMATS = {"png": "png", "webp": "webp", "avif": "avif", "jpg": "jpeg", "jpeg": "jpeg"}  # by file name extension
_LOSSY = {"webp", "avif", "jpeg"}
_ENTRY = re.compile(
    r"((preview|thumbnail)(?:-[a-z0-9]+)*\.(png|webp|avif|jpg|jpeg)):([0-9]{1,5})((?:@[^@]*)*)", re.ASCII
)
_OPTION = re.compile(r"q(?P<quality>[0-9]{1,3})|(?P<lossless>lossless)|bg=(?P<ground>[0-9A-Fa-f]{6})", re.ASCII)


def parse_outputs(entries: Iterable[str]) -> tuple[Output, ...]:
    """Read entries such as "preview.png:600" or "preview.webp:600@q85"; raise ValueError naming the bad one.

    An entry is a name, a colon and the longer side in px, and then options, each after an at sign: `q` with a quality
    of 1 to 100, `lossless` (WebP), `bg=RRGGBB` for the colour beneath what is transparent (white in a JPEG).
    """
    outputs: dict[str, Output] = {}
    for entry in entries:
        output = _parse_entry(entry)
        if output.name in outputs:
            raise ValueError(f'output "{entry}": the name {output.name} is there twice')
        outputs[output.name] = output
    if not outputs:
        raise ValueError('no outputs: name at least one, such as "preview.png:600"')
    return tuple(outputs.values())


def _parse_entry(entry: str) -> Output:
    match = _ENTRY.fullmatch(entry)
    if not match:
        raise ValueError(
            f'output "{entry}" is not of the form "preview.png:600" or "thumbnail-100.webp:100@q85" (preview or '
            "thumbnail, an optional -suffix, .png, .webp, .avif or .jpg, a colon, px, and options after @)"
        )
    name, kind, file_format, size = match[1], match[2], FORMATS[match[3]], int(match[4])
    if not SIZE_MIN <= size <= SIZE_MAX:
        raise ValueError(f'output "{entry}": the size must be {SIZE_MIN} to {SIZE_MAX} px')
    if len(name) > NAME_MAX:
        raise ValueError(f'output "{entry}": the name is longer than {NAME_MAX} characters')
    options = _parse_options(entry, match[5].split("@")[1:])
    output = Output(name, kind, file_format, size, **options)
    if wrong := _find_conflict(output):
        raise ValueError(f'output "{entry}": {wrong}')
    return output


def _parse_options(entry: str, words: Sequence[str]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for word in words:
        match = _OPTION.fullmatch(word)
        if not match:
            raise ValueError(f'output "{entry}": the option "{word}" is none of q1 to q100, lossless, bg=RRGGBB')
        option, value = str(match.lastgroup), match[str(match.lastgroup)]
        if option in options:
            raise ValueError(f'output "{entry}": the option "{word}" says once more what was said')
        options[option] = int(value) if option == "quality" else value.upper() if option == "ground" else True
        if option == "quality" and not 1 <= options[option] <= 100:
            raise ValueError(f'output "{entry}": the quality must be 1 to 100')
    return options


def _find_conflict(output: Output) -> str:
    """Say what options do not go with the format or with each other, "" if all do."""
    if output.quality and output.lossless:
        return "what is lossless has no quality"
    if output.quality and output.format not in _LOSSY:
        return "a PNG is always lossless and has no quality"
    if output.lossless and output.format != "webp":
        return "lossless is for WebP alone"
    return ""


def expand_outputs(outputs: Sequence[Output], placements: Sequence[str]) -> tuple[Output, ...]:
    """Return the outputs for the first of a design's placements, and the same for each further one by its name.

    What is "preview.png" of the first is "preview-back.png" of the one called back.
    """
    further = (
        replace(output, name=output.name.replace(output.kind, f"{output.kind}-{placement}", 1), placement=placement)
        for placement in placements[1:]
        for output in outputs
    )
    return (*outputs, *further)


STANDARD_OUTPUTS: tuple[Output, ...] = parse_outputs(
    (
        "preview.png:600",
        "preview.webp:600",
        "thumbnail.png:200",
        "thumbnail.webp:200",
        "thumbnail-100.webp:100",
        "thumbnail-400.webp:400",
    )
)
