"""The description of the API in its schema, and the names of its enums in generated clients.

Settings import this module, so nothing here may import models or apps.
"""

DESCRIPTION = """Designs in; previews and thumbnails out.

Send an API key with every request: `Authorization: Bearer cfy_live_…`. `docs/api.md` in the repository shows each task
with curl, Python and JavaScript.

**A design** is posted, rendered by a worker, and published as files. Its `status` is `draft`, `rendering`,
`published` or `failed`. Poll it until rendering ends, or request it with `?wait`.

**Errors** are `application/problem+json` (RFC 9457). `code` is for programs, `detail` for people; `errors` gives
the places: a JSON Pointer into the body, a query parameter, or a header.

**Changes.** New fields, new enum values in responses, new headers and new paths do not change the version: ignore
what you do not know. `Deprecation` and `Sunset` headers announce removals.
"""

# Name of an enum: its choices. Without a name here, drf-spectacular invents one for fields that share their name.
ENUMS = {
    "AssetFormat": ["jpeg", "png"],
    "BlendMode": ["normal", "multiply", "screen"],
    "CutKind": ["kiss", "die"],
    "DesignStatus": "designs.models.DesignStatus",
    "DesignEditor": "designs.api.serializers.problems.EDITORS",
    "EmojiStyle": ["auto", "color", "text"],
    "ErrorCorrection": ["L", "M", "Q", "H"],
    "FindingSeverity": ["info", "warning", "error"],
    "Flip": ["none", "horizontal", "vertical", "both"],
    "FontCategory": ["sans", "serif", "display", "script", "handwriting", "mono"],
    "Frame": ["area", "square"],
    "HorizontalAlign": ["left", "center", "right"],
    "ImageFit": ["cover", "contain", "stretch"],
    "ImageMask": ["none", "circle"],
    "ImageSampling": ["smooth", "pixelated"],
    "KeyScope": ["designs:read", "designs:write", "assets:write", "print:write", "admin"],
    "LineCap": ["butt", "round"],
    "ModerationState": "designs.models.ModerationState",
    "PathSide": ["outside", "inside"],
    "PinStatus": ["rendering", "ready", "failed"],
    "PreviewFormat": "designs.previews.request.FORMATS",
    "PreviewGround": "designs.previews.request.GROUNDS",
    "PrintColor": "designs.renders.print_options.COLORS",
    "PrintFormat": "designs.renders.print_options.FORMATS",
    "RenderLane": "designs.models.Lane",
    "RenderState": "designs.models.RenderState",
    "RenditionKind": ["preview", "thumbnail", "print_file"],
    "SessionState": "designs.api.session_fields.SESSION_STATES",
    "ShapeKind": ["rectangle", "ellipse", "line", "polygon", "star", "heart"],
    "TextDirection": ["auto", "ltr", "rtl"],
    "TextFit": ["none", "shrink", "wrap", "wrap_shrink", "ellipsis"],
    "TextUnit": ["mm", "pt", "square"],
    "VerticalAlign": ["top", "middle", "bottom", "baseline", "cap"],
}
