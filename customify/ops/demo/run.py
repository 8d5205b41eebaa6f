"""Starts the parts of the demo, publishes a design, and stops everything again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from redis import Redis
from rq import Worker

from customify.ops.demo.client import EXAMPLE_DESIGN, DemoClient
from customify.ops.demo.folder import DemoError, DemoFolder, DemoIdentity, child_environment, write_private_json
from customify.ops.demo.supervisor import Supervisor, describe_exit
from customify.ops.embedded import start_valkey, wait_for_valkey
from customify.ops.processes import (
    ChildProcess,
    StartError,
    free_ports,
    is_port_free,
    read_tail,
    start_process,
    wait_until,
)

HOST = "127.0.0.1"
MIGRATE_SECONDS, START_SECONDS, PUBLISH_SECONDS = 120.0, 60.0, 60.0
SHOP = settings.BASE_DIR / "docs/examples/shop/shop.py"
POLL_SECONDS = 0.2  # s between two checks of the processes
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(BaseException):
    """Ctrl-C or another signal to stop; a BaseException, so that no `except Exception` swallows it."""


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """The options of the command line."""

    folder: DemoFolder
    port: int
    workers: int
    once: bool
    shop: bool = False


def run_demo(options: DemoOptions, write_line: Callable[[str], None]) -> None:
    """Run the demo until Ctrl-C, or with `once` until its design is published; then stop all its processes.

    Raises DemoError: it could not start, or its design was not published.
    """
    port = options.port or free_ports(1)[0]
    if options.shop and not SHOP.exists():
        raise DemoError(f"The example shop is not there: {SHOP}. Run the demo from a clone of the repository.")
    if not is_port_free(HOST, port):
        raise DemoError(f"Port {port} is in use. Stop what uses it, or choose another: --port N (0 finds a free one)")
    with options.folder.lock_folder():
        supervisor = Supervisor(write_line)
        try:
            with _stop_on_signals():
                _DemoRun(options, port, supervisor, write_line).run_until_stopped()
        except StopRequested:
            write_line("Stopping.")
        except StartError as error:
            raise DemoError(str(error)) from error
        finally:
            _stop_processes(supervisor)
            if not options.once:  # a reader must not mistake it for a running demo
                options.folder.report.unlink(missing_ok=True)
    write_line("All processes of the demo have ended.")


class _DemoRun:
    """One run of the demo."""

    def __init__(
        self, options: DemoOptions, port: int, supervisor: Supervisor, write_line: Callable[[str], None]
    ) -> None:
        self._folder, self._once, self._workers = options.folder, options.once, options.workers
        self._shop_port = free_ports(1)[0] if options.shop else 0
        self._port, self._supervisor, self._write_line = port, supervisor, write_line
        self._valkey_port = free_ports(1)[0]
        identity = self._folder.load_identity()
        self._public_env = self._folder.build_environment(
            identity, web_port=port, valkey_port=self._valkey_port, workers=self._workers
        )
        self._env = child_environment(self._public_env)

    def run_until_stopped(self) -> None:
        self._write_line(f"Customify demo; its data is in {self._folder.root}")
        self._start_valkey()
        # The web server spends its first seconds importing, while the database is being prepared.
        web = self._supervisor.start_and_watch("web server", self._start_web)
        identity = self._prepare_database()
        self._start_others(web)
        design = self._publish_example(identity)
        if self._shop_port:
            self._start_shop(identity)
        report = self._build_report(identity, design)
        write_private_json(self._folder.report, report)
        self._write_line(_format_summary(report, self._folder, design))
        if self._once:
            return
        self._write_line("Ctrl-C stops the demo and all its processes.")
        while True:
            self._supervisor.restart_ended()
            time.sleep(POLL_SECONDS)

    def _start_valkey(self) -> None:
        def start() -> ChildProcess:
            return start_valkey(self._folder.valkey, self._valkey_port, persistent=True)

        server = self._supervisor.start_and_watch("Valkey server", start)
        wait_for_valkey(server, self._valkey_port)
        self._write_line(f"  Valkey is up on port {self._valkey_port}, its append-only file in {self._folder.valkey}")

    def _prepare_database(self) -> DemoIdentity:
        log = self._folder.log_file("prepare")
        child = self._start_python("prepare", "-m", "customify.ops.demo.prepare", str(self._folder.identity))
        try:
            code = child.popen.wait(MIGRATE_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise DemoError(f"Preparing the database took longer than {MIGRATE_SECONDS:g} s. Its log: {log}") from error
        finally:
            child.kill()
        if code:
            raise DemoError(f"Preparing the database {describe_exit(code)}. The end of its log:\n{read_tail(log)}")
        self._write_line(f"  Database {self._folder.database} is migrated, with a staff user and an API key")
        return DemoIdentity.read_file(self._folder.identity)

    def _start_others(self, web: ChildProcess) -> None:
        names = [f"worker {number}" for number in range(1, self._workers + 1)]
        workers = [
            self._supervisor.start_and_watch(name, partial(self._start_command, name, "rqworker")) for name in names
        ]
        self._supervisor.start_and_watch("reconciler", partial(self._start_command, "reconciler", "reconcile"))
        wait_until(DemoClient(self._port, "").is_ready, web, seconds=START_SECONDS, interval=POLL_SECONDS)
        # So that the first design shows the speed of an idle service, not the start-up time of a worker.
        with Redis.from_url(self._public_env["REDIS_URL"]) as queue:
            for worker in workers:
                wait_until(partial(_is_registered, queue, worker), worker, seconds=START_SECONDS, interval=POLL_SECONDS)
        count = f"{len(workers)} worker{'s' if len(workers) > 1 else ''}"
        self._write_line(f"  Web server on port {self._port}, {count} and the reconciler are up")

    def _start_shop(self, identity: DemoIdentity) -> None:
        env = {
            "CUSTOMIFY_URL": self._public_env["PUBLIC_URL"],
            "CUSTOMIFY_KEY": identity.key,
            "SHOP_PORT": str(self._shop_port),
            "SHOP_ORDERS": str(self._folder.orders),
        }

        def start() -> ChildProcess:
            command = [sys.executable, str(SHOP)]
            return start_process(
                "shop", command, log=self._folder.log_file("shop"), env=self._env | env, cwd=SHOP.parent
            )

        shop = self._supervisor.start_and_watch("example shop", start)
        wait_until(lambda: not is_port_free(HOST, self._shop_port), shop, seconds=START_SECONDS, interval=POLL_SECONDS)
        self._write_line(f"  The example shop is up; what is ordered is kept in {self._folder.orders}")

    def _start_web(self) -> ChildProcess:
        application = ("customify.asgi:application", "--host", HOST, "--port", str(self._port))
        options = (
            "--no-access-log",
            "--no-proxy-headers",
            "--log-level",
            "warning",
            "--timeout-graceful-shutdown",
            "5",
        )
        return self._start_python("web server", "-m", "uvicorn", *application, *options)

    def _start_command(self, name: str, command: str) -> ChildProcess:
        return self._start_python(name, "manage.py", command, process=command)

    def _start_python(self, name: str, *arguments: str, process: str = "web") -> ChildProcess:
        env = {**self._env, "CUSTOMIFY_PROCESS": process}
        return start_process(
            name, [sys.executable, *arguments], log=self._folder.log_file(name), env=env, cwd=settings.BASE_DIR
        )

    def _publish_example(self, identity: DemoIdentity) -> dict[str, Any]:
        started = time.monotonic()
        api = DemoClient(self._port, identity.key)
        design = api.publish_design(EXAMPLE_DESIGN, seconds=PUBLISH_SECONDS, meanwhile=self._supervisor.restart_ended)
        self._write_line(f"  A design was posted and published in {time.monotonic() - started:.2f} s")
        return design

    def _build_report(self, identity: DemoIdentity, design: dict[str, Any]) -> dict[str, Any]:
        base = self._public_env["PUBLIC_URL"]
        return {
            "api": f"{base}/api/v1",
            "key": identity.key,
            "admin": {"url": f"{base}/admin/", "username": identity.username, "password": identity.password},
            "design": design["id"],
            "shop": f"http://{HOST}:{self._shop_port}/" if self._shop_port else None,
            "env": self._public_env,
        }


def _is_registered(queue: Redis, worker: ChildProcess) -> bool:
    """Tell whether the worker is registered, by its pid: a killed worker stays listed for a while."""
    return any(listed.pid == worker.popen.pid for listed in Worker.all(connection=queue))


@contextmanager
def _stop_on_signals() -> Iterator[None]:
    """Raise StopRequested at the first signal to stop, and ignore further ones."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise StopRequested

    # Under nohup SIGHUP stays ignored. A background job of a script starts with SIGINT ignored too, but a SIGINT sent
    # to it is meant to stop it.
    nohup = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    handled = [number for number in STOP_SIGNALS if not (nohup and number is signal.SIGHUP)]
    before = {number: signal.signal(number, stop) for number in handled}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop_processes(supervisor: Supervisor) -> None:
    """Stop all processes; a second Ctrl-C kills them."""
    try:
        with _stop_on_signals():
            supervisor.stop_all()
    except StopRequested:
        supervisor.kill_all()


def _format_summary(report: dict[str, Any], folder: DemoFolder, design: dict[str, Any]) -> str:
    """Return URLs, files, credentials and an example request."""
    address = urlsplit(report["api"])
    base = f"{address.scheme}://{address.netloc}"
    path = urlsplit(design["preview_url"]).path
    file = folder.storage / path.removeprefix("/media/")
    admin = report["admin"]
    lines = [
        "",
        f"Preview   {_relative_path(file)}",
        f"          {base}{path}",
        f"Key       {report['key']}",
        f"API       {report['api']}/",
        f"Docs      {report['api']}/docs",
        f"Admin     {admin['url']}   log in as {admin['username']} with {admin['password']}",
        *([f"Shop      {report['shop']}"] if report["shop"] else []),
        "",
        "Try it:",
        f"curl -X POST '{report['api']}/designs?wait=5' \\",
        f"  -H 'Authorization: Bearer {report['key']}' -H 'Content-Type: application/json' \\",
        f"  -d '{json.dumps(EXAMPLE_DESIGN)}'",
        "",
    ]
    return "\n".join(lines)


def _relative_path(path: Path) -> str:
    """Return the path relative to the current folder, absolute if it is outside."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative
