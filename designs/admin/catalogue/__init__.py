from designs.admin.catalogue.product import ProductAdmin
from designs.admin.catalogue.technique import TechniqueAdmin
from designs.admin.catalogue.variant import VariantAdmin

__all__ = ["ProductAdmin", "TechniqueAdmin", "VariantAdmin"]
