"""The whole service behind a PgBouncer in transaction mode with two server connections."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection

from customify.postgres.options import SERVER_LIMITS
from customify.testing.spawn import Spawner, eventually_true
from customify.tests.support.pgbouncer import run_pgbouncer
from customify.tests.support.web_server import Serve
from designs.models import Design

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]
ROLE = f"pooled_{os.getpid()}"  # roles are the server's, which workers of a test run share
COUNT = 24


@pytest.fixture
def role(transactional_db: None) -> Iterator[str]:
    """A role with the limits that sessions otherwise ask for."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP ROLE IF EXISTS {ROLE}")
        cursor.execute(f"CREATE ROLE {ROLE} LOGIN SUPERUSER")
        for name, value in SERVER_LIMITS.items():
            cursor.execute(f"ALTER ROLE {ROLE} SET {name} = '{value}'")
    yield ROLE
    with connection.cursor() as cursor:
        cursor.execute(f"DROP ROLE {ROLE}")


@pytest.fixture
def pooled_env(process_env: dict[str, str], role: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Variables for processes whose connections lead through PgBouncer."""
    with run_pgbouncer(process_env["DATABASE_URL"], role=role, log=tmp_path / "pgbouncer.log") as url:
        yield {**process_env, "DATABASE_URL": url, "DATABASE_PGBOUNCER": "true", "RENDER_RECONCILE_INTERVAL": "1"}


def create_design(site: str, secret: str, number: int) -> int:
    text = {"text": f"Pool {number}", "font": "Bebas-Bold", "color": "#000000"}
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    body = json.dumps({"product_type": "t-shirt", "design_data": text}).encode()
    try:
        request = urllib.request.Request(f"{site}/api/v1/designs", body, headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_a_burst_through_two_server_connections_is_published(
    pooled_env: dict[str, str], serve: Serve, spawn: Spawner, catalogue: None, secret: str
) -> None:
    with serve(**pooled_env) as site, spawn("rqworker", env=pooled_env), spawn("reconcile", env=pooled_env):
        with ThreadPoolExecutor(8) as pool:
            statuses = list(pool.map(lambda number: create_design(site.url, secret, number), range(COUNT)))
        assert statuses == [201] * COUNT
        assert eventually_true(lambda: Design.objects.filter(status="published").count() == COUNT, 60)
        with spawn("smoke", env=pooled_env) as smoke:
            code, output = smoke.wait_for_exit(), smoke.read_output()
        assert code == 0, output
    assert all(word not in site.process.read_output() for word in ("Traceback", "startup parameter"))


def test_without_the_switch_pgbouncer_refuses_the_connection(pooled_env: dict[str, str], spawn: Spawner) -> None:
    with spawn("smoke", env={**pooled_env, "DATABASE_PGBOUNCER": "false"}) as smoke:
        assert smoke.wait_for_exit() == 1
        assert "startup parameter" in smoke.read_output()
