"""The tests of designs pass on SQLite too: each run has a database file of its own."""

from pathlib import Path

import pytest

from designs.tests.support.sqlite_run import assert_tests_pass_on_sqlite

RUNS = {
    "domain": [
        "designs/tests/models",
        "designs/tests/broker/test_queue.py",
        "designs/tests/renders",
        "designs/tests/drawing",
        "designs/tests/lifecycle",
        "designs/tests/services",
        "designs/tests/worker",
        "designs/tests/reconciler",
        "designs/tests/events/test_reader.py",
    ],
    "api": ["designs/tests/api", "designs/tests/previews", "designs/tests/admin"],
}
# Their database queries are covered by the others.
LEFT_OUT = (
    "worker/test_processes.py",
    "drawing/test_timeouts.py",
    "api/test_browser.py",
    "api/test_tenant_isolation.py",
)


@pytest.mark.sqlite
@pytest.mark.parametrize("run", RUNS)
def test_their_tests_pass_on_sqlite_too(tmp_path: Path, run: str) -> None:
    left_out = [f"--ignore=designs/tests/{name}" for name in LEFT_OUT]
    assert_tests_pass_on_sqlite(*RUNS[run], *left_out, folder=tmp_path)
