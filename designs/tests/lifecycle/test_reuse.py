"""An edit that changes no image reuses the published files at once."""

import pytest
from django.db.models.functions import Now

from designs import lifecycle
from designs.models import Design, Product, Render
from designs.tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(design: Design) -> Design:
    factories.publish_newest_render(design)
    return design


def test_unchanged_inputs_reuse_the_published_files(published: Design) -> None:
    edited = factories.edit_design(published, "Test")
    render = factories.get_render(published)
    assert (edited.status, edited.revision, edited.published_revision) == ("published", 2, 2)
    assert (render.state, render.reuses_id, render.attempt) == ("succeeded", published.published_render_id, 0)
    assert edited.published_render_id == published.published_render_id
    assert factories.claim_renders() == []
    assert factories.event_types(published.pk)[-3:] == ["edited", "requested", "published"]


def test_a_second_reuse_points_to_the_original_render(published: Design) -> None:
    factories.edit_design(published, "Test")
    factories.edit_design(published, "Test")
    assert factories.get_render(published).reuses_id == published.published_render_id


def test_an_unfinished_render_is_superseded_by_a_reuse(published: Design) -> None:
    factories.edit_design(published, "newer")
    work = factories.claim_next_render()
    edited = factories.edit_design(published, "Test")
    assert edited.status == "published"
    assert factories.get_render(published, 2).state == "superseded"
    assert factories.publish_render(work) == set()


def test_a_failed_design_is_republished_by_a_reuse(published: Design) -> None:
    factories.edit_design(published, "newer")
    lifecycle.fail_render(factories.claim_next_render(), "too_slow", "It took too long.")
    edited = factories.edit_design(published, "Test")
    assert (edited.status, edited.error_code) == ("published", "")


def test_changed_product_rules_cause_a_new_drawing(published: Design) -> None:
    Product.objects.filter(slug="t-shirt").update(size_max=80)
    assert factories.edit_design(published, "Test").status == "rendering"


def test_files_under_collection_are_never_reused(published: Design) -> None:
    Render.objects.filter(number=1).update(collected_at=Now())
    assert factories.edit_design(published, "Test").status == "rendering"


def test_nothing_is_reused_before_the_first_publication(design: Design) -> None:
    assert factories.edit_design(design, "Test").status == "rendering"


def test_reused_files_become_replaced_with_their_own_render(published: Design) -> None:
    factories.edit_design(published, "Test")
    factories.edit_design(published, "newer")
    factories.publish_newest_render(published)
    replaced = Render.objects.filter(replaced_at__isnull=False).values_list("number", flat=True)
    assert list(replaced) == [1]
