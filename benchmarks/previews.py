"""What instant previews cost: one client alone, 60 a second offered for a minute, and the greatest rate.

Every request is for another text, so that each is drawn, except where repeats are measured.
"""

from __future__ import annotations

import argparse
import re
import time
from itertools import count
from typing import Any

from benchmarks.openloop import closed_loop, open_loop, spread
from benchmarks.site import Site, running
from benchmarks.wire import Answer

PREVIEW = "/api/v1/preview"
_numbers = count()


def body(text: str = "") -> dict[str, Any]:
    """Return what is asked for: a text design, 600 px, WebP."""
    data = {"text": text or f"Ada {next(_numbers)}", "font": "Bebas-Bold", "color": "#1D3557"}
    return {"product_type": "t-shirt", "design_data": data, "width": 600, "format": "webp"}


def alone(site: Site, seconds: float, what: str, request: Any) -> None:
    """Ask with one client, and print what it saw beside what the server said it took."""
    told: list[float] = []

    def note(_: int, answer: Answer) -> None:
        if found := re.search(rb"total;dur=([\d.]+)", answer.head):
            told.append(float(found[1]))

    found = closed_loop(site.full_url(PREVIEW), request, connections=1, seconds=seconds, on_answer=note)
    print(f"{what}: {found}")
    print(f"  by Server-Timing (after authentication): {spread(told)}")


def tag(site: Site) -> str:
    """Return the entity tag of a picture that is in the cache from now on."""
    tags: list[str] = []

    def note(_: int, answer: Answer) -> None:
        if found := re.search(rb"etag: (\S+)", answer.head, re.IGNORECASE):
            tags.append(found[1].decode())

    request = site.build_request("POST", PREVIEW, body("once"))
    closed_loop(site.full_url(PREVIEW), request, connections=1, seconds=0.3, on_answer=note)
    return tags[0]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="s of the offered load (default %(default)s)")
    parser.add_argument("--rate", type=float, default=60, help="requests a second offered (default %(default)s)")
    parser.add_argument("--web", type=int, default=1, help="web processes (default %(default)s)")
    given = parser.parse_args()
    with running(web=given.web) as site:
        url = site.full_url(PREVIEW)

        def drawn(_: int) -> bytes:
            return site.build_request("POST", PREVIEW, body())

        closed_loop(url, drawn, connections=4, seconds=3)  # fonts, connections
        alone(site, 10, "one client, drawn", drawn)
        once = site.build_request("POST", PREVIEW, body("once"))
        alone(site, 5, "one client, the same again, from the cache", once)
        known = {"If-None-Match": tag(site)}
        alone(site, 5, "one client, the same again, 304", site.build_request("POST", PREVIEW, body("once"), **known))
        time.sleep(2)
        print(f"offered: {open_loop(url, drawn, rate=given.rate, seconds=given.seconds)}")
        time.sleep(2)
        print(f"peak: {closed_loop(url, drawn, connections=16, seconds=15)}")


if __name__ == "__main__":
    main()
