"""An output name longer than its database column is refused in the setting."""

import pytest

from rendering.engine.encode.outputs import NAME_MAX, parse_outputs


def test_the_longest_name_is_taken_and_a_longer_one_refused() -> None:
    room = NAME_MAX - len("thumbnail-.png")
    assert len(parse_outputs([f"thumbnail-{'a' * room}.png:100"])[0].name) == NAME_MAX
    with pytest.raises(ValueError, match=f"longer than {NAME_MAX}"):
        parse_outputs([f"thumbnail-{'a' * (room + 1)}.png:100"])
