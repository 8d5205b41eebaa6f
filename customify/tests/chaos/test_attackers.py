"""A tenant is served beside an attacker that sends as much as its rate limit allows."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from customify.testing.chaos.attacker import Answers, Sender, attack, measure
from customify.testing.chaos.fault_run import ChaosRun
from customify.tests.support.chaos.programmes import report, running_site
from rendering.tests.support import image_files

pytestmark = pytest.mark.chaos

RATE = 600  # requests a minute, the default of API_RATE
ROUNDS, REQUESTS, PAUSE = 4, 30, 0.1  # of whoever is measured; s
MOST, MARGIN = 3, 0.02  # times idle's p95; s, of a shared machine
SERIES = count(1)
ORIGIN = "https://shop.example"
LIMITS = {"API_RATE": str(RATE), "RENDER_PREVIEW_BUDGET": "120", "REFUSED_UPLOADS": "60", "SESSION_UPLOADS": "50"}


@pytest.fixture(scope="module")
def programme() -> Iterator[ChaosRun]:
    with running_site(workers=1, storage="local", variables=LIMITS) as (_, _, running):
        yield running


def dear_design(number: int) -> Any:
    """Return a design that takes seconds to draw, and is not in the cache."""
    fill = {"type": "color", "color": f"#{number:06X}"}
    star = {"type": "shape", "shape": "star", "points": 64, "inner": 0.3, "fill": fill, "opacity": 0.9}
    layers = [
        {**star, "box": {"x": column * 9, "y": row * 9, "width": 200, "height": 200}, "rotation": 7 * column}
        for column in range(10)
        for row in range(10)
    ]
    return {"version": 1, "placements": {"front": {"layers": layers}}}


def cheap_design(number: int) -> Any:
    return {"text": f"Ada {number}", "font": "Bebas-Bold", "color": "#1D3557"}


def start_session(programme: ChaosRun, owner: int) -> Sender:
    client = programme.client
    body = {"product_type": "t-shirt", "design_data": cheap_design(0), "render": False}
    _, design = client.request_until_accepted("POST", "/api/v1/designs", {201}, body, owner=owner)
    path = f"/api/v1/designs/{design['id']}/sessions"
    _, session = client.request_until_accepted("POST", path, {201}, {"origins": [ORIGIN]}, owner=owner)
    return Sender(client.port, session["token"], {"Origin": ORIGIN})


def test_an_attacking_key_leaves_other_tenants_their_previews(programme: ChaosRun) -> None:
    client = programme.client
    attacker, tenant = Sender(client.port, client.keys[0]), Sender(client.port, client.keys[1])
    assert_previews_stay_fast(attacker, 6, tenant)


def test_an_attacking_session_leaves_other_tenants_their_previews(programme: ChaosRun) -> None:
    tenant = Sender(programme.client.port, programme.client.keys[1])
    assert_previews_stay_fast(start_session(programme, 0), 2, tenant)


def test_an_attacking_session_leaves_other_shoppers_their_previews(programme: ChaosRun) -> None:
    assert_previews_stay_fast(start_session(programme, 0), 2, start_session(programme, 0))


def assert_previews_stay_fast(attacker: Sender, connections: int, other: Sender) -> None:
    """Measure in turns, because a shared machine is not equally fast all the time."""
    numbers = count(1_000 * next(SERIES))
    idle, busy = Answers(), Answers()

    def measure_some(answers: Answers) -> None:
        measure(lambda _: other.preview(cheap_design(next(numbers))), REQUESTS, PAUSE, answers)

    measure_some(Answers())  # warm up
    sent = Answers()
    for _ in range(ROUNDS):
        measure_some(idle)
        with attack(lambda _: attacker.preview(dear_design(next(numbers)), 1_600), connections, RATE, sent):
            measure_some(busy)
    for share in (0.5, 0.95):
        before, beside = idle.percentile(share), busy.percentile(share)
        report(
            f"p{share * 100:.0f} {before * 1e3:.0f} ms, beside it {beside * 1e3:.0f} ms: {beside / before:.1f} times"
        )
    report(f"answers to the attacker: {sent.statuses}")
    assert set(idle.statuses) == set(busy.statuses) == {200}
    assert sent.statuses[200] >= ROUNDS, "nothing was in the way"
    assert busy.percentile(0.95) <= MOST * idle.percentile(0.95) + MARGIN


def test_uploads_are_taken_beside_slow_ones(programme: ChaosRun) -> None:
    client = programme.client
    attacker, tenant = Sender(client.port, client.keys[0]), Sender(client.port, client.keys[1])
    slow, photo = image_files.encode(image_files.scene(4_990, 4_990).convert("RGBA"), "WEBP"), image_files.jpeg()
    sent, taken = Answers(), Answers()
    with attack(lambda _: attacker.upload(slow), 12, RATE, sent):
        measure(lambda _: tenant.upload(photo), 20, PAUSE, taken)
    report(f"tenant {taken.statuses}, p95 {taken.percentile(0.95):.2f} s; attacker {sent.statuses}")
    assert sent.statuses[201] >= 1
    assert set(taken.statuses) == {201}
