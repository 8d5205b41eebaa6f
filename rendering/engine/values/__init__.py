"""Input and output values of the engine: immutable, and independent of any framework."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, NamedTuple

from rendering.engine.values.finding import Finding, Fix, Severity
from rendering.engine.values.product import NO_AREA, Area, Rules, SeverityRule, Technique

__all__ = [
    "NO_AREA",
    "Area",
    "DrawLimitError",
    "DrawLimits",
    "Drawing",
    "Finding",
    "Fix",
    "Font",
    "FontError",
    "Output",
    "Picture",
    "PictureError",
    "PlacementFacts",
    "PressError",
    "RenderedFile",
    "Rules",
    "Severity",
    "SeverityRule",
    "Technique",
    "Watermark",
    "WrittenFile",
    "never_stop",
]


def never_stop() -> None:
    """Let the drawing continue: the default `check_stop`."""


class FontError(ValueError):
    """A font that a drawing needs cannot be used: its file is missing, changed or not a font."""


class PictureError(ValueError):
    """A picture that a drawing needs cannot be used: it is missing, unreadable or of another size than recorded."""


class PressError(ValueError):
    """The profile of a press cannot be used: it is missing, damaged or not one of a CMYK printer."""


class DrawLimitError(ValueError):
    """A requested file exceeds the size limits."""


@dataclass(frozen=True, slots=True)
class Output:
    """One file to draw: `size` is its longer side in px, `placement` "" means the first placement of the design.

    `quality` is 1 to 100, or 0 for the format's default. `ground` is the colour (RRGGBB) that replaces transparency.
    """

    name: str
    kind: str
    format: str
    size: int
    placement: str = ""
    quality: int = 0
    lossless: bool = False
    ground: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the fields that differ from their defaults; `Output(**output.to_json())` equals the output."""
        values = ((each, getattr(self, each.name)) for each in fields(self))
        return {each.name: value for each, value in values if value != each.default}


@dataclass(frozen=True, slots=True)
class DrawLimits:
    """Limits on the cost of a design, checked before anything is drawn."""

    layers: int = 100  # per design
    code_points: int = 2_000  # per design, all texts together
    pixels: int = 60_000_000  # per file


@dataclass(frozen=True, slots=True)
class Font:
    """One face of the catalogue: its file, the file's hash, its values on the variation axes and their ranges."""

    name: str
    path: Path
    sha256: str
    axes: tuple[tuple[str, float], ...] = ()
    ranges: tuple[tuple[str, float, float], ...] = ()  # tag, minimum, maximum that a design may choose
    index: int = 0  # of the font in a collection file
    family: str = ""
    style: str = ""
    license: str = ""
    category: str = ""
    weight: float = 400.0  # as CSS counts it; of the stand-ins, where the font has no axis that says it
    serif: bool = False
    colored: bool = False  # its glyphs have colours of their own: drawn for emoji, and otherwise as the last resort
    wrong: str = ""  # characters that its file maps to the glyph of another letter; drawn as if it lacked them


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture for image layers, by asset id: the sizes in px of its full copy and of a smaller working copy.

    `full` and `working` fetch the bytes (JPEG or PNG, upright, sRGB) when called, so that unused ones are not fetched.
    """

    asset: str
    width: int
    height: int
    working_width: int
    working_height: int
    sha256: str  # of the full copy
    full: Callable[[], bytes] = field(compare=False)
    working: Callable[[], bytes] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Watermark:
    """A watermark on files other than print files: a text in a font of the catalogue, or a picture.

    `picture` holds a PNG or JPEG file. `scale` is the maximum width of the mark as a fraction of the frame's. "corner"
    is the bottom right; "tiled" repeats the mark, rotated, over the whole frame.
    """

    text: str = ""
    font: str = ""
    picture: bytes = field(default=b"", repr=False)
    place: Literal["corner", "tiled"] = "corner"
    opacity: float = 0.6
    scale: float = 0.3

    def __post_init__(self) -> None:
        if bool(self.text) == bool(self.picture):
            raise ValueError("a watermark needs either a text or a picture")
        if self.text and not self.font:
            raise ValueError("a watermark with a text needs a font")
        if not (0 < self.opacity <= 1 and 0 < self.scale <= 1):
            raise ValueError("a watermark's opacity and scale must be above 0 and at most 1")


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file written to a sink: its size in bytes and its SHA-256 in hexadecimal."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """One drawn file, width and height in px; `data` is empty if the file was `written` to a sink.

    `dpi` is its resolution if it is printed at the real size of the placement.
    """

    output: Output
    data: bytes
    width: int
    height: int
    content_type: str
    placement: str
    dpi: float
    written: WrittenFile | None = None

    @property
    def size(self) -> int:
        """Size of the file in bytes."""
        return self.written.size if self.written else len(self.data)

    @property
    def sha256(self) -> str:
        """SHA-256 of the file, in hexadecimal."""
        return self.written.sha256 if self.written else hashlib.sha256(self.data).hexdigest()


class PlacementFacts(NamedTuple):
    """What is printed on one placement: the facts that a shop prices by.

    `layers` counts its drawn layers by kind. `colors` are #RRGGBB, sorted, without those of pictures and colour glyphs.
    `bounds` is the smallest upright rectangle around all that is drawn: x, y, width and height in mm, from the top left
    of the placement's frame, which clips it; None if nothing is drawn. `has_transparency` tells of opacities, blend
    modes and soft shadows: other colours than `colors` result where they mix.
    """

    placement: str
    layers: Mapping[str, int]
    colors: tuple[str, ...]
    has_photos: bool
    has_color_glyphs: bool
    has_gradients: bool
    has_transparency: bool
    bounds: tuple[float, float, float, float] | None

    @property
    def area_mm2(self) -> float:
        """Area of the bounds, mm²."""
        return round(self.bounds[2] * self.bounds[3], 2) if self.bounds else 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the facts as a plain mapping."""
        bounds = dict(zip(("x", "y", "width", "height"), self.bounds, strict=True)) if self.bounds else None
        return {**self._asdict(), "colors": list(self.colors), "bounds": bounds, "area_mm2": self.area_mm2}


@dataclass(frozen=True, slots=True)
class Drawing:
    """The result of a drawing: files in the order of the request, findings, and the names of the fonts used.

    `placeholder` is a data URI, or "" if none was requested. `facts` has an item for each placement if
    they were requested.
    """

    files: tuple[RenderedFile, ...]
    findings: tuple[Finding, ...]
    fonts: tuple[str, ...]
    assets: tuple[str, ...] = ()  # ids of the pictures used
    placeholder: str = ""
    facts: tuple[PlacementFacts, ...] = ()
