"""docs/preflight.md: an example of each finding."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from rendering.engine.preflight.codes import CODES
from rendering.gallery.findings import EXAMPLES, draw_example_with_box

DOCS = Path(settings.BASE_DIR) / "docs"
DEPENDS_ON_INSTALLATION = {"emoji_font_unusable"}


def test_every_code_has_an_example() -> None:
    assert EXAMPLES.keys() == CODES.keys()


@pytest.mark.parametrize("code", sorted(CODES.keys() - DEPENDS_ON_INSTALLATION))
def test_an_example_has_its_finding_and_says_what_to_do(code: str) -> None:
    _, finding = draw_example_with_box(code)
    assert finding is not None
    assert finding.box is not None
    assert finding.message.endswith(".")
    assert finding.operator_message not in {"", finding.message}


def test_the_page_is_what_the_command_writes(tmp_path: Path) -> None:
    call_command("preflight_guide", to=tmp_path, verbosity=0)
    assert (tmp_path / "preflight.md").read_text() == (DOCS / "preflight.md").read_text()
