from django.contrib import admin

from customify.ops import dashboard

__all__ = ["dashboard"]

admin.site.site_header = admin.site.site_title = "Customify"
admin.site.index_title = "Operations"
