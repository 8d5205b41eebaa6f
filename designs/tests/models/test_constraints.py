"""Database constraints refuse every row that breaks a state rule."""

import uuid
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.db.models.functions import Now

from designs.models import (
    Design,
    DesignRevision,
    Event,
    IdempotencyKey,
    PrintArea,
    Product,
    Render,
    Rendition,
)
from designs.tests.support import factories

pytestmark = pytest.mark.django_db

BROKEN: list[tuple[type[models.Model], str, dict[str, Any]]] = [
    (Design, "design_status", {"status": "lost"}),
    (Design, "design_published_has_files", {"published_revision": None}),
    (Design, "design_published_has_files", {"published_render": None}),
    (Design, "design_failed_has_reason", {"status": "failed"}),
    (Design, "design_published_revision_exists", {"published_revision": F("revision") + 1}),
    (Render, "render_state", {"state": "lost"}),
    (Render, "render_lane", {"lane": "fast"}),
    (Render, "render_running_has_lease", {"state": "running", "finished_at": None}),
    (Render, "render_running_has_lease", {"lease_token": uuid.UUID(int=1), "lease_until": Now()}),
    (Render, "render_running_has_lease", {"lease_until": Now()}),
    (Render, "render_failed_has_reason", {"state": "failed"}),
    (Render, "render_finished_has_time", {"finished_at": None}),
    (Render, "render_finished_has_time", {"state": "queued"}),
    (Rendition, "rendition_kind", {"kind": "poster"}),
    (Rendition, "rendition_sizes", {"width": 0}),
    (Rendition, "rendition_sizes", {"height": 0}),
    (Rendition, "rendition_sizes", {"bytes": 0}),
    (Product, "product_text_range", {"text_min": 0}),
    (Product, "product_text_range", {"text_max": 2001}),
    (Product, "product_text_range", {"text_min": F("text_max") + 1}),
    (Product, "product_size_range", {"size_min": 0}),
    (Product, "product_size_range", {"size_max": 601}),
    (Product, "product_size_range", {"size_min": F("size_max") + 1}),
    (PrintArea, "print_area_sizes", {"width_mm": 0}),
    (PrintArea, "print_area_sizes", {"height_mm": 0}),
    (PrintArea, "print_area_sizes", {"bleed_mm": -1}),
    (PrintArea, "print_area_sizes", {"safe_mm": -1}),
    (PrintArea, "print_area_sizes", {"min_dpi": 0}),
]


@pytest.fixture
def published(design: Design) -> Design:
    factories.publish_newest_render(design)
    return design


@pytest.mark.parametrize(
    ("model", "constraint", "values"),
    BROKEN,
    ids=[f"{constraint}: {' '.join(values)} ({number})" for number, (_, constraint, values) in enumerate(BROKEN)],
)
def test_a_row_that_breaks_a_rule_is_refused(
    published: Design, model: type[models.Model], constraint: str, values: dict[str, Any]
) -> None:
    rows = model._default_manager.all()
    row = rows.filter(pk=rows.values("pk")[:1])
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row.update(**values)


def test_every_check_constraint_is_tested_here() -> None:
    tried = {constraint for _, constraint, _ in BROKEN}
    named = {
        constraint.name
        for model in (Design, DesignRevision, Render, Rendition, Event, IdempotencyKey, Product, PrintArea)
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
    }
    assert tried == named


def copy(row: models.Model, **changes: Any) -> models.Model:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return type(row)(**{**values, "id": None, **changes})


@pytest.mark.parametrize("model", [DesignRevision, Render, Rendition, Event, Product, PrintArea])
def test_a_duplicate_of_a_unique_row_is_refused(published: Design, model: type[models.Model]) -> None:
    row = model._default_manager.first()
    assert row is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        copy(row).save(force_insert=True)


def test_a_storage_key_is_unique(published: Design) -> None:
    row = Rendition.objects.first()
    assert row is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        copy(row, name="another.png").save(force_insert=True)


def test_a_product_has_one_main_print_area(published: Design) -> None:
    area = PrintArea.objects.filter(main=True).first()
    assert area is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        copy(area, placement="sleeve").save(force_insert=True)
