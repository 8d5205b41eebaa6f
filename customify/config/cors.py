"""Settings of django-cors-headers: what pages of other origins may request.

The allowed origins are those of designer sessions: see customify.accounts.cors_origins. Cookies are never sent across
origins; pages authenticate with a token.
"""

CORS_PATHS = (
    "/api/v1/preflight",
    "/api/v1/preview",
    "/api/v1/designs/",
    "/api/v1/assets",
    "/api/v1/fonts",
    "/api/v1/limits",
    "/api/v1/products",
    # Files on the local disk: a page that draws them on its own canvas may read it again only if they allow it.
    "/media/",
    "/files/",
)
CORS_ALLOW_CREDENTIALS = False
CORS_ALLOW_METHODS = ("GET", "POST", "PATCH", "DELETE", "OPTIONS")
CORS_ALLOW_HEADERS = (
    "accept",
    "authorization",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-none-match",
    "last-event-id",
)
CORS_EXPOSE_HEADERS = (
    "ETag",
    "Location",
    "Preflight",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "Server-Timing",
    "X-Request-ID",
)
CORS_PREFLIGHT_MAX_AGE = 600  # s
