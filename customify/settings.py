"""Settings, all of them from the environment; `.env.example` explains each variable."""

import logging
import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

from customify.config import openapi
from customify.config.cors import *  # noqa: F403  # settings of its middleware
from customify.config.env import EnvReader, load_env_file
from customify.observability import logs
from customify.postgres.options import complete_options
from customify.web import csp
from rendering.storage_config import StorageConfig, storages_setting
from rendering.storage_config import find_problems as storage_problems

BASE_DIR = Path(__file__).resolve().parent.parent
load_env_file(BASE_DIR)
env = EnvReader()
# Which process this is (`web`, or the name of a command): a pool is the web's, statement limits are not a migration's.
PROCESS = os.environ.get("CUSTOMIFY_PROCESS", "command")

# The site -----------------------------------------------------------------------------------------------------------
DEBUG = env.read_flag("DEBUG", default=False)
SECRET_KEY = env.read_text("SECRET_KEY")
if not SECRET_KEY:
    SECRET_KEY = "unset-" + secrets.token_urlsafe(50)
    env.add_problem(
        "SECRET_KEY",
        "It is not set; sessions and signed links need it.",
        "Set SECRET_KEY to 50 random characters: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'",
    )
elif len(SECRET_KEY) < 32 and not DEBUG:
    env.add_problem("SECRET_KEY", "It is shorter than 32 characters.", "Make one: secrets.token_urlsafe(50)")
PUBLIC_URL = env.read_url("PUBLIC_URL", "http://127.0.0.1:8000", ("http", "https")).rstrip("/")
ALLOWED_HOSTS = env.read_hosts("ALLOWED_HOSTS", ("127.0.0.1", "localhost", "[::1]"))
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE = PUBLIC_URL.startswith("https://")

INSTALLED_APPS = [
    "customify.ops",
    "customify.accounts",
    "designs",  # before django_rq: our `rqworker` is found first
    "rendering",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_filters",
    "django_object_actions",
    "django_rq",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
]
MIDDLEWARE = [
    "django_structlog.middlewares.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "customify.web.csp.SecurityPolicyMiddleware",
    "customify.accounts.cors_origins.OriginsMiddleware",
    "customify.web.key_leaks.MisplacedKeyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "customify.urls"
ASGI_APPLICATION = "customify.asgi.application"
WSGI_APPLICATION = "customify.wsgi.application"
APPEND_SLASH = False  # the API answers with and without; a redirect would lose a POST's body
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGIN_URL = "/api/v1/auth/login/"
LOGIN_REDIRECT_URL = "/api/v1/"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]  # probes speak plain HTTP to the process itself
TRUST_PROXY = env.read_flag("TRUST_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUST_PROXY else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "customify.web.error_pages.csrf_failure"
DEFAULT_EXCEPTION_REPORTER = "customify.observability.redaction.RedactingReporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "customify.observability.redaction.RedactingFilter"
LOGIN_TRIES = env.read_integer("LOGIN_TRIES", 10, minimum=1, maximum=1_000)
DATA_UPLOAD_MAX_MEMORY_SIZE = API_BODY_LIMIT = 2_097_152  # bytes; cap it at the proxy too
DATA_UPLOAD_MAX_NUMBER_FILES = 1
FILE_UPLOAD_HANDLERS = ["designs.api.uploads.LimitedUploadHandler"]

# Data ---------------------------------------------------------------------------------------------------------------
_database = env.read_database("DATABASE_URL", f"sqlite:///{BASE_DIR / 'db.sqlite3'}")
DATABASES = {
    "default": complete_options(_database, PROCESS, env.read_integer("DATABASE_POOL_SIZE", 10, minimum=1, maximum=200))
}

REDIS_URL = env.read_url("REDIS_URL", "redis://127.0.0.1:6379/0", ("redis", "rediss", "unix"))
REDIS_TIMEOUTS = {
    "socket_connect_timeout": 1.0,
    "socket_timeout": 2.0,
}  # s; a wake that fails costs one reconciler tick

# Rendering ----------------------------------------------------------------------------------------------------------
RENDER_WORKERS = env.read_integer("RENDER_WORKERS", 2, minimum=1, maximum=1000)
RENDER_LEASES = {
    "preview": env.read_number("RENDER_LEASE_PREVIEW", 60, minimum=1, maximum=3600),
    "mockup": env.read_number("RENDER_LEASE_MOCKUP", 120, minimum=1, maximum=3600),
    "print": env.read_number("RENDER_LEASE_PRINT", 600, minimum=1, maximum=7200),
}
RENDER_CLAIM_SIZE = env.read_integer("RENDER_CLAIM_SIZE", 16, minimum=1, maximum=64)
RENDER_BACKOFF_MAX = env.read_number("RENDER_BACKOFF_MAX", 60, minimum=0.1, maximum=3600)
RENDER_RETRY_FOR = timedelta(seconds=env.read_number("RENDER_RETRY_FOR", 86_400, minimum=1, maximum=2_592_000))
RENDER_RECONCILE_INTERVAL = env.read_number("RENDER_RECONCILE_INTERVAL", 5, minimum=0.1, maximum=300)
RENDER_KEEP_OLD = timedelta(seconds=env.read_number("RENDER_KEEP_OLD", 86_400, minimum=0, maximum=31_536_000))
RENDER_GRACE = timedelta(seconds=env.read_number("RENDER_GRACE", 60, minimum=1, maximum=86_400))
RENDER_SWEEP_AGAIN = timedelta(seconds=env.read_number("RENDER_SWEEP_AGAIN", 86_400, minimum=1, maximum=2_592_000))
RENDER_RAISE_AFTER = timedelta(seconds=env.read_number("RENDER_RAISE_AFTER", 600, minimum=1, maximum=86_400))
RENDER_MAX_LAYERS = env.read_integer("RENDER_MAX_LAYERS", 100, minimum=1, maximum=100)
RENDER_MAX_CODE_POINTS = env.read_integer("RENDER_MAX_CODE_POINTS", 2000, minimum=1, maximum=2000)
RENDER_MAX_MEGAPIXELS = env.read_integer("RENDER_MAX_MEGAPIXELS", 60, minimum=1, maximum=200)
RENDER_PREVIEW_THREADS = env.read_integer("RENDER_PREVIEW_THREADS", 2, minimum=1, maximum=64)
RENDER_PREVIEW_SECONDS = env.read_number("RENDER_PREVIEW_SECONDS", 5, minimum=0.1, maximum=60)
RENDER_CACHE_MEGABYTES = env.read_integer("RENDER_CACHE_MEGABYTES", 64, minimum=0, maximum=10_000)
RENDER_EMOJI_FONT = env.read_path("RENDER_EMOJI_FONT")
RENDER_WATERMARK = env.read_text("RENDER_WATERMARK")
RENDER_WATERMARK_PICTURE = env.read_path("RENDER_WATERMARK_PICTURE")
RENDER_WATERMARK_FONT = env.read_text("RENDER_WATERMARK_FONT") or "Roboto-Bold"
RENDER_WATERMARK_PLACE = env.read_choice("RENDER_WATERMARK_PLACE", "CORNER", ("CORNER", "TILED")).lower()
RENDER_WATERMARK_OPACITY = env.read_number("RENDER_WATERMARK_OPACITY", 0.6, minimum=0.05, maximum=1)
RENDER_WATERMARK_SCALE = env.read_number("RENDER_WATERMARK_SCALE", 0.3, minimum=0.05, maximum=1)
RENDER_OUTPUTS = env.read_list(
    "RENDER_OUTPUTS",
    (
        "preview.png:600",
        "preview.webp:600",
        "thumbnail.png:200",
        "thumbnail.webp:200",
        "thumbnail-100.webp:100",
        "thumbnail-400.webp:400",
    ),
)

# Assets and quotas ----------------------------------------------------------------------------------------------------
ASSET_MAX_BYTES = env.read_integer("ASSET_MAX_BYTES", 20_000_000, minimum=100_000, maximum=200_000_000)
ASSET_MAX_MEGAPIXELS = env.read_integer("ASSET_MAX_MEGAPIXELS", 25, minimum=1, maximum=100)
ASSET_SIDE_MIN = env.read_integer("ASSET_SIDE_MIN", 50, minimum=1, maximum=1_000)
ASSET_SIDE_MAX = env.read_integer("ASSET_SIDE_MAX", 12_000, minimum=1_000, maximum=30_000)
ASSET_MAX_ASPECT = env.read_number("ASSET_MAX_ASPECT", 20, minimum=1, maximum=1_000)
SESSION_UPLOADS = env.read_integer("SESSION_UPLOADS", 50, minimum=1, maximum=10_000)
ASSET_DECODERS = env.read_integer("ASSET_DECODERS", 2, minimum=1, maximum=64)
TEST_KEEP = timedelta(days=env.read_number("TEST_KEEP_DAYS", 30, minimum=0.01, maximum=3_650))
# Designs a month, unfinished renders in each lane, bytes; 0 is no limit.
QUOTAS = {
    "live": (
        env.read_integer("QUOTA_DESIGNS", 100_000, minimum=0, maximum=2_000_000_000),
        env.read_integer("QUOTA_RENDERS", 5_000, minimum=0, maximum=1_000_000),
        int(env.read_number("QUOTA_GIGABYTES", 100, minimum=0, maximum=1_000_000) * 1e9),
    ),
    "test": (
        env.read_integer("QUOTA_TEST_DESIGNS", 1_000, minimum=0, maximum=2_000_000_000),
        env.read_integer("QUOTA_TEST_RENDERS", 100, minimum=0, maximum=1_000_000),
        int(env.read_number("QUOTA_TEST_GIGABYTES", 1, minimum=0, maximum=1_000_000) * 1e9),
    ),
}

IDEMPOTENCY_KEEP = timedelta(seconds=env.read_number("IDEMPOTENCY_KEEP", 604_800, minimum=60, maximum=31_536_000))
RECONCILE_HOOKS: list[str] = []  # dotted names the reconciler calls at every tick

RQ_QUEUES = {
    lane: {"URL": REDIS_URL, "DEFAULT_TIMEOUT": int(lease * 2) + 60, "SERIALIZER": "rq.serializers.JSONSerializer"}
    for lane, lease in RENDER_LEASES.items()
}
RQ = {"WORKER_CLASS": "designs.worker.rq_worker.RenderWorker", "COMMIT_MODE": "auto"}
RQ_SHOW_ADMIN_LINK = False  # its own dashboard checks `is_staff` alone: customify.ops.dashboard guards it

# Storage ------------------------------------------------------------------------------------------------------------
MEDIA_URL = "/media/"
STATIC_URL = "/static/"
_static = BASE_DIR / "staticfiles"
# Static files are the packages' own and are served as they lie, unless they were collected (as an image does).
STATIC_ROOT = _static if _static.is_dir() or PROCESS == "collectstatic" else None
STORAGE = StorageConfig(
    use_local=env.read_flag("USE_LOCAL_STORAGE", default=True),
    root=Path(env.read_text("STORAGE_ROOT") or BASE_DIR / "storage").absolute(),
    media_url=MEDIA_URL,
    bucket=env.read_text("S3_BUCKET_NAME"),
    region=env.read_text("AWS_REGION"),
    access_key=env.read_text("AWS_ACCESS_KEY_ID"),
    secret_key=env.read_text("AWS_SECRET_ACCESS_KEY"),
    session_token=env.read_text("AWS_SESSION_TOKEN"),
    endpoint_url=env.read_text("S3_ENDPOINT_URL"),
    public_bucket=env.read_flag("S3_PUBLIC_BUCKET", default=True),
    cloudfront_domain=env.read_text("CLOUDFRONT_DOMAIN"),
    cloudfront_key_id=env.read_text("CLOUDFRONT_KEY_ID"),
    cloudfront_private_key=env.read_text("CLOUDFRONT_PRIVATE_KEY"),
    signed_url_seconds=env.read_integer("SIGNED_URL_SECONDS", 3600, minimum=60, maximum=604_800),
)
for _variable, _message, _hint in storage_problems(STORAGE):
    env.add_problem(_variable, _message, _hint)
STORAGES = {
    **storages_setting(STORAGE),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = STATIC_ROOT is None
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ADD_HEADERS_FUNCTION = csp.add_static_headers
CONTENT_SECURITY_POLICY = {"DIRECTIVES": csp.build_directives(STORAGE)}

# API ----------------------------------------------------------------------------------------------------------------
API_RATE = env.read_integer("API_RATE", 600, minimum=0, maximum=1_000_000)
EVENTS_HEARTBEAT = env.read_number("EVENTS_HEARTBEAT", 15, minimum=0.1, maximum=300)
EVENTS_STREAM_SECONDS = env.read_number("EVENTS_STREAM_SECONDS", 600, minimum=1, maximum=86_400)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "customify.accounts.authentication.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["customify.accounts.permissions.HasScope"],
    "DEFAULT_THROTTLE_CLASSES": ["customify.accounts.throttling.CallerThrottle"],
    "DEFAULT_PARSER_CLASSES": ["designs.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": [
        "designs.api.renderers.ApiRenderer",
        "designs.api.renderers.BrowsableRenderer",
    ],
    "DEFAULT_SCHEMA_CLASS": "designs.api.docs.naming.ApiSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_METADATA_CLASS": "designs.api.options.OwnedMetadata",
    "EXCEPTION_HANDLER": "designs.api.problems.handle_exception",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Customify",
    "DESCRIPTION": openapi.DESCRIPTION,
    "LICENSE": {"name": "MIT", "identifier": "MIT"},
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    # A key that was pasted outlives a reload of the page, until "Logout"; validatorUrl would send the schema elsewhere.
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "persistAuthorization": True, "filter": True, "validatorUrl": None},
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "COMPONENT_SPLIT_PATCH": False,
    "PREPROCESSING_HOOKS": ["designs.api.urls.drop_slash_routes"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "designs.api.docs.components.finish_components",
        "designs.api.docs.partial_schemas.add_partial_schemas",
        "designs.api.docs.answers.finish_responses",
    ],
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": openapi.ENUMS,
}

# Logs ---------------------------------------------------------------------------------------------------------------
LOG_LEVEL = env.read_choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"))
LOGGING = logs.configure_logging(LOG_LEVEL, as_json=env.read_flag("LOG_JSON", default=not DEBUG))
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = None  # reading it would open a session for every request
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True

env.report_unknown(prefix="RENDER_")
ENVIRONMENT_PROBLEMS = env.problems
