"""What only a root conftest may do: override the fixture of an installed plugin."""

from customify.testing.browser import browser_type_launch_args

__all__ = ["browser_type_launch_args"]
