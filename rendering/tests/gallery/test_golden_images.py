"""Golden pictures: those of the gallery, which people have looked at. `manage.py gallery` draws them anew."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from rendering.gallery.pieces import GALLERY, GalleryPiece, draw_piece

DOCS = Path(__file__).parents[3] / "docs"
GOLDEN = DOCS / "images" / "gallery"
MEAN, SEEN = 0.05, 24  # of 255: over the picture on average, and the most that any pixel may differ


@pytest.mark.parametrize("piece", GALLERY, ids=[piece.name for piece in GALLERY])
def test_a_gallery_piece_matches_its_golden_image(piece: GalleryPiece, tmp_path: Path) -> None:
    with Image.open(GOLDEN / f"{piece.name}.png") as golden:
        wanted = golden.convert("RGBA")
    found = Image.open(io.BytesIO(draw_piece(piece).files[0].data)).convert("RGBA")
    assert found.size == wanted.size
    difference = ImageChops.difference(found, wanted)
    stat = ImageStat.Stat(difference)
    if max(stat.mean) > MEAN or max(high for _, high in stat.extrema) > SEEN:
        found.save(tmp_path / f"{piece.name}-found.png")
        difference.convert("RGB").save(tmp_path / f"{piece.name}-difference.png")
        pytest.fail(f"{piece.name} differs by {max(stat.mean):.3f} on average: look into {tmp_path}")


def test_the_page_shows_every_piece() -> None:
    page = (DOCS / "gallery.md").read_text(encoding="utf-8")
    assert all(f"images/gallery/{piece.name}.png" in page for piece in GALLERY)


def test_a_different_image_does_not_match() -> None:
    one, other = (Image.open(io.BytesIO(draw_piece(piece).files[0].data)).convert("RGBA") for piece in GALLERY[:2])
    assert max(ImageStat.Stat(ImageChops.difference(one, other)).mean) > 100 * MEAN
