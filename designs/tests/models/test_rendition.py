"""Which file represents its kind (preview or thumbnail)."""

from __future__ import annotations

from designs.models import Rendition


def test_the_first_png_represents_its_kind_or_else_the_first_file() -> None:
    files = [Rendition(kind="preview", format=form, name=form) for form in ("webp", "png")]
    standing = Rendition.pick_main("preview", files)
    assert standing is not None
    assert standing.format == "png"
    assert Rendition.pick_main("preview", files[:1]) is files[0]
    assert Rendition.pick_main("thumbnail", files) is None
