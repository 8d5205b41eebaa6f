"""Print files in the admin: listed, shown with their files, and let go through the use case."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from designs import services
from designs.models import Design, Pin, PrintFile, Rendition
from designs.renders.print_options import PrintOptions
from designs.tests.support.fixture_types import RunLane


@pytest.fixture
def printed(design: Design, run_lane: RunLane) -> PrintFile:
    """A print file of a published design."""
    run_lane()
    made, _ = services.order_print_file(services.NewPrintFile(design.pk, PrintOptions(("pdf",))))
    run_lane("print")
    return made


def test_a_print_files_page_and_its_designs_page_link_the_private_file(pages: Client, printed: PrintFile) -> None:
    key = Rendition.objects.get(kind="print_file").key
    listed = pages.get(reverse("admin:designs_printfile_changelist")).context["cl"].result_list
    assert list(listed) == [printed]
    for url in (
        reverse("admin:designs_printfile_change", args=[printed.pk]),
        reverse("admin:designs_design_change", args=[printed.design_id]),
    ):
        text = pages.get(url).content.decode()
        assert f"{key}?until=" in text
    assert reverse("admin:designs_printfile_changelist") in text


def test_a_deleted_print_file_is_unpinned(pages: Client, printed: PrintFile) -> None:
    url = reverse("admin:designs_printfile_delete", args=[printed.pk])
    assert pages.post(url, {"post": "yes"}).status_code == 302
    assert not PrintFile.objects.exists()
    assert not Pin.objects.exists()
