"""Admin of assets: they can be viewed and deleted, but not changed."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from designs.admin.filters import FormatFilter
from designs.admin.pagination import BoundedPaginator
from designs.admin.search import search_rows
from designs.lifecycle import AssetInUseError
from designs.models import Asset
from designs.models.tenant import Tenant
from designs.services import assets
from designs.services.assets import AssetGoneError
from rendering import storage

IMAGE_SIDE = 600  # px, longer side on an asset's page


@admin.register(Asset)
class AssetAdmin(admin.ModelAdmin):
    """Lists uploads, newest first. The list shows no images, because they are private, and does not count all rows."""

    list_display = ("id", "file_name", "owner", "test", "format", "width", "height", "bytes", "created_at")
    list_filter = ("test", FormatFilter, "created_at")
    list_select_related = ("owner",)
    list_per_page = 50
    list_max_show_all = 0
    sortable_by = ()
    ordering = ("-created_at", "-id")  # the order of the index asset_admin_list
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("id", "owner__username")
    search_help_text = "Full id of an asset, or user name of its owner."
    fields = ("working_copy", "id", "file_name", "owner", "test", "uploaded_for", "format", "width", "height", "bytes",
              "sha256", "colors", "created_at")  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Asset]:
        """Leave out assets that are not stored yet or are deleted."""
        rows: QuerySet[Asset] = super().get_queryset(request)
        return rows.filter(stored_at__isnull=False, deleted_at=None)

    def get_search_results(
        self,
        request: HttpRequest,  # noqa: ARG002
        queryset: QuerySet[Asset],
        search_term: str,
    ) -> tuple[QuerySet[Asset], bool]:
        """Match a full id or an owner's user name."""
        return search_rows(queryset, search_term), False

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Return False: assets are uploaded through the API, which sanitizes them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Asset | None = None) -> bool:  # noqa: ARG002
        """Return False: designs may have been rendered from the asset."""
        return False

    @admin.display(description="image")
    def working_copy(self, asset: Asset) -> SafeString:
        """Return the working copy as an `img` element; only the asset's own page shows it."""
        url = storage.file_url(asset.keys.working, alias="private")
        scale = min(1.0, IMAGE_SIDE / max(asset.working_width, asset.working_height))
        width, height = round(asset.working_width * scale), round(asset.working_height * scale)
        return format_html('<img src="{}" width="{}" height="{}" alt="">', url, width, height)

    def delete_model(self, request: HttpRequest, obj: Asset) -> None:
        """Mark the asset as deleted through the service; its files are removed later."""
        try:
            assets.delete_asset(obj.pk, Tenant(obj.owner_id, obj.test))
        except AssetGoneError:
            return  # deleted in the meantime
        except AssetInUseError as error:
            text = f"{obj} was not deleted: designs use it ({error})."
            self.message_user(request, text, messages.ERROR)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Asset]) -> None:
        """Delete each asset through the service."""
        for asset in queryset:
            self.delete_model(request, asset)
