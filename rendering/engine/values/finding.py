"""One finding of preflight."""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

Severity = Literal["info", "warning", "error"]


class Fix(NamedTuple):
    """A value that cures a finding; `path` is a JSON Pointer into design_data.

    An inspector names a field of its layer, such as "size"; `complete_finding` makes the pointer of it.
    """

    path: str
    value: Any


@dataclass(frozen=True, slots=True)
class Finding:
    """One preflight finding; `layer` counts from 0 at the bottom of the placement, None means the whole design.

    `message` speaks to a shopper, `operator_message` to whoever prints. `box` is x, y, width and height in mm, from the
    top left of the placement's frame. `severity` is the usual one; the rules of the technique may name another.
    """

    code: str
    severity: Severity
    message: str
    layer: int | None = None
    measured: float | None = None
    required: float | None = None
    placement: str | None = None
    box: tuple[float, float, float, float] | None = None
    operator_message: str = ""
    fix: Fix | None = None
    leaves_nothing: bool = False  # nothing of the layer would be drawn, whatever severity the catalogue gives it

    def to_json(self) -> dict[str, Any]:
        """Return the finding as a plain mapping."""
        return {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "layer": self.layer,
            "measured": self.measured,
            "required": self.required,
            "placement": self.placement,
            "box": dict(zip(("x", "y", "width", "height"), self.box, strict=True)) if self.box else None,
            "operator_message": self.operator_message,
            "fix": self.fix and self.fix._asdict(),
        }
