"""Backup and restore as docs/operations.md has them: a dump under load, everything deleted, and all is back.

The commands are read from the page. Afterwards renders and attempts have the numbers of before a second time, and their
files must not meet those of before.
"""

import http.client
import json
import os
import re
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from customify.ops.embedded import HOST
from customify.testing.chaos.end_state import hash_stored_files
from customify.testing.chaos.fault_run import UNSETTLED_SQL, ChaosRun
from customify.testing.chaos.load import AcceptedDesign
from customify.testing.chaos.site import BUCKET, Site
from customify.testing.services import postgres_programs
from customify.testing.spawn import PROJECT
from customify.tests.support.chaos.programmes import report, running_site
from customify.tests.support.operations import read_block
from designs.tests.support import images
from rendering import keys

pytestmark = pytest.mark.chaos(seconds=70)

KEYS_SQL = "SELECT key FROM designs_rendition"
END_KEEPING = "UPDATE designs_render SET replaced_at = replaced_at - interval '1 minute' WHERE replaced_at IS NOT NULL"
PATIENCE = 90.0  # s


def run_block(name: str, site: Site, backup: Path) -> str:
    """Run a block as an operator does; on S3 with the right to list the bucket."""
    programs = f"{postgres_programs()}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    env = {**site.env, "BACKUP": str(backup), "PATH": programs}
    if site.store is not None and name == "restore":
        env |= {"AWS_ACCESS_KEY_ID": site.store.admin_key, "AWS_SECRET_ACCESS_KEY": site.store.admin_secret}
    command = ["bash", "-c", f"set -euo pipefail\n{read_block(name)}"]
    done = subprocess.run(command, env=env, cwd=PROJECT, text=True, capture_output=True, check=False, timeout=300)
    report(f"$ {name}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    assert done.returncode == 0
    return done.stdout


def upload_photo(programme: ChaosRun) -> str:
    """Upload a photo that is large enough to have a working copy; return the asset's id."""
    boundary, photo = uuid.uuid4().hex, images.photo_bytes(1800, 1200)
    disposition = 'Content-Disposition: form-data; name="file"; filename="photo.jpg"'
    body = f"--{boundary}\r\n{disposition}\r\n\r\n".encode() + photo + f"\r\n--{boundary}--\r\n".encode()
    headers = {
        "Authorization": f"Bearer {programme.client.keys[0]}",
        "Content-Type": f"multipart/form-data; boundary={boundary}",
    }
    with closing(http.client.HTTPConnection(HOST, programme.client.port, timeout=60)) as connection:
        connection.request("POST", "/api/v1/assets", body, headers)
        response = connection.getresponse()
        answer = json.loads(response.read())
    assert response.status == 201, answer
    return str(answer["id"])


def create_photo_design(programme: ChaosRun, asset: str) -> AcceptedDesign:
    box = {"x": 10, "y": 10, "width": 200, "height": 200}
    layers = [{"type": "image", "asset": asset, "box": box}]
    data = {"version": 1, "placements": {"front": {"layers": layers}}}
    body = {"product_type": "t-shirt", "design_data": data}
    _, made = programme.client.request_until_accepted("POST", "/api/v1/designs", {201}, body)
    # The ledger compares texts, and this design has none.
    return programme.client.ledger.accepted.setdefault(made["id"], AcceptedDesign(made["id"], 0, None))


@contextmanager
def load(programme: ChaosRun) -> Iterator[None]:
    """Create, render again and delete designs until the end of the block; what is accepted may be lost."""
    stop = threading.Event()

    def create_until_stopped(name: str) -> None:
        number = 0
        while not stop.is_set():
            made = programme.client.create_design(f"{name} {number}", number % 2)
            if number % 3 == 1:
                programme.client.rerender_design(made)
            if number % 7 == 3:
                programme.client.delete_design(made)
            number += 1
            stop.wait(0.05)

    with ThreadPoolExecutor(3) as pool:
        futures = [pool.submit(create_until_stopped, name) for name in ("Red", "Green", "Blue")]
        try:
            programme.supervise_for(2)
            yield
        finally:
            stop.set()
    for future in futures:
        future.result()


def wipe_files(site: Site) -> None:
    """Delete all files from the bucket."""
    assert site.store is not None
    with closing(http.client.HTTPConnection(urlsplit(site.store.filer).netloc, timeout=60)) as connection:
        for folder in ("designs", "private"):
            connection.request("DELETE", f"/buckets/{BUCKET}/{folder}?recursive=true")
            connection.getresponse().read()
    assert hash_stored_files(site) == {}


def settle(programme: ChaosRun) -> None:
    assert programme.supervise_until(lambda: programme.count_rows(UNSETTLED_SQL) == 0, PATIENCE)


def named_keys(site: Site) -> set[str]:
    return {key for (key,) in site.query_rows(KEYS_SQL)}


def without_nonces(named: set[str]) -> set[Any]:
    parts = [keys.parse_key(key) for key in named]
    return {(part.design_id, part.number, part.attempt, part.name) for part in parts}


def restore_only_from(ledger: dict[str, AcceptedDesign], site: Site) -> None:
    """Forget what was accepted during or after the dump and is not in it; what was deleted after it is back."""
    restored = {str(pk) for (pk,) in site.query_rows("SELECT id FROM designs_design WHERE deleted_at IS NULL")}
    for pk in list(ledger):
        if pk in restored:
            ledger[pk].is_deleted = False
        elif not ledger[pk].is_deleted:
            del ledger[pk]


def harm_copies(backup: Path) -> int:
    """Lose and cut off some drawn files of a backup; return how many."""
    drawn = sorted((backup / "files" / "designs").rglob("*.png"))
    for path in drawn[::12]:
        path.unlink()
    for path in drawn[5::12]:
        path.write_bytes(path.read_bytes()[:100])
    return len(drawn[::12]) + len(drawn[5::12])


def count_deleted(output: str) -> int:
    """Return how many files were deleted between the dump and the copy, by what `backup` says."""
    return sum(map(int, re.findall(r"(\d+) files were deleted since the dump", output)))


def check_restore_output(output: str, storage: str, harmed: int) -> None:
    """Check what `restore` says: what the copy lacks is drawn again or discarded, files newer than the dump deleted."""
    if storage == "s3":
        done = {how: int(count) for count, how in re.findall(r"(\d+) files (drawn again|discarded)", output)}
        assert done["drawn again"] > 5
        assert sum(done.values()) == harmed
    else:
        assert int(re.findall(r"(\d+) orphans deleted", output)[0]) > 40


@pytest.mark.parametrize("storage", ["s3", "local"])
def test_a_backup_made_under_load_is_restored_as_the_page_says(storage: str, tmp_path: Path) -> None:
    """On S3 all is lost, and some of the backup; on local disk the database only, and files of later designs remain."""
    keep = {"RENDER_KEEP_OLD": "20"}  # s; longer than the backup takes
    with running_site(6, 2, storage=storage, variables=keep) as (site, fleet, programme):
        promised = [programme.client.create_design(f"Before {number}", number % 2) for number in range(25)]
        for promise in promised[:10]:
            programme.client.edit_design(promise, f"Edited {promise.id}")
        photo = create_photo_design(programme, upload_photo(programme))
        settle(programme)
        with load(programme):
            copied = run_block("backup", site, tmp_path / "backup")
        for promise in promised[:20]:  # after the dump: with numbers of renders that are given out a second time
            programme.client.rerender_design(promise)
        settle(programme)
        before = named_keys(site) | {key for key in hash_stored_files(site) if key.startswith("designs/")}

        fleet.kill_all()
        site.execute_statement("DROP SCHEMA public CASCADE")
        harmed = harm_copies(tmp_path / "backup") + count_deleted(copied)
        if storage == "s3":
            wipe_files(site)
        output = run_block("restore", site, tmp_path / "backup")
        restored, ledger = named_keys(site), programme.client.ledger.accepted
        assert {promise.id for promise in [*promised, photo]} <= {
            str(pk) for (pk,) in site.query_rows("SELECT id FROM designs_design")
        }
        check_restore_output(output, storage, harmed)
        restore_only_from(ledger, site)
        fleet.restart_ended()
        fleet.wait_for_web()
        for promise in [*promised[:20], photo]:
            programme.client.rerender_design(promise)
        for promise in promised[20:]:
            programme.client.edit_design(promise, f"Again {promise.id}")
        ledger.update({made.id: made for made in (programme.client.create_design(f"New {n}") for n in range(10))})
        settle(programme)
        new = named_keys(site) - restored
        site.execute_statement(END_KEEPING)
        programme.wait_until_settled(PATIENCE)
        outcome = programme.check_end_state()
    report(outcome)
    report(f"{len(before)} keys before, {len(restored)} restored, {len(new)} new")
    assert outcome.violations == []
    assert without_nonces(new) & without_nonces(before), "no attempt had the number of an earlier one"
    assert not new & before, "a key was written twice"
    assert outcome.storage.get("overwritten", 0) == 0
