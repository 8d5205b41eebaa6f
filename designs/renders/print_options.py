"""What a print file is made of besides its design: frozen in the snapshot of its render.

`PrintOptions` are what a caller may choose; `PrintOrder` adds the press of the day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from django.conf import settings

from designs.renders.snapshot import canonical_sha256, snapshot_areas
from rendering.engine.pdf.colors import build_separation
from rendering.engine.pdf.cutting import CutLine
from rendering.engine.pdf.plates import PROCESS_INKS, WhiteInk
from rendering.engine.values import PressError

Format = Literal["pdf", "png", "svg", "tiff"]
FORMATS: tuple[Format, ...] = ("pdf", "png", "svg", "tiff")
COLORS = ("rgb", "cmyk")
_ONE_PAGE = ("png", "svg", "tiff")  # formats with a file for each placement
_SPACE = slice(16, 20)  # of an ICC profile's header: its colour space
_WHITE, _CUT = WhiteInk(), CutLine()


class PrintOptionsError(ValueError):
    """Options that cannot be had, alone or together; `field` is the one to change."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class PrintOptions:
    """What a caller chooses; without `placements` all that the design uses.

    `mirrored` None leaves it to the print area. `white` and `cut` hold the fields of `WhiteInk` and `CutLine`.
    """

    formats: tuple[str, ...]
    placements: tuple[str, ...] = ()
    marks: bool = False
    extend_bleed: bool = False
    mirrored: bool | None = None
    color: str = "rgb"
    white: Mapping[str, float] | None = None
    cut: Mapping[str, Any] | None = None

    def check(self, available: Sequence[str]) -> PrintOptions:
        """Return the options in one order, with all defaults. Raises PrintOptionsError."""
        if not available:
            message = "An earlier version rendered this revision. Render the design again first."
            raise PrintOptionsError("options", message)
        if unknown := [name for name in self.placements if name not in available]:
            has = ", ".join(available)
            raise PrintOptionsError("placements", f"The revision has nothing on {unknown[0]!r}. It uses: {has}.")
        if self.mirrored and (fixed := set(self.formats) & {"pdf", "svg"}):
            message = (
                f"A {min(fixed).upper()} is never mirrored: choose png or tiff, or let the printer's software do it."
            )
            raise PrintOptionsError("options/mirrored", message)
        if self.color == "cmyk" and settings.PRINT_PROFILE is None:
            message = "This service has no profile of a press: the operator sets PRINT_PROFILE. Choose rgb."
            raise PrintOptionsError("options/color", message)
        return replace(
            self,
            formats=tuple(name for name in FORMATS if name in self.formats),
            placements=tuple(name for name in available if name in self.placements or not self.placements),
            white=None if self.white is None else {**_fields(_WHITE, "choke_mm"), **self.white},
            cut=None if self.cut is None else {**asdict(_CUT), **self.cut},
        )

    def to_json(self) -> dict[str, Any]:
        """Return the options as JSON values."""
        values = {**asdict(self), "formats": list(self.formats), "placements": list(self.placements)}
        return {name: dict(value) if isinstance(value, Mapping) else value for name, value in values.items()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> PrintOptions:
        """Restore options from `to_json`; TypeError for an unknown field."""
        return cls(**{**data, "formats": tuple(data["formats"]), "placements": tuple(data["placements"])})

    @property
    def white_ink(self) -> WhiteInk | None:
        """The plate of white ink, if there is to be one."""
        return None if self.white is None else WhiteInk(choke_mm=self.white["choke_mm"])

    @property
    def cut_line(self) -> CutLine | None:
        """The cut line, if there is to be one."""
        return None if self.cut is None else CutLine(**self.cut)


def _fields(value: object, *names: str) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names}


def hash_options(options: PrintOptions, press: Mapping[str, Any]) -> str:
    """Return what tells print files of one revision apart: the options, and the press that they are for."""
    return canonical_sha256({"options": options.to_json(), "press": dict(press)})


def describe_press() -> dict[str, Any]:
    """Return the press of the settings: the profile by its SHA-256, and the limit of ink in percent.

    Raises PressError for a profile that cannot be used.
    """
    if settings.PRINT_PROFILE is None:
        return {"profile": "", "condition": "", "max_ink": float(settings.PRINT_MAX_INK)}
    data = read_profile(settings.PRINT_PROFILE)
    return {
        "profile": hashlib.sha256(data).hexdigest(),
        "condition": settings.PRINT_PROFILE.stem[:80],
        "max_ink": float(settings.PRINT_MAX_INK),
    }


def load_profile(sha256: str) -> bytes | None:
    """Return the press's profile of this SHA-256, None for "". Raises PressError if the settings name another."""
    if not sha256:
        return None
    data = read_profile(settings.PRINT_PROFILE) if settings.PRINT_PROFILE else b""
    if hashlib.sha256(data).hexdigest() != sha256:
        raise PressError(
            f"PRINT_PROFILE is not the profile of SHA-256 {sha256[:12]}… that these files are made with: mount that one"
        )
    return data


def read_profile(path: Path) -> bytes:
    """Return the CMYK profile of a file. Raises PressError if it is none, OSError if it cannot be read now."""
    stat = path.stat()
    return _read_profile(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(2)
def _read_profile(path: Path, changed: int, size: int) -> bytes:
    del changed, size  # they tell versions of the file apart
    data = path.read_bytes()
    if data[_SPACE] != b"CMYK":
        raise PressError(f"{path.name} is no ICC profile of a CMYK press")
    build_separation(data, float(settings.PRINT_MAX_INK))
    return data


def build_print_snapshot(
    shown: Mapping[str, Any], options: PrintOptions, press: Mapping[str, Any], about: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the snapshot of a print file: that of the render which shows the revision, with other outputs.

    So areas, technique, rules, fonts and pictures are those that the customer saw. `about` names design and revision.
    """
    kept = {name: value for name, value in shown.items() if name not in {"watermark", "outputs", "drawn_by"}}
    plates = [(name, "png", placement) for name, placement in list_plates(options)]
    outputs = [
        {"name": name, "kind": "print_file", "format": kind, "size": 1, "placement": placement}
        for name, kind, placement in (*list_files(options), *plates)
    ]
    print_order = {**about, "options": options.to_json(), "press": dict(press)}
    return {**kept, "outputs": outputs, "print": print_order}


def list_files(options: PrintOptions) -> list[tuple[str, str, str]]:
    """Return name, format and placement of each file; a PDF has a page for each placement, and none of its own."""
    files = [("print.pdf", "pdf", "")] if "pdf" in options.formats else []
    for kind in options.formats:
        if kind in _ONE_PAGE:
            files += [(f"print-{placement}.{kind}", kind, placement) for placement in options.placements]
    if options.white is not None and {"png", "tiff"} & set(options.formats):
        files += [(f"white-{placement}.png", "png", placement) for placement in options.placements]
    return files


def list_plates(options: PrintOptions) -> list[tuple[str, str]]:
    """Return name and placement of the picture of each ink, of the press and of white."""
    inks = [*(PROCESS_INKS if options.color == "cmyk" else ()), *([_WHITE.name] if options.white is not None else [])]
    return [(plate_name(placement, ink), placement) for placement in options.placements for ink in inks]


def plate_name(placement: str, ink: str) -> str:
    """Return the file name of a plate's picture."""
    return f"plate-{placement}-{ink.lower()}.png"


def list_placements(snapshot: Mapping[str, Any]) -> list[str]:
    """Return the placements that a snapshot draws, the main one first."""
    return [area.placement for area in snapshot_areas(snapshot)]
