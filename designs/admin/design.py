"""Admin of designs: they can be viewed, rendered again and deleted through the services, but not edited."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, re_path
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.timesince import timesince
from django_object_actions import DjangoObjectActions
from django_object_actions import action as object_action

from designs import services
from designs.admin.display import format_json, load_newest_data, status_html, thumbnail_html
from designs.admin.filters import DeletedFilter
from designs.admin.history import load_history
from designs.admin.pagination import BoundedPaginator
from designs.admin.search import search_rows
from designs.lifecycle import DesignPinnedError
from designs.models import Design, DesignRevision, Render, Rendition
from designs.services import DesignGoneError, NoInkError
from rendering.engine.validation.parse import read_design
from rendering.engine.validation.problems import SpecError

UUID_PATTERN = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
MAX_SELECTED = 500  # designs that one action renders again


@admin.register(Design)
class DesignAdmin(DjangoObjectActions, admin.ModelAdmin):  # type: ignore[misc]  # the mixin is untyped
    """Lists designs, newest first, in a fixed number of queries and without counting all rows."""

    list_display = (
        "published_thumbnail",
        "short_id",
        "text_excerpt",
        "product",
        "owner",
        "status_display",
        "time_since_created",
        "error_display",
    )
    list_display_links = ("published_thumbnail", "short_id")
    list_filter = (DeletedFilter, "status", "product", "created_at")
    list_select_related = ("owner", "product")
    list_per_page = 50
    list_max_show_all = 0
    sortable_by = ()
    ordering = ("-created_at", "-id")  # the order of the index design_admin_list
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # facets count rows
    search_fields = ("id", "external_id", "owner__username")
    search_help_text = "Full id or external id of a design, or user name of its owner."
    actions = ("render_selected",)
    change_actions = ("render_again",)
    change_form_template = "admin/designs/design/change_form.html"
    change_list_template = "admin/designs/design/change_list.html"
    fields = (
        "status_display",
        "error_display",
        "data_display",
        "product",
        "owner",
        "id",
        "external_id",
        "customer",
        "copied_from",
        "revision",
        "published_revision",
        "created_at",
        "updated_at",
        "deleted_at",
        "metadata_display",
    )
    readonly_fields = ("status_display", "error_display", "data_display", "metadata_display")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Design]:
        """Prefetch the newest data and the published thumbnails, without the snapshots of the renders."""
        renders = Render.objects.only("pk", "lane")
        files = Rendition.objects.filter(kind="thumbnail")
        newest = DesignRevision.objects.filter(number=F("design__revision"))
        related = (
            Prefetch("revisions", newest, to_attr="newest_revisions"),
            Prefetch("published_render", renders),
            Prefetch("published_render__renditions", files),
        )
        designs: QuerySet[Design] = super().get_queryset(request)
        return designs.prefetch_related(*related)  # type: ignore[no-redef]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Design | None:
        """Fetch one design without the prefetches of the list."""
        design: Design | None = super().get_object(request, object_id, from_field)
        return None if design is None else Design.objects.select_related("owner", "product").get(pk=design.pk)

    def get_search_results(
        self,
        request: HttpRequest,  # noqa: ARG002
        queryset: QuerySet[Design],
        search_term: str,
    ) -> tuple[QuerySet[Design], bool]:
        """Match a full id, an external id or an owner's user name."""
        return search_rows(queryset, search_term, with_external_ids=Design.objects.all()), False

    # Permissions ----------------------------------------------------------------------------------

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Return False: designs are created through the API."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Design | None = None) -> bool:  # noqa: ARG002
        """Return False: saving a form would overwrite newer state of the lifecycle."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Design | None = None) -> bool:  # noqa: ARG002
        """Allow users who may view or change designs."""
        return request.user.has_perm("designs.view_design") or request.user.has_perm("designs.change_design")

    def has_delete_permission(self, request: HttpRequest, obj: Design | None = None) -> bool:
        """Forbid deleting a design that is deleted already."""
        return (obj is None or obj.deleted_at is None) and bool(super().has_delete_permission(request, obj))

    def has_rerender_permission(self, request: HttpRequest) -> bool:
        """Tell whether the user may request renders; used by the `rerender` permission of the action."""
        return request.user.has_perm("designs.change_design")

    # The list -------------------------------------------------------------------------------------

    @admin.display(description="")
    def published_thumbnail(self, design: Design) -> SafeString | str:
        """Return the published thumbnail as HTML."""
        return thumbnail_html(design)

    @admin.display(description="design")
    def short_id(self, design: Design) -> str:
        """Return the first 8 characters of the id."""
        return str(design.pk)[:8]

    @admin.display(description="text")
    def text_excerpt(self, design: Design) -> str:
        """Return the texts of the newest revision, shortened to 60 characters."""
        try:
            texts = read_design(load_newest_data(design)).texts
        except SpecError:  # one bad row must not hide the list
            return "(cannot be read)"
        return Truncator(" · ".join(texts)).chars(60)

    @admin.display(description="design data")
    def data_display(self, design: Design) -> str:
        """Return the newest revision's data as JSON."""
        return format_json(load_newest_data(design))

    @admin.display(description="status")
    def status_display(self, design: Design) -> SafeString:
        """Return the status with its icon."""
        return status_html(design)

    @admin.display(description="age")
    def time_since_created(self, design: Design) -> str:
        """Return how long ago the design was created."""
        return timesince(design.created_at, depth=1)

    @admin.display(description="error")
    def error_display(self, design: Design) -> str:
        """Return the error of the newest render, shortened to 120 characters."""
        return Truncator(f"{design.error_code}: {design.error_message}").chars(120) if design.error_code else ""

    @admin.display(description="metadata")
    def metadata_display(self, design: Design) -> str:
        """Return the shop's metadata as JSON."""
        return format_json(design.metadata)

    # The page of a design -------------------------------------------------------------------------

    def render_change_form(  # noqa: PLR0917  # Django's signature
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Design | None = None,
    ) -> HttpResponse:
        """Add the design's history to its page."""
        if obj is not None:
            context["history"] = load_history(obj)
        response: HttpResponse = super().render_change_form(request, context, add, change, form_url, obj)
        return response

    # Rendering again ------------------------------------------------------------------------------

    @admin.action(description="Render selected designs again", permissions=["rerender"])
    def render_selected(self, request: HttpRequest, designs: QuerySet[Design]) -> None:
        """Request a render of each selected design; with more than MAX_SELECTED, show an error instead."""
        ids = list(designs.filter(deleted_at=None).values_list("pk", flat=True)[: MAX_SELECTED + 1])
        if len(ids) > MAX_SELECTED:
            text = f"Select at most {MAX_SELECTED} designs. None was rendered again."
            self.message_user(request, text, messages.ERROR)
            return
        requested = sum(self._request_render(request, pk) for pk in ids)
        self.message_user(request, f"{requested} designs will be rendered again.", messages.SUCCESS)

    @object_action(  # type: ignore[untyped-decorator]
        label="Render again", description="Render the newest revision again", methods=("POST",), button_type="form"
    )
    def render_again(self, request: HttpRequest, design: Design) -> None:
        """Request a render of one design; PermissionDenied if the user may not."""
        if not self.has_rerender_permission(request):
            raise PermissionDenied  # the button's URL only requires a staff user
        if self._request_render(request, design.pk):
            self.message_user(request, "The design will be rendered again.", messages.SUCCESS)
        else:
            self.message_user(request, "The design is deleted or empty, and cannot be rendered.", messages.ERROR)

    def _get_action_urls(self) -> list[URLPattern]:
        # The mixin's pattern accepts any text as an id, and a malformed id is then a 500.
        button = super()._get_action_urls()[0]
        return [re_path(rf"^(?P<pk>{UUID_PATTERN})/actions/(?P<tool>\w+)/$", button.callback, name=button.name)]

    def get_change_actions(self, request: HttpRequest, object_id: str, form_url: str) -> tuple[str, ...]:  # noqa: ARG002
        """Show the button only to users who may use it, and not for deleted designs."""
        design = self.get_object(request, object_id)
        exists = design is not None and design.deleted_at is None
        return self.change_actions if exists and self.has_rerender_permission(request) else ()

    def _request_render(self, request: HttpRequest, design_id: UUID) -> bool:
        try:
            render = services.request_render(design_id, request.user.pk, limited=False)
        except (DesignGoneError, NoInkError):
            return False
        self.log_change(request, render.design, f"Requested render {render.number}.")
        return True

    # Deleting -------------------------------------------------------------------------------------

    def get_deleted_objects(
        self, objs: Iterable[Design], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """List only the designs on the confirmation page; their related rows are removed later."""
        names = [str(design) for design in objs]
        forbidden = set() if self.has_delete_permission(request) else {str(self.opts.verbose_name)}
        return names, {str(self.opts.verbose_name_plural): len(names)}, forbidden, []

    def delete_model(self, request: HttpRequest, obj: Design) -> None:
        """Mark the design as deleted through the service; its files are removed when no render can write them."""
        try:
            services.delete_design(obj.pk, request.user.pk)
        except DesignGoneError:
            self.message_user(request, f"{obj} is already deleted.", messages.WARNING)
        except DesignPinnedError:
            text = f"{obj} was not deleted: its files are kept for orders. Delete its pins first."
            self.message_user(request, text, messages.ERROR)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Design]) -> None:
        """Delete each design through the service."""
        for design in queryset.filter(deleted_at=None):
            self.delete_model(request, design)
