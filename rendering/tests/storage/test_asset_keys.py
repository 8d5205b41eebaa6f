"""Keys of an asset's copies in private storage."""

from uuid import UUID

import pytest

from rendering import keys

ASSET = UUID("0197a3c2-7d55-7000-8000-0123456789ab")
NAMES = {"full.jpg": "image/jpeg", "working.jpg": "image/jpeg", "full.png": "image/png", "working.png": "image/png"}


@pytest.mark.parametrize("name", NAMES)
def test_a_key_names_the_asset_and_the_copy(name: str) -> None:
    key = keys.asset_key(ASSET, name)

    assert key == f"assets/{ASSET}/{name}"
    assert key.startswith(keys.asset_prefix(ASSET))
    assert keys.check_key(key) == key
    assert keys.get_content_type(key) == NAMES[name]
    assert keys.object_metadata(key) == {}


@pytest.mark.parametrize("name", ["", "../full.jpg", "a/full.jpg", "full", "Full.jpg", "full.jpg\n"])
def test_a_name_that_is_not_plain_has_no_key(name: str) -> None:
    with pytest.raises(ValueError, match="not a usable file name"):
        keys.asset_key(ASSET, name)


def test_an_asset_key_is_not_a_rendition_key() -> None:
    with pytest.raises(ValueError, match="not a rendition's key"):
        keys.parse_key(keys.asset_key(ASSET, "full.jpg"))


def test_an_id_that_is_a_text_is_refused() -> None:
    with pytest.raises(TypeError, match=r"asset\.id"):
        keys.asset_key(str(ASSET), "full.jpg")
