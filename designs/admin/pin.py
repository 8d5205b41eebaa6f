"""Admin of pins: they can be viewed and removed, but not changed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from designs import services
from designs.admin.display import file_url
from designs.admin.pagination import BoundedPaginator
from designs.admin.search import search_rows
from designs.models import Pin


@admin.register(Pin)
class PinAdmin(admin.ModelAdmin):
    """Lists the files that are kept for orders, newest first, without counting all rows."""

    list_display = ("id", "order_id", "design_link", "revision_number", "render_state", "owner", "test", "created_at")
    list_filter = ("test", "created_at")
    list_select_related = ("owner", "revision", "render")
    list_per_page = 50
    list_max_show_all = 0
    sortable_by = ()
    ordering = ("-created_at", "-id")  # the order of the index pin_admin_list
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("id", "order_id", "owner__username")
    search_help_text = "Full id of a pin or a design, order id, or user name of the owner."
    fields = ("id", "order_id", "design_link", "revision_number", "render_state", "files", "owner", "test",
              "created_by", "created_at")  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Pin]:
        """Leave out the large columns of renders and revisions."""
        rows: QuerySet[Pin] = super().get_queryset(request)
        return rows.defer("revision__design_data", "render__frozen")

    def get_search_results(
        self,
        request: HttpRequest,  # noqa: ARG002
        queryset: QuerySet[Pin],
        search_term: str,
    ) -> tuple[QuerySet[Pin], bool]:
        """Match the id of a pin or a design, an order id, or an owner's user name."""
        term = search_term.strip()
        try:
            return queryset.filter(Q(pk=UUID(term)) | Q(design=UUID(term))), False
        except ValueError:
            by_order = queryset.filter(order_id=term).exclude(order_id="")
            return (by_order if by_order.exists() else search_rows(queryset, term)), False

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Return False: the shop pins what was ordered, through the API."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Pin | None = None) -> bool:  # noqa: ARG002
        """Return False: a pin belongs to one revision and one order."""
        return False

    @admin.display(description="design")
    def design_link(self, pin: Pin) -> SafeString:
        """Return a link to the design's page."""
        url = reverse("admin:designs_design_change", args=[pin.design_id])
        return format_html('<a href="{}">{}</a>', url, str(pin.design_id)[:8])

    @admin.display(description="revision")
    def revision_number(self, pin: Pin) -> int:
        """Return the number of the pinned revision."""
        return pin.revision.number

    @admin.display(description="render")
    def render_state(self, pin: Pin) -> str:
        """Return the state of the render whose files are kept."""
        return pin.render.state

    @admin.display(description="files")
    def files(self, pin: Pin) -> SafeString:
        """Return links to the kept files."""
        rows = [(file_url(file, pin.render.lane), file.name) for file in pin.render.renditions.all()]
        return format_html_join("\n", '<a href="{}">{}</a><br>', rows)

    def delete_model(self, request: HttpRequest, obj: Pin) -> None:
        """Unpin through the service, which keeps the files for some time more."""
        services.unpin(obj.pk, request.user.pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Pin]) -> None:
        """Unpin each through the service."""
        for pin in queryset:
            self.delete_model(request, pin)
