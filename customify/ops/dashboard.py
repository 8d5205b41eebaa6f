"""RQ's dashboard in the admin, guarded by permissions; django-rq's views only check `is_staff` or a token."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path
from django_rq.admin import QueueAdmin
from django_rq.models import Dashboard
from django_rq.urls import get_admin_urlpatterns, get_api_urlpatterns

VIEW_PERMISSION = "django_rq.admin"
CHANGE_PERMISSION = "designs.change_render"  # a queue only holds hints, but emptying it delays every render
URL_NAME_PREFIX = "django_rq_"
READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CHANGING_METHODS = READING_METHODS | {"POST"}
# Allow-lists: a view that a later django_rq adds is refused until it is listed here.
READING_VIEWS = frozenset(
    URL_NAME_PREFIX + name
    for name in (
        "cron_job_detail",
        "cron_scheduler_detail",
        "dashboard_changelist",
        "deferred_jobs",
        "failed_jobs",
        "finished_jobs",
        "home",
        "home_json",
        "job_detail",
        "jobs",
        "metrics",
        "queue_details",
        "result_detail",
        "scheduled_jobs",
        "scheduler_jobs",
        "started_jobs",
        "worker_details",
        "workers",
    )
)
# A GET of these shows a confirmation page, which also needs the permission.
CHANGING_VIEWS = frozenset(
    URL_NAME_PREFIX + name
    for name in (
        "actions",
        "clear",
        "confirm_action",
        "delete_failed_jobs",
        "delete_job",
        "enqueue_job",
        "requeue_all",
        "requeue_job",
        "stop_job",
    )
)

ViewFunction = Callable[..., HttpResponseBase]


def is_allowed(request: HttpRequest, name: str) -> bool:
    """Tell whether the user may send this request to the view with URL name `name`; unlisted views are refused."""
    if name in READING_VIEWS:
        return request.method in READING_METHODS and request.user.has_perm(VIEW_PERMISSION)
    if name in CHANGING_VIEWS:
        return request.method in CHANGING_METHODS and request.user.has_perms([VIEW_PERMISSION, CHANGE_PERMISSION])
    return False


class GuardedQueueAdmin(QueueAdmin):
    """The dashboard for users with `django_rq.admin`; changing queues also needs `designs.change_render`."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the section only to users who may open it."""
        return request.user.has_perm(VIEW_PERMISSION)

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        """Show the link only to users who may open it."""
        return request.user.has_perm(VIEW_PERMISSION)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        """There is no row to change."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        """There is no row to delete."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Return the dashboard's views, each guarded, and no views of rows: the model has no table.

        stats.json and metrics, which otherwise accept an API token, require a login here like the rest.
        """
        patterns = [*get_api_urlpatterns(URL_NAME_PREFIX), *get_admin_urlpatterns(URL_NAME_PREFIX)]
        home_name = f"{URL_NAME_PREFIX}dashboard_changelist"  # the admin's index links this name
        home = path("", self.guard_view(self.changelist_view, home_name), name=home_name)
        return [home, *(self._guard_pattern(pattern) for pattern in patterns)]

    def _guard_pattern(self, pattern: URLPattern) -> URLPattern:
        name = str(pattern.name)
        return URLPattern(pattern.pattern, self.guard_view(pattern.callback, name), pattern.default_args, name)

    def guard_view(self, view: ViewFunction, name: str) -> ViewFunction:
        """Wrap a view: redirect to the admin's login, and raise PermissionDenied (403) for users without permission."""

        @wraps(view)
        def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not is_allowed(request, name):
                raise PermissionDenied
            request.current_app = self.admin_site.name  # django_rq reverses URL names with it
            return view(request, *args, **kwargs)

        return self.admin_site.admin_view(guard)


# django_rq registers its own admin if RQ_SHOW_ADMIN_LINK is true, its default.
if admin.site.is_registered(Dashboard):
    admin.site.unregister(Dashboard)
admin.site.register(Dashboard, GuardedQueueAdmin)
