"""The input of a drawing: the request, and the resources it is drawn with."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, TypeAlias

from rendering.engine.values import Area, DrawLimits, Font, Output, Picture, Rules, Watermark, never_stop

Sink: TypeAlias = Callable[[Output], IO[bytes] | None]
"""Returns the stream to write a file to, or None to keep the file in memory. The caller closes the stream."""


@dataclass(frozen=True, slots=True)
class DrawRequest:
    """A design, the product's rules and the files to draw. With fonts and pictures, this determines every byte.

    `areas` are the product's print areas, the default placement first. `watermark` is drawn over all files except print
    files. `with_placeholder` adds a tiny placeholder image of the first placement, `with_facts` the facts of every
    placement. `schema_version` is the one that the design was written for, None the newest. `product_color` (#RRGGBB)
    is what shows where a placement is transparent: it is not drawn, but contrast is judged on it.
    """

    design_data: object
    rules: Rules
    outputs: Sequence[Output]
    areas: Sequence[Area] = ()
    limits: DrawLimits = DrawLimits()  # noqa: RUF009  a frozen value
    watermark: Watermark | None = None
    with_placeholder: bool = False
    schema_version: int | None = None
    product_color: str | None = None
    with_facts: bool = False


@dataclass(frozen=True, slots=True)
class Resources:
    """What the caller provides: fonts, pictures, streams for the files, and a way to stop the drawing.

    Characters missing from a design's font are drawn in the first of `fallbacks` that has them. `pictures` are by asset
    id. `check_stop` is called before each file and each layer; an exception that it raises ends the drawing.
    """

    fonts: Mapping[str, Font]
    fallbacks: Sequence[Font] = ()
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    sink: Sink | None = None
    check_stop: Callable[[], None] = never_stop
