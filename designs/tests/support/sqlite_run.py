"""Tests once more on SQLite, as a run of pytest within a test."""

import os
import subprocess
import sys
from pathlib import Path

from customify.testing.spawn import PROJECT


def assert_tests_pass_on_sqlite(*arguments: str, folder: Path, timeout: int = 300) -> str:
    """Run `pytest ARGUMENTS…` on a database file in `folder`, for at most `timeout` s; return its output."""
    # To the plugin the inner run is one more worker of this run: it uses our servers instead of starting its own.
    worker = {"PYTEST_XDIST_WORKER": os.environ.get("PYTEST_XDIST_WORKER", "gw0")}
    options = ["-n0", "-p", "no:cacheprovider", f"--basetemp={folder}/inner"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *arguments],
        cwd=PROJECT,
        env={**os.environ, **worker, "DATABASE_URL": f"sqlite:///{folder}/test.sqlite3"},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
    return done.stdout
