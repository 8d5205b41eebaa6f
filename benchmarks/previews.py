"""Cost of instant previews: one client alone, 60 requests per second for a minute, and the highest rate.

Every request has a new text, so that each preview is drawn, except where the cache is measured.
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
    """Return the body of a request: a text design, 600 px, WebP."""
    data = {"text": text or f"Ada {next(_numbers)}", "font": "Bebas-Bold", "color": "#1D3557"}
    return {"product_type": "t-shirt", "design_data": data, "width": 600, "format": "webp"}


def measure_alone(site: Site, seconds: float, title: str, request: Any) -> None:
    """Send requests with one client; print its latency and the time that the server reports."""
    reported: list[float] = []

    def record_time(_: int, answer: HttpAnswer) -> None:
        if match := re.search(rb"total;dur=([\d.]+)", answer.head):
            reported.append(float(match[1]))

    result = run_closed_loop(
        site.full_url(PREVIEW_PATH), request, connections=1, seconds=seconds, on_answer=record_time
    )
    print(f"{title}: {result}")
    print(f"  by Server-Timing (after authentication): {format_latencies(reported)}")


def fetch_etag(site: Site) -> str:
    """Return the ETag of a preview that is cached from now on."""
    tags: list[str] = []

    def record_etag(_: int, answer: HttpAnswer) -> None:
        if match := re.search(rb"etag: (\S+)", answer.head, re.IGNORECASE):
            tags.append(match[1].decode())

    request = site.build_request("POST", PREVIEW_PATH, preview_body("once"))
    run_closed_loop(site.full_url(PREVIEW_PATH), request, connections=1, seconds=0.3, on_answer=record_etag)
    return tags[0]


def main() -> None:
    """Run the measurements and print the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--seconds", type=float, default=60, help="duration of the offered load in s (default %(default)s)"
    )
    parser.add_argument("--rate", type=float, default=60, help="requests per second offered (default %(default)s)")
    parser.add_argument("--web", type=int, default=1, help="web processes (default %(default)s)")
    options = parser.parse_args()
    with run_site(web=options.web) as site:
        url = site.full_url(PREVIEW_PATH)

        def new_preview(_: int) -> bytes:
            return site.build_request("POST", PREVIEW_PATH, preview_body())

        run_closed_loop(url, new_preview, connections=4, seconds=3)  # warm up fonts and connections
        measure_alone(site, 10, "one client, drawn", new_preview)
        same_preview = site.build_request("POST", PREVIEW_PATH, preview_body("once"))
        measure_alone(site, 5, "one client, the same again, from the cache", same_preview)
        conditions = {"If-None-Match": fetch_etag(site)}
        measure_alone(
            site,
            5,
            "one client, the same again, 304",
            site.build_request("POST", PREVIEW_PATH, preview_body("once"), **conditions),
        )
        time.sleep(2)
        print(f"offered: {run_open_loop(url, new_preview, rate=options.rate, seconds=options.seconds)}")
        time.sleep(2)
        print(f"peak: {run_closed_loop(url, new_preview, connections=16, seconds=15)}")


if __name__ == "__main__":
    main()
