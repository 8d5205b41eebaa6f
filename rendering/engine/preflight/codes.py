"""The codes of findings: those that had another name in an earlier version, and those that leave nothing to publish."""

from collections.abc import Mapping

RENAMED_CODES: Mapping[str, str] = {
    "font_substituted": "substituted_font",
    "missing_glyph": "missing_glyphs",
    "module_too_small": "code_too_small",
    "off_canvas": "outside_trim",
    "text_overflows": "text_overflow",
}
"""From the code in stored findings of earlier versions to that of today."""

NOTHING_DRAWN = frozenset({"no_ink", "missing_glyphs"})
"""Codes which, as errors, say that a layer cannot be seen at all: even a preview of it would mislead."""
