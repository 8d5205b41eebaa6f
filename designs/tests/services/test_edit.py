"""Edits: new revisions and renders, superseded renders, drafts, and conflicts."""

import pytest

from designs import services
from designs.models import Design, DesignRevision, Lane
from designs.tests.support import factories
from designs.tests.support.fixture_types import MakeDesign
from rendering.engine.validation.problems import SpecError

pytestmark = pytest.mark.django_db


def states(design: Design) -> list[tuple[int, str]]:
    return list(design.renders.order_by("number").values_list("number", "state"))


def test_new_data_makes_a_new_revision_and_a_render(design: Design) -> None:
    edited = factories.edit_design(design, "newer")
    assert (edited.revision, edited.status, edited.asked_render) == (2, "rendering", 2)
    assert [revision.design_data["text"] for revision in design.revisions.all()] == ["Test", "newer"]
    assert factories.get_render(design).frozen["design_data"]["text"] == "newer"


def test_the_queued_render_of_older_data_is_superseded(design: Design) -> None:
    factories.edit_design(design, "newer")
    assert states(design) == [(1, "superseded"), (2, "queued")]
    assert factories.waiting_garbage(design) == []


def test_the_running_render_of_older_data_is_superseded_and_its_files_are_garbage(design: Design) -> None:
    factories.claim_next_render()
    factories.edit_design(design, "newer")
    assert states(design) == [(1, "superseded"), (2, "queued")]
    assert factories.get_render(design, 1).lease_token is None
    assert factories.waiting_garbage(design) == [(1, 1)]


def test_renders_of_other_lanes_are_left_alone(design: Design) -> None:
    factories.request_render_in_lane(design, Lane.PRINT)
    factories.edit_design(design, "newer")
    assert states(design) == [(1, "superseded"), (2, "queued"), (3, "queued")]


def test_old_files_show_until_the_new_ones_are_published(design: Design) -> None:
    work = factories.publish_newest_render(design)
    edited = factories.edit_design(design, "newer")
    assert (edited.status, edited.published_revision, edited.published_render_id) == ("rendering", 1, work.render_id)


def test_a_change_of_metadata_alone_makes_no_revision(design: Design) -> None:
    edited = factories.edit_design(design, metadata={"order": 7})
    assert (edited.revision, edited.metadata, edited.edit_count) == (1, {"order": 7}, 1)
    assert states(design) == [(1, "queued")]


def test_a_draft_stays_a_draft(make_design: MakeDesign) -> None:
    draft = make_design(render=False)
    assert draft.status == "draft"
    edited = factories.edit_design(draft, "newer")
    assert (edited.status, edited.revision, states(edited)) == ("draft", 2, [])


def test_a_draft_is_drawn_on_request(make_design: MakeDesign) -> None:
    draft = make_design(render=False)
    assert factories.edit_design(draft, render=True).status == "rendering"
    assert states(draft) == [(1, "queued")]


def test_an_explicit_request_always_draws_again(design: Design) -> None:
    factories.publish_newest_render(design)
    render = services.request_render(design.pk, design.owner_id)
    design.refresh_from_db()
    assert (render.number, render.state, design.status) == (2, "queued", "rendering")


def test_an_edit_of_a_stale_revision_is_refused(design: Design) -> None:
    factories.edit_design(design, "theirs", seen_edit_count=0)
    with pytest.raises(services.EditConflictError):
        factories.edit_design(design, "ours", seen_edit_count=0)
    assert design.revisions.count() == 2
    assert factories.edit_design(design, "ours", seen_edit_count=1).revision == 3


def test_bad_data_changes_nothing(design: Design) -> None:
    with pytest.raises(SpecError):
        factories.edit_design(design, "x" * 51)
    design.refresh_from_db()
    assert (design.revision, design.edit_count) == (1, 0)
    assert factories.event_types(design.pk) == ["created", "requested"]


def test_a_deleted_design_cannot_be_edited(design: Design) -> None:
    services.delete_design(design.pk, design.owner_id)
    with pytest.raises(services.DesignGoneError):
        factories.edit_design(design, "late")
    with pytest.raises(services.DesignGoneError):
        services.request_render(design.pk, design.owner_id)


def test_a_revision_is_immutable(design: Design) -> None:
    revision = DesignRevision.objects.get(design=design)
    with pytest.raises(TypeError, match="immutable"):
        revision.save()


def test_an_edit_after_a_failure_clears_the_error(design: Design) -> None:
    from designs import lifecycle

    lifecycle.fail_render(factories.claim_next_render(), "too_slow", "It took too long.")
    edited = factories.edit_design(design, "simpler")
    assert (edited.status, edited.error_code, edited.error_message) == ("rendering", "", "")
