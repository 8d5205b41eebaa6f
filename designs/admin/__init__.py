from designs.admin.asset import AssetAdmin
from designs.admin.design import DesignAdmin
from designs.admin.pin import PinAdmin
from designs.admin.product import ProductAdmin
from designs.admin.quota import QuotaAdmin

__all__ = ["AssetAdmin", "DesignAdmin", "PinAdmin", "ProductAdmin", "QuotaAdmin"]
