"""The values that go into and come out of the engine: frozen, and free of any framework."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

Severity = Literal["info", "warning", "error"]


def never_stop() -> None:
    """Let the drawing go on."""


class FontError(ValueError):
    """A font that a drawing needs cannot be used: its file is missing, changed or not a font."""


class PictureError(ValueError):
    """A picture that a drawing needs cannot be used: it is gone, or is not what it says."""


class DrawLimitError(ValueError):
    """A file would be larger than is ever drawn."""


@dataclass(frozen=True, slots=True)
class Output:
    """One wanted file: `size` is its longer side in px, `placement` what it shows, "" the design's first.

    `quality` is 1 to 100, and 0 is the format's usual one; `ground` is the colour (RRGGBB) beneath what is transparent.
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
        """Return what is not as usual, or has no usual value, as a plain mapping: `Output(**it)` is this again."""
        found = ((one, getattr(self, one.name)) for one in fields(self))
        return {one.name: value for one, value in found if value != one.default}


@dataclass(frozen=True, slots=True)
class Area:
    """The print area of one placement: its trim, the bleed outside and the safe zone inside it, all in mm.

    `min_dpi` is the resolution that images on it need; 0 accepts any.
    """

    placement: str
    width_mm: float
    height_mm: float
    min_dpi: float = 0.0
    bleed_mm: float = 0.0
    safe_mm: float = 0.0


@dataclass(frozen=True, slots=True)
class DrawLimits:
    """What a design may cost at most; more is refused before any work."""

    layers: int = 100  # of a design
    code_points: int = 2_000  # of all its texts
    pixels: int = 60_000_000  # of one file


@dataclass(frozen=True, slots=True)
class Font:
    """One face of the catalogue: a file, its hash, its place on its variable axes, and how far those reach."""

    name: str
    path: Path
    sha256: str
    axes: tuple[tuple[str, float], ...] = ()
    ranges: tuple[tuple[str, float, float], ...] = ()  # tag, least, most: what a design may ask for
    index: int = 0  # which font of a collection
    family: str = ""
    style: str = ""
    license: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A clean picture that image layers name by its asset's id: px of the full copy and of a smaller, working one.

    The bytes (JPEG or PNG, upright, sRGB) come when they are asked for, so that nothing is fetched that is not drawn.
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
class Rules:
    """A product's limits: text in code points, font sizes in units of the 600 square."""

    text_min: int
    text_max: int
    size_min: float
    size_max: float

    def to_json(self) -> dict[str, float]:
        """Return the rules as a plain mapping, to be frozen into a row."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Rules":
        """Read rules back from `to_json`; raise ValueError naming what is missing, unknown or no number."""
        names = {one.name for one in fields(cls)}
        if set(data) != names:
            raise ValueError(f"product rules need exactly {sorted(names)}, got {sorted(data)}: freeze them again")
        for name, value in data.items():
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ValueError(f"product rule {name} must be a number, got {value!r}")
        return cls(int(data["text_min"]), int(data["text_max"]), float(data["size_min"]), float(data["size_max"]))


@dataclass(frozen=True, slots=True)
class Finding:
    """One preflight finding; `layer` counts from 0 at the bottom of a placement, None is the whole design."""

    code: str
    severity: Severity
    message: str
    layer: int | None = None
    measured: float | None = None
    required: float | None = None
    placement: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the finding as a plain mapping."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Watermark:
    """What is drawn over pictures that are no print files: a text in a font of the catalogue, or else a picture.

    `picture` is a PNG or JPEG file; `scale` is the mark's width as a part of the frame's, at most. In the corner it
    stands at the bottom right; tiled it covers everything, turned.
    """

    text: str = ""
    font: str = ""
    picture: bytes = field(default=b"", repr=False)
    place: Literal["corner", "tiled"] = "corner"
    opacity: float = 0.6
    scale: float = 0.3

    def __post_init__(self) -> None:
        if bool(self.text) == bool(self.picture):
            raise ValueError("a watermark has either a text or a picture")
        if self.text and not self.font:
            raise ValueError("a watermark's text needs the name of a font")
        if not (0 < self.opacity <= 1 and 0 < self.scale <= 1):
            raise ValueError("a watermark's opacity and scale are more than 0 and at most 1")


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """What was written to a sink: how many bytes, and their SHA-256 in hexadecimal."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """One drawn file, width and height in px: in memory, or `written` to a sink and then without `data`."""

    output: Output
    data: bytes
    width: int
    height: int
    content_type: str
    written: WrittenFile | None = None

    @property
    def size(self) -> int:
        """Return how many bytes there are."""
        return self.written.size if self.written else len(self.data)

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of the bytes, in hexadecimal."""
        return self.written.sha256 if self.written else hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a drawing gave: files in the order they were asked for, findings, and the names of the fonts in it.

    `placeholder` is a data URI, where one was asked for.
    """

    files: tuple[RenderedFile, ...]
    findings: tuple[Finding, ...]
    fonts: tuple[str, ...]
    assets: tuple[str, ...] = ()  # of the pictures in it
    placeholder: str = ""
