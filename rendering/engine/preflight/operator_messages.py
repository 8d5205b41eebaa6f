"""What a finding says to whoever prints: where it is, what was measured, and what is required."""

from collections.abc import Mapping

from rendering.engine.preflight.codes import CODES
from rendering.engine.values import Finding

_UNITS: Mapping[str, str] = {
    **dict.fromkeys(("low_resolution", "upscaled"), "dpi"),
    **dict.fromkeys(("outside_safe_zone", "outside_trim", "cut_through", "no_bleed"), "mm"),
    **dict.fromkeys(("thin_line", "thin_gap", "small_text", "code_too_small"), "mm"),
    **dict.fromkeys(("text_overflow", "letters_collide"), "mm"),
    **dict.fromkeys(("quiet_zone",), "modules"),
    **dict.fromkeys(("code_small_in_preview",), "px"),
    "color_out_of_gamut": "ΔE",
}


def describe_for_operator(finding: Finding) -> str:
    """Return the sentences for an operator, from the values of a finding."""
    return " ".join(filter(None, [CODES.get(finding.code, ""), _describe_place(finding), _describe_values(finding)]))


def _describe_place(finding: Finding) -> str:
    words = []
    if finding.layer is not None:
        words.append(f"layer {finding.layer}")
    if finding.placement:
        words.append(f"on {finding.placement}")
    if finding.box:
        x, y, width, height = finding.box
        words.append(f"at x {x:g}, y {y:g}, {width:g} × {height:g} mm")
    text = " ".join(words)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _describe_values(finding: Finding) -> str:
    unit = _UNITS.get(finding.code, "")
    unit = f" {unit}" if unit else ""
    if finding.measured is None:
        return ""
    if finding.required is None:
        return f"Measured: {finding.measured:g}{unit}."
    return f"Measured: {finding.measured:g}{unit}; required: {finding.required:g}{unit}."
