"""How requests run under ASGI: one change of threads each, where Django's own way takes one for every middleware."""

from __future__ import annotations

from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler


class SingleThreadHandler(ASGIHandler):
    """Runs all of a request's middleware, and the view, in the request's own thread.

    Our middleware and views are synchronous. Under Django's handler each of the first goes to the thread and back for
    the request, and again for the answer, which costs more than what most of them do. An asynchronous view still runs
    on the event loop, and a stream's parts are still sent from there.
    """

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: ARG002  # Django's own signature
        """Chain the middleware as under WSGI, and enter the chain from the event loop."""
        super().load_middleware(is_async=False)
        chain: Any = self._middleware_chain
        self._middleware_chain: Any = sync_to_async(chain, thread_sensitive=True)
