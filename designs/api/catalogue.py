"""Endpoints of fonts, and the root of the API."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from designs.api import docs
from designs.api.conditions import matches_etag
from designs.api.docs.catalogue import FONTS_EXAMPLE
from rendering.engine.values import Font
from rendering.fonts import catalogue
from rendering.fonts.families import FAMILIES
from rendering.fonts.sample_sprite import load_sprite, sprite_cells, sprite_size, sprite_version
from rendering.fonts.samples import draw_sample, sample_version
from rendering.storage_config import PUBLIC_CACHE_CONTROL

SAMPLE_MAX_AGE = 86_400  # s, of an address without the version


class AxisOut(serializers.Serializer[Any]):
    """A variation axis of a font."""

    tag = serializers.CharField(help_text="OpenType axis tag: wght is weight, wdth is width.")
    min = serializers.FloatField()
    default = serializers.FloatField(help_text="Value that is used when a text layer sets none.")
    max = serializers.FloatField()


class SampleCellOut(serializers.Serializer[Any]):
    """Where a font's sample is in the image at `samples_url`, in px of that image."""

    x = serializers.IntegerField()
    y = serializers.IntegerField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class FontOut(serializers.Serializer[Any]):
    """A font of the catalogue."""

    name = serializers.CharField(help_text="Name to use in `design_data`.")
    family = serializers.CharField()
    style = serializers.CharField()  # type: ignore[assignment]  # the JSON key
    category = serializers.ChoiceField(list(FAMILIES))
    scripts = serializers.ListField(
        child=serializers.CharField(), help_text="Supported scripts: ISO 15924 codes, and Viet for Vietnamese."
    )
    languages = serializers.ListField(
        child=serializers.CharField(),
        help_text="Languages (BCP 47) of which it has every letter, small and capital, as CLDR lists them. In a text "
        "with other letters, all words of their script are drawn in another font.",
    )
    axes = AxisOut(many=True, help_text="Axes that a text layer can set in `axes`.")
    license = serializers.CharField()
    sha256 = serializers.CharField(help_text="SHA-256 of the font file.")
    sample_url = serializers.URLField(
        help_text="Image of the family name set in the font, 600 × 160 px; needs no key, and may be cached for ever."
    )
    sample = SampleCellOut(help_text="The same in `samples_url`, smaller.")

    def to_representation(self, instance: Font) -> dict[str, Any]:
        """Return the font as JSON values."""
        names = ("name", "family", "style", "category", "license", "sha256")
        return {
            **{name: getattr(instance, name) for name in names},
            "scripts": list(catalogue.list_scripts(instance.name)),
            "languages": list(catalogue.list_languages(instance.name)),
            "axes": [axis._asdict() for axis in catalogue.list_axes(instance.name)],
            "sample_url": _versioned_url(
                self.context["request"], sample_version(instance.name), "v1-font-sample", instance.name
            ),
            "sample": sprite_cells()[instance.name]._asdict(),
        }


class FontsOut(serializers.Serializer[Any]):
    """All fonts."""

    samples_url = serializers.URLField(
        help_text="One image with the samples of all fonts, for menus: `sample` of each font says where. It is made "
        "for twice the density of a plain screen. Needs no key, and may be cached for ever."
    )
    samples_width = serializers.IntegerField(help_text="Width of that image, px.")
    samples_height = serializers.IntegerField(help_text="Height of that image, px.")
    results = FontOut(many=True)


class Fonts(APIView):
    """Fonts that a design can use."""

    for_sessions = frozenset({"get"})

    @extend_schema(
        operation_id="fonts_list",
        summary="List fonts",
        description="All fonts of the catalogue. Designs refer to a font by its `name`; other names are rejected.",
        responses={200: FontsOut, **docs.problem_responses()},
        examples=[docs.response_example("A variable font", FONTS_EXAMPLE, 200)],
    )
    def get(self, request: Request) -> Response:
        """List the installed fonts."""
        rows = list(catalogue.installed_fonts().values())
        width, height = sprite_size()
        answer = {
            "samples_url": _versioned_url(request, sprite_version(), "v1-font-samples"),
            "samples_width": width,
            "samples_height": height,
            "results": FontOut(rows, many=True, context={"request": request}).data,
        }
        return Response(answer)


def _versioned_url(request: Request, version: str, name: str, *arguments: str) -> str:
    return f"{reverse(name, arguments, request=request)}?{urlencode({'v': version})}"


class SampleView(APIView):
    """Base of the views of samples: public, because an `img` element sends no API key, and not counted as API calls.

    A menu has some ninety of them, and many shoppers may share an address. They come from memory.
    """

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:  # noqa: ARG002
        """Return the image whatever the Accept header says."""
        return super().perform_content_negotiation(request, force=True)

    def answer(self, request: Request, version: str, load: Callable[[], bytes], media_type: str) -> HttpResponse:
        """Return an image for ever if the address names its version, else for SAMPLE_MAX_AGE; 304 if it is known."""
        etag, is_versioned = f'"{version}"', request.query_params.get("v") == version
        headers = {
            "ETag": etag,
            "Cache-Control": PUBLIC_CACHE_CONTROL if is_versioned else f"public, max-age={SAMPLE_MAX_AGE}",
        }
        if matches_etag(request, etag):
            return HttpResponse(status=304, headers=headers)
        return HttpResponse(load(), content_type=docs.picture_media_type(request, media_type), headers=headers)


class FontSample(SampleView):
    """A sample image of a font."""

    @extend_schema(
        operation_id="fonts_sample_get",
        summary="Get a font sample",
        description="The family name set in the font, 600 × 160 px. Needs no key, so that an `img` can show it, and "
        "does not count against the rate limit. The address in `sample_url` may be cached for ever.",
        auth=docs.NO_AUTH,
        parameters=[docs.FONT_NAME, docs.SAMPLE_VERSION, docs.IF_NONE_MATCH, docs.ETAG, docs.CACHE_CONTROL],
        responses={**docs.picture_responses("image/png"), 304: None, **docs.uncounted_responses(404)},
    )
    def get(self, request: Request, name: str) -> HttpResponse:
        """Return the sample as a PNG."""
        try:
            version = sample_version(name)
        except KeyError:
            raise NotFound("There is no font of this name. See /api/v1/fonts for the list.") from None
        return self.answer(request, version, partial(draw_sample, name), "image/png")


class FontSamples(SampleView):
    """The samples of all fonts in one image."""

    @extend_schema(
        operation_id="fonts_samples_get",
        summary="Get the samples of all fonts in one image",
        description="For menus: one request instead of one for each font. Take the address from `samples_url` of the "
        "list of fonts, and the place of each font from its `sample`. Needs no key, and does not count against the "
        "rate limit.",
        auth=docs.NO_AUTH,
        parameters=[docs.SAMPLE_VERSION, docs.IF_NONE_MATCH, docs.ETAG, docs.CACHE_CONTROL],
        responses={**docs.picture_responses("image/webp"), 304: None, **docs.uncounted_responses(404)},
    )
    def get(self, request: Request) -> HttpResponse:
        """Return the image as a WebP; 404 for another version, in which the fonts are at other places."""
        version = sprite_version()
        if request.query_params.get("v", version) != version:
            raise NotFound("The fonts have changed. Fetch /api/v1/fonts again, and use its `samples_url`.")
        return self.answer(request, version, load_sprite, "image/webp")


class Root(APIView):
    """Customify's API, version 1."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """List the API's endpoints."""
        names = ("designs", "pins", "assets", "account", "limits", "products", "fonts", "schema", "docs")
        return Response({name: reverse(f"v1-{name}", request=request) for name in names})
