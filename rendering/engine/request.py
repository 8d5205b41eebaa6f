"""What a drawing is asked for, and what it is drawn with."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, TypeAlias

from rendering.engine.values import Area, DrawLimits, Font, Output, Picture, Rules, Watermark, never_stop

Sink: TypeAlias = Callable[[Output], IO[bytes] | None]
"""Returns the stream that a file is written to, None for a file that is wanted in memory. The caller closes it."""


@dataclass(frozen=True, slots=True)
class DrawRequest:
    """A design, the product's rules and the wanted files: the part that decides the bytes, with the fonts and pictures.

    `areas` are the product's print areas, the default placement first. `watermark` is drawn over all files but print
    files. `with_placeholder` asks for a tiny picture of the first placement.
    """

    design_data: object
    rules: Rules
    outputs: Sequence[Output]
    areas: Sequence[Area] = ()
    limits: DrawLimits = DrawLimits()  # noqa: RUF009  a frozen value
    watermark: Watermark | None = None
    with_placeholder: bool = False


@dataclass(frozen=True, slots=True)
class Resources:
    """What the caller lends: fonts, pictures, where files go, and a way to stop.

    Characters that a design's font lacks are drawn in the first of `fallbacks` that has them. `pictures` are by asset
    id. `check_stop` is called before each file and each layer; whatever it raises ends the drawing.
    """

    fonts: Mapping[str, Font]
    fallbacks: Sequence[Font] = ()
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    sink: Sink | None = None
    check_stop: Callable[[], None] = never_stop
