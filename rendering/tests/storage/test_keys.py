"""Keys of rendered files, and what they tell about a file."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rendering import keys
from rendering.tests.support.storage import FILE_NAMES

DESIGN = UUID("0197a3c2-7d55-7000-8000-0123456789ab")


def test_a_key_names_design_render_attempt_and_file() -> None:
    key = keys.rendition_key(DESIGN, 3, 2, "thumbnail-100.webp")

    assert key == "designs/0197a3c2-7d55-7000-8000-0123456789ab/3-2/thumbnail-100.webp"
    assert keys.parse_key(key) == keys.KeyParts(DESIGN, 3, 2, "thumbnail-100.webp", "thumbnail")


def test_a_nonce_follows_the_attempt() -> None:
    key = keys.rendition_key(DESIGN, 3, 2, "preview.png", "0af19c3d")

    assert key == "designs/0197a3c2-7d55-7000-8000-0123456789ab/3-2-0af19c3d/preview.png"
    assert keys.parse_key(key) == keys.KeyParts(DESIGN, 3, 2, "preview.png", "preview", "0af19c3d")


@pytest.mark.parametrize("nonce", ["0AF19C3D", "0af19c3", "0af19c3d1", "../../..", "0af1 c3d"])
def test_no_other_form_of_nonce_is_accepted(nonce: str) -> None:
    with pytest.raises(ValueError, match="not an attempt's nonce"):
        keys.attempt_prefix(DESIGN, 1, 1, nonce)
    with pytest.raises(ValueError, match="not a rendition's key"):
        keys.parse_key(f"designs/{DESIGN}/1-1-{nonce}/preview.png")


def test_every_key_is_below_its_attempt_and_its_design() -> None:
    key = keys.rendition_key(DESIGN, 3, 2, "preview.png")

    assert key.startswith(keys.attempt_prefix(DESIGN, 3, 2))
    assert keys.attempt_prefix(DESIGN, 3, 2).startswith(keys.design_prefix(DESIGN))
    assert keys.design_prefix(DESIGN).endswith("/")


@given(st.uuids(), st.integers(0, 10**9), st.integers(0, 10**9), st.sampled_from(FILE_NAMES))
def test_parse_undoes_rendition_key(design_id: UUID, number: int, attempt: int, name: str) -> None:
    parts = keys.parse_key(keys.rendition_key(design_id, number, attempt, name))

    assert (parts.design_id, parts.number, parts.attempt, parts.name) == (design_id, number, attempt, name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "a/b.png",
        "a\\b.png",
        "../a.png",
        ".png",
        "a",
        "a.",
        "a.tar.gz",
        "A.png",
        "a b.png",
        "é.png",
        "a\n.png",
        "a.png\n",
        "a\0.png",
        "-a.png",
        "a%2f.png",
        "a" * 100 + ".png",
    ],
)
def test_a_name_that_is_not_plain_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a usable file name"):
        keys.rendition_key(DESIGN, 1, 1, name)


@pytest.mark.parametrize(("number", "attempt"), [(-1, 0), (0, -1)])
def test_a_negative_number_is_refused(number: int, attempt: int) -> None:
    with pytest.raises(ValueError, match="cannot be negative"):
        keys.attempt_prefix(DESIGN, number, attempt)


def test_a_design_id_that_is_text_is_refused() -> None:
    with pytest.raises(TypeError, match="must be a UUID"):
        keys.design_prefix("../../etc")


@pytest.mark.parametrize(
    "key",
    [
        "",
        "preview.png",
        "private/a.png",
        f"designs/{DESIGN}/1/preview.png",
        f"designs/{DESIGN}/1-1/",
        f"designs/{DESIGN}/1-1/a/preview.png",
        f"designs/{DESIGN}/01-1/preview.png",
        f"designs/{DESIGN}/1-1/..",
        f"designs/{str(DESIGN).upper()}/1-1/preview.png",
        f"designs/{'-' * 36}/1-1/preview.png",
        f"designs/{DESIGN}/١-1/preview.png",
        f"/designs/{DESIGN}/1-1/preview.png",
    ],
)
def test_a_key_that_rendition_key_would_not_write_is_not_parsed(key: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        keys.parse_key(key)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("preview.png", "preview"), ("thumbnail-400.webp", "thumbnail"), ("print_file-front.pdf", "print_file")],
)
def test_the_kind_is_the_name_up_to_a_hyphen(name: str, kind: str) -> None:
    assert keys.rendition_kind(name) == kind
    assert keys.object_metadata(keys.rendition_key(DESIGN, 1, 1, name)) == {"design_id": str(DESIGN), "type": kind}


def test_a_key_that_is_not_a_rendition_has_no_metadata() -> None:
    assert keys.object_metadata("assets/photo.png") == {}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("preview.png", "image/png"),
        ("preview.webp", "image/webp"),
        ("a.jpg", "image/jpeg"),
        ("a.jpeg", "image/jpeg"),
        ("a.avif", "image/avif"),
        ("print_file.pdf", "application/pdf"),
    ],
)
def test_the_content_type_comes_from_our_own_table(name: str, expected: str) -> None:
    assert keys.get_content_type(name) == expected


@pytest.mark.parametrize("name", ["a.js", "a.html", "a.gif", "a", ""])
def test_an_unknown_extension_has_no_content_type(name: str) -> None:
    with pytest.raises(ValueError, match="no media type"):
        keys.get_content_type(name)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/a.png",
        "a/",
        "a//b.png",
        "../a.png",
        "a/../b.png",
        "a/.hidden",
        "a/b..png",
        "a b",
        "a\\b",
        "a/" + "b" * 500,
    ],
)
def test_check_refuses_whatever_could_leave_the_root(key: str) -> None:
    with pytest.raises(ValueError, match="not a usable key"):
        keys.check_key(key)


def test_check_accepts_plain_keys() -> None:
    assert keys.check_key("assets/0197a3c2/Original_1.v2.png") == "assets/0197a3c2/Original_1.v2.png"
