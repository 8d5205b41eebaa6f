"""The WSGI application: `gunicorn customify.wsgi:application`."""

import gc
import os

gc.disable()  # until `customify.ops.apps` has loaded everything
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "customify.settings")
os.environ["CUSTOMIFY_PROCESS"] = "web"

from django.core.wsgi import get_wsgi_application  # noqa: E402

from customify.config.refusal import ending_without_traceback  # noqa: E402

with ending_without_traceback():
    django_application = get_wsgi_application()

# These need the loaded applications.
from customify.checks import raise_for_failed_checks  # noqa: E402
from customify.web import body_limit  # noqa: E402

with ending_without_traceback():
    raise_for_failed_checks()
application = body_limit.limit_wsgi_bodies(django_application)
