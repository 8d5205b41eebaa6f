"""The image and docker-compose.yml under a real container engine, from a copy of this checkout.

CONTAINER_ENGINE (`docker`) and COMPOSE_COMMAND (`docker compose`) name the programs; others must take the same
arguments.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from customify.ops.processes import free_ports
from customify.testing.spawn import PROJECT

IMAGE, NAME = "customify-test", "customify-test"
CONTEXT = ("customify", "designs", "rendering", "templates", "deploy")
FILES = ("Dockerfile", ".dockerignore", "docker-compose.yml", "pyproject.toml", "uv.lock", "manage.py")
PNG = b"\x89PNG\r\n\x1a\n"
KEPT_VARIABLES = ("PATH", "HOME", "XDG_RUNTIME_DIR", "TMPDIR", "SSL_CERT_FILE")
KEPT_PREFIXES = ("DOCKER_", "BUILDKIT_", "CONTAINER", "PODMAN_")


@dataclass(frozen=True, slots=True)
class Engine:
    """The programs that run containers."""

    program: list[str]
    compose: list[str]

    def run(self, *arguments: str, seconds: float = 120, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run the engine, such as `image inspect …`; its error ends the test."""
        return run_program([*self.program, *arguments], seconds=seconds, check=check)


def find_engine() -> Engine:
    """Return the engine; without one the test is skipped."""
    program = shlex.split(os.environ.get("CONTAINER_ENGINE", "docker"))
    compose = shlex.split(os.environ.get("COMPOSE_COMMAND", "docker compose"))
    for command in ([*program, "info"], [*compose, "version"]):
        if shutil.which(command[0]) is None:
            pytest.skip(f"no container engine: there is no program {command[0]}")
        done = run_program(command, check=False)
        if done.returncode:
            reason = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
            pytest.skip(f"no container engine: `{shlex.join(command)}` failed: {' '.join(reason)}")
    return Engine(program, compose)


def run_program(
    command: list[str],
    *,
    cwd: Path = PROJECT,
    env: Mapping[str, str] | None = None,
    seconds: float = 120,
    check: bool = True,
) -> subprocess.CompletedProcess[str]:
    """Run a program without the variables of the tests; they would become those of the containers."""
    kept = {
        name: value for name, value in os.environ.items() if name in KEPT_VARIABLES or name.startswith(KEPT_PREFIXES)
    }
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**kept, **(env or {})},
        timeout=seconds,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert not check or done.returncode == 0, f"{shlex.join(command)}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done


def eventually(action: Callable[[], bool], what: str, seconds: float) -> None:
    """Repeat an action until it is true; connections that fail count as false."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if action():
                return
        except (OSError, urllib.error.URLError):
            pass
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        time.sleep(0.5)


@dataclass(slots=True)
class Stack:
    """The services of docker-compose.yml, in a project of their own."""

    engine: Engine
    folder: Path
    port: int = field(default_factory=lambda: free_ports(1)[0])
    variables: dict[str, str] = field(default_factory=dict)
    key: str = ""

    def __post_init__(self) -> None:
        ignored = shutil.ignore_patterns("__pycache__", "tests")
        for name in CONTEXT:
            shutil.copytree(PROJECT / name, self.folder / name, ignore=ignored)
        for name in FILES:
            shutil.copy(PROJECT / name, self.folder / name)

    @property
    def env(self) -> dict[str, str]:
        return {"COMPOSE_PROJECT_NAME": NAME, "IMAGE": IMAGE, "PORT": str(self.port), **self.variables}

    def compose(self, *arguments: str, seconds: float = 180) -> str:
        """Run compose; return what it prints. Its error ends the test."""
        command = [*self.engine.compose, *arguments]
        return run_program(command, cwd=self.folder, env=self.env, seconds=seconds).stdout

    def succeeds(self, *arguments: str) -> bool:
        """Tell whether compose ends with 0."""
        command = [*self.engine.compose, *arguments]
        return run_program(command, cwd=self.folder, env=self.env, check=False).returncode == 0

    def start(self, **variables: str) -> None:
        """Start the services, changed ones anew, and wait until the web answers and the key is known."""
        self.variables = variables
        self.compose("up", "-d", seconds=400)
        eventually(self.is_ready, "the web is ready", 180)
        if not self.key:
            lines = self.compose("logs", "--no-log-prefix", "setup").splitlines()
            self.key = next(line.split()[1] for line in lines if line.startswith("Key "))

    def container(self, service: str, number: int = 0) -> str:
        """Return the id of a service's container."""
        return self.compose("ps", "-q", service).split()[number]

    def is_ready(self) -> bool:
        return self.get("/readyz").status == 200

    def get(self, path: str, port: int = 0, **headers: str) -> Response:
        """Fetch a path from the published port of the web, or from another one of this machine."""
        return send(urllib.request.Request(f"http://127.0.0.1:{port or self.port}{path}", headers=headers))

    def post(self, path: str, body: Any, kind: str = "application/json", **headers: str) -> Response:
        """Send JSON, or bytes of a media type, with the key of the first start."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": kind, **headers}
        return send(urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, headers))

    def publish(self, text: str, **headers: str) -> str:
        """Create a design, wait until it is published, and return the URL of its preview."""
        design = {"text": text, "font": "Bebas-Bold", "color": "#FF0000"}
        body = {"product_type": "t-shirt", "design_data": design}
        answer = self.post("/api/v1/designs?wait=10", body, **headers)
        assert answer.status == 201, answer.body
        address, key = f"/api/v1/designs/{answer.json()['id']}", {"Authorization": f"Bearer {self.key}"}

        def is_published() -> bool:
            nonlocal answer
            if answer.json()["status"] != "published":
                answer = self.get(f"{address}?wait=10", **key, **headers)
            return bool(answer.json()["status"] == "published")

        eventually(is_published, f"the design {text!r} is published", 60)
        return str(answer.json()["preview_url"])

    def is_shown(self, url: str, **headers: str) -> bool:
        """Tell whether the URL, asked on this machine with its host's name, answers with a PNG.

        So no name needs to be resolved; a proxy in front would send the same header.
        """
        parts = urlsplit(url)
        port = self.port if parts.path.startswith("/media/") else 8333
        answer = self.get(f"{parts.path}?{parts.query}", port, Host=parts.netloc, **headers)
        return answer.status == 200 and answer.body.startswith(PNG)


@dataclass(frozen=True, slots=True)
class Response:
    """An answer of any status."""

    status: int
    body: bytes

    def json(self) -> dict[str, Any]:
        return dict(json.loads(self.body))


def send(request: urllib.request.Request) -> Response:
    """Send a request; answers with an error are answers."""
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return Response(answer.status, answer.read())
    except urllib.error.HTTPError as error:
        return Response(error.code, error.read())
