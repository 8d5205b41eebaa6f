"""An edit that changes no picture settles at once, by naming the published files again."""

import pytest
from django.db.models.functions import Now

from designs import lifecycle
from designs.models import Design, Product, Render
from designs.tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(design: Design) -> Design:
    factories.publish_newest(design)
    return design


def test_unchanged_inputs_settle_by_naming_the_published_files_again(published: Design) -> None:
    edited = factories.edit(published, "Test")
    render = factories.render_of(published)
    assert (edited.status, edited.revision, edited.published_revision) == ("published", 2, 2)
    assert (render.state, render.reuses_id, render.attempt) == ("succeeded", published.published_render_id, 0)
    assert edited.published_render_id == published.published_render_id
    assert factories.claim() == []
    assert factories.stories(published.pk)[-3:] == ["edited", "requested", "published"]


def test_a_second_reuse_names_the_files_own_render(published: Design) -> None:
    factories.edit(published, "Test")
    factories.edit(published, "Test")
    assert factories.render_of(published).reuses_id == published.published_render_id


def test_a_render_on_its_way_is_superseded(published: Design) -> None:
    factories.edit(published, "newer")
    work = factories.claim_one()
    edited = factories.edit(published, "Test")
    assert edited.status == "published"
    assert factories.render_of(published, 2).state == "superseded"
    assert factories.publish(work) == set()


def test_a_failed_design_is_mended_by_it(published: Design) -> None:
    factories.edit(published, "newer")
    lifecycle.fail_render(factories.claim_one(), "too_slow", "It took too long.")
    edited = factories.edit(published, "Test")
    assert (edited.status, edited.error_code) == ("published", "")


def test_changed_rules_of_the_product_draw_again(published: Design) -> None:
    Product.objects.filter(slug="t-shirt").update(size_max=80)
    assert factories.edit(published, "Test").status == "rendering"


def test_files_that_collection_has_begun_on_are_never_named(published: Design) -> None:
    Render.objects.filter(number=1).update(collected_at=Now())
    assert factories.edit(published, "Test").status == "rendering"


def test_nothing_published_means_nothing_to_reuse(design: Design) -> None:
    assert factories.edit(design, "Test").status == "rendering"


def test_reused_files_become_replaced_with_their_own_render(published: Design) -> None:
    factories.edit(published, "Test")
    factories.edit(published, "newer")
    factories.publish_newest(published)
    replaced = Render.objects.filter(replaced_at__isnull=False).values_list("number", flat=True)
    assert list(replaced) == [1]
