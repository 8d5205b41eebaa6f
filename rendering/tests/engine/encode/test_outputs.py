import pytest

from rendering.engine.encode.outputs import STANDARD_OUTPUTS, parse_outputs
from rendering.engine.values import Output


def test_an_entry_is_name_and_size() -> None:
    assert parse_outputs(["preview.png:600", "thumbnail-50-x.webp:50"]) == (
        Output("preview.png", "preview", "png", 600),
        Output("thumbnail-50-x.webp", "thumbnail", "webp", 50),
    )


def test_the_standard_set_is_six_files() -> None:
    assert [(output.name, output.size) for output in STANDARD_OUTPUTS] == [
        ("preview.png", 600),
        ("preview.webp", 600),
        ("thumbnail.png", 200),
        ("thumbnail.webp", 200),
        ("thumbnail-100.webp", 100),
        ("thumbnail-400.webp", 400),
    ]


@pytest.mark.parametrize(
    "entry",
    [
        "", "preview.png", "preview.png:", "preview.png:big", "preview.png:-1", "preview.png:0", "preview.png:15",
        "preview.png:2401", "preview.png:600.0", "preview.nope:600", "mockup.png:600", "../preview.png:600",
        "preview.png:600 ", "Preview.png:600", "preview-.png:600", "preview.png:٦٠٠",
    ],
)  # fmt: skip
def test_a_bad_entry_is_refused_by_name(entry: str) -> None:
    with pytest.raises(ValueError, match="output") as caught:
        parse_outputs(["thumbnail.png:200", entry])
    assert f'"{entry}"' in str(caught.value)


def test_a_duplicate_name_is_refused() -> None:
    with pytest.raises(ValueError, match=r"preview\.png is there twice"):
        parse_outputs(["preview.png:600", "preview.png:300"])


def test_no_outputs_at_all_are_refused() -> None:
    with pytest.raises(ValueError, match="name at least one"):
        parse_outputs([])
