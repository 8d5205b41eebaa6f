"""Which files a render makes: the standard six, and how a setting names others."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from rendering.engine.values import Output

SIZE_MIN, SIZE_MAX = 16, 2400  # px; print files have their own lane
NAME_MAX = 38  # characters; with a placement's name in it, one becomes a row of 60
_ENTRY = re.compile(r"((preview|thumbnail)(?:-[a-z0-9]+)*\.(png|webp)):([0-9]{1,5})", re.ASCII)


def parse_outputs(entries: Iterable[str]) -> tuple[Output, ...]:
    """Read entries such as "preview.png:600" (name:longer side in px); raise ValueError naming the bad one."""
    outputs: dict[str, Output] = {}
    for entry in entries:
        match = _ENTRY.fullmatch(entry)
        if not match:
            raise ValueError(
                f'output "{entry}" is not of the form "preview.png:600" or "thumbnail-100.webp:100" '
                "(preview or thumbnail, an optional -suffix, .png or .webp, a colon, px)"
            )
        name, kind, file_format, size = match[1], match[2], match[3], int(match[4])
        if not SIZE_MIN <= size <= SIZE_MAX:
            raise ValueError(f'output "{entry}": the size must be {SIZE_MIN} to {SIZE_MAX} px')
        if len(name) > NAME_MAX:
            raise ValueError(f'output "{entry}": the name is longer than {NAME_MAX} characters')
        if name in outputs:
            raise ValueError(f'output "{entry}": the name {name} is there twice')
        outputs[name] = Output(name, kind, file_format, size)
    if not outputs:
        raise ValueError('no outputs: name at least one, such as "preview.png:600"')
    return tuple(outputs.values())


def outputs_for(outputs: Sequence[Output], placements: Sequence[str]) -> tuple[Output, ...]:
    """Return the outputs for the first of a design's placements, and the same for each further one by its name.

    What is "preview.png" of the first is "preview-back.png" of the one called back.
    """
    further = (
        replace(output, name=output.name.replace(output.kind, f"{output.kind}-{placement}", 1), placement=placement)
        for placement in placements[1:]
        for output in outputs
    )
    return (*outputs, *further)


STANDARD: tuple[Output, ...] = parse_outputs(
    (
        "preview.png:600",
        "preview.webp:600",
        "thumbnail.png:200",
        "thumbnail.webp:200",
        "thumbnail-100.webp:100",
        "thumbnail-400.webp:400",
    )
)
