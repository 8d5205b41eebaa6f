"""A few lives in the default run, always the same; `-m chaos` runs CHAOS_LIVES random ones (seed CHAOS_SEED)."""

import os
import random
import time
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import HealthCheck, seed
from hypothesis import settings as Settings
from hypothesis.stateful import run_state_machine_as_test

from customify.testing.spawn import PROJECT
from designs.tests.support.sqlite_run import assert_tests_pass_on_sqlite
from designs.tests.support.state_machine.machine import DesignLifeMachine

FEW = Settings(
    max_examples=15,
    stateful_step_count=25,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
MANY = Settings(FEW, max_examples=int(os.environ.get("CHAOS_LIVES", "30")), stateful_step_count=50, derandomize=False)

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_few_lives_reach_no_bad_state(life: type[DesignLifeMachine]) -> None:
    run_state_machine_as_test(life, settings=FEW)


def test_a_pin_of_an_older_revision_leaves_a_draft_a_draft(life: type[DesignLifeMachine]) -> None:
    machine = life()
    machine.request(owner=0, text="one", render=False)
    machine.edit(pick=0, text="two", render=False)
    machine.pin(pick=0, number=1)
    machine.no_bad_state_is_reached()
    machine.teardown()


@pytest.mark.chaos
def test_many_lives_reach_no_bad_state(life: type[DesignLifeMachine], capsys: pytest.CaptureFixture[str]) -> None:
    number = int(os.environ.get("CHAOS_SEED") or random.randrange(2**32))
    began = time.monotonic()
    with capsys.disabled():
        print(f"\n{MANY.max_examples} lives on {connection.vendor}: CHAOS_SEED={number}")
    run_state_machine_as_test(seed(number)(life), settings=MANY)
    with capsys.disabled():
        print(f"{MANY.max_examples} lives on {connection.vendor}: {time.monotonic() - began:.0f} s")


@pytest.mark.parametrize(
    "test",
    [
        "test_a_few_lives_reach_no_bad_state",
        pytest.param("test_many_lives_reach_no_bad_state", marks=pytest.mark.chaos),
    ],
)
def test_lives_on_sqlite_reach_no_bad_state(test: str, tmp_path: Path) -> None:
    output = assert_tests_pass_on_sqlite(
        f"{Path(__file__).relative_to(PROJECT)}::{test}", "-m", "", folder=tmp_path, timeout=600
    )
    print(output)
    assert "1 passed" in output
