"""Endpoints of products."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from designs.api import docs
from designs.api.conditions import matches_etag
from designs.api.docs.catalogue import PRODUCT_EXAMPLE, PRODUCTS_EXAMPLE
from designs.api.filters import reject_empty_filters
from designs.api.pagination import ProductPagination
from designs.api.product_fields import (
    FIRST_AREA_FIELDS,
    FullProductOut,
    ProductsOut,
    product_to_json,
)
from designs.models import PrintArea, Product, Technique, Variant
from designs.renders.snapshot import canonical_sha256

ROW_COLUMNS = ("pk", "slug", "name", "group", "technique__slug", "text_min", "text_max", "size_min", "size_max")


class Products(APIView):
    """Products that can be printed, with the limits of their designs."""

    for_sessions = frozenset({"get"})

    @extend_schema(
        operation_id="products_list",
        summary="List products",
        description="The active products by name, with their print areas in millimetres and the limits of their texts: "
        "all of up to 250, then a page of them, and `next`. `GET /products/{slug}` has the rest.",
        parameters=[docs.CURSOR, docs.PRODUCTS_PAGE_SIZE, docs.GROUP, docs.IF_NONE_MATCH, docs.ETAG],
        responses={200: ProductsOut, 304: None, **docs.problem_responses(400, 404)},
        examples=[docs.response_example("A mug", PRODUCTS_EXAMPLE, 200)],
    )
    def get(self, request: Request) -> HttpResponse:
        """List the active products."""
        reject_empty_filters(request, ["group"])
        products = Product.objects.filter(active=True)
        if group := request.query_params.get("group"):
            products = products.filter(group=group)
        pages = ProductPagination()
        rows = pages.paginate_queryset(products.values_list(*ROW_COLUMNS, named=True), request, self)
        links = {"next": pages.get_next_link(), "previous": pages.get_previous_link()}
        return _respond(request, {**links, "results": _rows_to_json(rows)})


class OneProduct(APIView):
    """A product with everything that a page needs."""

    for_sessions = frozenset({"get"})

    @extend_schema(
        operation_id="products_get",
        summary="Show a product",
        description="Everything that a page needs to make designs for an active product: its variants, its print "
        "areas with all of their rules, and the rules of its techniques. Send the `ETag` as `If-None-Match` to get "
        "304 if nothing has changed.",
        parameters=[docs.PRODUCT, docs.IF_NONE_MATCH, docs.ETAG],
        responses={200: FullProductOut, 304: None, **docs.problem_responses(404)},
        examples=[docs.response_example("A T-shirt", PRODUCT_EXAMPLE, 200)],
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        """Show an active product."""
        products = Product.objects.select_related("technique").prefetch_related("print_areas__technique")
        product = products.filter(slug=slug, active=True).first()
        if product is None:
            raise NotFound("There is no active product of this name. See /api/v1/products for the list.")
        variants = list(Variant.objects.filter(product=product))
        return _respond(request, product_to_json(product, variants, _find_techniques(product)))


def _respond(request: Request, answer: dict[str, Any]) -> HttpResponse:
    """Return the answer with the hash of it as its ETag, or 304 if the client has it."""
    etag = f'"{canonical_sha256([request.accepted_renderer.format, answer])[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if request.headers.get("If-None-Match") != "*" and matches_etag(request, etag):
        response = HttpResponse(status=304, headers=headers)
        del response["Content-Type"]
        return response
    return Response(answer, headers=headers)


def _rows_to_json(rows: list[Any]) -> list[dict[str, Any]]:
    """Return a page of products as JSON objects, by two more queries: plain rows, because objects take too long."""
    ids = [row.pk for row in rows]
    areas = defaultdict(list)
    for product, *values in PrintArea.objects.filter(product__in=ids).values_list("product_id", *FIRST_AREA_FIELDS):
        areas[product].append(dict(zip(FIRST_AREA_FIELDS, values, strict=True)))
    counted = Variant.objects.filter(product__in=ids, active=True).order_by().values_list("product_id")
    counts = dict(counted.annotate(count=Count("pk")))
    return [
        {
            "product_type": row.slug,
            "name": row.name,
            "group": row.group,
            "technique": row.technique__slug,
            "text_length": {"min": row.text_min, "max": row.text_max},
            "font_size": {"min": row.size_min, "max": row.size_max},
            "print_areas": areas[row.pk],
            "variant_count": counts.get(row.pk, 0),
        }
        for row in rows
    ]


def _find_techniques(product: Product) -> list[Technique]:
    """Return all techniques that a product, its areas and their overrides name, by name."""
    named = [product.technique, *(area.technique for area in product.areas)]
    found = {each.slug: each for each in named if each is not None}
    others = {each["technique"] for area in product.areas for each in area.overrides if each.get("technique")}
    if missing := others - found.keys():
        found |= {each.slug: each for each in Technique.objects.filter(slug__in=missing)}
    return [found[slug] for slug in sorted(found)]
