"""A browser's EventSource follows a design and stops once it is settled."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Page

from customify.testing.spawn import eventually_true
from customify.tests.support.web_server import Serve
from designs.tests.support import factories
from designs.worker import jobs

pytestmark = pytest.mark.django_db(transaction=True)

FOLLOW = """path => {
  window.seen = [];
  const source = new EventSource(path);
  for (const name of ["created", "requested", "claimed", "published", "settled"])
    source.addEventListener(name, (event) => window.seen.push(`${name} ${event.lastEventId}`));
  window.source = source;
}"""
ENDED = "() => window.source.readyState === EventSource.CLOSED"


def test_an_event_source_receives_every_event_and_stops_reconnecting(
    serve: Serve, catalogue: None, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    user = get_user_model().objects.create_user("shop")
    design, person = factories.make_design(user), Client()
    person.force_login(user)
    statuses: list[int] = []
    page.on("response", lambda one: statuses.append(one.status) if one.url.endswith("/events") else None)
    with serve() as site:
        base = f"http://127.0.0.1:{site.port}"
        page.context.add_cookies([{"name": "sessionid", "value": person.cookies["sessionid"].value, "url": base}])
        page.goto(f"{base}/api/v1/")
        page.evaluate(FOLLOW, f"/api/v1/designs/{design.pk}/events")
        jobs.work_lane("preview")
        assert eventually_true(lambda: page.evaluate(ENDED), seconds=30)
        seen = page.evaluate("() => window.seen")
    assert seen == ["created 1", "requested 2", "claimed 3", "published 6", "settled 6"]
    assert statuses == [200, 204]
