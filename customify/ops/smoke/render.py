"""A test render: creates a design, waits for a worker to publish it, verifies the files, deletes the design."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from uuid import UUID

from django.contrib.auth import get_user_model
from redis.exceptions import RedisError
from rq import Worker

from customify.ops.smoke.result import CheckFailed
from designs import services
from designs.broker.client import redis_connection
from designs.models import Design, DesignStatus, Product, Render, Rendition
from designs.services import DesignGoneError, NewDesign
from rendering import storage
from rendering.fonts.catalogue import installed_fonts
from rendering.storage import StorageUnavailable

SMOKE_USER = "smoke"
POLL_SECONDS = 0.1  # s
WORKER_FIX = "Start one: manage.py rqworker (and manage.py reconcile beside it), with this process' settings."


@dataclass(slots=True)
class TrialRender:
    """A design for the test; `timeout` is in s from its creation to its publication."""

    timeout: float
    design_id: UUID | None = None
    deadline: float = field(init=False)

    def __post_init__(self) -> None:
        self.deadline = time.monotonic() + self.timeout

    def wait_for_worker(self) -> str:
        """Create the design and wait until a worker claims its render: a registered worker may be dead."""
        self.design_id = create_design()
        while not Render.objects.filter(design=self.design_id, attempt__gt=0).exists():
            if time.monotonic() > self.deadline:
                cause = f"None claimed a render within {self.timeout:g} s ({describe_workers()})."
                raise CheckFailed(cause, WORKER_FIX)
            time.sleep(POLL_SECONDS)
        return f"One claimed the render ({describe_workers()})."

    def verify_render(self) -> str:
        """Wait for the publication, then compare the stored files with their rows."""
        if self.design_id is None:
            raise CheckFailed("No design could be created.", "Fix that first.")
        design = self._wait_until_published(self.design_id)
        files = list(Rendition.objects.filter(render=design.published_render))
        for file in files:
            verify_file(file)
        return f"{len(files)} files are published and match their rows."

    def _wait_until_published(self, design_id: UUID) -> Design:
        while True:
            design = Design.objects.get(pk=design_id)
            if design.status == DesignStatus.PUBLISHED:
                return design
            if design.status == DesignStatus.FAILED:
                raise CheckFailed(f"{design.error_code}: {design.error_message}", "Look at the worker's log.")
            if time.monotonic() > self.deadline:
                error = Render.objects.filter(design=design).values_list("error_message", flat=True).first()
                cause = f"It was not published within {self.timeout:g} s. {error or ''}".strip()
                raise CheckFailed(cause, "Look at the worker's log, or allow more with --timeout.")
            time.sleep(POLL_SECONDS)

    def delete_design(self) -> None:
        """Delete the design, if one was created."""
        if self.design_id is None:
            return
        try:
            services.delete_design(self.design_id, None)
        except DesignGoneError:
            return  # deleted meanwhile, in the admin


def create_design() -> UUID:
    """Create a design of the inactive user `smoke` and return its id. Raises CheckFailed if that is not possible."""
    users = get_user_model().objects
    user, created = users.get_or_create(username=SMOKE_USER, defaults={"is_active": False})
    if created:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    if user.is_active:
        cause = f"The user {SMOKE_USER!r} is active, so it seems to belong to a person."
        raise CheckFailed(cause, "Rename that user: this command creates an inactive user of that name.")
    product = Product.objects.filter(active=True).first()
    if product is None:
        raise CheckFailed("No product is active.", "Mark one as active in the admin, or run: manage.py migrate")
    data = {
        "text": "Smoke test".ljust(product.text_min, ".")[: product.text_max],
        "font": next(iter(installed_fonts())),
        "color": "#FFFFFF",
        "fontSize": product.size_max,
    }
    design, _ = services.create_design(NewDesign(user.pk, product.slug, data))
    return design.pk


def verify_file(file: Rendition) -> None:
    """Raise CheckFailed if a stored file does not match its row."""
    try:
        data = storage.read_file(file.key).data
    except FileNotFoundError as error:
        cause = f"The worker stored {file.name}, but it is not in this process' storage."
        fix = "Let web and workers use the same storage: one bucket, or one folder on a shared disk."
        raise CheckFailed(cause, fix) from error
    except StorageUnavailable as error:
        raise CheckFailed(str(error), "Run: manage.py smoke_storage") from error
    if hashlib.sha256(data).hexdigest() != file.sha256 or len(data) != file.bytes:
        fix = "Something between the worker and the storage changes files: look for a proxy."
        raise CheckFailed(f"{file.name} is not the file that the worker stored.", fix)


def describe_workers() -> str:
    """Return how many workers are registered in Redis: dead ones stay for a while, and a wipe removes live ones."""
    try:
        return f"{Worker.count(connection=redis_connection())} registered"
    except RedisError as error:
        return f"number unknown: {error}"
