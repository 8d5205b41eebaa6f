"""What is printed on and how: print areas, techniques, and the limits of texts."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property
from typing import Any, Literal

SeverityRule = Literal["off", "info", "warning", "error"]
"""What becomes of a finding: "off" drops it."""


@dataclass(frozen=True)
class Technique:
    """What a way of printing refuses; lengths in mm. 0 means that there is no such limit.

    `min_text_mm` is the height of a lower-case x. `max_ink` is the sum of all inks in percent. Without `white_ink`,
    white art shows the ground. `shows_product` tells whether the product's colour shows
    through inks. `blur_mm` is how far ink spreads: the standard deviation of a blur. `severities` are by code; without
    one, a finding has its usual severity.
    """

    name: str = ""
    min_line_mm: float = 0.0
    min_gap_mm: float = 0.0
    min_text_mm: float = 0.0
    min_module_mm: float = 0.0
    max_colors: int = 0
    max_ink: float = 0.0
    blur_mm: float = 0.0
    semi_transparency: bool = True
    gradients: bool = True
    white_ink: bool = True
    shows_product: bool = False
    severities: tuple[tuple[str, SeverityRule], ...] = ()

    @cached_property
    def severity_by_code(self) -> Mapping[str, SeverityRule]:
        """The severities of findings that differ from the usual ones."""
        return dict(self.severities)

    def to_json(self) -> dict[str, Any]:
        """Return the fields that differ from their defaults; `Technique.from_json` restores it."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        values["severities"] = dict(self.severities)
        return {name: value for name, value in values.items() if value != _TECHNIQUE_DEFAULTS[name]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Technique":
        """Restore a technique; TypeError for an unknown field."""
        severities = tuple(sorted(data.get("severities", {}).items()))
        return cls(**{**data, "severities": severities})

    def with_severities(self, severities: Mapping[str, SeverityRule]) -> "Technique":
        """Return the technique with further severities, which win over its own."""
        return replace(self, severities=tuple(sorted({**self.severity_by_code, **severities}.items())))


_TECHNIQUE_DEFAULTS: Mapping[str, Any] = {**{each.name: each.default for each in fields(Technique)}, "severities": {}}


@dataclass(frozen=True, slots=True)
class Area:
    """The print area of one placement: its trim, the bleed outside and the safe zone inside it, all in mm.

    `min_dpi` is the resolution that images on it need; 0 accepts any. More than `recommended_dpi` is of no use.
    `corner_radius_mm` rounds the corners of the trim; `outline` is SVG path data of a trim of another shape, in mm from
    its top left. `colors` (#RRGGBB) are all that may be used, `max_colors` is how many at once; none and 0 for any.
    `mirrored` tells whether the print file is mirrored.
    """

    placement: str
    width_mm: float
    height_mm: float
    min_dpi: float = 0.0
    bleed_mm: float = 0.0
    safe_mm: float = 0.0
    recommended_dpi: float = 0.0
    corner_radius_mm: float = 0.0
    outline: str = ""
    colors: tuple[str, ...] = ()
    max_colors: int = 0
    mirrored: bool = False
    technique: Technique = Technique()

    def to_json(self) -> dict[str, Any]:
        """Return the area for the snapshot of a render: what differs from the default, of fields that came later."""
        values = {name: getattr(self, name) for name in _FIRST_AREA_FIELDS}
        later = {each.name: getattr(self, each.name) for each in fields(self) if each.name not in values}
        later |= {"colors": list(self.colors), "technique": self.technique.to_json()}
        return values | {name: value for name, value in later.items() if value}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Area":
        """Restore an area from `to_json`; TypeError for an unknown field."""
        technique = Technique.from_json(data.get("technique", {}))
        return cls(**{**data, "technique": technique, "colors": tuple(data.get("colors", ()))})


NO_AREA = Area("", 0.0, 0.0)
"""Of a layout that lies on no product, such as a watermark's."""
_FIRST_AREA_FIELDS = ("placement", "width_mm", "height_mm", "bleed_mm", "safe_mm", "min_dpi")  # in the order of hashes


@dataclass(frozen=True, slots=True)
class Rules:
    """A product's limits: text lengths in graphemes, font sizes in square units (1/600 of the shorter side).

    A text whose code points are as many as `text_min` is long enough, too.
    """

    text_min: int
    text_max: int
    size_min: float
    size_max: float

    def to_json(self) -> dict[str, float]:
        """Return the rules as a plain mapping, for the snapshot of a render."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Rules":
        """Restore rules from `to_json`; raise ValueError for missing or unknown fields and for non-numbers."""
        names = {each.name for each in fields(cls)}
        if set(data) != names:
            raise ValueError(f"product rules need exactly {sorted(names)}, got {sorted(data)}: take a new snapshot")
        for name, value in data.items():
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ValueError(f"product rule {name} must be a number, got {value!r}")
        return cls(int(data["text_min"]), int(data["text_max"]), float(data["size_min"]), float(data["size_max"]))
