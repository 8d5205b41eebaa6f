"""Five hundred idempotency keys, each posted three times while the web server is killed twice: one design each."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from customify.testing.chaos.fault_run import ChaosRun
from customify.testing.chaos.load import LoadClient
from customify.testing.chaos.plan import SEED_VARIABLE, choose_seed
from customify.tests.support.chaos.programmes import report, running_site

pytestmark = pytest.mark.chaos(seconds=60)

KEYS, POSTS = 500, 3
COUNTS = """
SELECT (SELECT count(*) FROM designs_design), (SELECT count(*) FROM designs_idempotencykey),
    (SELECT count(*) FROM designs_render WHERE state = 'queued'),
    (SELECT count(*) FROM designs_event WHERE type = 'created')
"""
MADE = "SELECT count(*) FROM designs_design"


def test_each_key_makes_one_design() -> None:
    seed = choose_seed()
    report(f"{SEED_VARIABLE}={seed}")
    # No worker runs: only rows are checked.
    with running_site(workers=0, storage="local", seed=seed, variables={"RENDER_WORKERS": "2"}) as (
        place,
        fleet,
        programme,
    ):
        with ThreadPoolExecutor(POSTS * 4) as pool:
            requests = [pool.submit(_post, programme.client, f"key-{n}") for n in range(KEYS) for _ in range(POSTS)]
            for share in (KEYS // 4, KEYS // 2):
                assert programme.supervise_until(partial(_made, programme, share), 120)
                fleet.processes["web"].kill_child()
            while not all(one.done() for one in requests):
                programme.supervise_for(0.2)
        ids = [one.result() for one in requests]
        (counts,) = place.query_rows(COUNTS)
        lost, refused = programme.client.ledger.lost_connections, programme.client.ledger.server_errors
        report(f"{len(ids)} posts, {lost} lost connections, {len(refused)} answers of 500 and more: {counts}")
    assert lost > 0, "nobody noticed that the web server was killed"
    # On a busy machine a request may wait for a connection or a lock longer than the limit; its client repeats it.
    assert [answer for answer in refused if ": 503 " not in answer] == []
    assert counts == (KEYS, KEYS, KEYS, KEYS)
    assert [len(set(ids[n * POSTS : (n + 1) * POSTS])) for n in range(KEYS)] == [1] * KEYS
    assert len(set(ids)) == KEYS


def _post(client: LoadClient, key: str) -> str:
    return client.create_design(f"Design of {key}", key=key).id


def _made(programme: ChaosRun, designs: int) -> bool:
    return programme.count_rows(MADE) >= designs
