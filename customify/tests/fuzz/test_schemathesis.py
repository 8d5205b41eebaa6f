"""Schemathesis over our own schema, against the running service.

Looks for server errors, ignored keys, use after deletion, invalid bodies that are accepted, and answers that break the
schema. `FUZZ_SEED` and `FUZZ_EXAMPLES` choose other runs.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model

from customify.accounts.models import ApiKey
from customify.testing.spawn import Spawner
from customify.tests.support.web_server import run_uvicorn
from designs.tests.support import factories

CHECKS = (
    "not_a_server_error,ignored_auth,use_after_free,negative_data_rejection,"
    "response_schema_conformance,status_code_conformance,content_type_conformance,response_headers_conformance"
)
SEED, EXAMPLES = os.environ.get("FUZZ_SEED", "1"), os.environ.get("FUZZ_EXAMPLES", "20")
SECONDS = 600  # time limit of the whole run


@pytest.mark.fuzz
@pytest.mark.django_db(transaction=True)
def test_no_generated_request_breaks_the_api(process_env: dict[str, str], spawn: Spawner, tmp_path: Path) -> None:
    factories.install_catalogue()
    secret = ApiKey.objects.issue_key(get_user_model().objects.create_user("shop"), "fuzz", scopes=["admin"])[1]
    env = {**process_env, "API_RATE": "0", "QUOTA_RENDERS": "0", "EVENTS_STREAM_SECONDS": "1"}
    with run_uvicorn(tmp_path / "web.log", env) as server, spawn("rqworker", env=env) as worker:
        code, output = run(f"{server.url}/api/v1/schema?format=json", secret, tmp_path)
        assert code == 0, f"{output}\n{server.process.read_output()[-5_000:]}"
        assert server.process.is_running
        assert worker.is_running
        assert "Traceback" not in server.process.read_output()
    assert "Stateful" in output  # the last of its phases was reached


def run(schema: str, secret: str, folder: Path) -> tuple[int, str]:
    """Return the exit code and the output of schemathesis."""
    command = [
        *(Path(sys.executable).with_name("schemathesis"), "run", schema, "--header", f"Authorization: Bearer {secret}"),
        *("--checks", CHECKS, "--seed", SEED, "--max-examples", EXAMPLES, "--suppress-health-check", "all"),
        *("--request-timeout", "30", "--no-color"),
    ]
    done = subprocess.run(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=SECONDS
    )
    return done.returncode, done.stdout.decode(errors="replace")
