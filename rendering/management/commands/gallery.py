"""``manage.py gallery``: draw the images of docs/gallery.md."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.samples import draw_sample
from rendering.gallery.drawing import PIECE_SIDE, GalleryPiece, draw_piece
from rendering.gallery.pieces import GALLERY

COLUMNS, FONT_COLUMNS = 3, 4
PICTURE_FOLDER = "images/gallery"


class Command(BaseCommand):
    """Draw one example of each feature of the engine and a sample of each font, and write docs/gallery.md."""

    help = "Draw docs/gallery.md and its images."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the option for the target folder."""
        docs = Path(settings.BASE_DIR) / "docs"
        parser.add_argument("--to", type=Path, default=docs, help="folder to write to (default: docs)")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Draw all images and write the page."""
        to: Path = options["to"]
        folder = to / PICTURE_FOLDER
        (folder / "fonts").mkdir(parents=True, exist_ok=True)
        for piece in GALLERY:
            drawing = draw_piece(piece)
            (folder / f"{piece.name}.png").write_bytes(drawing.files[0].data)
            self.stdout.write(f"{piece.name}.png  {piece.caption}")
            for finding in drawing.findings:
                self.stdout.write(f"    {finding.severity}: {finding.message}")
        for name in installed_fonts():
            (folder / "fonts" / f"{name}.png").write_bytes(draw_sample(name))
        (to / "gallery.md").write_text(_render_page(), encoding="utf-8")
        self.stdout.write(f"Wrote {len(GALLERY)} images and {len(installed_fonts())} font samples to {folder}.")


def _render_page() -> str:
    pieces = _render_table([_render_cell(piece) for piece in GALLERY], COLUMNS)
    fonts = _render_table(
        [f"![{name}]({PICTURE_FOLDER}/fonts/{name}.png)<br>`{name}`" for name in installed_fonts()], FONT_COLUMNS
    )
    return (
        "# What the engine draws\n\n"
        f"Drawn by `manage.py gallery` at {PIECE_SIDE} px; the designs are in `rendering/gallery/pieces.py` and "
        "`rendering/gallery/text_pieces.py`.\n"
        "The tests compare the engine's output with these images.\n\n"
        f"{pieces}\n\n# The fonts\n\n{fonts}\n"
    )


def _render_cell(piece: GalleryPiece) -> str:
    return f"![{piece.caption}]({PICTURE_FOLDER}/{piece.name}.png)<br>{piece.caption}"


def _render_table(cells: list[str], columns: int) -> str:
    rows = [cells[start : start + columns] for start in range(0, len(cells), columns)]
    lines = ["| " + " | ".join([*row, *[""] * (columns - len(row))]) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * columns, *lines[1:]])
