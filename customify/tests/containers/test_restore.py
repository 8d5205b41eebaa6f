"""Backup and restore with Docker Compose, by the commands of docs/operations.md."""

from __future__ import annotations

import shlex

import pytest

from customify.tests.support.containers import Stack, eventually, run_program
from customify.tests.support.operations import read_block

pytestmark = pytest.mark.containers

DELETE_ALL_FILES = """
from django.core.files.storage import storages
from designs.models import Rendition
keys = list(Rendition.objects.values_list("key", flat=True))
for key in keys: storages["default"].delete(key)
print(len(keys), "deleted")
"""


def run_block(stack: Stack, name: str) -> str:
    """Run the commands in the project's folder."""
    commands = read_block(name).replace("docker compose", shlex.join(stack.engine.compose))
    done = run_program(["bash", "-c", f"set -euo pipefail\n{commands}"], cwd=stack.folder, env=stack.env, seconds=400)
    return done.stdout + done.stderr


def test_what_was_backed_up_is_back_after_a_restore(stack: Stack) -> None:
    kept = stack.publish("before the dump")
    run_block(stack, "backup with compose")
    assert (stack.folder / "backup" / "database.sql.gz").stat().st_size > 1_000
    later = stack.publish("after the dump")
    deleted = stack.compose("exec", "-T", "web", "python", "manage.py", "shell", "-c", DELETE_ALL_FILES)
    assert int(deleted.split()[-2]) > 0
    assert not stack.is_shown(kept)
    run_block(stack, "restore with compose")
    eventually(stack.is_ready, "the web is ready after the restore", 120)
    assert stack.is_shown(kept)
    assert not stack.is_shown(later)
    assert stack.is_shown(stack.publish("after the restore"))
