"""The ASGI application: `uvicorn customify.asgi:application`."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "customify.settings")
os.environ["CUSTOMIFY_PROCESS"] = "web"

import django

django.setup(set_prefix=False)

from customify.checks import refuse_to_start  # noqa: E402
from customify.web import body_limit, streaming  # noqa: E402  # as checks, it needs the loaded applications
from customify.web.asgi_handler import OneThread  # noqa: E402
from customify.web.tcp_nodelay import hurry_listening_sockets  # noqa: E402

refuse_to_start()
hurry_listening_sockets()
inner = OneThread()
application = body_limit.Capped(streaming.Outside(inner))
