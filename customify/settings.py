"""Django's settings. Deployments set environment variables, see `customify.config.variables` and `.env.example`."""

import logging
import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

from customify.config import openapi
from customify.config.cors import *  # noqa: F403  # settings of its middleware
from customify.config.env import EnvProblem, load_env_file
from customify.config.memory import default_megapixels
from customify.config.variable_types import parse_database_url
from customify.config.variables import read_variables
from customify.observability import logs
from customify.postgres.options import complete_options
from customify.web import csp
from designs.broker.redis_url import parse_sentinel_url
from rendering.storage_config import StorageConfig, storages_setting
from rendering.storage_config import find_problems as storage_problems

BASE_DIR = Path(__file__).resolve().parent.parent
load_env_file(BASE_DIR)
env, ENVIRONMENT_PROBLEMS = read_variables()
# `web`, or the name of a command: only web processes have a connection pool, and migrations no statement limit.
PROCESS = os.environ.get("CUSTOMIFY_PROCESS", "command")

# The site -----------------------------------------------------------------------------------------------------------
DEBUG = env.DEBUG
SECRET_KEY = env.SECRET_KEY or "unset-" + secrets.token_urlsafe(
    50
)  # reported as a problem; the checks must be able to run
PUBLIC_URL = env.PUBLIC_URL.rstrip("/")
ALLOWED_HOSTS = env.ALLOWED_HOSTS
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
    "customify.web.incoming_headers.IncomingHeadersMiddleware",
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
APPEND_SLASH = False  # the API accepts paths with and without it; a redirect would lose a POST's body
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
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]  # probes send plain HTTP to the process itself
TRUST_PROXY = env.TRUST_PROXY
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUST_PROXY else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "customify.web.error_pages.csrf_failure"
DEFAULT_EXCEPTION_REPORTER = "customify.observability.redaction.RedactingReporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "customify.observability.redaction.RedactingFilter"
LOGIN_TRIES = env.LOGIN_TRIES
DATA_UPLOAD_MAX_MEMORY_SIZE = API_BODY_LIMIT = 2_097_152  # bytes; limit it at the proxy too
DATA_UPLOAD_MAX_NUMBER_FILES = 1
FILE_UPLOAD_HANDLERS = ["designs.api.uploads.LimitedUploadHandler"]

# Data ---------------------------------------------------------------------------------------------------------------
_database = parse_database_url(env.DATABASE_URL or f"sqlite:///{BASE_DIR / 'db.sqlite3'}")
DATABASES = {"default": complete_options(_database, PROCESS, env.DATABASE_POOL_SIZE, pgbouncer=env.DATABASE_PGBOUNCER)}
DATABASE_PGBOUNCER = env.DATABASE_PGBOUNCER

REDIS_URL = env.REDIS_URL
REDIS_TIMEOUTS = {
    "socket_connect_timeout": 1.0,
    "socket_timeout": 2.0,
}  # s; a failed wake costs one tick of the reconciler

# Rendering ----------------------------------------------------------------------------------------------------------
RENDER_WORKERS = env.RENDER_WORKERS
RENDER_LEASES = {
    "preview": env.RENDER_LEASE_PREVIEW,
    "mockup": env.RENDER_LEASE_MOCKUP,
    "print": env.RENDER_LEASE_PRINT,
}
RENDER_CLAIM_SIZE = env.RENDER_CLAIM_SIZE
RENDER_BACKOFF_MAX = env.RENDER_BACKOFF_MAX
RENDER_RETRY_FOR = timedelta(seconds=env.RENDER_RETRY_FOR)
RENDER_RECONCILE_INTERVAL = env.RENDER_RECONCILE_INTERVAL
RENDER_KEEP_OLD = timedelta(seconds=env.RENDER_KEEP_OLD)
RENDER_GRACE = timedelta(seconds=env.RENDER_GRACE)
RENDER_SWEEP_AGAIN = timedelta(seconds=env.RENDER_SWEEP_AGAIN)
RENDER_RAISE_AFTER = timedelta(seconds=env.RENDER_RAISE_AFTER)
RENDER_MAX_LAYERS = env.RENDER_MAX_LAYERS
RENDER_MAX_CODE_POINTS = env.RENDER_MAX_CODE_POINTS
RENDER_MAX_MEGAPIXELS = env.RENDER_MAX_MEGAPIXELS
RENDER_PREVIEW_THREADS = env.RENDER_PREVIEW_THREADS
RENDER_PREVIEW_SECONDS = env.RENDER_PREVIEW_SECONDS
RENDER_PREVIEW_BUDGET = env.RENDER_PREVIEW_BUDGET
RENDER_CACHE_MEGABYTES = env.RENDER_CACHE_MEGABYTES
RENDER_EMOJI_FONT = env.RENDER_EMOJI_FONT
RENDER_WATERMARK = env.RENDER_WATERMARK
RENDER_WATERMARK_PICTURE = env.RENDER_WATERMARK_PICTURE
RENDER_WATERMARK_FONT = env.RENDER_WATERMARK_FONT
RENDER_WATERMARK_PLACE = env.RENDER_WATERMARK_PLACE
RENDER_WATERMARK_OPACITY = env.RENDER_WATERMARK_OPACITY
RENDER_WATERMARK_SCALE = env.RENDER_WATERMARK_SCALE
RENDER_OUTPUTS = env.RENDER_OUTPUTS
PRINT_PROFILE = env.PRINT_PROFILE
PRINT_MAX_INK = env.PRINT_MAX_INK

# Assets and quotas ----------------------------------------------------------------------------------------------------
ASSET_MAX_BYTES = env.ASSET_MAX_BYTES
ASSET_MAX_MEGAPIXELS = env.ASSET_MAX_MEGAPIXELS or default_megapixels(env.ASSET_DECODERS)
ASSET_SIDE_MIN = env.ASSET_SIDE_MIN
ASSET_SIDE_MAX = env.ASSET_SIDE_MAX
ASSET_MAX_ASPECT = env.ASSET_MAX_ASPECT
SESSION_UPLOADS = env.SESSION_UPLOADS
REFUSED_UPLOADS = env.REFUSED_UPLOADS
ASSET_DECODERS = env.ASSET_DECODERS
TEST_KEEP = timedelta(days=env.TEST_KEEP_DAYS)
# Designs a month, unfinished renders in each lane, bytes; 0 means no limit.
QUOTAS = {
    "live": (
        env.QUOTA_DESIGNS,
        env.QUOTA_RENDERS,
        int(env.QUOTA_GIGABYTES * 1e9),
    ),
    "test": (
        env.QUOTA_TEST_DESIGNS,
        env.QUOTA_TEST_RENDERS,
        int(env.QUOTA_TEST_GIGABYTES * 1e9),
    ),
}
DRAFT_QUOTAS = {"live": env.QUOTA_DRAFTS, "test": env.QUOTA_TEST_DRAFTS}
DRAFT_KEEP = timedelta(days=env.DRAFT_KEEP_DAYS)  # 0: for ever
METADATA_FILTERS = env.METADATA_FILTERS

IDEMPOTENCY_KEEP = timedelta(seconds=env.IDEMPOTENCY_KEEP)
HEARTBEAT_FILE = env.HEARTBEAT_FILE
# Dotted names of functions that the reconciler calls at every tick.
RECONCILE_HOOKS = ["customify.accounts.sessions.purge_expired_sessions"]

# Every job is enqueued with the timeout of its lane: designs.renders.lanes.
_sentinels = parse_sentinel_url(REDIS_URL)
_redis = _sentinels.rq_queue if _sentinels else {"URL": REDIS_URL}
RQ_QUEUES = {lane: {**_redis, "SERIALIZER": "rq.serializers.JSONSerializer"} for lane in RENDER_LEASES}
RQ = {
    "WORKER_CLASS": "designs.worker.rq_worker.RenderWorker",
    "JOB_CLASS": "designs.broker.job.LaneJob",  # runs our functions alone, whatever names stand in Redis
    "COMMIT_MODE": "auto",
}
RQ_SHOW_ADMIN_LINK = False  # its own dashboard only checks `is_staff`: customify.ops.dashboard adds permissions

# Storage ------------------------------------------------------------------------------------------------------------
MEDIA_URL = "/media/"
STATIC_URL = "/static/"
_static = BASE_DIR / "staticfiles"
# Without collected files (an image has them), static files are served from the packages.
STATIC_ROOT = _static if _static.is_dir() or PROCESS == "collectstatic" else None
STORAGE = StorageConfig(
    use_local=env.USE_LOCAL_STORAGE,
    root=env.STORAGE_ROOT or BASE_DIR / "storage",
    media_url=MEDIA_URL,
    bucket=env.S3_BUCKET_NAME,
    region=env.AWS_REGION,
    access_key=env.AWS_ACCESS_KEY_ID,
    secret_key=env.AWS_SECRET_ACCESS_KEY,
    session_token=env.AWS_SESSION_TOKEN,
    endpoint_url=env.S3_ENDPOINT_URL,
    public_url=env.S3_PUBLIC_URL,
    public_bucket=env.S3_PUBLIC_BUCKET,
    cloudfront_domain=env.CLOUDFRONT_DOMAIN,
    cloudfront_key_id=env.CLOUDFRONT_KEY_ID,
    cloudfront_private_key=env.CLOUDFRONT_PRIVATE_KEY,
    signed_url_seconds=env.SIGNED_URL_SECONDS,
)
ENVIRONMENT_PROBLEMS += [EnvProblem(*problem) for problem in storage_problems(STORAGE)]
STORAGES = {
    **storages_setting(STORAGE),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = STATIC_ROOT is None
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ADD_HEADERS_FUNCTION = csp.add_static_headers
CONTENT_SECURITY_POLICY = {"DIRECTIVES": csp.build_directives(STORAGE)}

# API ----------------------------------------------------------------------------------------------------------------
API_RATE = env.API_RATE
SESSION_STARTER = "customify.accounts.session_start.RequestedSession"
EVENTS_HEARTBEAT = env.EVENTS_HEARTBEAT
EVENTS_STREAM_SECONDS = env.EVENTS_STREAM_SECONDS
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "customify.accounts.preview_addresses.PreviewAddressAuthentication",
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
    # An API key once entered survives a reload, until "Logout". validatorUrl would send the schema to a third party.
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
LOG_LEVEL = env.LOG_LEVEL
LOGGING = logs.configure_logging(LOG_LEVEL, as_json=not DEBUG if env.LOG_JSON is None else env.LOG_JSON)
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = None  # reading the user would load a session for every request
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True
