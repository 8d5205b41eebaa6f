import pytest

from rendering.engine.encode.outputs import STANDARD_OUTPUTS, parse_outputs
from rendering.engine.validation.problems import SpecError
from rendering.engine.values import Output
from rendering.fonts.catalogue import installed_fonts
from rendering.tests.support.drawing import draw
from rendering.tests.support.drawings import PREVIEW, RULES, SQUARE, long_form, short_form, text_layer


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
        draw(short_form(), RULES, installed_fonts(), STANDARD_OUTPUTS, check_stop)
    assert calls == calls_allowed + 1


def test_the_stop_callback_is_called_at_every_layer_of_every_output() -> None:
    calls = 0

    def check_stop() -> None:
        nonlocal calls
        calls += 1

    layers = [text_layer("Layer", color=f"#0000{number:02X}") for number in range(20)]
    wanted = parse_outputs(["preview.png:60", "thumbnail.png:20"])
    draw(long_form(*layers), RULES, installed_fonts(), wanted, check_stop, areas=[SQUARE])
    assert calls == 20 + 2 * (1 + 20)


def test_a_design_that_cannot_be_drawn_raises_before_any_step() -> None:
    with pytest.raises(SpecError, match="/text: The text is blank"):
        draw(short_form(" "), RULES, installed_fonts(), PREVIEW, check_stop=lambda: pytest.fail("asked"))


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match='unknown output format "nope"'):
        draw(short_form(), RULES, installed_fonts(), [Output("preview.nope", "preview", "nope", 600)])
