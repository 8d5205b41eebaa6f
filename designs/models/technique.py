"""Techniques: ways of printing, with what they refuse, as data."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rendering.engine import values


class Technique(models.Model):
    """A way of printing, such as dtg or screen; its rules are those of `values.Technique`. 0 stands for no limit."""

    slug = models.SlugField(max_length=30, unique=True)
    name = models.CharField(max_length=100)
    min_line_mm = models.FloatField("minimum line (mm)", default=0, help_text="Narrower lines break or vanish.")
    min_gap_mm = models.FloatField("minimum gap (mm)", default=0, help_text="Narrower gaps fill with ink.")
    min_text_mm = models.FloatField("minimum text (mm)", default=0, help_text="Height of a lower-case x.")
    min_module_mm = models.FloatField("minimum module (mm)", default=0, help_text="Width of a module of a QR code.")
    max_colors = models.PositiveSmallIntegerField("maximum colours", default=0)
    max_ink = models.FloatField("maximum ink (%)", default=0, help_text="Sum of all inks in one place.")
    blur_mm = models.FloatField("spread (mm)", default=0, help_text="How far ink spreads: a standard deviation.")
    semi_transparency = models.BooleanField(default=True, help_text="Whether soft edges and shadows print well.")
    gradients = models.BooleanField(default=True, help_text="Whether gradients and photos can be printed.")
    white_ink = models.BooleanField(default=True, help_text="Whether white is printed.")
    shows_product = models.BooleanField(
        default=False, help_text="Whether the product's colour shows through inks, as in sublimation."
    )
    severities = models.JSONField(
        default=dict,
        blank=True,
        help_text='Severities that differ from the usual ones: {"thin_line": "error"}; off drops a finding.',
    )

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    min_line_mm__gte=0, min_gap_mm__gte=0, min_text_mm__gte=0, min_module_mm__gte=0, blur_mm__gte=0
                )
                & Q(max_ink__gte=0),
                name="technique_limits",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def to_rules(self) -> values.Technique:
        """Return the technique as the engine takes it."""
        return values.Technique(
            self.slug,
            self.min_line_mm,
            self.min_gap_mm,
            self.min_text_mm,
            self.min_module_mm,
            self.max_colors,
            self.max_ink,
            self.blur_mm,
            self.semi_transparency,
            self.gradients,
            self.white_ink,
            self.shows_product,
            tuple(sorted(self.severities.items())),
        )
