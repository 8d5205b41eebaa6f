"""What instant previews cost: one client alone, 60 a second offered for a minute, and the greatest rate.

Every request is for another text, so that each is drawn, except where repeats are measured.
"""

from __future__ import annotations

import argparse
import re
import time
from itertools import count
from typing import Any

from benchmarks.http_client import HttpAnswer
from benchmarks.load import format_latencies, run_closed_loop, run_open_loop
from benchmarks.site import Site, run_site

PREVIEW_PATH = "/api/v1/preview"
_numbers = count()


def preview_body(text: str = "") -> dict[str, Any]:
    """Return what is asked for: a text design, 600 px, WebP."""
    data = {"text": text or f"Ada {next(_numbers)}", "font": "Bebas-Bold", "color": "#1D3557"}
    return {"product_type": "t-shirt", "design_data": data, "width": 600, "format": "webp"}


def measure_alone(site: Site, seconds: float, what: str, request: Any) -> None:
    """Ask with one client, and print what it saw beside what the server said it took."""
    told: list[float] = []

    def note(_: int, answer: HttpAnswer) -> None:
        if found := re.search(rb"total;dur=([\d.]+)", answer.head):
            told.append(float(found[1]))

    found = run_closed_loop(site.full_url(PREVIEW_PATH), request, connections=1, seconds=seconds, on_answer=note)
    print(f"{what}: {found}")
    print(f"  by Server-Timing (after authentication): {format_latencies(told)}")


def fetch_etag(site: Site) -> str:
    """Return the entity tag of a picture that is in the cache from now on."""
    tags: list[str] = []

    def note(_: int, answer: HttpAnswer) -> None:
        if found := re.search(rb"etag: (\S+)", answer.head, re.IGNORECASE):
            tags.append(found[1].decode())

    request = site.build_request("POST", PREVIEW_PATH, preview_body("once"))
    run_closed_loop(site.full_url(PREVIEW_PATH), request, connections=1, seconds=0.3, on_answer=note)
    return tags[0]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="s of the offered load (default %(default)s)")
    parser.add_argument("--rate", type=float, default=60, help="requests a second offered (default %(default)s)")
    parser.add_argument("--web", type=int, default=1, help="web processes (default %(default)s)")
    given = parser.parse_args()
    with run_site(web=given.web) as site:
        url = site.full_url(PREVIEW_PATH)

        def drawn(_: int) -> bytes:
            return site.build_request("POST", PREVIEW_PATH, preview_body())

        run_closed_loop(url, drawn, connections=4, seconds=3)  # fonts, connections
        measure_alone(site, 10, "one client, drawn", drawn)
        once = site.build_request("POST", PREVIEW_PATH, preview_body("once"))
        measure_alone(site, 5, "one client, the same again, from the cache", once)
        known = {"If-None-Match": fetch_etag(site)}
        measure_alone(
            site,
            5,
            "one client, the same again, 304",
            site.build_request("POST", PREVIEW_PATH, preview_body("once"), **known),
        )
        time.sleep(2)
        print(f"offered: {run_open_loop(url, drawn, rate=given.rate, seconds=given.seconds)}")
        time.sleep(2)
        print(f"peak: {run_closed_loop(url, drawn, connections=16, seconds=15)}")


if __name__ == "__main__":
    main()
