"""Where things are in the admin."""

from django.urls import reverse

from designs.models import Design

LIST_URL = reverse("admin:designs_design_changelist")


def change_url(design: Design) -> str:
    """Return the address of a design's page."""
    return reverse("admin:designs_design_change", args=[design.pk])


def render_again_url(design: Design) -> str:
    """Return where “Render again” posts to."""
    return reverse("admin:designs_design_actions", args=[design.pk, "render_again"])


def delete_url(design: Design) -> str:
    """Return the address of the page that deletes a design."""
    return reverse("admin:designs_design_delete", args=[design.pk])
