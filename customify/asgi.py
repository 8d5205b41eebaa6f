"""The ASGI application: `uvicorn customify.asgi:application --no-proxy-headers`.

Without that option uvicorn believes the X-Forwarded-For of every local peer before TRUST_PROXY is asked.
"""

import gc
import os
import sys

gc.disable()  # until `customify.ops.apps` has loaded everything
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "customify.settings")
os.environ["CUSTOMIFY_PROCESS"] = "web"

import django  # noqa: E402

from customify.config.refusal import ending_without_traceback  # noqa: E402

with ending_without_traceback():
    django.setup(set_prefix=False)

# These need the loaded applications.
from customify.checks import raise_for_failed_checks  # noqa: E402
from customify.web import body_limit, early_authentication, streaming  # noqa: E402
from customify.web.asgi_handler import SingleThreadHandler  # noqa: E402
from customify.web.tcp_nodelay import set_tcp_nodelay  # noqa: E402

# A request gives up the interpreter a dozen times, and waits that long for it each time while another thread draws. At
# the default of 5 ms that is longer than the request itself takes.
sys.setswitchinterval(0.0005)
with ending_without_traceback():
    raise_for_failed_checks()
set_tcp_nodelay()
django_application = SingleThreadHandler()
application = body_limit.BodyLimitMiddleware(
    early_authentication.EarlyAuthenticationMiddleware(streaming.StreamingMiddleware(django_application))
)
