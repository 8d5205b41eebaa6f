"""Fill a PostgreSQL database with designs for measuring reads: `python -m benchmarks.fill_database --designs 1000000`.

One design of each product is created and drawn by the service. Set-based SQL then copies its rows, so that each design
has its revision, its render with the complete snapshot, six renditions and two events, as large as the service writes
them. Prints API keys and a session for reading them, as JSON. Use a database that can be thrown away: the SQL bypasses
all services.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
from typing import Any
from uuid import UUID

SMALL_OWNER_DESIGNS = 200  # designs of the small owner, spread among those of the big one
LONG_HISTORY = 60  # revisions and renders of the design with the long history
STEP_INTERVAL = "interval '20 seconds'"  # between designs: a million span about eight months
FIRST_COPY_ID = 1_000  # ids of the copies; the template rows have lower ones
TABLES = ("designs_designrevision", "designs_render", "designs_rendition", "designs_event", "designs_asset",
          "designs_design")  # fmt: skip

# Of a thousand designs 930 are published, 30 are rendering again, 25 are drafts, 14 failed (with older files), 1 is
# deleted.
PLAN_SQL = """
CREATE UNLOGGED TABLE plan AS
SELECT n, md5('design ' || n)::uuid AS id, {first} + n AS row_id, model.id AS model,
       CASE WHEN n % {every} = {every} / 2 THEN {small} ELSE {big} END AS owner_id,
       CASE WHEN slot < 930 THEN 'published' WHEN slot < 960 THEN 'rendering' WHEN slot < 985 THEN 'draft'
            WHEN slot < 999 THEN 'failed' ELSE 'deleted' END AS status,
       now() - {step} * ({total} - n) AS made
FROM (SELECT n, n * 7919 % 1000 AS slot FROM generate_series(1, {total}::bigint) AS n) AS numbers
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM designs_design) AS model
  ON model.place = numbers.n % (SELECT count(*) FROM designs_design)
ORDER BY n
"""
COPY_SOURCES: dict[str, tuple[str, dict[str, str]]] = {  # table -> (FROM …, column -> SQL of its value in the copy)
    "designs_design": (
        "plan JOIN designs_design AS old ON old.id = plan.model",
        {
            "id": "plan.id",
            "owner_id": "plan.owner_id",
            "status": "CASE plan.status WHEN 'deleted' THEN 'published' ELSE plan.status END",
            "published_revision": "CASE plan.status WHEN 'draft' THEN NULL ELSE 1 END",
            "published_render_id": "CASE plan.status WHEN 'draft' THEN NULL ELSE plan.row_id END",
            "error_code": "CASE plan.status WHEN 'failed' THEN 'too_slow' ELSE '' END",
            "error_message": "CASE plan.status WHEN 'failed' THEN 'Drawing it took too long.' ELSE '' END",
            "external_id": "'order-' || plan.n",
            "created_at": "plan.made",
            "updated_at": "plan.made + interval '1 second'",
            "deleted_at": "CASE plan.status WHEN 'deleted' THEN now() END",
        },
    ),
    "designs_designrevision": (
        "plan JOIN designs_designrevision AS old ON old.design_id = plan.model",
        {"id": "plan.row_id", "design_id": "plan.id", "created_at": "plan.made", "author_id": "plan.owner_id"},
    ),
    "designs_render": (
        "plan JOIN designs_render AS old ON old.design_id = plan.model WHERE plan.status <> 'draft'",
        {
            "id": "plan.row_id",
            "design_id": "plan.id",
            "owner_id": "plan.owner_id",
            "requested_by_id": "plan.owner_id",
            "revision_id": "plan.row_id",
            "requested_at": "plan.made",
            "started_at": "plan.made",
            "finished_at": "plan.made + interval '1 second'",
        },
    ),
    "designs_rendition": (
        (
            "plan JOIN designs_render AS render ON render.design_id = plan.model"
            " JOIN designs_rendition AS old ON old.render_id = render.id WHERE plan.status <> 'draft'"
        ),
        {
            "id": "nextval('designs_rendition_id_seq')",
            "render_id": "plan.row_id",
            "key": "replace(old.key, plan.model::text, plan.id::text)",
            "created_at": "plan.made",
        },
    ),
    "designs_event": (
        "plan JOIN designs_event AS old ON old.design_id = plan.model AND old.type IN ('created', 'published')",
        {
            "id": "nextval('designs_event_id_seq')",
            "design_id": "plan.id",
            "owner_id": "plan.owner_id",
            "actor_id": "plan.owner_id",
            "created_at": "plan.made",
        },
    ),
    "designs_asset": (
        "plan CROSS JOIN (SELECT * FROM designs_asset LIMIT 1) AS old",
        {"id": "md5('asset ' || plan.n)::uuid", "owner_id": "plan.owner_id", "created_at": "plan.made"},
    ),
}


def fill_database(designs: int) -> dict[str, Any]:
    """Fill an empty database with `designs` designs of one owner and SMALL_OWNER_DESIGNS of another.

    Returns API keys by owner, a session of the admin, product ids by slug, and the id of the design with the history.
    """
    from django.db import connection  # noqa: PLC0415  # needs the settings

    templates = _create_templates()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # the copies keep foreign keys valid without checks
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute("SET statement_timeout = 0")
        total = designs + SMALL_OWNER_DESIGNS
        values = {
            "first": FIRST_COPY_ID,
            "every": total // SMALL_OWNER_DESIGNS,
            "step": STEP_INTERVAL,
            "total": total,
            **templates["owners"],
        }
        cursor.execute(PLAN_SQL.format(**values))
        indexes = _drop_indexes(cursor)
        for table in COPY_SOURCES:
            _copy_table(cursor, table)
        _add_long_history(cursor, total)
        for statement in indexes:
            cursor.execute(statement)
        cursor.execute("DROP TABLE plan")
        for table in ("designs_designrevision", "designs_render"):
            cursor.execute(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")  # noqa: S608
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")
    return {name: templates[name] for name in ("keys", "session", "products")} | {"long": _design_id(total)}


def _create_templates() -> dict[str, Any]:
    """Create the owners, their keys, a staff session, an asset, and one drawn design of each product."""
    from django.conf import settings  # noqa: PLC0415
    from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user_model  # noqa: PLC0415
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415
    from django.db.models.functions import Now  # noqa: PLC0415

    from customify.accounts.models import ApiKey  # noqa: PLC0415
    from designs import services  # noqa: PLC0415
    from designs.models import Asset, Product  # noqa: PLC0415
    from designs.worker import jobs  # noqa: PLC0415

    users = get_user_model().objects
    owners = {name: users.create_user(name) for name in ("big", "small")}
    admin = users.create_superuser("admin")
    for product in Product.objects.order_by("pk"):
        data = {"text": f"{product.name} no. 7", "font": "Bebas-Bold", "color": "#1D3557", "fontSize": 48}
        meta = {"order": 4711, "line": 2, "shop": "north"}
        services.create_design(services.NewDesign(owners["big"].pk, product.slug, data, metadata=meta))
    while jobs.work_lane("preview"):
        pass
    picture = {"format": "jpeg", "width": 3000, "height": 2000, "bytes": 900_000, "sha256": "a" * 64,
               "working_width": 1600, "working_height": 1067, "working_bytes": 200_000, "working_sha256": "b" * 64,
               "colors": [{"color": "#AABBCC", "share": 0.4}, {"color": "#102030", "share": 0.3}]}  # fmt: skip
    Asset.objects.create(owner=owners["big"], file_name="holiday.jpg", stored_at=Now(), **picture)
    session = SessionStore()
    session.update({SESSION_KEY: str(admin.pk), "_auth_user_backend": settings.AUTHENTICATION_BACKENDS[0],
                    HASH_SESSION_KEY: admin.get_session_auth_hash()})  # fmt: skip
    session.save()
    return {
        "owners": {name: user.pk for name, user in owners.items()},
        "keys": {name: ApiKey.objects.issue_key(user, "benchmark")[1] for name, user in owners.items()},
        "session": session.session_key,
        "products": dict(Product.objects.values_list("slug", "pk")),
    }


def _copy_table(cursor: Any, table: str) -> None:
    start, rows = time.monotonic(), _insert_copies(cursor, table, *COPY_SOURCES[table])
    print(f"  {rows:,} rows of {table} in {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)


def _add_long_history(cursor: Any, total: int) -> None:
    """Give the newest design LONG_HISTORY revisions and renders."""
    new, pk = f"{FIRST_COPY_ID + total} + k", _design_id(total)
    for table in ("designs_designrevision", "designs_render"):
        source = f"{table} AS old, generate_series(1, {LONG_HISTORY - 1}) AS k WHERE old.design_id = '{pk}'"
        changed = {"id": new, "number": "k + 1", "revision_id": new}
        _insert_copies(cursor, table, source, changed)
    counts = f"revision = {LONG_HISTORY}, render_count = {LONG_HISTORY}"
    cursor.execute(f"UPDATE designs_design SET {counts} WHERE id = '{pk}'")  # noqa: S608


def _insert_copies(cursor: Any, table: str, source: str, changed: dict[str, str]) -> int:
    cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table])
    names = [name for (name,) in cursor.fetchall()]
    values = ", ".join(changed.get(name, f'old."{name}"') for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    cursor.execute(f"INSERT INTO {table} ({listed}) SELECT {values} FROM {source}")  # noqa: S608
    return int(cursor.rowcount)


def _drop_indexes(cursor: Any) -> list[str]:
    """Drop indexes and unique constraints, which slow down inserts; return the statements that create them again."""
    cursor.execute(
        """
        SELECT cls.relname, tab.relname, con.conname, pg_get_constraintdef(con.oid), pg_get_indexdef(cls.oid)
        FROM pg_index AS ind JOIN pg_class AS cls ON cls.oid = ind.indexrelid
        JOIN pg_class AS tab ON tab.oid = ind.indrelid
        LEFT JOIN pg_constraint AS con ON con.conindid = ind.indexrelid AND con.contype = 'u'
        WHERE tab.relname = ANY(%s) AND NOT ind.indisprimary
        """,
        [list(TABLES)],
    )
    statements = []
    for index, table, constraint, rule, definition in cursor.fetchall():
        if constraint:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
            statements.append(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} {rule}")
        else:
            cursor.execute(f"DROP INDEX {index}")
            statements.append(definition)
    return statements


def _design_id(number: int) -> str:
    return str(UUID(hashlib.md5(f"design {number}".encode()).hexdigest()))  # noqa: S324  # as in PLAN_SQL


def main() -> None:
    """Migrate and fill the database; print the facts as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--designs", type=int, required=True, help="number of designs of the big owner")
    designs = parser.parse_args().designs
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "customify.settings")
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    print(json.dumps(fill_database(designs)))


if __name__ == "__main__":
    main()
