"""Renders: each turns one revision into files. Their table is work list, audit trail and outbox in one."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from designs.models.design import Design, DesignRevision
from rendering import keys


class Lane(models.TextChoices):
    """Kind of work; each has a queue of its own."""

    PREVIEW = "preview", "preview"
    MOCKUP = "mockup", "mockup"
    PRINT = "print", "print"


class RenderState(models.TextChoices):
    """State of a render; the diagram is in docs/architecture.md."""

    QUEUED = "queued", "queued"
    RUNNING = "running", "running"
    SUCCEEDED = "succeeded", "succeeded"
    FAILED = "failed", "failed"
    SUPERSEDED = "superseded", "superseded"


UNFINISHED = (RenderState.QUEUED, RenderState.RUNNING)
UNFINISHED_SQL = f"state IN ({', '.join(repr(state.value) for state in UNFINISHED)})"


class RenderQuerySet(models.QuerySet["Render"]):
    """Queries for the work list."""

    def filter_due(self, lane: str) -> Self:
        """Keep a lane's due renders: queued ones whose time has come, and running ones whose lease has ended."""
        return self.filter(lane=lane, due_at__lte=Now(), state__in=UNFINISHED)


class Render(models.Model):
    """One render. Its snapshot (`frozen`) holds all it draws from, so that a worker reads this row and nothing else.

    All times are the database's. `due_at` is when a worker may next claim it: for a queued render the earliest start,
    for a running one the end of its lease, so that one index finds both. `lease_until` is the end of the lease alone,
    null unless the render is running. A claim sets both to the same time.
    """

    design = models.ForeignKey(
        Design, on_delete=models.CASCADE, related_name="renders", db_index=False
    )  # render_number starts with it
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    test = models.BooleanField(default=False, db_default=False, help_text="Made by a test key.")
    revision = models.ForeignKey(DesignRevision, on_delete=models.CASCADE, related_name="renders")
    number = models.PositiveIntegerField(help_text="Number of the render within its design.")
    lane = models.CharField(max_length=7, choices=Lane)
    state = models.CharField(max_length=10, choices=RenderState, default=RenderState.QUEUED)
    frozen = models.JSONField(help_text="Snapshot of everything it draws from.")
    inputs_sha256 = models.CharField(max_length=64, help_text="SHA-256 of the snapshot as canonical JSON.")
    reuses = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.SET_NULL,
        related_name="reused_by",
        help_text="Reuses the files of this render.",
    )
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    priority = models.SmallIntegerField(default=1, help_text="Smaller is sooner; 0 after a long wait.")
    turn = models.PositiveIntegerField(help_text="Position in the owner's queue when requested.")
    due_at = models.DateTimeField(db_default=Now(), help_text="Earliest start; while running, the end of the lease.")
    attempt = models.PositiveIntegerField(default=0)
    nonce = models.CharField(
        max_length=keys.NONCE_LENGTH,
        blank=True,
        default="",
        db_default="",
        help_text="Random part of the latest attempt's storage keys.",
    )
    lost = models.PositiveSmallIntegerField(default=0, help_text="Number of leases lost because a worker died.")
    failures = models.PositiveIntegerField(
        default=0, help_text="Number of transient failures; the backoff grows with it."
    )
    first_failed_at = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)

    error_code = models.CharField(max_length=40, blank=True, default="")
    error_message = models.TextField(blank=True, default="")
    findings = models.JSONField(
        default=list, help_text="Preflight findings: code, severity, message, layer, measured, required."
    )
    receipt = models.JSONField(default=dict, help_text="What it was drawn with, and how long that took (ms).")
    requested_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True, help_text="Start of the latest attempt.")
    finished_at = models.DateTimeField(null=True)

    replaced_at = models.DateTimeField(null=True, help_text="Replaced by a newer render at this time.")
    collected_at = models.DateTimeField(null=True, help_text="Its files were discarded at this time.")

    objects = RenderQuerySet.as_manager()

    class Meta:
        indexes = [
            # claim: the next due rows of a lane, in fair order.
            models.Index(
                fields=["lane", "priority", "turn", "id"],
                condition=Q(state__in=["queued", "running"]),
                name="render_claim",
            ),
            # wake and reconcile: how much of a lane is due; poison; what has waited too long.
            models.Index(fields=["lane", "due_at"], condition=Q(state__in=["queued", "running"]), name="render_due"),
            # request: the position in the owner's queue.
            models.Index(
                fields=["owner", "test", "lane"], condition=Q(state__in=["queued", "running"]), name="render_turn"
            ),
            # reconcile: files that a newer render replaced.
            models.Index(
                fields=["replaced_at"],
                condition=Q(replaced_at__isnull=False, collected_at=None),
                name="render_replaced",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["design", "number"], name="render_number"),
            models.CheckConstraint(condition=Q(state__in=RenderState.values), name="render_state"),
            models.CheckConstraint(condition=Q(lane__in=Lane.values), name="render_lane"),
            models.CheckConstraint(
                condition=(Q(state="running") & Q(lease_token__isnull=False) & Q(lease_until__isnull=False))
                | (~Q(state="running") & Q(lease_token=None) & Q(lease_until=None)),
                name="render_running_has_lease",
            ),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(error_code=""), name="render_failed_has_reason"),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running"], finished_at=None)
                | (~Q(state__in=["queued", "running"]) & Q(finished_at__isnull=False)),
                name="render_finished_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.design_id} #{self.number} ({self.state})"

    @property
    def attempt_nonce(self) -> str:
        """The nonce of the latest attempt; "" where a worker of an earlier version has claimed it: that writes none."""
        claimed_without = self.lease_token is not None and not self.lease_token.hex.startswith(self.nonce)
        return "" if claimed_without else self.nonce
