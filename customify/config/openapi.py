"""What the API's schema says of the whole, and how its enums are called in generated clients.

Settings import this module, so nothing here may import models or apps.
"""

DESCRIPTION = """Designs in; previews, mockups and print-ready files out.

Send an API key with every request: `Authorization: Bearer cfy_live_…`. `docs/api.md` in the repository shows each task
in curl, Python and JavaScript.

**A design** is posted, drawn by a worker, and published as files. Its `status` is `draft`, `rendering`, `published` or
`failed`. Rendering ends by itself: ask again, or ask with `?wait`.

**Errors** are `application/problem+json` (RFC 9457). `code` is for programs, `detail` for people; `errors` says where:
a JSON Pointer into the body, a query parameter, or a header.

**What may come.** New fields, new values of enums in answers, new headers and new addresses are no new version: pass
over what you do not know. `Deprecation` and `Sunset` headers announce what goes.
"""

# Name to choices. Where two fields share their name, the framework would make one up.
ENUMS = {
    "AssetFormat": ["jpeg", "png"],
    "BlendMode": ["normal", "multiply", "screen"],
    "DesignStatus": "designs.models.DesignStatus",
    "ErrorCorrection": ["L", "M", "Q", "H"],
    "FindingSeverity": ["info", "warning", "error"],
    "Flip": ["none", "horizontal", "vertical", "both"],
    "FontCategory": ["sans", "serif", "display", "script", "handwriting", "mono"],
    "Frame": ["area", "square"],
    "HorizontalAlign": ["left", "center", "right"],
    "ImageFit": ["cover", "contain", "stretch"],
    "ImageMask": ["none", "circle"],
    "KeyScope": ["designs:read", "designs:write", "assets:write", "admin"],
    "LineCap": ["butt", "round"],
    "PreviewFormat": "designs.previews.request.FORMATS",
    "RenderLane": "designs.models.Lane",
    "RenderState": "designs.models.RenderState",
    "RenditionKind": ["preview", "thumbnail", "mockup", "print_file"],
    "ShapeKind": ["rectangle", "ellipse", "line", "polygon", "star", "heart"],
    "TextDirection": ["auto", "ltr", "rtl"],
    "TextFit": ["none", "shrink", "wrap", "wrap_shrink", "ellipsis"],
    "TextUnit": ["mm", "pt", "square"],
    "VerticalAlign": ["top", "middle", "bottom"],
}
