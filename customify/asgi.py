"""The ASGI application: `uvicorn customify.asgi:application`."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "customify.settings")
os.environ["CUSTOMIFY_PROCESS"] = "web"

from django.core.asgi import get_asgi_application

application = get_asgi_application()

from customify.checks import refuse_to_start  # noqa: E402  # checks need the loaded application

refuse_to_start()
