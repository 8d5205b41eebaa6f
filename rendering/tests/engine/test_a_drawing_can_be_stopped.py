import pytest

from rendering.engine.draw import draw
from rendering.engine.outputs import STANDARD
from rendering.engine.problems import SpecError
from rendering.engine.values import Output
from rendering.fonts import installed
from rendering.tests.engine.helpers import PREVIEW, RULES, design


class StoppedError(Exception):
    pass


@pytest.mark.parametrize("calls_allowed", range(7))
def test_what_the_stop_callback_raises_passes_through_at_every_step(calls_allowed: int) -> None:
    calls = 0

    def check_stop() -> None:
        nonlocal calls
        calls += 1
        if calls > calls_allowed:
            raise StoppedError

    with pytest.raises(StoppedError):
        draw(design(), RULES, installed(), STANDARD, check_stop)
    assert calls == calls_allowed + 1


def test_a_design_that_cannot_be_drawn_raises_before_any_step() -> None:
    with pytest.raises(SpecError, match="/text: The text is blank"):
        draw(design(" "), RULES, installed(), PREVIEW, check_stop=lambda: pytest.fail("asked"))


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match='"gif" is not drawn here'):
        draw(design(), RULES, installed(), [Output("preview.gif", "preview", "gif", 600)])
