from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext

from designs import services
from designs.admin import pagination
from designs.models import Design
from designs.tests.support import factories
from designs.tests.support.admin_urls import LIST_URL
from designs.tests.support.fixture_types import MakeDesign
from rendering import storage


def listed(pages: Client, query: str = "") -> list[Design]:
    answer = pages.get(f"{LIST_URL}?{query}")
    assert answer.status_code == 200
    return list(answer.context["cl"].result_list)


def queries(pages: Client) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert pages.get(LIST_URL).status_code == 200
    return [query["sql"] for query in captured.captured_queries]


def test_a_row_shows_id_product_owner_status_and_thumbnail(pages: Client, design: Design) -> None:
    work = factories.publish_newest_render(design)
    Design.objects.filter(pk=design.pk).update(created_at=Now() - timedelta(hours=3))
    text = pages.get(LIST_URL).content.decode()
    (key,) = [key for key in factories.attempt_keys(work) if key.endswith("/thumbnail.png")]
    assert f'<img src="{storage.file_url(key)}" width="60" height="60" alt="" loading="lazy">' in text
    for cell in (
        str(design.pk),
        "T-shirt",
        design.owner.username,
        'icon-yes.svg" alt=""> published',
        "3\xa0hours",
        ">Test<",
    ):
        assert cell in text


def test_a_failed_design_shows_its_error(pages: Client, design: Design) -> None:
    Design.objects.filter(pk=design.pk).update(status="failed", error_code="too_slow", error_message="It took long.")
    text = pages.get(LIST_URL).content.decode()
    assert 'icon-no.svg" alt=""> failed' in text
    assert "too_slow: It took long." in text


def test_more_designs_take_no_more_queries(pages: Client, make_design: MakeDesign) -> None:
    factories.publish_newest_render(make_design())
    few = queries(pages)
    for number in range(5):
        owner = factories.make_user()
        product = "mug" if number % 2 else "poster"
        factories.publish_newest_render(make_design(f"Design {number}", owner=owner, product_type=product))
    assert len(queries(pages)) == len(few)


def test_designs_are_never_all_counted(pages: Client, design: Design) -> None:
    counts = [sql for sql in queries(pages) if "COUNT(" in sql and "designs_design" in sql]
    assert counts
    assert all(f"LIMIT {pagination.MAX_ROWS + 1}" in sql for sql in counts)


def test_render_snapshots_are_not_fetched(pages: Client, design: Design) -> None:
    factories.publish_newest_render(design)
    assert not [sql for sql in queries(pages) if '"frozen"' in sql]


def test_the_newest_designs_come_first_by_the_index(pages: Client, make_design: MakeDesign) -> None:
    designs = [make_design(f"Design {number}", render=False) for number in range(3)]
    for number, design in enumerate(designs):  # SQLite stores milliseconds, and some are created within one
        Design.objects.filter(pk=design.pk).update(created_at=factories.seconds_ago(10 - number))
    assert listed(pages) == designs[::-1]
    rows = [sql for sql in queries(pages) if "LIMIT" in sql or "ORDER BY" in sql]
    assert any('ORDER BY "designs_design"."created_at" DESC, "designs_design"."id" DESC' in sql for sql in rows)


def test_the_last_page_is_where_counting_stops(
    pages: Client, make_design: MakeDesign, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        make_design(f"Design {number}", render=False)
    assert "Only the newest" not in pages.get(LIST_URL).content.decode()
    monkeypatch.setattr(pagination, "MAX_ROWS", 3)
    answer = pages.get(LIST_URL)
    assert answer.context["cl"].result_count == 3
    assert "Only the newest 3 designs are listed. Search or filter to find older ones." in answer.content.decode()


def test_deleted_designs_are_listed_only_with_their_filter(pages: Client, make_design: MakeDesign) -> None:
    kept, gone = make_design("Kept"), make_design("Gone")
    services.delete_design(gone.pk, None)
    assert listed(pages) == [kept]
    assert listed(pages, "deleted=yes") == [gone]
    assert 'icon-deletelink.svg" alt=""> deleted' in pages.get(f"{LIST_URL}?deleted=yes").content.decode()


def test_the_list_is_filtered_by_status_and_product(pages: Client, make_design: MakeDesign) -> None:
    draft, mug = make_design("Draft", render=False), make_design("Mug", product_type="mug")
    assert listed(pages, "status__exact=draft") == [draft]
    assert listed(pages, f"product__id__exact={mug.product_id}") == [mug]


def test_search_finds_an_id_an_external_id_and_an_owner(pages: Client, make_design: MakeDesign, user: User) -> None:
    shop = factories.make_user("shop")
    mine, theirs = make_design(external_id="order-7"), make_design("Theirs", owner=shop)
    assert listed(pages, f"q={mine.pk}") == [mine]
    assert listed(pages, f"q={mine.pk.hex.upper()}") == [mine]
    assert listed(pages, "q=order-7") == [mine]
    assert listed(pages, "q=shop") == [theirs]
    assert listed(pages, "q=nothing") == []
    assert listed(pages, "q=") == [theirs, mine]


def test_no_page_has_inline_scripts_or_styles_of_ours(pages: Client, design: Design) -> None:
    text = pages.get(LIST_URL).content.decode()
    assert "style=" not in text
    assert " onclick=" not in text
