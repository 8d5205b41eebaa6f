"""The commands of docs/operations.md."""

from __future__ import annotations

import re

from customify.testing.spawn import PROJECT


def read_block(name: str) -> str:
    """Return the commands of a block of the page, such as `backup` or `restore with compose`."""
    page = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
    (block,) = re.findall(rf"^```sh {name}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return str(block)
