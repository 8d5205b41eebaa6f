"""What holds for the whole suite: overridden plugin fixtures, fast password hashes, Hypothesis' profile."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from hypothesis import HealthCheck, settings

from customify.testing.browser import _pw_artifacts_folder, browser_type_launch_args
from customify.testing.fixtures import django_db_setup

__all__ = ["_pw_artifacts_folder", "browser_type_launch_args", "django_db_setup"]

# Each user with a password would take 0.2 s of CPU. A hash says how many iterations it has, so that servers in other
# processes can check it.
PBKDF2PasswordHasher.iterations = 1

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
