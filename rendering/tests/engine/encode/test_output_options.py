"""The options of RENDER_OUTPUTS: valid and invalid ones."""

import pytest

from rendering.engine.encode.outputs import expand_outputs, parse_outputs
from rendering.engine.values import Output


def test_options_follow_the_size_each_after_an_at_sign() -> None:
    assert parse_outputs(
        [
            "preview.webp:600@q85",
            "preview-x.webp:600@lossless",
            "preview.jpg:1200@q90@bg=ffeedd",
            "thumbnail.avif:400@bg=000000@q60",
            "thumbnail.jpeg:100",
        ]
    ) == (
        Output("preview.webp", "preview", "webp", 600, quality=85),
        Output("preview-x.webp", "preview", "webp", 600, lossless=True),
        Output("preview.jpg", "preview", "jpeg", 1200, quality=90, ground="FFEEDD"),
        Output("thumbnail.avif", "thumbnail", "avif", 400, quality=60, ground="000000"),
        Output("thumbnail.jpeg", "thumbnail", "jpeg", 100),
    )


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("preview.webp:600@", '"" is none of'),
        ("preview.webp:600@85", '"85" is none of'),
        ("preview.webp:600@q", '"q" is none of'),
        ("preview.webp:600@q0", "1 to 100"),
        ("preview.webp:600@q101", "1 to 100"),
        ("preview.webp:600@q٨", "is none of"),
        ("preview.webp:600@q80@q80", 'duplicate option "q80"'),
        ("preview.webp:600@q80@lossless", "lossless file has no quality"),
        ("preview.png:600@q80", "no quality setting"),
        ("preview.png:600@lossless", "only WebP can be lossless"),
        ("preview.jpg:600@lossless", "only WebP can be lossless"),
        ("preview.jpg:600@bg=FFF", '"bg=FFF" is none of'),
        ("preview.jpg:600@bg=#FFFFFF", "is none of"),
        ("preview.jpg:600@best", '"best" is none of'),
        ("preview.jpg@q80:600", "not of the form"),
        ("preview.jpg:2401@q80", "16 to 2400 px"),
        ("preview.tiff:600", "not of the form"),
    ],
)
def test_an_invalid_option_is_refused_with_the_entry_and_the_reason(entry: str, why: str) -> None:
    with pytest.raises(ValueError, match="output") as caught:
        parse_outputs(["thumbnail.png:200", entry])
    assert f'"{entry}"' in str(caught.value)
    assert why in str(caught.value)


def test_an_output_survives_json_and_stores_only_non_defaults() -> None:
    plain, rich = parse_outputs(["preview.png:600", "preview.jpg:600@q90@bg=102030"])
    assert plain.to_json() == {"name": "preview.png", "kind": "preview", "format": "png", "size": 600}
    (_, _, _, back) = expand_outputs([plain, rich], ["front", "back"])
    assert back.to_json()["placement"] == "back"
    for output in (plain, rich, back):
        assert Output(**output.to_json()) == output
