"""Golden images: those of the gallery, checked by eye. `manage.py gallery` draws them again."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from customify.testing.spawn import PROJECT
from rendering.gallery.drawing import GalleryPiece, draw_piece
from rendering.gallery.pieces import GALLERY
from rendering.tests.support.image_comparison import max_difference, mean_difference

DOCS = PROJECT / "docs"
GOLDEN = DOCS / "images" / "gallery"
MEAN, SEEN = 0.05, 24  # of 255: mean over the image, and largest difference of any pixel


@pytest.mark.parametrize("piece", GALLERY, ids=[piece.name for piece in GALLERY])
def test_a_gallery_piece_matches_its_golden_image(piece: GalleryPiece, tmp_path: Path) -> None:
    with Image.open(GOLDEN / f"{piece.name}.png") as file:
        golden = file.convert("RGBA")
    drawn = Image.open(io.BytesIO(draw_piece(piece).files[0].data)).convert("RGBA")
    assert drawn.size == golden.size
    mean = mean_difference(drawn, golden)
    if mean > MEAN or max_difference(drawn, golden) > SEEN:
        drawn.save(tmp_path / f"{piece.name}-drawn.png")
        ImageChops.difference(drawn, golden).convert("RGB").save(tmp_path / f"{piece.name}-difference.png")
        pytest.fail(f"{piece.name} differs by {mean:.3f} on average: look into {tmp_path}")


def test_the_page_shows_every_piece() -> None:
    page = (DOCS / "gallery.md").read_text(encoding="utf-8")
    assert all(f"images/gallery/{piece.name}.png" in page for piece in GALLERY)


def test_a_different_image_does_not_match() -> None:
    one, other = (Image.open(io.BytesIO(draw_piece(piece).files[0].data)).convert("RGBA") for piece in GALLERY[:2])
    assert mean_difference(one, other) > 100 * MEAN
