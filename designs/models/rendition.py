"""Renditions: the stored files of renders."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from designs.models.render import Render


class Rendition(models.Model):
    """A stored file. Its key belongs to one attempt of one render and is never written twice."""

    render = models.ForeignKey(
        Render, on_delete=models.CASCADE, related_name="renditions", db_index=False
    )  # rendition_name starts with it
    name = models.CharField(max_length=60, help_text="File name, such as preview.png.")
    kind = models.CharField(max_length=12)
    format = models.CharField(max_length=8)
    width = models.PositiveIntegerField(help_text="px")
    height = models.PositiveIntegerField(help_text="px")
    placement = models.CharField(
        max_length=20, blank=True, default="", db_default="", help_text="Empty for files of earlier versions."
    )
    dpi = models.FloatField(
        null=True, help_text="Resolution at the placement's real size; empty for files of earlier versions."
    )
    bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    key = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["render", "name"], name="rendition_name"),
            models.CheckConstraint(
                condition=Q(kind__in=["preview", "thumbnail", "mockup", "print_file"]), name="rendition_kind"
            ),
            models.CheckConstraint(condition=Q(width__gt=0, height__gt=0, bytes__gt=0), name="rendition_sizes"),
        ]

    def __str__(self) -> str:
        return self.key

    @staticmethod
    def pick_main(kind: str, renditions: Iterable[Rendition]) -> Rendition | None:
        """Return the main file of a kind: its first PNG, or else its first of any format."""
        of_kind = [row for row in renditions if row.kind == kind]
        return next((row for row in of_kind if row.format == "png"), of_kind[0] if of_kind else None)
