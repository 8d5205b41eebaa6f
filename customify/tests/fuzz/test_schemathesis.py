"""Schemathesis over our own schema, against the running service: server errors, ignored keys, use of what is deleted,
bodies that break the schema and are taken, answers that break it. `FUZZ_SEED` and `FUZZ_EXAMPLES` choose other runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model

from customify.accounts.models import ApiKey
from customify.ops.processes import accepts_connections, free_ports
from customify.testing.spawn import Spawner, eventually_true, run_python
from designs.tests.support import factories

CHECKS = (
    "not_a_server_error,ignored_auth,use_after_free,negative_data_rejection,"
    "response_schema_conformance,status_code_conformance,content_type_conformance,response_headers_conformance"
)
SEED, EXAMPLES = os.environ.get("FUZZ_SEED", "1"), os.environ.get("FUZZ_EXAMPLES", "20")
SECONDS = 600  # that all of it may take


@pytest.mark.fuzz
@pytest.mark.django_db(transaction=True)
def test_no_generated_request_breaks_the_api(process_env: dict[str, str], spawn: Spawner, tmp_path: Path) -> None:
    factories.install_catalogue()
    secret = ApiKey.objects.issue_key(get_user_model().objects.create_user("shop"), "fuzz", scopes=["admin"])[1]
    port = free_ports(1)[0]
    env = {**process_env, "API_RATE": "0", "QUOTA_RENDERS": "0", "EVENTS_STREAM_SECONDS": "1"}
    server = ["-m", "uvicorn", "customify.asgi:application", "--host", "127.0.0.1", "--port", str(port)]
    with run_python(server, log=tmp_path / "web.log", env=env) as web, spawn("rqworker", env=env) as worker:
        assert eventually_true(lambda: accepts_connections("127.0.0.1", port), seconds=60), web.read_output()
        code, said = run(f"http://127.0.0.1:{port}/api/v1/schema?format=json", secret, tmp_path)
        assert code == 0, f"{said}\n{web.read_output()[-5_000:]}"
        assert web.is_running
        assert worker.is_running
        assert "Traceback" not in web.read_output()
    assert "Stateful" in said  # the last of its phases was reached


def run(schema: str, secret: str, folder: Path) -> tuple[int, str]:
    """Return schemathesis' exit code and what it said."""
    command = [
        *(Path(sys.executable).with_name("schemathesis"), "run", schema, "--header", f"Authorization: Bearer {secret}"),
        *("--checks", CHECKS, "--seed", SEED, "--max-examples", EXAMPLES, "--suppress-health-check", "all"),
        *("--request-timeout", "30", "--no-color"),
    ]
    done = subprocess.run(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=SECONDS
    )
    return done.returncode, done.stdout.decode(errors="replace")
