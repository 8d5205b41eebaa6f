"""The URLs of the service."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView

from customify.accounts import login_throttle
from customify.accounts.api import Account
from customify.accounts.limits_api import Limits
from customify.accounts.preview_address_api import PreviewAddressViewSet
from customify.accounts.session_api import SessionViewSet
from customify.ops.health import livez, readyz
from customify.web import error_pages
from customify.web.local_files import serve_private_file, serve_rendition
from designs.api import problems
from designs.api.urls import slash_routes

handler400 = problems.bad_request
handler403 = error_pages.permission_denied
handler404 = problems.not_found
handler500 = problems.server_error
admin.site.login_form = login_throttle.ThrottledAdminLoginForm

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(url="/api/v1/")),
    path("livez", livez),
    path("readyz", readyz),
    *slash_routes("api/v1/account", Account.as_view(), "v1-account"),
    *slash_routes("api/v1/limits", Limits.as_view(), "v1-limits"),
    *slash_routes(
        "api/v1/designs/<anyuuid:id>/sessions",
        SessionViewSet.as_view({"get": "list", "post": "create"}),
        "v1-design-sessions",
    ),
    *slash_routes(
        "api/v1/designs/<anyuuid:id>/sessions/<anyuuid:session_id>",
        SessionViewSet.as_view({"delete": "destroy"}),
        "v1-design-session",
    ),
    *slash_routes("api/v1/preview/urls", PreviewAddressViewSet.as_view({"post": "create"}), "v1-preview-urls"),
    path("api/v1/auth/login/", login_throttle.api_login),  # before REST framework's own, with the same name
    path("api/v1/", include("designs.api.urls")),
    path("api/v1", RedirectView.as_view(url="/api/v1/")),
    path("admin/login/", login_throttle.admin_login),
    # "View on site": our rows have no public page.
    path("admin/r/<path:rest>", error_pages.raise_not_found),
    path("admin/", admin.site.urls),
]
if settings.STORAGE.use_local:
    # Public renditions; a proxy may serve STORAGE_ROOT/designs itself, and must serve nothing else of STORAGE_ROOT.
    urlpatterns.append(re_path(r"^media/(?P<key>designs/.+)$", serve_rendition))
    # Files below private/, for signed URLs only.
    urlpatterns.append(re_path(r"^files/(?P<key>.+)$", serve_private_file))
