"""docker-compose.yml from its start to its end, the parts failing one by one."""

from __future__ import annotations

import io
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from customify.tests.support.containers import NAME, Engine, Stack, eventually

pytestmark = pytest.mark.containers

PARTS = ["web", "worker", "reconciler", "valkey", "postgres", "s3"]
BACKLOG = 40
UNFINISHED = "select count(*) from designs_render where state in ('queued', 'running')"
DOMAIN, FILES_DOMAIN = "design.example.com", "files.example.com"
VARIABLES = {
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz0123456789",
    "DATABASE_URL": "postgres://customify:customify@postgres:5432/customify",
    "REDIS_URL": "redis://valkey:6379/0",
    "USE_LOCAL_STORAGE": "false",
    "S3_BUCKET_NAME": "customify",
    "S3_PUBLIC_BUCKET": "false",
    "S3_ENDPOINT_URL": "http://s3.localhost:8333",
    "AWS_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "customify",
    "AWS_SECRET_ACCESS_KEY": "customify-secret",
}


def photo() -> bytes:
    """Return a JPEG of more than 2.5 MB, which Django writes into a temporary file before any view."""
    buffer = io.BytesIO()
    Image.effect_noise((2400, 2000), 120).save(buffer, "JPEG", quality=97)
    return buffer.getvalue()


def as_form(data: bytes) -> tuple[bytes, str]:
    """Return a body with one file, and its media type."""
    head = b'--part\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
    return head + data + b"\r\n--part--\r\n", "multipart/form-data; boundary=part"


def test_a_design_is_published_and_its_picture_is_shown(stack: Stack) -> None:
    url = stack.publish("first")
    assert url.startswith("http://s3.localhost:8333/")
    assert stack.is_shown(url)


def test_smoke_passes_in_the_web_container(stack: Stack) -> None:
    manage = ("exec", "-T", "web", "python", "manage.py")
    eventually(lambda: stack.succeeds(*manage, "smoke"), "smoke passes", 90)  # the reconciler may still be starting
    assert "✅ Assets deleted" in stack.compose(*manage, "smoke_storage")


def test_probes_answer_by_the_containers_own_address(stack: Stack) -> None:
    program = (
        "import socket, urllib.request as r; host = socket.gethostbyname(socket.gethostname()); "
        "print([r.urlopen(f'http://{host}:8000/{path}', timeout=5).status for path in ('livez', 'readyz')])"
    )
    assert stack.compose("exec", "-T", "web", "python", "-c", program).strip() == "[200, 200]"


@pytest.mark.parametrize("service", ["worker", "reconciler"])
def test_a_process_without_a_port_shows_a_heartbeat(stack: Stack, service: str) -> None:
    check = ("exec", "-T", service, "python", "deploy/is_beating.py")
    eventually(lambda: stack.succeeds(*check), f"{service} has a heartbeat", 60)


def test_a_large_photo_is_taken_although_the_root_is_read_only(stack: Stack) -> None:
    assert "Read-only" in stack.compose("exec", "-T", "web", "sh", "-c", "touch /app/x 2>&1 || true")
    body, kind = as_form(photo())
    answer = stack.post("/api/v1/assets", body, kind)
    assert answer.status == 201, answer.body


def test_any_user_without_rights_may_run_it_with_a_temporary_folder(stack: Stack, engine: Engine) -> None:
    plain = [
        "run",
        "--rm",
        "--network",
        f"{NAME}_default",
        "--user",
        "1000650000:0",
        "--read-only",
        "--cap-drop",
        "ALL",
    ]
    plain += ["--security-opt", "no-new-privileges"]
    for name, value in VARIABLES.items():
        plain += ["-e", f"{name}={value}"]
    smoke = [stack.env["IMAGE"], "python", "manage.py", "smoke"]
    assert "❌" not in engine.run(*plain, "--tmpfs", "/tmp", *smoke).stdout
    # Some engines mount these folders by themselves: ones that may not be written stand for none.
    refused = engine.run(*plain, "--tmpfs", "/tmp:ro", "--tmpfs", "/var/tmp:ro", *smoke, check=False)
    assert refused.returncode == 1
    assert "❌ Temporary files: None of the folders /tmp" in refused.stdout


@pytest.mark.parametrize("part", PARTS)
def test_a_part_may_stop_and_start_again(stack: Stack, part: str) -> None:
    stack.compose("stop", part, seconds=330)
    stack.compose("start", part)
    eventually(stack.is_ready, f"the web is ready after a restart of {part}", 120)

    def is_published() -> bool:
        try:
            return stack.is_shown(stack.publish(f"after {part}"))
        except AssertionError:
            return False

    eventually(is_published, f"a design is published after a restart of {part}", 120)


def test_a_worker_that_is_killed_amid_a_backlog_loses_nothing(stack: Stack, engine: Engine) -> None:
    design = {"font": "Bebas-Bold", "color": "#0000FF"}

    def create(number: int) -> int:
        body = {"product_type": "t-shirt", "design_data": {"text": f"Backlog {number}", **design}}
        return stack.post("/api/v1/designs", body).status

    stack.compose("pause", "worker")
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(create, range(BACKLOG))) == [201] * BACKLOG
    stack.compose("unpause", "worker")
    engine.run("kill", "-s", "KILL", stack.container("worker"))
    stack.compose("up", "-d", "worker")
    count = ("exec", "-T", "postgres", "psql", "-U", "customify", "-d", "customify", "-Atc")
    eventually(lambda: stack.compose(*count, UNFINISHED).strip() == "0", "the backlog is done", 180)
    failed = "select count(*) from designs_render where state = 'failed'"
    assert stack.compose(*count, failed).strip() == "0"


def test_pictures_are_shown_behind_a_domain_from_the_web_process(stack: Stack) -> None:
    site = {"PUBLIC_URL": f"https://{DOMAIN}", "ALLOWED_HOSTS": DOMAIN, "TRUST_PROXY": "true"}
    proxied = {"Host": DOMAIN, "X-Forwarded-Proto": "https"}
    try:
        stack.start(**site, COMPOSE_LOCAL_STORAGE="true")
        url = stack.publish("on a domain", **proxied)
        assert url.startswith(f"https://{DOMAIN}/media/")
        assert stack.is_shown(url, **{"X-Forwarded-Proto": "https"})
    finally:
        stack.start()


def test_pictures_are_shown_behind_a_domain_from_the_bucket(stack: Stack) -> None:
    site = {"PUBLIC_URL": f"https://{DOMAIN}", "ALLOWED_HOSTS": DOMAIN, "TRUST_PROXY": "true"}
    proxied = {"Host": DOMAIN, "X-Forwarded-Proto": "https"}
    try:
        stack.start(**site, S3_PUBLIC_URL=f"https://{FILES_DOMAIN}")
        url = stack.publish("on two domains", **proxied)
        assert url.startswith(f"https://{FILES_DOMAIN}/customify/designs/")
        assert stack.is_shown(url)
    finally:
        stack.start()


def test_all_processes_stop_in_their_time_with_0_and_come_again(stack: Stack, engine: Engine) -> None:
    services = ("web", "worker", "reconciler")
    ids = [stack.container(service) for service in services]
    stack.compose("stop", seconds=330)
    states = [json.loads(engine.run("inspect", name).stdout)[0]["State"] for name in ids]
    assert [state["ExitCode"] for state in states] == [0, 0, 0]
    stack.start()
    assert stack.is_shown(stack.publish("again"))
