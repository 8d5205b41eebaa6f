"""Designs in the admin: looked at, rendered again, deleted through the use cases; never edited past the lifecycle."""

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
from designs.models import Design, DesignRevision, Render, Rendition
from designs.services import DesignGoneError
from rendering.engine.validation.parse import collect_texts

UUID_PATTERN = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
MAX_SELECTED = 500  # designs rendered again by one action


@admin.register(Design)
class DesignAdmin(DjangoObjectActions, admin.ModelAdmin):  # type: ignore[misc]  # the mixin is untyped
    """Lists designs newest first, without counting them and in a fixed number of queries."""

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
    ordering = ("-created_at", "-id")  # as the index design_admin_list has them
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # facets count
    search_fields = ("id", "external_id", "owner__username")
    search_help_text = "A design's whole id, its external id, or its owner's user name."
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
        "revision",
        "published_revision",
        "created_at",
        "updated_at",
        "deleted_at",
        "metadata_display",
    )
    readonly_fields = ("status_display", "error_display", "data_display", "metadata_display")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Design]:
        """Fetch the published thumbnails of a page's designs with it, without what their renders froze."""
        renders = Render.objects.only("pk", "lane")
        files = Rendition.objects.filter(kind="thumbnail")
        newest = DesignRevision.objects.filter(number=F("design__revision"))
        pictures = (
            Prefetch("revisions", newest, to_attr="newest_revisions"),
            Prefetch("published_render", renders),
            Prefetch("published_render__renditions", files),
        )
        designs: QuerySet[Design] = super().get_queryset(request)
        return designs.prefetch_related(*pictures)  # type: ignore[no-redef]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Design | None:
        """Fetch one design whole."""
        design: Design | None = super().get_object(request, object_id, from_field)
        return None if design is None else Design.objects.select_related("owner", "product").get(pk=design.pk)

    def get_search_results(
        self,
        request: HttpRequest,  # noqa: ARG002
        queryset: QuerySet[Design],
        search_term: str,
    ) -> tuple[QuerySet[Design], bool]:
        """Match a whole id, external id or owner's name."""
        return search_rows(queryset, search_term, with_external_ids=Design.objects.all()), False

    # Who may do what ------------------------------------------------------------------------------

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Designs are made through the API."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Design | None = None) -> bool:  # noqa: ARG002
        """No field is edited here: a saved form would write an old state over the lifecycle's."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Design | None = None) -> bool:  # noqa: ARG002
        """Let those look who may look or may ask for a render."""
        return request.user.has_perm("designs.view_design") or request.user.has_perm("designs.change_design")

    def has_delete_permission(self, request: HttpRequest, obj: Design | None = None) -> bool:
        """Let nobody delete what is deleted."""
        return (obj is None or obj.deleted_at is None) and bool(super().has_delete_permission(request, obj))

    def has_rerender_permission(self, request: HttpRequest) -> bool:
        """Tell whether the user may ask for renders (the permission of the action on a selection)."""
        return request.user.has_perm("designs.change_design")

    # The list -------------------------------------------------------------------------------------

    @admin.display(description="")
    def published_thumbnail(self, design: Design) -> SafeString | str:
        """Return the published thumbnail."""
        return thumbnail_html(design)

    @admin.display(description="design")
    def short_id(self, design: Design) -> str:
        """Return enough of the id to tell designs apart; a search takes the whole one."""
        return str(design.pk)[:8]

    @admin.display(description="text")
    def text_excerpt(self, design: Design) -> str:
        """Return what the customer wrote."""
        return Truncator(" · ".join(collect_texts(load_newest_data(design)))).chars(60)

    @admin.display(description="design data")
    def data_display(self, design: Design) -> str:
        """Return what the customer made: the newest revision's data."""
        return format_json(load_newest_data(design))

    @admin.display(description="status")
    def status_display(self, design: Design) -> SafeString:
        """Return the status with its coloured mark."""
        return status_html(design)

    @admin.display(description="age")
    def time_since_created(self, design: Design) -> str:
        """Return how long ago it was made."""
        return timesince(design.created_at, depth=1)

    @admin.display(description="error")
    def error_display(self, design: Design) -> str:
        """Return why the newest edit failed."""
        return Truncator(f"{design.error_code}: {design.error_message}").chars(120) if design.error_code else ""

    @admin.display(description="metadata")
    def metadata_display(self, design: Design) -> str:
        """Return the caller's own data."""
        return format_json(design.metadata)

    # Its page -------------------------------------------------------------------------------------

    def render_change_form(  # noqa: PLR0917  # as Django has it
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Design | None = None,
    ) -> HttpResponse:
        """Add the design's story to its page."""
        if obj is not None:
            context["story"] = load_history(obj)
        response: HttpResponse = super().render_change_form(request, context, add, change, form_url, obj)
        return response

    # Rendering again ------------------------------------------------------------------------------

    @admin.action(description="Render selected designs again", permissions=["rerender"])
    def render_selected(self, request: HttpRequest, designs: QuerySet[Design]) -> None:
        """Ask for a render of each selected design, unless they are too many for one request."""
        ids = list(designs.filter(deleted_at=None).values_list("pk", flat=True)[: MAX_SELECTED + 1])
        if len(ids) > MAX_SELECTED:
            text = f"Select at most {MAX_SELECTED} designs at once: none was rendered again."
            self.message_user(request, text, messages.ERROR)
            return
        asked = [pk for pk in ids if self._request_render(request, pk)]
        self.message_user(request, f"{len(asked)} designs will be rendered again.", messages.SUCCESS)

    @object_action(  # type: ignore[untyped-decorator]
        label="Render again", description="Draw the newest revision anew", methods=("POST",), button_type="form"
    )
    def render_again(self, request: HttpRequest, design: Design) -> None:
        """Ask for a render of one design; PermissionDenied for users who may not."""
        if not self.has_rerender_permission(request):
            raise PermissionDenied  # the button's address asks for a staff user alone
        if self._request_render(request, design.pk):
            self.message_user(request, "The design will be rendered again.", messages.SUCCESS)
        else:
            self.message_user(request, "The design is deleted: there is nothing to render.", messages.ERROR)

    def _get_action_urls(self) -> list[URLPattern]:
        # The mixin's pattern takes any text for an id and fails (500) on one that is none.
        button = super()._get_action_urls()[0]
        return [re_path(rf"^(?P<pk>{UUID_PATTERN})/actions/(?P<tool>\w+)/$", button.callback, name=button.name)]

    def get_change_actions(self, request: HttpRequest, object_id: str, form_url: str) -> tuple[str, ...]:  # noqa: ARG002
        """Offer the button to those who may use it."""
        design = self.get_object(request, object_id)
        living = design is not None and design.deleted_at is None
        return self.change_actions if living and self.has_rerender_permission(request) else ()

    def _request_render(self, request: HttpRequest, design_id: UUID) -> bool:
        try:
            render = services.request_render(design_id, request.user.pk, limited=False)
        except DesignGoneError:
            return False
        self.log_change(request, render.design, f"Asked for render {render.number}.")
        return True

    # Deleting -------------------------------------------------------------------------------------

    def get_deleted_objects(
        self, objs: Iterable[Design], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Name the designs alone: what else they have is collected later, whatever it is."""
        names = [str(design) for design in objs]
        refused = set() if self.has_delete_permission(request) else {str(self.opts.verbose_name)}
        return names, {str(self.opts.verbose_name_plural): len(names)}, refused, []

    def delete_model(self, request: HttpRequest, obj: Design) -> None:
        """Delete through the use case: a tombstone now, files as soon as nobody may still write them."""
        try:
            services.delete_design(obj.pk, request.user.pk)
        except DesignGoneError:
            self.message_user(request, f"{obj} was deleted already.", messages.WARNING)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Design]) -> None:
        """Delete each design through the use case."""
        for design in queryset.filter(deleted_at=None):
            self.delete_model(request, design)
