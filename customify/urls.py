"""Where everything is."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView

from customify.media import local_rendition
from customify.ops.health import livez, readyz
from designs.api import problems

handler400 = problems.bad_request
handler404 = problems.not_found
handler500 = problems.server_error

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(url="/api/v1/")),
    path("livez", livez),
    path("readyz", readyz),
    path("api/v1/", include("designs.api.urls")),
    path("api/v1", RedirectView.as_view(url="/api/v1/")),
    path("admin/", admin.site.urls),
]
if settings.STORAGE.use_local:
    # Public renditions alone: what lies under private/ has no address. A proxy may serve the folder itself.
    urlpatterns.append(re_path(r"^media/(?P<key>designs/.+)$", local_rendition))
