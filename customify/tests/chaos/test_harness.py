"""The harness detects a missing safeguard, and reports nothing when all are in place."""

import pytest

from customify.testing.chaos import end_state, invariants
from customify.testing.chaos.fault_run import ChaosResult, ChaosRun
from customify.testing.chaos.fleet import Fleet
from customify.testing.chaos.site import Site
from customify.tests.support.chaos import scenes
from customify.tests.support.chaos.programmes import report, running_site

MUTANTS = "customify.tests.support.chaos.mutants"
LEASE = 10.0  # s; a worker gives up storing after less than half of it, and no scene holds uploads so long


def play(*scenes: scenes.Scene, worker_class: str = "", settings: str = "", patience: float = 30) -> ChaosResult:
    """Run scenes on one site, with a worker class or a settings module; return the verdicts on the end state."""
    variables = {"DJANGO_SETTINGS_MODULE": settings} if settings else {}
    name = f"{MUTANTS}.{worker_class}" if worker_class else ""
    with running_site(LEASE, workers=2, worker_class=name, variables=variables) as (place, processes, programme):
        for scene in scenes:
            scene(place, processes, programme)
        programme.wait_until_settled(patience)
        outcome = programme.check_end_state()
    report(outcome)
    return outcome


@pytest.mark.chaos(seconds=65)
def test_the_real_delivery_has_no_faults() -> None:
    """Also with a worker whose lease was taken over: only that of the worker that died counts as lost."""
    before: list[str] = []

    def remember(place: Site, _: Fleet, __: ChaosRun) -> None:
        before.extend(invariants.find_taken_leases(end_state.read_end_state(place)))

    outcome = play(scenes.held_lease, scenes.edit_during_storing, scenes.lost_queue, remember, scenes.overtaken_lease)
    assert before == []
    assert outcome.violations == []
    assert outcome.lost_leases == 1


@pytest.mark.chaos
def test_without_the_lease_check_in_the_claim_leases_are_taken_over() -> None:
    outcome = play(scenes.held_lease, worker_class="ClaimsWithoutLease", patience=10)
    assert invariants.find_taken_leases(outcome.end_state)


@pytest.mark.chaos
def test_without_the_lease_check_in_publishing_files_are_missing() -> None:
    outcome = play(scenes.overtaken_lease, worker_class="PublishesWithoutToken", patience=10)
    assert any("is not stored" in violation for violation in outcome.violations)


@pytest.mark.chaos_short
@pytest.mark.chaos
def test_without_the_condition_of_publishing_superseded_renders_are_published() -> None:
    outcome = play(scenes.edit_during_storing, worker_class="PublishesWithoutCondition", patience=5)
    assert any("render 1 of" in violation and "is succeeded" in violation for violation in outcome.violations)


@pytest.mark.chaos
def test_a_naive_delivery_loses_designs() -> None:
    outcome = play(scenes.lost_queue, settings="customify.tests.support.chaos.naive_settings", patience=5)
    assert sum(" is rendering " in violation for violation in outcome.violations) == 5
