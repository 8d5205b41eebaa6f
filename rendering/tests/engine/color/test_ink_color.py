import pytest

from rendering.engine.color.srgb import choose_ink, contrast_ratio
from rendering.tests.support.drawings import draw_short_form, draw_short_form_image


@pytest.mark.parametrize(
    ("color", "ink"),
    [
        ("#FF0000", 255),
        ("#000000", 255),
        ("#FFFFFF", 0),
        ("#FFD700", 0),
        ("#0000ff", 255),
        ("#808080", 0),
        ("#7F7F7F", 255),
    ],
)
def test_the_image_has_the_background_and_the_ink_of_the_luma_rule(color: str, ink: int) -> None:
    colors = {
        value for _, value in draw_short_form_image(text="HHH", color=color, fontSize=200).getcolors(1 << 16) or []
    }
    background = tuple(bytes.fromhex(color[1:]))
    assert background in colors
    assert (ink, ink, ink) in colors


def test_a_luma_of_exactly_one_half_is_dark() -> None:
    # 299 r + 587 g + 114 b = 127,500 has solutions in whole numbers; one step up is light.
    exact = next(
        (r, g, b) for r in range(256) for g in range(256) for b in range(255) if 299 * r + 587 * g + 114 * b == 127_500
    )
    assert choose_ink(exact) == (255, 255, 255)
    assert choose_ink((exact[0], exact[1], exact[2] + 1)) == (0, 0, 0)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast_ratio((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast_ratio((255, 255, 255), (0, 0, 0)) == pytest.approx(21)
    assert contrast_ratio((1, 2, 3), (1, 2, 3)) == 1
    assert contrast_ratio((0x77, 0x77, 0x77), (255, 255, 255)) == pytest.approx(4.48, abs=0.005)  # a published value


def test_low_contrast_is_a_finding_and_red_is_not() -> None:
    (finding,) = draw_short_form(color="#00D000").findings
    assert (finding.code, finding.severity, finding.layer, finding.required) == ("low_contrast", "warning", 0, 3)
    assert finding.measured is not None
    assert finding.measured < 3
    assert draw_short_form(color="#FF0000").findings == ()
