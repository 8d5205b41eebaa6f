"""The project's settings with the naive delivery."""

from customify.settings import *  # noqa: F403
from customify.settings import INSTALLED_APPS as OURS
from customify.settings import RQ as OUR_RQ

INSTALLED_APPS = [*OURS, "customify.tests.support.chaos.naive_delivery.NaiveDelivery"]
RQ = {**OUR_RQ, "JOB_CLASS": "rq.job.Job"}  # runs any function that a job names
