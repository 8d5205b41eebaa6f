"""The project's settings with the naive delivery."""

from customify.settings import *  # noqa: F403
from customify.settings import INSTALLED_APPS as OURS

INSTALLED_APPS = [*OURS, "customify.tests.support.chaos.naive_delivery.NaiveDelivery"]
