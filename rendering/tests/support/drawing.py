"""The engine's `draw`, with its arguments spread out as tests like to write them."""

from collections.abc import Callable, Mapping, Sequence

from rendering.engine.draw import draw as draw_request
from rendering.engine.request import DrawRequest, Resources, Sink
from rendering.engine.values import (
    Area,
    Drawing,
    DrawLimits,
    Font,
    Output,
    Picture,
    Rules,
    Watermark,
    never_stop,
)


def draw(
    design_data: object,
    rules: Rules,
    fonts: Mapping[str, Font],
    outputs: Sequence[Output],
    check_stop: Callable[[], None] = never_stop,
    *,
    fallbacks: Sequence[Font] = (),
    areas: Sequence[Area] = (),
    bounds: DrawLimits = DrawLimits(),  # noqa: B008  a frozen value
    pictures: Mapping[str, Picture] | None = None,
    watermark: Watermark | None = None,
    sink: Sink | None = None,
    with_placeholder: bool = False,
    product_color: str | None = None,
) -> Drawing:
    """Draw a design, with its facts; the arguments are the fields of DrawRequest and Resources."""
    request = DrawRequest(
        design_data,
        rules,
        outputs,
        areas,
        bounds,
        watermark,
        with_placeholder,
        product_color=product_color,
        with_facts=True,
    )
    return draw_request(request, Resources(fonts, fallbacks, pictures or {}, sink, check_stop))
