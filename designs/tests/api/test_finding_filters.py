"""The list of designs by what was found in them."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection
from rest_framework.test import APIClient

from customify.tests.support.session_pages import make_draft
from designs.models import Design, Render
from designs.tests.support import catalogue
from designs.tests.support.api_client import DESIGNS_URL, create_published_design
from designs.tests.support.fixture_types import RunWorker
from designs.tests.support.query_plans import explain_design_queries

ON_NAVY = catalogue.dark_text(variant="NAVY-S")
REASON = {"reason": "As ordered."}
OLD_FINDING = {
    "code": "off_canvas", "severity": "warning", "message": "…", "layer": 0, "measured": None, "required": None
}  # fmt: skip


@pytest.fixture
def designs(shop: APIClient, work: RunWorker) -> dict[str, str]:
    """Ids of a clean design, one with an error, one with a warning, one whose error is overridden, and a draft."""
    catalogue.make_variants()
    found = {"clean": create_published_design(shop, work)["id"]}
    found["warning"] = create_published_design(shop, work, design_data=ON_NAVY)["id"]
    catalogue.judge_strictly()
    for name in ("error", "overridden"):
        found[name] = create_published_design(shop, work, design_data=ON_NAVY)["id"]
    url = f"{DESIGNS_URL}/{found['overridden']}/revisions/1/overrides/invisible_on_product"
    assert shop.put(url, REASON).status_code == 200
    found["draft"] = make_draft(shop, design_data=ON_NAVY)
    return found


def names(shop: APIClient, designs: dict[str, str], query: str) -> set[str]:
    by_id = {pk: name for name, pk in designs.items()}
    return {by_id[each["id"]] for each in shop.get(f"{DESIGNS_URL}?{query}").json()["results"]}


def test_designs_are_found_by_the_code_of_a_finding(shop: APIClient, designs: dict[str, str]) -> None:
    assert names(shop, designs, "finding=invisible_on_product") == {"warning", "error", "overridden"}
    assert names(shop, designs, "finding=thin_line") == set()
    assert names(shop, designs, "finding=unheard_of") == set()
    assert names(shop, designs, "finding=invisible_on_product&product_type=mug") == set()


def test_designs_are_found_by_whether_they_can_be_printed(shop: APIClient, designs: dict[str, str]) -> None:
    assert names(shop, designs, "printable=true") == {"clean", "warning", "overridden"}
    assert names(shop, designs, "printable=false") == {"error"}
    assert names(shop, designs, "printable=false&finding=invisible_on_product") == {"error"}
    shown = {each["id"]: each["printable"] for each in shop.get(DESIGNS_URL).json()["results"]}
    assert {name: shown[pk] for name, pk in designs.items()} == {
        "clean": True, "warning": True, "overridden": True, "error": False, "draft": None,
    }  # fmt: skip


def test_an_error_of_two_is_overridden_and_the_other_stops_it(shop: APIClient, designs: dict[str, str]) -> None:
    render = Render.objects.get(design_id=UUID(designs["overridden"]))
    render.findings = [*render.findings, {**render.findings[0], "code": "thin_line"}]
    render.save(update_fields=["findings"])
    assert names(shop, designs, "printable=false") == {"error", "overridden"}


@pytest.mark.parametrize("code", ["off_canvas", "outside_trim"])
def test_both_names_of_a_renamed_code_find_findings_under_either(
    shop: APIClient, designs: dict[str, str], code: str
) -> None:
    for name, stored in (("clean", "off_canvas"), ("warning", "outside_trim")):
        finding = {
            "code": stored,
            "severity": "warning",
            "message": "…",
            "layer": 0,
            "measured": None,
            "required": None,
        }
        Render.objects.filter(design_id=UUID(designs[name])).update(findings=[finding])
    assert names(shop, designs, f"finding={code}") == {"clean", "warning"}


def test_findings_of_earlier_versions_have_null_for_what_they_lack(shop: APIClient, designs: dict[str, str]) -> None:
    Render.objects.filter(design_id=UUID(designs["clean"])).update(findings=[OLD_FINDING])
    path = f"{DESIGNS_URL}/{designs['clean']}"
    expected = {**OLD_FINDING, "placement": None, "box": None, "operator_message": None, "fix": None}
    assert shop.get(path).json()["preflight"] == [expected]
    assert shop.get(f"{path}/revisions/1").json()["preflight"] == [expected]
    assert shop.get(f"{path}/renders").json()["results"][0]["preflight"] == [expected]


@pytest.mark.parametrize("query", ["finding=", "printable=", "printable=maybe", f"finding={'x' * 41}"])
def test_a_filter_that_cannot_be_is_refused(shop: APIClient, query: str) -> None:
    assert shop.get(f"{DESIGNS_URL}?{query}").status_code == 400


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no index of findings")
def test_a_rare_finding_is_found_by_its_index(shop: APIClient, work: RunWorker) -> None:
    catalogue.make_variants()
    create_published_design(shop, work, design_data=ON_NAVY)
    _copy_renders(Design.objects.get())
    (plan,) = explain_design_queries(_plain(shop), f"{DESIGNS_URL}?finding=invisible_on_product")
    assert "render_by_finding" in plan, plan


def _plain(client: APIClient) -> APIClient:
    plain = APIClient()
    plain.credentials(**client._credentials)  # type: ignore[attr-defined]  # DRF has no types for it
    return plain


def _copy_renders(design: Design, count: int = 5_000) -> None:
    """Add many published designs without findings."""
    render = Render.objects.get()
    with connection.cursor() as cursor:
        for model, row, changed in (
            (Design, design, {"id": "lpad(to_hex(i), 32, '0')::uuid", "published_render_id": "i + 1000000"}),
            (
                Render,
                render,
                {"id": "i + 1000000", "design_id": "lpad(to_hex(i), 32, '0')::uuid", "findings": "'[]'::jsonb"},
            ),
        ):
            columns = [field.column for field in model._meta.concrete_fields]
            values = ", ".join(changed.get(column, f'"{column}"') for column in columns)
            listed = ", ".join(f'"{column}"' for column in columns)
            cursor.execute(
                f"INSERT INTO {model._meta.db_table} ({listed}) SELECT {values} FROM {model._meta.db_table},"
                f" generate_series(1, {count}) AS i WHERE {model._meta.db_table}.id = %s",
                [row.pk],
            )
        cursor.execute("ANALYZE designs_design, designs_render")
    assert Design.objects.count() == count + 1
