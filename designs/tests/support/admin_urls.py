"""URLs of the admin."""

from django.urls import reverse

from designs.models import Design

LIST_URL = reverse("admin:designs_design_changelist")


def change_url(design: Design) -> str:
    """Return the URL of a design's page."""
    return reverse("admin:designs_design_change", args=[design.pk])


def render_again_url(design: Design) -> str:
    """Return the URL that “Render again” posts to."""
    return reverse("admin:designs_design_actions", args=[design.pk, "render_again"])


def delete_url(design: Design) -> str:
    """Return the URL of the page that deletes a design."""
    return reverse("admin:designs_design_delete", args=[design.pk])
