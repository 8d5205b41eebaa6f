"""An ASGI handler that changes threads once a request; Django's own changes once for every middleware."""

from __future__ import annotations

from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler

from rendering.ingest.temporary import name_temporary_folder


class SingleThreadHandler(ASGIHandler):
    """Runs all middleware and the view of a request in one thread.

    Our middleware and views are synchronous. Under Django's handler each middleware switches to the thread and back,
    for the request and again for the response, which costs more than most of them do. An asynchronous view still runs
    on the event loop, and the parts of a stream are still sent from there.
    """

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: ARG002  # Django's signature
        """Build the middleware chain as under WSGI, and call it from the event loop."""
        super().load_middleware(is_async=False)
        chain: Any = self._middleware_chain
        self._middleware_chain: Any = sync_to_async(chain, thread_sensitive=True)

    async def read_body(self, receive: Any) -> Any:
        """Read the body, a long one into a temporary file; TemporaryFilesUnusable if that cannot be written."""
        with name_temporary_folder():
            return await super().read_body(receive)
