"""The life of a design is the same on SQLite: its tests run once more on a database file of their own."""

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
# Neither asks the database anything that the others do not.
LEFT_OUT = ("test_processes.py", "test_time_limits.py")
ALSO = ("designs/tests/live/test_what_is_new_is_read_whole.py",)


def test_the_tests_of_a_designs_life_pass_on_sqlite_too(tmp_path: Path) -> None:
    # To the plugin the inner run is one more worker of this run: it uses our servers instead of starting its own.
    ours = {"PYTEST_XDIST_WORKER": os.environ.get("PYTEST_XDIST_WORKER", "gw0")}
    arguments = ["designs/tests/life", *ALSO, "-n0", "-p", "no:cacheprovider", f"--basetemp={tmp_path}/inner"]
    arguments += [f"--ignore=designs/tests/life/{name}" for name in LEFT_OUT]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=PROJECT,
        env={**os.environ, **ours, "DATABASE_URL": f"sqlite:///{tmp_path}/life.sqlite3"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
