"""Bodies of requests and responses about print files."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from designs.api.fields import (
    StrictBooleanField,
    StrictCharField,
    StrictChoiceField,
    StrictIntegerField,
    StrictListField,
    StrictNumberField,
    StrictSerializer,
)
from designs.api.finding_fields import FindingOut
from designs.api.serializers.files import ErrorOut
from designs.renders.print_options import COLORS, FORMATS, PrintOptions

MAX_NUMBER = 999_999_999  # of a revision
STATUSES = ("rendering", "ready", "failed")


class WhiteIn(StrictSerializer):
    """A plate of white ink beneath the art."""

    choke_mm = StrictNumberField(
        required=False, min_value=0, max_value=2, help_text="How far white ends before the art, mm. Default: 0.2."
    )


class CutIn(StrictSerializer):
    """A cut line around the art, or along the trim where the ground is not transparent."""

    kind = StrictChoiceField([("kiss", "kiss"), ("die", "die")], required=False, help_text="Default: kiss.")
    offset_mm = StrictNumberField(
        required=False, min_value=0, max_value=20, help_text="Distance from the art, mm. Default: 2."
    )
    radius_mm = StrictNumberField(
        required=False, min_value=0, max_value=20, help_text="Radius of the narrowest notch, mm. Default: 1."
    )


class PrintOptionsIn(StrictSerializer):
    """How the files are to be; all of it may be left out."""

    revision = StrictIntegerField(
        required=False, min_value=1, max_value=MAX_NUMBER, help_text="Number of the revision. Default: the newest."
    )
    color = StrictChoiceField([(name, name) for name in COLORS], required=False, help_text="Default: rgb.")
    marks = StrictBooleanField(required=False, help_text="Crop and registration marks, in a PDF.")
    extend_bleed = StrictBooleanField(
        required=False, help_text="Mirror art that ends at the trim into the bleed, in a PDF."
    )
    mirrored = StrictBooleanField(
        required=False, help_text="Mirror PNG and TIFF for transfers. Default: as the print area says."
    )
    white = WhiteIn(required=False, help_text="Add a plate of white ink; an empty object is enough.")
    cut = CutIn(required=False, help_text="Add a cut line; an empty object is enough.")


class PrintFileIn(StrictSerializer):
    """Files to print."""

    formats = StrictListField(
        child=StrictChoiceField([(name, name) for name in FORMATS]),
        min_length=1,
        max_length=len(FORMATS),
        help_text="A PDF has a page for each placement; of the others there is a file for each.",
    )
    placements = StrictListField(
        child=StrictCharField(max_length=20),
        required=False,
        max_length=20,
        help_text="Placements to print. Default: all that the design uses.",
    )
    options = PrintOptionsIn(required=False)

    def get_initial(self) -> dict[str, Any]:
        """Fill the browsable API's form with a valid body."""
        return {"formats": ["pdf"]}

    def build_options(self) -> PrintOptions:
        """Return the options of a valid body."""
        values = self.validated_data
        chosen = {name: value for name, value in values.get("options", {}).items() if name != "revision"}
        return PrintOptions(tuple(values["formats"]), tuple(values.get("placements", ())), **chosen)


class PlateOut(serializers.Serializer[Any]):
    """One ink as a picture: black is ink."""

    ink = serializers.CharField(help_text="Cyan, Magenta, Yellow, Black or White.")
    placement = serializers.CharField()
    coverage = serializers.FloatField(help_text="Share of the print area that it covers, percent.")
    url = serializers.URLField(help_text="Signed URL of a PNG; it expires.")


class PlatesOut(serializers.Serializer[Any]):
    """The plates of a print file: of the press with the colour cmyk, and of white ink."""

    results = PlateOut(many=True)


class PrintedFileOut(serializers.Serializer[Any]):
    """One stored file."""

    name = serializers.CharField(help_text="File name, such as print.pdf or print-front.png.")
    format = serializers.CharField(help_text="pdf, png, svg or tiff.")
    placements = serializers.ListField(child=serializers.CharField(), help_text="One for each page.")
    pages = serializers.IntegerField()
    mm = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2),
        help_text="Width and height of each page's trim, mm.",
    )
    bleed_mm = serializers.ListField(child=serializers.FloatField(), help_text="Bleed of each page, mm.")
    dpi = serializers.FloatField(allow_null=True, help_text="Resolution; null for vectors.")
    pdfx = serializers.CharField(allow_null=True, help_text="PDF/X-4 if the file says that it is; else null.")
    bytes = serializers.IntegerField()
    sha256 = serializers.CharField(help_text="SHA-256 of the file.")
    url = serializers.URLField(help_text="Signed URL; it expires.")


class ParityOut(serializers.Serializer[Any]):
    """How far a page of the PDF, drawn by pdfium, is from the preview, of 255."""

    placement = serializers.CharField()
    mean = serializers.FloatField()
    p99 = serializers.FloatField()
    worst_part = serializers.FloatField(
        required=False, help_text="Greatest difference between the mean colours of a small part of the page."
    )
    limit = serializers.FloatField(help_text="The `worst_part` above which the order fails as `parity`.")


class PrintFileOut(serializers.Serializer[Any]):
    """Files for print of a revision."""

    id = serializers.UUIDField()
    design = serializers.UUIDField()
    revision = serializers.IntegerField()
    test = serializers.BooleanField(help_text="Whether a test key made the design: do not print it.")
    status = serializers.ChoiceField(STATUSES)
    error = ErrorOut(allow_null=True)
    options = serializers.DictField(help_text="Formats, placements and options, with all defaults.")
    files = PrintedFileOut(many=True)
    parity = ParityOut(many=True, allow_null=True, help_text="Null until it is measured, and for cmyk.")
    inputs_sha256 = serializers.CharField(help_text="SHA-256 of all that decides the files.")
    preflight = FindingOut(many=True)
    pin = serializers.UUIDField(help_text="The pin that keeps the files: delete it to let them go.")
    created_at = serializers.DateTimeField()
