"""What the tests of designs make: users, designs, renders in every state, files as a worker would leave them."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.expressions import Combinable
from django.db.models.functions import Now

from designs import lifecycle, services
from designs.catalogue import seed
from designs.drawing.draw import key_of
from designs.lifecycle import Finished, StoredFileRow, Work
from designs.lifecycle.locks import save_design, write_events
from designs.models import Design, Event, Garbage, Lane, PrintArea, Product, Render
from designs.renders.lanes import LaneRules
from rendering import storage
from rendering.storage import StoredFile

LEASE = 60.0  # s
_numbers = count(1)


def install_catalogue() -> None:
    """Put back the products that a transactional test's flush has taken."""
    seed.install(Product, PrintArea)


def make_user(name: str = "", **values: Any) -> User:
    """Make a user with a name of their own."""
    return get_user_model().objects.create_user(name or f"user-{next(_numbers)}", **values)


def design_data(text: str = "Test", **changes: Any) -> dict[str, Any]:
    """Return valid data in the short form."""
    return {"text": text, "font": "Bebas-Bold", "color": "#FF0000", **changes}


def make_design(owner: User, text: str = "Test", **wanted: Any) -> Design:
    """Make a design through the use case, its first render queued (or not, with `render=False`)."""
    new = services.NewDesign(owner.pk, wanted.pop("product_type", "t-shirt"), design_data(text), **wanted)
    return services.create_design(new)[0]


def edit(design: Design, text: str | None = None, **changes: Any) -> Design:
    """Edit a design through the use case."""
    data = None if text is None else design_data(text)
    return services.edit_design(design.pk, services.Edit(design_data=data, **changes), design.owner_id)


def render_of(design: Design, number: int | None = None) -> Render:
    """Return a design's render by number, the newest of all without one, as the database has it."""
    renders = Render.objects.filter(design=design)
    return renders.get(number=number) if number else renders.latest("number")


def rules(size: int = 16, lane: Lane = Lane.PREVIEW, lease: float = LEASE) -> LaneRules:
    """Return the rules of a claim."""
    return LaneRules(lane, size, lease)


def claim(size: int = 16, **changes: Any) -> list[Work]:
    """Claim as a worker would."""
    return lifecycle.claim_renders(rules(size, **changes))


def claim_one(**changes: Any) -> Work:
    """Claim the one next render."""
    (work,) = claim(1, **changes)
    return work


def past(seconds: float = 1.0) -> Combinable:
    """Return a moment `seconds` ago, by the database's clock."""
    return Now() - timedelta(seconds=seconds)


def age(render: Render | Work, seconds: float = 1.0) -> None:
    """Let a render's time come: its lease or its delay ended `seconds` ago."""
    pk = render.render_id if isinstance(render, Work) else render.pk
    rows = Render.objects.filter(pk=pk)
    rows.update(due_at=past(seconds))
    rows.filter(state="running").update(lease_until=past(seconds))


def lose_lease(work: Work) -> None:
    """Let the claim's time run out, as if its worker had died."""
    age(work)


def finished(work: Work) -> Finished:
    """Return what a worker that has drawn and stored the render would publish, without drawing."""
    rows = [
        StoredFileRow(out["name"], out["kind"], out["format"], out["size"], out["size"], 4, "0" * 64)
        for out in work.snapshot["outputs"]
    ]
    return Finished(work, rows, [])


def store(work: Work) -> None:
    """Leave the files of an attempt in storage."""
    storage.save_files([StoredFile(key, b"file") for key in keys_of(work)])


def keys_of(work: Work) -> list[str]:
    """Return the keys of an attempt."""
    return [key_of(work, name) for name in work.file_names]


def stored(keys: Sequence[str]) -> list[str]:
    """Return which of the keys are in storage."""
    return [key for key in keys if storage.exists(key)]


def publish(work: Work) -> set[int]:
    """Store and publish a claimed render, without drawing."""
    store(work)
    return lifecycle.publish_renders([finished(work)])


def publish_newest(design: Design) -> Work:
    """Claim everything that is due, publish this design's render, and give the others back."""
    works = claim(64)
    mine = next(work for work in works if work.design_id == design.pk)
    lifecycle.give_back([work for work in works if work is not mine])
    assert publish(mine) == {mine.render_id}
    design.refresh_from_db()
    return mine


def garbage_of(design: Design) -> list[tuple[int, int]]:
    """Return number and attempt of each attempt of the design whose files wait for collection."""
    return sorted(Garbage.objects.filter(design_id=design.pk).values_list("number", "attempt"))


def let_garbage_come_due() -> None:
    """Pass every grace of waiting garbage."""
    Garbage.objects.update(due_at=past())


def stories(design_id: UUID) -> list[str]:
    """Return the types of the design's events in their order."""
    return list(Event.objects.filter(design_id=design_id).order_by("number").values_list("type", flat=True))


def ask_for(design: Design, lane: str) -> Render:
    """Ask for a render of the newest revision in another lane than `preview`."""
    with transaction.atomic():
        locked = lifecycle.lock_designs([design.pk])[design.pk]
        revision = locked.revisions.get(number=locked.revision)
        frozen = Render.objects.filter(design=design).latest("number").frozen
        render, event = lifecycle.ask(locked, revision, frozen, Lane(lane))
        write_events([event])
        save_design(locked, ["render_count"])
    return render
