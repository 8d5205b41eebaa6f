from designs.admin.asset import AssetAdmin
from designs.admin.catalogue import ProductAdmin, TechniqueAdmin, VariantAdmin
from designs.admin.design import DesignAdmin
from designs.admin.pin import PinAdmin
from designs.admin.quota import QuotaAdmin

__all__ = ["AssetAdmin", "DesignAdmin", "PinAdmin", "ProductAdmin", "QuotaAdmin", "TechniqueAdmin", "VariantAdmin"]
