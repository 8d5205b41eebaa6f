"""Which files a render makes: the six standard outputs, and the grammar of the RENDER_OUTPUTS setting."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from rendering.engine.encode.formats import FORMATS, find_format
from rendering.engine.values import Output

SIZE_MIN, SIZE_MAX = 16, 2400  # px of the longer side; print files are made in a lane of their own
NAME_MAX = 38  # characters; expand_outputs adds the placement's name, and a database row holds 60
_ENTRY = re.compile(
    r"(?P<name>(?P<kind>preview|thumbnail)(?:-[a-z0-9]+)*\.(?P<extension>[a-z0-9]+))"
    r":(?P<size>[0-9]{1,5})(?P<options>(?:@[^@]*)*)",
    re.ASCII,
)
_OPTION = re.compile(r"q(?P<quality>[0-9]{1,3})|(?P<lossless>lossless)|bg=(?P<ground>[0-9A-Fa-f]{6})", re.ASCII)


def parse_outputs(entries: Iterable[str]) -> tuple[Output, ...]:
    """Read entries such as "preview.png:600" or "preview.webp:600@q85"; raise ValueError naming the first bad one.

    An entry is a file name, a colon, the longer side in px, and options that each follow an at sign: `q` with a quality
    of 1 to 100, `lossless`, and `bg=RRGGBB` for the colour beneath transparent pixels (white in an opaque format).
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
    file_format = find_format(match["extension"]) if match else None
    if not match or not file_format:
        raise ValueError(
            f'output "{entry}" is not of the form "preview.png:600" or "thumbnail-100.webp:100@q85" (preview or '
            f"thumbnail, an optional -suffix, {_list_extensions()}, a colon, px, and options after @)"
        )
    name, size = match["name"], int(match["size"])
    if not SIZE_MIN <= size <= SIZE_MAX:
        raise ValueError(f'output "{entry}": the size must be {SIZE_MIN} to {SIZE_MAX} px')
    if len(name) > NAME_MAX:
        raise ValueError(f'output "{entry}": the name is longer than {NAME_MAX} characters')
    options = _parse_options(entry, match["options"].split("@")[1:])
    output = Output(name, match["kind"], file_format.name, size, **options)
    if conflict := _find_conflict(output):
        raise ValueError(f'output "{entry}": {conflict}')
    return output


def _list_extensions() -> str:
    *others, last = (f".{extension}" for row in FORMATS.values() for extension in row.extensions)
    return f"{', '.join(others)} or {last}"


def _parse_options(entry: str, words: Sequence[str]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for word in words:
        match = _OPTION.fullmatch(word)
        if not match:
            raise ValueError(f'output "{entry}": the option "{word}" is none of q1 to q100, lossless, bg=RRGGBB')
        option, value = str(match.lastgroup), match[str(match.lastgroup)]
        if option in options:
            raise ValueError(f'output "{entry}": duplicate option "{word}"')
        options[option] = int(value) if option == "quality" else value.upper() if option == "ground" else True
        if option == "quality" and not 1 <= options[option] <= 100:
            raise ValueError(f'output "{entry}": the quality must be 1 to 100')
    return options


def _find_conflict(output: Output) -> str:
    """Say which option contradicts the format or another option, "" if none does."""
    row = FORMATS[output.format]
    if output.quality and output.lossless:
        return "a lossless file has no quality"
    if output.quality and not row.default_quality:
        return f"{row.label} has no quality setting"
    if output.lossless and not row.has_lossless_option:
        return f"only {', '.join(row.label for row in FORMATS.values() if row.has_lossless_option)} can be lossless"
    return ""


def expand_outputs(outputs: Sequence[Output], placements: Sequence[str]) -> tuple[Output, ...]:
    """Return the outputs for a design's first placement, and a copy of them for each further one with its name in it.

    "preview.png" shows the first placement; of a further placement "back", the file is "preview-back.png".
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
