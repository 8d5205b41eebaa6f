"""Each verdict reports nothing on a good end state, and the fault on a bad one."""

from dataclasses import replace

import pytest

from customify.testing.chaos import invariants
from customify.testing.chaos.end_state import DesignRow, EndState, EventRow, RenderRow, RenditionRow
from customify.testing.chaos.load import AcceptedDesign
from customify.testing.chaos.storage_watcher import find_wrong_files

ID, GONE = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
KEY = f"designs/{ID}/1-1/preview.png"
DATA = {"text": "Hello"}
DESIGN = DesignRow(ID, "published", 1, 1, 7, 2, deleted=False, error_code="", data=DATA)
RENDER = RenderRow(7, ID, 1, "succeeded", 1, 0, 0, None, {"revision": 1, "design_data": DATA})
GOOD = EndState(
    designs=[DESIGN],
    renders=[RENDER],
    renditions=[RenditionRow(7, "preview.png", KEY, "aa", 4)],
    events=[EventRow(ID, 1, "requested", 1), EventRow(ID, 2, "published", 1)],
    stored_hashes={KEY: "aa"},
)
EXPECTED = {7: {"preview.png": "aa"}}
PROMISES = [AcceptedDesign(ID, 0, "Hello"), AcceptedDesign(GONE, 0, "Gone", is_deleted=True)]


def with_design(**changes: object) -> EndState:
    return replace(GOOD, designs=[replace(DESIGN, **changes)])


def with_render(**changes: object) -> EndState:
    return replace(GOOD, renders=[replace(RENDER, **changes)])


def test_a_good_end_state_has_no_faults() -> None:
    assert invariants.find_all_violations(GOOD, PROMISES, EXPECTED) == []
    assert invariants.find_taken_leases(GOOD) == []
    assert find_wrong_files({KEY: "aa"}, dict(GOOD.stored_hashes)) == {}


@pytest.mark.parametrize(
    ("end", "violation"),
    [
        (replace(GOOD, designs=[]), "was accepted, but does not exist"),
        (with_design(status="rendering"), "is rendering"),
        (with_design(status="failed", error_code="poison"), "is failed poison"),
        (with_design(revision=2), "at revision 1 of 2"),
        (with_design(data={"text": "Other"}), "not the accepted 'Hello'"),
        (replace(GOOD, designs=[DESIGN, replace(DESIGN, id=GONE)]), "its row still exists"),
        (replace(GOOD, designs=[DESIGN, replace(DESIGN, id=KEY)]), "no client was told of it"),
        (with_render(state="running"), "render 1 of"),
        (replace(GOOD, garbage=1), "1 rows of garbage are left"),
        (with_render(state="superseded"), "is not a succeeded one"),
        (with_render(design=GONE), "is not a succeeded one of its own"),
        (with_render(frozen={"revision": 2, "design_data": DATA}), "shows revision 2 as 1"),
        (with_render(frozen={"revision": 1, "design_data": {}}), "shows other data"),
        (replace(GOOD, stored_hashes={}), "is not stored"),
        (replace(GOOD, stored_hashes={KEY: "aa", "stray": "bb"}), "stray is stored, but has no row"),
        (replace(GOOD, stored_hashes={KEY: "half"}), "differs from its row"),
        (replace(GOOD, renditions=[]), "with other files than its data gives"),
        (replace(GOOD, events=[*GOOD.events, EventRow(ID, 3, "published", 1)]), "was published 2 times"),
        (replace(GOOD, events=GOOD.events[:1]), "with 0 publications"),
        (replace(GOOD, events=[GOOD.events[0], EventRow(ID, 3, "published", 1)]), "are numbered [1, 3]"),
        (with_design(event_count=5), "counts 5 events, and has 2"),
        (replace(GOOD, stored_hashes={KEY: "aa", KEY.replace(ID, GONE): "bb"}), "belongs to a deleted design"),
    ],
)
def test_every_fault_is_reported(end: EndState, violation: str) -> None:
    assert any(violation in one for one in invariants.find_all_violations(end, PROMISES, EXPECTED))


def test_a_wrong_image_under_its_right_hash_is_reported() -> None:
    assert invariants.find_file_mismatches(GOOD, {7: {"preview.png": "of other data"}})


def test_a_lost_lease_is_reported() -> None:
    assert invariants.find_taken_leases(with_render(attempt=2))
    assert invariants.find_taken_leases(with_render(attempt=2, failures=1)) == []


@pytest.mark.parametrize("stored", [{}, {KEY: "half"}])
def test_a_missing_or_partial_visible_file_is_found(stored: dict[str, str]) -> None:
    assert list(find_wrong_files({KEY: "aa"}, stored)) == [KEY]
