from customify.ops import dashboard

__all__ = ["dashboard"]
