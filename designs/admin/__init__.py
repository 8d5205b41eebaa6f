from designs.admin.design import DesignAdmin
from designs.admin.product import ProductAdmin

__all__ = ["DesignAdmin", "ProductAdmin"]
