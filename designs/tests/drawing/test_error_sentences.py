"""Errors of the engine, which logs quote in lower case, are sentences where shoppers read them."""

from __future__ import annotations

import pytest

from designs.drawing.draw import _undrawable_errors
from designs.drawing.errors import UndrawableError
from rendering.engine.values import FontError, PictureError


@pytest.mark.parametrize(
    ("error", "code", "shown"),
    [
        (PictureError("the file of asset 1 is damaged: upload it again"), "asset_unusable", "The file of asset 1 is"),
        (FontError("font X cannot be read: reinstall its package."), "font_unusable", "Font X cannot be read"),
    ],
)
def test_a_reason_is_a_sentence(error: Exception, code: str, shown: str) -> None:
    with pytest.raises(UndrawableError) as raised, _undrawable_errors():
        raise error
    assert raised.value.code == code
    assert str(raised.value).startswith(shown)
    assert str(raised.value).endswith(("again.", "package."))
