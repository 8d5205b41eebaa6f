import pytest

from rendering.engine.color.srgb import contrast, ink_on
from rendering.tests.support.drawings import drawn, picture


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
def test_the_picture_holds_the_ground_and_the_ink_the_luma_rule_gives(color: str, ink: int) -> None:
    colors = {value for _, value in picture(text="HHH", color=color, fontSize=200).getcolors(1 << 16) or []}
    ground = tuple(bytes.fromhex(color[1:]))
    assert ground in colors
    assert (ink, ink, ink) in colors


def test_a_luma_of_exactly_one_half_is_dark() -> None:
    # 299 r + 587 g + 114 b = 127,500 has solutions in whole numbers; one step up is light.
    exact = next(
        (r, g, b) for r in range(256) for g in range(256) for b in range(255) if 299 * r + 587 * g + 114 * b == 127_500
    )
    assert ink_on(exact) == (255, 255, 255)
    assert ink_on((exact[0], exact[1], exact[2] + 1)) == (0, 0, 0)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((255, 255, 255), (0, 0, 0)) == pytest.approx(21)
    assert contrast((1, 2, 3), (1, 2, 3)) == 1
    assert contrast((0x77, 0x77, 0x77), (255, 255, 255)) == pytest.approx(4.48, abs=0.005)  # a published value


def test_low_contrast_is_a_finding_and_red_is_not() -> None:
    (finding,) = drawn(color="#00D000").findings
    assert (finding.code, finding.severity, finding.layer, finding.required) == ("low_contrast", "warning", 0, 3)
    assert finding.measured is not None
    assert finding.measured < 3
    assert drawn(color="#FF0000").findings == ()
