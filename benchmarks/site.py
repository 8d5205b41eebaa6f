"""A complete site for benchmarks of the API: PostgreSQL (durable), Valkey, web processes, workers, the reconciler."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.delivery import run_servers, run_workers, wait_until
from benchmarks.http_client import encode_request


@dataclass(frozen=True, slots=True)
class Site:
    """A running site: port of the web server, API key and id of an owner, and process ids by role."""

    port: int
    key: str
    owner_id: int
    pids: dict[str, list[int]] = field(default_factory=dict)

    def full_url(self, path: str) -> str:
        """Return an absolute URL."""
        return f"http://127.0.0.1:{self.port}{path}"

    def build_request(self, method: str, path: str, body: Any = None, **headers: str) -> bytes:
        """Return the bytes of a request with the owner's key."""
        all_headers = {"Authorization": f"Bearer {self.key}", "Accept": "*/*", **headers}
        if body is None:
            return encode_request(method, self.full_url(path), all_headers)
        return encode_request(
            method, self.full_url(path), {**all_headers, "Content-Type": "application/json"}, json.dumps(body).encode()
        )


@contextmanager
def run_site(*, web: int = 1, worker_count: int = 0, outputs: str = "") -> Iterator[Site]:
    """Run a site, without rate limits and quotas, until the end of the block."""
    os.environ.update(
        API_RATE="0", QUOTA_DESIGNS="0", QUOTA_RENDERS="0", QUOTA_GIGABYTES="0", ALLOWED_HOSTS="127.0.0.1"
    )
    if outputs:
        os.environ["RENDER_OUTPUTS"] = outputs
    with run_servers() as pids, ExitStack() as stack:
        from django.contrib.auth import get_user_model  # noqa: PLC0415  # needs the settings
        from django.db import connection  # noqa: PLC0415

        from customify.accounts.models import ApiKey  # noqa: PLC0415
        from customify.ops.processes import accepts_connections, free_ports  # noqa: PLC0415
        from customify.testing.spawn import run_python  # noqa: PLC0415

        owner = get_user_model().objects.create(username="benchmark")
        key = ApiKey.objects.issue_key(owner, "benchmark")[1]
        (port,) = free_ports(1)
        logs = Path(os.environ["STORAGE_ROOT"]).parent
        command = ["-m", "uvicorn", "customify.asgi:application", "--host", "127.0.0.1", "--port", str(port)]
        command += ["--no-access-log", "--no-proxy-headers", *(["--workers", str(web)] if web > 1 else [])]
        running_web = stack.enter_context(run_python(command, log=logs / "web.log"))
        running_reconciler = stack.enter_context(
            run_python(["manage.py", "reconcile", "--skip-checks"], log=logs / "reconciler.log")
        )
        started = {"web": [running_web.pid], "reconciler": [running_reconciler.pid]}
        started["workers"] = stack.enter_context(run_workers(worker_count)) if worker_count else []
        wait_until(lambda: accepts_connections("127.0.0.1", port), seconds=60)
        connection.close()  # not counted among the site's connections
        yield Site(port, key, owner.pk, {**started, **{name: [pid] for name, pid in pids.items()}})
