"""Filters of lists."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from rest_framework.request import Request

from designs.api.errors import InvalidInput, ProblemItem
from designs.api.finding_filters import keep_printable, keep_unprintable, keep_with_finding
from designs.api.keyset import after_bound, before_bound
from designs.api.metadata_filters import filter_metadata, metadata_parameters
from designs.api.wording import explain_form_field
from designs.models import Design, DesignStatus, ModerationState, Pin, Product
from designs.models.override import CODE_LENGTH
from designs.models.pin import ORDER_ID_LENGTH
from designs.renders.findings import all_codes

YES_OR_NO = [("true", "yes"), ("false", "no")]


class TimestampField(django_filters.fields.IsoDateTimeField):  # type: ignore[misc]  # django-filter has no types
    """An ISO 8601 timestamp that every database can compare."""

    def clean(self, value: Any) -> Any:
        """Return the time in UTC; ValidationError for years in which converting the time zone could overflow."""
        try:
            moment = super().clean(value)
        except OverflowError:
            moment = datetime.max  # noqa: DTZ901  # only its year is used below
        if moment is not None and not 2 < moment.year < 9998:
            raise ValidationError("This date is out of range; give one from year 3 to 9997.", code="out_of_range")
        return moment and moment.astimezone(UTC)  # PostgreSQL rejects offsets of more than 16 hours


class TimestampFilter(django_filters.IsoDateTimeFilter):  # type: ignore[misc]  # django-filter has no types
    """Filters by a timestamp."""

    field_class = TimestampField


class WordedFilterSet(django_filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Base of filters whose messages say what to do."""

    def get_form_class(self) -> Any:
        """Return the form that checks the parameters, with our words."""
        form = super().get_form_class()
        for field in form.base_fields.values():
            field.error_messages = {**field.error_messages, **explain_form_field(field)}
        return form


class DesignFilter(WordedFilterSet):
    """Filters of the list of designs."""

    status = django_filters.ChoiceFilter(choices=DesignStatus.choices)
    product_type = django_filters.CharFilter(method="filter_product", max_length=50, strip=False)
    created_after = TimestampFilter(method="filter_created_after")
    created_before = TimestampFilter(method="filter_created_before")
    external_id = django_filters.CharFilter(method="filter_external_id", max_length=200, strip=False)
    customer = django_filters.CharFilter(method="filter_customer", max_length=200, strip=False)
    finding = django_filters.CharFilter(method="filter_finding", max_length=CODE_LENGTH, strip=False)
    printable = django_filters.ChoiceFilter(choices=YES_OR_NO, method="filter_printable")
    pinned = django_filters.ChoiceFilter(choices=YES_OR_NO, method="filter_pinned")

    class Meta:
        model = Design
        fields = [
            "status",
            "product_type",
            "created_after",
            "created_before",
            "external_id",
            "customer",
            "finding",
            "printable",
            "pinned",
        ]

    def filter_queryset(self, queryset: QuerySet[Design]) -> QuerySet[Design]:
        """Apply the filters, and those of metadata that the settings name."""
        designs: QuerySet[Design] = super().filter_queryset(queryset)
        return filter_metadata(designs, self.data)

    def filter_created_after(self, designs: QuerySet[Design], _: str, moment: datetime) -> QuerySet[Design]:
        """Keep designs with created_at > moment."""
        return designs.filter(created_at__gt=after_bound(moment))

    def filter_created_before(self, designs: QuerySet[Design], _: str, moment: datetime) -> QuerySet[Design]:
        """Keep designs with created_at < moment."""
        return designs.filter(created_at__lt=before_bound(moment))

    def filter_product(self, designs: QuerySet[Design], _: str, slug: str) -> QuerySet[Design]:
        """Keep designs of a product; compared by product id, for which there is an index.

        The id is looked up first: only for a known value PostgreSQL can tell a rare product from a frequent one, for
        which another index would do.
        """
        product_id = Product.objects.filter(slug=slug).values_list("pk", flat=True).first()
        return designs.filter(product=product_id) if product_id is not None else designs.none()

    def filter_external_id(self, designs: QuerySet[Design], _: str, external_id: str) -> QuerySet[Design]:
        """Keep designs with this external id; SQLite uses the partial index only if the query repeats its condition."""
        return designs.filter(external_id=external_id).exclude(external_id="")

    def filter_customer(self, designs: QuerySet[Design], _: str, customer: str) -> QuerySet[Design]:
        """Keep designs of this customer; the condition of the partial index is repeated for SQLite."""
        return designs.filter(customer=customer).exclude(customer="")

    def filter_finding(self, designs: QuerySet[Design], _: str, code: str) -> QuerySet[Design]:
        """Keep designs whose files have a finding of this code, or of an earlier name of it."""
        return keep_with_finding(designs, [{"code": name} for name in all_codes(code)])

    def filter_printable(self, designs: QuerySet[Design], _: str, printable: str) -> QuerySet[Design]:
        """Keep designs with files that may be printed, or those with files that may not."""
        return keep_printable(designs) if printable == "true" else keep_unprintable(designs)

    def filter_pinned(self, designs: QuerySet[Design], _: str, pinned: str) -> QuerySet[Design]:
        """Keep designs of which files are pinned, or those of which none are."""
        is_pinned = Exists(Pin.objects.filter(design=OuterRef("pk")))
        return designs.filter(is_pinned if pinned == "true" else ~is_pinned)


class PinFilter(WordedFilterSet):
    """Filters of the list of pins."""

    order_id = django_filters.CharFilter(method="filter_order", max_length=ORDER_ID_LENGTH, strip=False)
    design = django_filters.UUIDFilter()
    moderation = django_filters.ChoiceFilter(
        choices=[*ModerationState.choices, ("none", "none")], method="filter_moderation"
    )

    class Meta:
        model = Pin
        fields = ["order_id", "design", "moderation"]

    def filter_moderation(self, pins: QuerySet[Pin], _: str, state: str) -> QuerySet[Pin]:
        """Keep pins of revisions about which this was decided, or nothing yet."""
        if state == "none":
            return pins.filter(revision__moderation=None)
        return pins.filter(revision__moderation__state=state)

    def filter_order(self, pins: QuerySet[Pin], _: str, order_id: str) -> QuerySet[Pin]:
        """Keep pins of this order; SQLite uses the partial index only if the query repeats its condition."""
        return pins.filter(order_id=order_id).exclude(order_id="")


def reject_empty_filters(request: Request, names: Iterable[str]) -> None:
    """Raise InvalidInput for a filter without a value, or of blanks alone, which django-filter would ignore."""
    # The form of the browsable API sends its empty inputs too.
    is_form = getattr(request.accepted_renderer, "format", "") == "api"
    for name in names:
        value = request.query_params.get(name)
        if value is not None and not value.strip() and not (is_form and not value):
            raise invalid_parameter(name, "empty", "Give a value, or leave the parameter out.")


def has_filters(request: Request) -> bool:
    """Tell whether the request filters the list of designs."""
    return any(name in request.query_params for name in (*DesignFilter.base_filters, *metadata_parameters()))


def invalid_parameter(parameter: str, code: str, message: str) -> InvalidInput:
    """Return the error for a query parameter."""
    return InvalidInput([ProblemItem(parameter[:100], code, message, "parameter")])
