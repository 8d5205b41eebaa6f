"""The WSGI application: `gunicorn customify.wsgi:application`."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "customify.settings")
os.environ["CUSTOMIFY_PROCESS"] = "web"

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from customify.checks import refuse_to_start  # noqa: E402  # checks need the loaded application

refuse_to_start()
