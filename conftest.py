"""What holds for the whole suite: fixtures of installed plugins that are overridden, and Hypothesis' profile."""

from hypothesis import HealthCheck, settings

from customify.testing.browser import _pw_artifacts_folder, browser_type_launch_args

__all__ = ["_pw_artifacts_folder", "browser_type_launch_args"]

# The same examples in every run, so that the suite is deterministic.
settings.register_profile(
    "deterministic",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("deterministic")
