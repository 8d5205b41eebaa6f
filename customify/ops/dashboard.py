"""RQ's dashboard in the admin. Its own views ask for `is_staff` or a token alone; here each needs a permission."""

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
CHANGE_PERMISSION = "designs.change_render"  # a queue holds only hints, but emptying it still delays every render
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
# Their GET is a page that asks "are you sure?": not for those who may not do it.
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
    """Tell whether the user may make this request of the dashboard's view `name`; nobody may of an unlisted one."""
    if name in READING_VIEWS:
        return request.method in READING_METHODS and request.user.has_perm(VIEW_PERMISSION)
    if name in CHANGING_VIEWS:
        return request.method in CHANGING_METHODS and request.user.has_perms([VIEW_PERMISSION, CHANGE_PERMISSION])
    return False


class GuardedQueueAdmin(QueueAdmin):
    """The dashboard for users with `django_rq.admin`; changing queues also needs `designs.change_render`."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the section only to those who may enter it."""
        return request.user.has_perm(VIEW_PERMISSION)

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        """Show the link only to those who may follow it."""
        return request.user.has_perm(VIEW_PERMISSION)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        """There is no row to change."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        """There is no row to delete."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Return the dashboard's views, every one guarded, and no view of rows: the model has no table.

        The views that take an API token (stats.json, metrics) lose it here: they want a session like the rest.
        """
        patterns = [*get_api_urlpatterns(URL_NAME_PREFIX), *get_admin_urlpatterns(URL_NAME_PREFIX)]
        home_name = f"{URL_NAME_PREFIX}dashboard_changelist"  # as the admin's index reverses it
        home = path("", self.guard_view(self.changelist_view, home_name), name=home_name)
        return [home, *(self._guard_pattern(pattern) for pattern in patterns)]

    def _guard_pattern(self, pattern: URLPattern) -> URLPattern:
        name = str(pattern.name)
        return URLPattern(pattern.pattern, self.guard_view(pattern.callback, name), pattern.default_args, name)

    def guard_view(self, view: ViewFunction, name: str) -> ViewFunction:
        """Wrap a view: the admin's log-in first, then PermissionDenied (403) for users without the permission."""

        @wraps(view)
        def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not is_allowed(request, name):
                raise PermissionDenied
            request.current_app = self.admin_site.name  # django_rq reverses names by it
            return view(request, *args, **kwargs)

        return self.admin_site.admin_view(guard)


# django_rq registers its own where RQ_SHOW_ADMIN_LINK is left at its default.
if admin.site.is_registered(Dashboard):
    admin.site.unregister(Dashboard)
admin.site.register(Dashboard, GuardedQueueAdmin)
