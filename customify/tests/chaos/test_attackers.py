"""A tenant is served beside an attacker that sends as much as its rate limit allows.

Turns are counted, not seconds: what a shared machine takes is only reported.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest

from customify.testing.chaos.attacker import Answers, Sender, attack, measure
from customify.testing.chaos.fault_run import ChaosRun
from customify.tests.support.chaos.programmes import report, running_site
from rendering.tests.support import image_files
from rendering.tests.support.heic_items import nested_overlays

pytestmark = pytest.mark.chaos(seconds=50)

RATE = 600  # requests a minute, the default of API_RATE
ROUNDS, REQUESTS, PAUSE = 3, 30, 0.1  # of whoever is measured; s
RUNNERS = 2  # preview threads, and decoders; the default of both
SERIES = count(1)
ORIGIN = "https://shop.example"
LIMITS = {"API_RATE": str(RATE), "RENDER_PREVIEW_BUDGET": "120", "REFUSED_UPLOADS": "60", "SESSION_UPLOADS": "50"}
PATIENT = {"RENDER_PREVIEW_SECONDS": "30"}  # on a busy machine a dear turn takes longer than the default


@pytest.fixture(scope="module")
def programme() -> Iterator[ChaosRun]:
    with running_site(workers=1, storage="local", variables=LIMITS | PATIENT) as (_, _, running):
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
    assert_previews_do_not_wait([attacker], 6, tenant)


def test_several_attacking_sessions_leave_other_tenants_their_previews(programme: ChaosRun) -> None:
    tenant = Sender(programme.client.port, programme.client.keys[1])
    assert_previews_do_not_wait([start_session(programme, 0) for _ in range(4)], 8, tenant)


def test_an_attacking_session_leaves_other_shoppers_their_previews(programme: ChaosRun) -> None:
    assert_previews_do_not_wait([start_session(programme, 0)], 2, start_session(programme, 0))


def assert_previews_do_not_wait(attackers: list[Sender], connections: int, other: Sender) -> None:
    """Measure in turns, because a shared machine is not equally fast all the time."""
    numbers = count(1_000 * next(SERIES))
    idle, busy = Answers(), Answers()

    def measure_some(answers: Answers) -> None:
        measure(lambda _: other.preview(cheap_design(next(numbers))), REQUESTS, PAUSE, answers)

    def send_dear(number: int) -> int:
        return attackers[number % len(attackers)].preview(dear_design(next(numbers)), 1_600)

    measure_some(Answers())  # warm up
    sent = Answers()
    for _ in range(ROUNDS):
        measure_some(idle)
        with attack(send_dear, connections, RATE, sent):
            measure_some(busy)
    report_latencies(idle, busy)
    turns = busy.count_turns_of(sent, 200)
    report(f"answers to the attacker: {sent.statuses}; its turns that ended during a preview: {Counter(turns)}")
    assert set(idle.statuses) == set(busy.statuses) == {200}
    assert sent.statuses[200] >= ROUNDS, "nothing was in the way"
    assert_turns_were_shared(turns)


def report_latencies(idle: Answers, busy: Answers) -> None:
    for share in (0.5, 0.95):
        before, beside = idle.percentile(share), busy.percentile(share)
        report(
            f"p{share * 100:.0f} {before * 1e3:.0f} ms, beside it {beside * 1e3:.0f} ms: {beside / before:.1f} times"
        )


def assert_turns_were_shared(turns: list[int]) -> None:
    """Assert that hardly any request waited for the end of another's turn, and none for more than those that ran."""
    assert max(turns) <= RUNNERS
    assert sum(turns) <= len(turns) / 4


def nested_heic() -> bytes:
    """The file of 9 KB that once held a decoder for 20 s: it is refused."""
    return nested_overlays(200)


def allowed_heic() -> bytes:
    """A HEIC that asks for as much as may be: three canvases of 25 megapixels."""
    return nested_overlays(2)


def slow_webp() -> bytes:
    return image_files.encode(image_files.scene(4_990, 4_990).convert("RGBA"), "WEBP")


@pytest.mark.parametrize("build", [allowed_heic, slow_webp, nested_heic])  # refusals last: they block
def test_uploads_are_taken_beside_those_of_an_attacker(programme: ChaosRun, build: Callable[[], bytes]) -> None:
    client = programme.client
    attacker, tenant = Sender(client.port, client.keys[0]), Sender(client.port, client.keys[1])
    data, photo = build(), image_files.jpeg()
    sent, idle, busy = Answers(), Answers(), Answers()
    measure(lambda _: tenant.upload(photo), 20, PAUSE, idle)
    with attack(lambda _: attacker.upload(data), 12, RATE, sent):
        measure(lambda _: tenant.upload(photo), 20, PAUSE, busy)
    report_latencies(idle, busy)
    turns = busy.count_turns_of(sent, 201)
    report(f"{len(data)} B; attacker {sent.statuses}; its turns that ended during an upload: {Counter(turns)}")
    assert set(busy.statuses) == {201}
    assert max(turns) <= RUNNERS
    if build is nested_heic:
        assert sent.statuses.keys() <= {400, 422, 429}
    else:
        assert sent.statuses[201] >= 1, "nothing was in the way"
