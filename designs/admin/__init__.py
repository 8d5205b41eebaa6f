from designs.admin.asset import AssetAdmin
from designs.admin.catalogue import ProductAdmin, TechniqueAdmin, VariantAdmin
from designs.admin.design import DesignAdmin
from designs.admin.pin import PinAdmin
from designs.admin.print_file import PrintFileAdmin
from designs.admin.quota import QuotaAdmin

__all__ = [
    "AssetAdmin",
    "DesignAdmin",
    "PinAdmin",
    "PrintFileAdmin",
    "ProductAdmin",
    "QuotaAdmin",
    "TechniqueAdmin",
    "VariantAdmin",
]
