"""What only a root conftest may do: override the fixture of an installed plugin."""

from customify.testing.browser import _pw_artifacts_folder, browser_type_launch_args

__all__ = ["_pw_artifacts_folder", "browser_type_launch_args"]
