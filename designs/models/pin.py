"""Pins: files that an order needs, and that are kept whatever happens to the design later."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from designs.models.design import Design, DesignRevision
from designs.models.render import Render

ORDER_ID_LENGTH = 200


class Pin(models.Model):
    """Keeps the files of one revision. Only `designs.lifecycle.pins` writes it.

    `render` is the one whose files are kept: no edit supersedes it, and no collection discards its files.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )  # pin_list starts with it
    test = models.BooleanField(default=False, db_default=False, help_text="Made by a test key.")
    design = models.ForeignKey(
        Design, on_delete=models.CASCADE, related_name="pins", db_index=False
    )  # pin_once starts with it
    revision = models.ForeignKey(DesignRevision, on_delete=models.CASCADE, related_name="pins")
    render = models.ForeignKey(Render, on_delete=models.CASCADE, related_name="pins")
    order_id = models.CharField(
        max_length=ORDER_ID_LENGTH, blank=True, default="", help_text="The shop's number of the order."
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            # The API's list: one owner's pins, newest first, by keyset.
            models.Index(fields=["owner", "test", "-created_at", "-id"], name="pin_list"),
            # The admin's list: all of them, newest first.
            models.Index(fields=["-created_at", "-id"], name="pin_admin_list"),
            # ?order_id=; the admin's search uses it without an owner.
            models.Index(fields=["order_id", "owner"], condition=~Q(order_id=""), name="pin_by_order"),
        ]
        constraints = [models.UniqueConstraint(fields=["design", "revision", "order_id"], name="pin_once")]

    def __str__(self) -> str:
        return f"{self.design_id} r{self.revision.number}"
