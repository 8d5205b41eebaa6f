"""The content of a page or a form: its operators, and the resources that they name."""

from collections.abc import Mapping

from PIL import Image

from rendering.engine.color.srgb import RGB
from rendering.engine.geometry.rect import Rect
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.pdf.colors import PdfColors
from rendering.engine.pdf.objects import Name, PdfWriter, Ref, Value
from rendering.engine.pdf.paths import Matrix, write_matrix
from rendering.engine.pdf.pictures import add_mask, add_picture

SOFT_DPI = 300.0  # of what cannot be vectors: soft shadows, colour glyphs
_BLEND_MODES = {"normal": "Normal", "multiply": "Multiply", "screen": "Screen"}


class Content:
    """Collects the operators and resources of one page or form, in mm with y down; `room` is all that can be seen."""

    def __init__(self, writer: PdfWriter, colors: PdfColors, room: Rect) -> None:
        self.writer, self.colors, self.room = writer, colors, room
        self.overprinted: frozenset[tuple[int, ...]] = frozenset()  # paths of layers whose black is printed over others
        self._parts: list[str] = []
        self._resources: dict[str, dict[str, Value]] = {}

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was drawn."""
        return not self._parts

    @property
    def resources(self) -> Mapping[str, Value]:
        """The resource dictionary (7.8.3)."""
        uses_space = not self.colors.is_cmyk and any("/Cs cs" in part for part in self._parts)
        spaces = {"Cs": self.colors.space} if uses_space else {}
        if not spaces:
            return self._resources
        return {**self._resources, "ColorSpace": {**self._resources.get("ColorSpace", {}), **spaces}}

    @property
    def operators(self) -> str:
        """All that was drawn."""
        return "\n".join(self._parts)

    def add_resource(self, kind: str, value: Value) -> str:
        """Return the name by which operators refer to a resource."""
        known = self._resources.setdefault(kind, {})
        for name, one in known.items():
            if one == value:
                return name
        name = f"{kind[0]}{len(known)}"
        known[name] = value
        return name

    def add_separation(self, ink: str, shown: tuple[float, float, float, float]) -> Ref:
        """Write the colour space of one ink, which looks like a CMYK colour where there is no such ink (8.6.6.4)."""
        tint: Value = {"FunctionType": 2, "Domain": [0, 1], "C0": [0, 0, 0, 0], "C1": list(shown), "N": 1}
        return self.writer.add([Name("Separation"), Name(ink), Name("DeviceCMYK"), tint])

    def draw(self, operators: str, opacity: float = 1.0, blend: str = "normal") -> None:
        """Draw with an opacity and a blend mode; operators do not change the state of those that follow."""
        if operators:
            self._parts.append(f"q\n{self.write_state(opacity, blend)}{operators}\nQ")

    def write_state(self, opacity: float = 1.0, blend: str = "normal", **more: Value) -> str:
        """Return the operator that sets opacity and blend mode; "" if they are the usual ones."""
        if opacity == 1 and blend == "normal" and not more:
            return ""
        entries = {"ca": opacity, "BM": Name(_BLEND_MODES[blend]), **more}
        return f"/{self.add_resource('ExtGState', self.writer.add(entries))} gs\n"

    def place_object(self, ref: Ref) -> str:
        """Return the operator that paints a picture or a form."""
        return f"/{self.add_resource('XObject', ref)} Do"

    def start_form(self) -> "Content":
        """Return the content of a form that covers the same room."""
        form = Content(self.writer, self.colors, self.room)
        form.overprinted = self.overprinted
        return form

    def add_form(self, form: "Content", *, is_group: bool = True) -> Ref:
        """Write what was drawn on a form as an isolated transparency group (11.6.6), or as it is; return its number."""
        room = form.room
        entries: dict[str, Value] = {
            "Type": Name("XObject"),
            "Subtype": Name("Form"),
            "BBox": [room.left, room.top, room.right, room.bottom],
            "Resources": form.resources,
        }
        entries |= {"Group": self.describe_group()} if is_group else {}
        return self.writer.add_stream(entries, form.operators.encode())

    def describe_group(self) -> dict[str, Value]:
        """Return the attributes of a transparency group in the document's own colour space."""
        return {"S": Name("Transparency"), "CS": self.colors.space, "I": True}

    def write_picture(self, image: Image.Image, alpha: Image.Image | None, viewport: Viewport) -> str:
        """Return the operators that paint an RGB picture, through a mask, where a viewport is."""
        mask = add_mask(self.writer, alpha) if alpha else None
        ref = add_picture(self.writer, self.colors, image, mask)
        return f"{write_matrix(place_viewport(viewport))}\n{self.place_object(ref)}"

    def write_tint(self, color: RGB, mask: Image.Image, viewport: Viewport) -> str:
        """Return the operators that paint a colour through a mask where a viewport is: an image of one px, enlarged."""
        ref = add_picture(self.writer, self.colors, Image.new("RGB", (1, 1), color), add_mask(self.writer, mask))
        return f"{write_matrix(place_viewport(viewport))}\n{self.place_object(ref)}"

    def soft_viewport(self, zoom: float = SOFT_DPI / 25.4) -> Viewport:
        """Return the px of the whole room, `zoom` to a mm."""
        room = self.room
        left, top = int(room.left * zoom // 1), int(room.top * zoom // 1)
        return Viewport(zoom, left, top, int(-(-room.right * zoom // 1)) - left, int(-(-room.bottom * zoom // 1)) - top)


def place_viewport(viewport: Viewport) -> Matrix:
    """Return the matrix that lays the unit square of a picture, whose y is up, where a viewport is, mm."""
    zoom = viewport.zoom
    bottom = (viewport.top + viewport.height) / zoom
    return viewport.width / zoom, 0.0, 0.0, -viewport.height / zoom, viewport.left / zoom, bottom
