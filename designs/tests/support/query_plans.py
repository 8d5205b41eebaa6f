"""Query plans of a request among thousands of designs."""

from __future__ import annotations

import re

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from designs.models import Design, Product

COPIES = 20_000
ROW_EXPRESSIONS = {  # SQL for an id and a time from a number
    "postgresql": ("lpad(to_hex(i), 32, '0')::uuid", "now() - i * interval '1 minute'"),
    "sqlite": ("printf('%032x', i)", "strftime('%Y-%m-%d %H:%M:%f', 'now', '-' || i || ' minutes')"),
}
# SQLite can use no index for NOT test and cannot match some partial ones: it reads the newest designs one by one.
INDEXES_WITHOUT_STATISTICS = {"design_by_owner", "design_admin_list"} if connection.vendor == "sqlite" else set()


def copy_design(design: Design, others: User) -> None:
    """Copy a published design COPIES times: 1 of 20 has another owner, 1 of 50 is a mug, 1 of 100 failed."""
    pk, moment = ROW_EXPRESSIONS[connection.vendor]
    mug = Product.objects.get(slug="mug").pk
    changed = {
        "id": pk,
        "created_at": moment,
        "owner_id": f"CASE WHEN i % 20 = 0 THEN {others.pk} ELSE owner_id END",
        "product_id": f"CASE WHEN i % 50 = 7 THEN {mug} ELSE product_id END",
        "status": "CASE WHEN i % 100 = 3 THEN 'failed' ELSE status END",
        "error_code": "CASE WHEN i % 100 = 3 THEN 'too_slow' ELSE '' END",
        "external_id": "'order-' || i",
    }
    changed = {name: value.replace("%", "%%") for name, value in changed.items()}
    names = [field.attname for field in Design._meta.concrete_fields]
    listed = ", ".join(names)
    values = ", ".join(changed.get(name, name) for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO designs_design ({listed})"
            " WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < %s)"
            f" SELECT {values} FROM designs_design, numbers WHERE designs_design.id = %s",
            [COPIES, design.pk.hex],
        )
        cursor.execute("ANALYZE")


def explain_design_queries(client: Client, url: str) -> list[str]:
    """Return the plan of each SELECT from designs that a page makes."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    found = []
    with connection.cursor() as cursor:
        for query in queries.captured_queries:
            if re.search(r'FROM "designs_design" ', query["sql"]):
                cursor.execute(f"{explain} {query['sql']}".replace("%", "%%"), [])
                found.append("\n".join(str(row[-1]) for row in cursor.fetchall()))
    return found


def reads_all_designs(plan: str) -> bool:
    """Tell whether a plan reads all designs, or sorts more than a few to find the newest."""
    if connection.vendor == "sqlite":  # it has no statistics: sorting is judged by the index it reads
        return bool(re.search(r"SCAN designs_design(?! USING INDEX)", plan))
    sorted_rows = [int(rows) for rows in re.findall(r"Sort  \(.* rows=(\d+) .*\n +Sort Key: designs_design", plan)]
    return "Seq Scan on designs_design " in plan or max(sorted_rows, default=0) > COPIES // 10


def used_indexes(plan: str) -> set[str]:
    """Return the indexes of designs that a plan uses."""
    keys = {"designs_design_pkey", "sqlite_autoindex_designs_design_1"}
    known = keys | {index.name for index in Design._meta.indexes}
    return known & set(re.findall(r"\w+", plan))
