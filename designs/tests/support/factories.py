"""Users, designs, renders in every state, and files as a worker would leave them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.expressions import Combinable
from django.db.models.functions import Now

from designs import lifecycle, services
from designs.catalogue import install
from designs.catalogue.shipped import shipped_catalogue
from designs.drawing.draw import attempt_key
from designs.lifecycle import ClaimedRender, StoredFileRow, StoredRender
from designs.lifecycle.locks import save_design, write_events
from designs.models import Design, Event, Garbage, Lane, Product, Render
from designs.renders.lanes import LaneRules
from rendering import storage
from rendering.storage import StoredFile

LEASE = 60.0  # s
TEXT_LAYER = {"type": "text", "text": "Ada", "font": "Bebas-Bold", "size": 20}
_numbers = count(1)


def install_catalogue() -> None:
    """Install the products again if they are gone: the flush of a transactional test deletes them."""
    products = shipped_catalogue().products
    if Product.objects.filter(slug__in=products, technique__isnull=False).count() < len(products):  # one query
        install.install_catalogue()


def make_user(name: str = "", **values: Any) -> User:
    """Make a user, with a unique name by default."""
    return get_user_model().objects.create_user(name or f"user-{next(_numbers)}", **values)


def design_data(text: str = "Test", **changes: Any) -> dict[str, Any]:
    """Return valid data in the short form."""
    return {"text": text, "font": "Bebas-Bold", "color": "#FF0000", **changes}


def image_design_data(*assets: object, layers: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """Return valid data in the long form: an image layer of 200 mm for each asset, below `layers`."""
    box = {"x": 10, "y": 10, "width": 200, "height": 200}
    images = [{"type": "image", "asset": str(asset), "box": box} for asset in assets]
    return {"version": 1, "placements": {"front": {"layers": [*images, *layers]}}}


def make_design(owner: User, text: str = "Test", **wanted: Any) -> Design:
    """Make a design through the use case, its first render queued (or not, with `render=False`)."""
    new = services.NewDesign(owner.pk, wanted.pop("product_type", "t-shirt"), design_data(text), **wanted)
    return services.create_design(new)[0]


def edit_design(design: Design, text: str | None = None, **changes: Any) -> Design:
    """Edit a design through the use case."""
    data = None if text is None else design_data(text)
    return services.edit_design(design.pk, services.DesignEdit(design_data=data, **changes), design.owner_id)


def get_render(design: Design, number: int | None = None) -> Render:
    """Fetch a render of a design by number; the newest one without a number."""
    renders = Render.objects.filter(design=design)
    return renders.get(number=number) if number else renders.latest("number")


def lane_rules(size: int = 16, lane: Lane = Lane.PREVIEW, lease: float = LEASE) -> LaneRules:
    """Return the rules of a claim."""
    return LaneRules(lane, size, lease)


def claim_renders(size: int = 16, **changes: Any) -> list[ClaimedRender]:
    """Claim as a worker would."""
    return lifecycle.claim_renders(lane_rules(size, **changes))


def claim_next_render(**changes: Any) -> ClaimedRender:
    """Claim one render."""
    (work,) = claim_renders(1, **changes)
    return work


def seconds_ago(seconds: float = 1.0) -> Combinable:
    """Return a moment `seconds` ago, by the database's clock."""
    return Now() - timedelta(seconds=seconds)


def database_time() -> datetime:
    """Return the time by the database's clock."""
    now: datetime = Product.objects.values_list(Now(), flat=True)[0]
    return now


def expire(render: Render | ClaimedRender, seconds: float = 1.0) -> None:
    """Set the end of a render's lease or delay to `seconds` ago."""
    pk = render.render_id if isinstance(render, ClaimedRender) else render.pk
    rows = Render.objects.filter(pk=pk)
    rows.update(due_at=seconds_ago(seconds))
    rows.filter(state="running").update(lease_until=seconds_ago(seconds))


def lose_lease(work: ClaimedRender) -> None:
    """Let the lease of a claim expire, as if its worker had died."""
    expire(work)


def finished_without_drawing(work: ClaimedRender) -> StoredRender:
    """Return what a worker would publish for a render, without drawing it."""
    rows = [
        StoredFileRow(
            out["name"],
            out["kind"],
            out["format"],
            out["size"],
            out["size"],
            4,
            "0" * 64,
            out.get("placement", "front"),
            50.8,
        )
        for out in work.snapshot["outputs"]
    ]
    return StoredRender(work, rows, [])


def store_files(work: ClaimedRender) -> None:
    """Put files of an attempt into storage."""
    storage.save_files([StoredFile(key, b"file") for key in attempt_keys(work)])


def attempt_keys(work: ClaimedRender) -> list[str]:
    """Return the keys of an attempt."""
    return [attempt_key(work, name) for name in work.file_names]


def stored_keys(keys: Sequence[str]) -> list[str]:
    """Return those keys that are in storage."""
    return [key for key in keys if storage.file_exists(key)]


def publish_render(work: ClaimedRender) -> set[int]:
    """Store and publish a claimed render, without drawing."""
    store_files(work)
    return lifecycle.publish_renders([finished_without_drawing(work)])


def publish_newest_render(design: Design) -> ClaimedRender:
    """Claim everything that is due, publish this design's render, and give the others back."""
    works = claim_renders(64)
    mine = next(work for work in works if work.design_id == design.pk)
    lifecycle.release_renders([work for work in works if work is not mine])
    assert publish_render(mine) == {mine.render_id}
    design.refresh_from_db()
    return mine


def waiting_garbage(design: Design) -> list[tuple[int, int]]:
    """Return number and attempt of each attempt of the design that waits for garbage collection."""
    return sorted(Garbage.objects.filter(design_id=design.pk).values_list("number", "attempt"))


def make_garbage_due() -> None:
    """Let the grace of all waiting garbage end."""
    Garbage.objects.update(due_at=seconds_ago())


def event_types(design_id: UUID) -> list[str]:
    """Return the types of the design's events in their order."""
    return list(Event.objects.filter(design_id=design_id).order_by("number").values_list("type", flat=True))


def request_render_in_lane(design: Design, lane: str) -> Render:
    """Queue a render of the newest revision in another lane than `preview`."""
    with transaction.atomic():
        locked = lifecycle.lock_designs([design.pk])[design.pk]
        revision = locked.revisions.get(number=locked.revision)
        frozen = Render.objects.filter(design=design).latest("number").frozen
        render, event = lifecycle.queue_render(locked, revision, frozen, Lane(lane))
        write_events([event])
        save_design(locked, ["render_count"])
    return render
