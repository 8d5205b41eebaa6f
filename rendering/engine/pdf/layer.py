"""Draws one layer of any kind on a page or form, with its opacity and blend mode."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rendering.engine.kinds import GROUP, load_kind_modules
from rendering.engine.layout.placed import GroupLayer, PlacedLayer, is_seen
from rendering.engine.pdf.content import Content


def draw_layer(content: Content, layer: PlacedLayer) -> None:
    """Draw a layer; several strokes that mix with what is beneath become one group first."""
    opacity, blend = layer.source.opacity, layer.source.blend
    if not is_seen(opacity) or layer.visible_bounds is None:
        return
    if opacity == 1 and blend == "normal":
        for stroke in _WRITERS[layer.source.kind](content, layer):
            content.draw(stroke)
        return
    form = content.start_form()
    strokes = list(_WRITERS[layer.source.kind](form, layer))
    for stroke in strokes:
        form.draw(stroke)
    if strokes:
        content.draw(content.place_object(content.add_form(form)), opacity, blend)


def _write_group(content: Content, group: GroupLayer) -> Iterator[str]:
    form = content.start_form()
    for layer in group.layers:
        draw_layer(form, layer)
    if not form.is_empty:
        yield content.place_object(content.add_form(form))


_WRITERS: Mapping[str, Callable[[Content, Any], Iterator[str]]] = {
    **{kind: module.write_layer for kind, module in load_kind_modules("pdf").items()},
    GROUP: _write_group,
}
