"""The ASGI application: `uvicorn customify.asgi:application`."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "customify.settings")
os.environ["CUSTOMIFY_PROCESS"] = "web"

import django

django.setup(set_prefix=False)

from customify import bodies, streams  # noqa: E402  # as checks, it needs the loaded applications
from customify.checks import refuse_to_start  # noqa: E402
from customify.handler import OneThread  # noqa: E402
from customify.sockets import hurry_listening_sockets  # noqa: E402

refuse_to_start()
hurry_listening_sockets()
inner = OneThread()
application = bodies.Capped(streams.Outside(inner))
