"""Admin of print files: they can be viewed; deleting one removes its pin, which keeps the files."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from designs import services
from designs.admin.display import file_url, format_json
from designs.admin.pagination import BoundedPaginator
from designs.models import PrintFile


@admin.register(PrintFile)
class PrintFileAdmin(admin.ModelAdmin):
    """Lists print files, newest first, without counting all rows."""

    list_display = ("id", "design_link", "revision_number", "render_state", "owner", "test", "created_at")
    list_filter = ("test",)
    list_select_related = ("owner", "revision", "pin__render")
    list_per_page = 50
    list_max_show_all = 0
    sortable_by = ()
    ordering = ("-created_at", "-id")  # the order of the index print_file_admin_list
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    fields = ("id", "design_link", "revision_number", "render_state", "error", "options_display", "files", "owner",
              "test", "created_by", "created_at")  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[PrintFile]:
        """Leave out the large columns of renders and revisions."""
        rows: QuerySet[PrintFile] = super().get_queryset(request)
        return rows.defer("revision__design_data", "pin__render__frozen")

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Return False: print files are ordered through the API."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: PrintFile | None = None) -> bool:  # noqa: ARG002
        """Return False: a print file never changes."""
        return False

    @admin.display(description="design")
    def design_link(self, printed: PrintFile) -> SafeString:
        """Return a link to the design's page."""
        url = reverse("admin:designs_design_change", args=[printed.design_id])
        return format_html('<a href="{}">{}</a>', url, str(printed.design_id)[:8])

    @admin.display(description="revision")
    def revision_number(self, printed: PrintFile) -> int:
        """Return the number of the printed revision."""
        return printed.revision.number

    @admin.display(description="render")
    def render_state(self, printed: PrintFile) -> str:
        """Return the state of the render that makes the files."""
        return printed.pin.render.state

    @admin.display(description="error")
    def error(self, printed: PrintFile) -> str:
        """Return why the render failed."""
        return printed.pin.render.error_message or "–"

    @admin.display(description="options")
    def options_display(self, printed: PrintFile) -> str:
        """Return the options as JSON."""
        return format_json(printed.options)

    @admin.display(description="files")
    def files(self, printed: PrintFile) -> SafeString:
        """Return links to the files, which expire."""
        render = printed.pin.render
        rows = [(file_url(file, render.lane), file.name) for file in render.renditions.all()]
        return format_html_join("\n", '<a href="{}">{}</a><br>', rows)

    def delete_model(self, request: HttpRequest, obj: PrintFile) -> None:
        """Unpin through the service, which keeps the files for some time more."""
        services.unpin(obj.pin_id, request.user.pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[PrintFile]) -> None:
        """Unpin each through the service."""
        for printed in queryset:
            self.delete_model(request, printed)
