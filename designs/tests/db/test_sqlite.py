"""Designs are the same on SQLite: their tests run once more on a database file of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from customify.testing.spawning import PROJECT

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
# They ask the database nothing that the others do not.
LEFT_OUT = (
    "worker/test_processes.py",
    "drawing/test_timeouts.py",
    "api/test_browser.py",
    "api/test_tenant_isolation.py",
)


@pytest.mark.sqlite
@pytest.mark.parametrize("run", RUNS)
def test_their_tests_pass_on_sqlite_too(tmp_path: Path, run: str) -> None:
    # To the plugin the inner run is one more worker of this run: it uses our servers instead of starting its own.
    ours = {"PYTEST_XDIST_WORKER": os.environ.get("PYTEST_XDIST_WORKER", "gw0")}
    arguments = [*RUNS[run], "-n0", "-p", "no:cacheprovider", f"--basetemp={tmp_path}/inner"]
    arguments += [f"--ignore=designs/tests/{name}" for name in LEFT_OUT]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=PROJECT,
        env={**os.environ, **ours, "DATABASE_URL": f"sqlite:///{tmp_path}/{run}.sqlite3"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
