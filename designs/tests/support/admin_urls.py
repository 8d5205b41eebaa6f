"""Where things are in the admin."""

from django.urls import reverse

from designs.models import Design

LIST = reverse("admin:designs_design_changelist")


def page(design: Design) -> str:
    """Return the address of a design's page."""
    return reverse("admin:designs_design_change", args=[design.pk])


def button(design: Design) -> str:
    """Return where “Render again” posts to."""
    return reverse("admin:designs_design_actions", args=[design.pk, "render_again"])


def deletion(design: Design) -> str:
    """Return the address of the page that deletes a design."""
    return reverse("admin:designs_design_delete", args=[design.pk])
