"""A large catalogue, by default 2,000 products with 30 variants each: import, dump, check, and pages of the admin.

Commands run in this process on a PostgreSQL of its own that syncs to disk. Pages are requested through Django's test
client, so that no server stands between; their time is the median of some requests after the first.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.bulk_rows import server_cpu_ms
from benchmarks.delivery import run_servers

COLORS = ("White", "#FFFFFF"), ("Black", "#121212"), ("Navy", "#1F2A44"), ("Red", "#D50032"), ("Royal", "#224D8F")
SIZES = ("XS", "S", "M", "L", "XL", "2XL")


def build_file(products: int, variants: int) -> str:
    """Return a catalogue file; half of the products have an area with overrides."""
    import tomli_w  # noqa: PLC0415  # only here

    return tomli_w.dumps(
        {"version": 1, "products": {f"product-{number}": build_product(number, variants) for number in range(products)}}
    )


def build_product(number: int, variants: int) -> dict[str, Any]:
    """Return one product with two areas."""
    area = {"width_mm": 300, "height_mm": 400, "safe_mm": 5, "x_mm": 100, "y_mm": 80}
    overrides = [{"sizes": ["XS"], "width_mm": 240}] if number % 2 else []
    return {
        "name": f"Product {number}",
        "description": "Cotton, 180 g/m².",
        "group": f"group-{number % 12}",
        "technique": "dtg",
        "text_max": 50,
        "size_min": 12,
        "size_max": 72,
        "variants": [build_variant(number, position) for position in range(variants)],
        "areas": [
            {"placement": "front", "main": True, **area, "overrides": overrides},
            {"placement": "back", **area},
        ],
    }


def build_variant(number: int, position: int) -> dict[str, Any]:
    """Return one variant: sizes of a colour stand together."""
    name, color = COLORS[position // len(SIZES) % len(COLORS)]
    sku, size = f"product-{number}-{position}", SIZES[position % len(SIZES)]
    return {"sku": sku, "color_name": name, "color": color, "size": size}


def measure(name: str, call: Callable[[], Any], server_pid: int) -> None:
    """Call once, and print how long it took: by the clock, and processor time of this process and of PostgreSQL's."""
    begin, cpu, server = time.perf_counter(), time.process_time(), server_cpu_ms(server_pid)
    call()
    took, cpu = time.perf_counter() - begin, time.process_time() - cpu
    server = (server_cpu_ms(server_pid) - server) / 1000
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name:<36}{took:7.2f} s, CPU {cpu:5.2f} + {server:5.2f} s, peak {peak:,.0f} MB")


def measure_commands(folder: Path, text: str) -> None:
    """Time loads and dumps of the whole catalogue."""
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    file, dumped = folder / "shop.toml", folder / "dump.toml"
    file.write_text(text, encoding="utf-8")

    def load(*options: str) -> None:
        call_command("loadcatalogue", str(file), *options, stdout=StringIO(), stderr=StringIO())

    measure("check of an empty database", lambda: load("--check"), pid)
    measure("import", load, pid)
    measure("the same again: nothing to do", load, pid)
    file.write_text(text.replace("#121212", "#101010"), encoding="utf-8")
    measure("one colour of each product changed", load, pid)
    measure("dump", lambda: call_command("dumpcatalogue", out=str(dumped), stderr=StringIO()), pid)
    before = dumped.read_bytes()
    call_command("loadcatalogue", str(dumped), stdout=StringIO(), stderr=StringIO())
    call_command("dumpcatalogue", out=str(dumped), stderr=StringIO())
    print(f"dump → import → dump: {'equal' if dumped.read_bytes() == before else 'DIFFERENT'}, {len(before):,} bytes")


def measure_pages(rounds: int) -> None:
    """Time pages of the admin, and count their queries."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    from designs.models import Product, Technique, Variant  # noqa: PLC0415

    setup_test_environment()
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("bench"))
    product = Product.objects.get(slug="product-1")
    changelist = reverse("admin:designs_product_changelist")
    pages = {
        "list of products": changelist,
        "list, one group": f"{changelist}?group=group-3",
        "list, search": f"{changelist}?q=product-19",
        "page of a product": reverse("admin:designs_product_change", args=[product.pk]),
        "list of variants": reverse("admin:designs_variant_changelist"),
        "page of a variant": reverse("admin:designs_variant_change", args=[Variant.objects.all()[0].pk]),
        "page of a technique": reverse("admin:designs_technique_change", args=[Technique.objects.get(slug="dtg").pk]),
    }
    for name, address in pages.items():
        times = []
        for _ in range(rounds + 1):
            begin = time.perf_counter()
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(address)
            times.append(time.perf_counter() - begin)
            if answer.status_code != 200:
                raise SystemExit(f"{address} was answered with {answer.status_code}.")
        print(f"{name:<34}{1000 * statistics.median(times[1:]):8.0f} ms  {len(queries):3} queries")


def main() -> None:
    """Fill a database and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=2_000)
    parser.add_argument("--variants", type=int, default=30, help="of each product")
    parser.add_argument("--rounds", type=int, default=5, help="requests of each page")
    options = parser.parse_args()
    with run_servers(), TemporaryDirectory() as folder:
        from designs.catalogue.install import install_catalogue  # noqa: PLC0415

        install_catalogue()
        measure_commands(Path(folder), build_file(options.products, options.variants))
        measure_pages(options.rounds)


if __name__ == "__main__":
    main()
