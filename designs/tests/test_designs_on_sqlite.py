"""Designs are the same on SQLite: their tests run once more on a database file of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
RUNS = {
    "life": ["designs/tests/life", "designs/tests/live/test_what_is_new_is_read_whole.py"],
    "api": ["designs/tests/api", "designs/tests/admin"],
}
# They ask the database nothing that the others do not.
LEFT_OUT = (
    "life/test_processes.py",
    "life/test_time_limits.py",
    "api/test_a_person_uses_the_pages_in_a_browser.py",
    "api/test_no_route_tells_of_anothers_things.py",
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
