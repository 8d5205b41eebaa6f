"""`manage.py check` as a process: the messages for a wrong environment."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from customify.testing.spawn import PROJECT, Spawner

LOCAL = {"USE_LOCAL_STORAGE": "true", "ENV_FILE": ""}
# Variable: a wrong value, and a part of the fix in its message.
WRONG = {
    "SECRET_KEY": ("", "secrets.token_urlsafe"),
    "ALLOWED_HOSTS": ("https://shop.example.com/", "such as shop.example.com"),
    "RENDER_LEASE_PREVEW": ("60", "Did you mean RENDER_LEASE_PREVIEW?"),
    "DEBUG": ("maybe", "DEBUG=true or DEBUG=false"),
    "PUBLIC_URL": ("shop.example.com", "such as http://127.0.0.1:8000"),
    "TRUST_PROXY": ("sometimes", "TRUST_PROXY to the networks of your proxies"),
    "DATABASE_URL": ("mysql://root:hunter2@db/shop", "postgres://USER:PASSWORD@HOST:5432/NAME"),
    "REDIS_URL": ("http://:hunter2@cache", "such as redis://127.0.0.1:6379/0"),
    "RENDER_WORKERS": ("0", "from 1 to 1000; 2 is the default"),
    "RENDER_LEASE_PREVIEW": ("soon", "from 1 to 3600"),
    "RENDER_LEASE_MOCKUP": ("-1", "from 1 to 3600"),
    "RENDER_LEASE_PRINT": ("7201", "from 1 to 7200"),
    "RENDER_CLAIM_SIZE": ("2.5", "whole number from 1 to 64"),
    "RENDER_BACKOFF_MAX": ("nan", "from 0.1 to 3600"),
    "RENDER_RETRY_FOR": ("1e400", "from 1 to"),
    "RENDER_RECONCILE_INTERVAL": ("0", "from 0.1 to 300"),
    "RENDER_KEEP_OLD": ("-5", "from 0 to"),
    "RENDER_GRACE": ("x", "from 1 to 86400"),
    "RENDER_SWEEP_AGAIN": ("x", "from 1 to"),
    "RENDER_RAISE_AFTER": ("x", "from 1 to 86400"),
    "RENDER_OUTPUTS": ("preview.gif:600", "preview.png:600,thumbnail.png:200"),
    "SIGNED_URL_SECONDS": ("5", "from 60 to 604800"),
    "API_RATE": ("-1", "from 0 to"),
    "LOGIN_TRIES": ("0", "from 1 to 1000; 10 is the default"),
    "LOG_LEVEL": ("LOUD", "LOG_LEVEL=INFO"),
    "LOG_JSON": ("2", "LOG_JSON=true"),
}
WRONG_BUCKET = {
    "S3_BUCKET_NAME": ("My.Bucket", "lower-case letters"),
    "AWS_REGION": ("Frankfurt", "such as eu-central-1"),
    "AWS_ACCESS_KEY_ID": ("AKIAEXAMPLE", ""),
    "AWS_SECRET_ACCESS_KEY": ("", "Set both, or neither"),
    "S3_ENDPOINT_URL": ("s3.example.com", "scheme and host"),
    "S3_PUBLIC_BUCKET": ("perhaps", "S3_PUBLIC_BUCKET=true"),
    "CLOUDFRONT_DOMAIN": ("https://cdn.example.com/", "host only"),
    "CLOUDFRONT_KEY_ID": ("K1", ""),
    "CLOUDFRONT_PRIVATE_KEY": ("", "private key"),
}


def found(output: str) -> dict[str, str]:
    """Return cause and fix by variable."""
    messages = re.findall(r"^\?: \(customify\.[EW]00\d\) (\w+): (.+)\n\s*HINT: (.+)$", output, re.MULTILINE)
    return {variable: f"{cause} {fix}" for variable, cause, fix in messages}


def test_every_wrong_variable_is_named_with_its_fix_at_once(spawn: Spawner) -> None:
    with spawn("check", env={**LOCAL, **{name: value for name, (value, _) in WRONG.items()}}) as process:
        assert process.wait_for_exit() == 1
        output = process.read_output()
    messages = found(output)
    assert sorted(messages) == sorted(WRONG)
    for variable, (_, fix) in WRONG.items():
        assert fix in messages[variable]
    assert "hunter2" not in output
    assert "Traceback" not in output


def test_every_wrong_variable_of_a_bucket_is_named(spawn: Spawner) -> None:
    env = {**LOCAL, "USE_LOCAL_STORAGE": "false", **{name: value for name, (value, _) in WRONG_BUCKET.items()}}
    with spawn("check", env=env) as process:
        assert process.wait_for_exit() == 1
        messages = found(process.read_output())
    halves = {"AWS_ACCESS_KEY_ID", "CLOUDFRONT_KEY_ID"}  # valid values whose counterparts are missing
    assert sorted(messages) == sorted(set(WRONG_BUCKET) - halves)
    for variable in messages:
        assert WRONG_BUCKET[variable][1] in messages[variable]


def test_a_valid_environment_passes(spawn: Spawner) -> None:
    with spawn("check", "--fail-level", "WARNING", env=LOCAL) as process:
        assert process.wait_for_exit() == 0, process.read_output()
        assert "no issues" in process.read_output()


def test_no_command_starts_in_an_invalid_environment(spawn: Spawner) -> None:
    with spawn("rqworker", env={**LOCAL, "RENDER_WORKERS": "none"}) as process:
        assert process.wait_for_exit() == 1
        assert list(found(process.read_output())) == ["RENDER_WORKERS"]


@pytest.mark.parametrize("module", ["customify.asgi", "customify.wsgi"])
def test_no_web_server_starts_in_an_invalid_environment(module: str) -> None:
    wrong = {**os.environ, **LOCAL, "RENDER_WORKERS": "none"}
    done = subprocess.run(
        [sys.executable, "-c", f"import {module}"], env=wrong, cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert done.stderr.startswith("Customify cannot start with these settings:")
    assert "Traceback" not in done.stderr
    assert "RENDER_WORKERS: 'none' is not a whole number" in done.stderr
    assert "Set RENDER_WORKERS to a whole number from 1 to 1000" in done.stderr


START = {
    "manage.py": ["manage.py", "rqworker", "preview"],
    "uvicorn": ["-m", "uvicorn", "customify.asgi:application", "--port", "1"],
    "wsgi": ["-c", "import customify.wsgi"],
}


@pytest.mark.parametrize("start", START.values(), ids=START)
def test_settings_that_cannot_even_be_read_end_a_process_with_their_reason_alone(
    start: list[str], tmp_path: Path
) -> None:
    (tmp_path / "env").write_bytes(b"API_RATE=\xff")
    wrong = {**os.environ, **LOCAL, "ENV_FILE": str(tmp_path / "env")}
    done = subprocess.run([sys.executable, *start], env=wrong, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (3, "")
    fix = "Correct it or its permissions, or set ENV_FILE empty for none."
    assert done.stderr.splitlines() == [
        "Customify cannot start with these settings:",
        f"{tmp_path / 'env'} cannot be read: it is not UTF-8. {fix}",
    ]
