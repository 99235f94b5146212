"""Every setting of the portal, read from the environment; `portal/env.py` says where from."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _
from redis.backoff import NoBackoff
from redis.retry import Retry

from portal import env as _environment

BASE_DIR = _environment.BASE_DIR
env = _environment.load()

# --- Where we are -----------------------------------------------------------------------------
DEBUG = env.flag("DEBUG")
SECRET_KEY = env.text("SECRET_KEY")
PUBLIC_URL = env.url("PUBLIC_URL", "http://127.0.0.1:8000")
HTTPS = PUBLIC_URL.startswith("https://")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1 localhost")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CSRF_FAILURE_VIEW = "identity.keeping.csrf_failure"
VAR_DIR = Path(env.text("PORTAL_VAR", str(BASE_DIR / "var")))

# --- The house --------------------------------------------------------------------------------
INSTALLED_APPS = [
    "portal.public",
    "onestop",
    "payments",
    "procedures",
    "identity",
    "portal.core",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "axes",
    "csp",
    "django_prometheus",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pgtrigger",
    "rest_framework",
    "rules",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.core.doors.seen_by_our_proxies",
    "django_structlog.middlewares.RequestMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "portal.core.doors.without_floods",
    "portal.core.doors.without_nul_cookies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "identity.keeping.SignInFirst",
    "identity.access.OwnPasswordFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
            "builtins": ["portal.core.templatetags.ui"],
        },
    }
]

# --- Data -------------------------------------------------------------------------------------
DATABASES = {"default": env.database("DATABASE_URL")}
REDIS_URL = env.text("REDIS_URL")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL.replace("redis+socket://", "unix://"),
        # Whoever asks the cache can do without it: one try, no waiting.
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2, "retry": Retry(NoBackoff(), 0)},
    }
}
# Sessions stand in Postgres: Redis may be emptied at any time and nobody is signed out.
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# "1:<base64 of 32 bytes>,2:…": the last one encrypts, all of them decrypt.
FIELD_KEYS = env.words("FIELD_KEYS")
BLIND_INDEX_KEY = env.text("BLIND_INDEX_KEY")

MEDIA_ROOT = env.text("MEDIA_ROOT", str(VAR_DIR / "files"))
STORAGE_URL = env.text("STORAGE_URL", "")
_files: dict[str, Any] = (
    {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {"bucket_name": STORAGE_URL.removeprefix("s3://"), "file_overwrite": False},
    }
    if STORAGE_URL.startswith("s3://")
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"}
)
STORAGES = {
    "default": _files,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
# So many proxies of ours stand before the portal, each adding to X-Forwarded-For; 0: none, the header is not read.
TRUSTED_PROXIES = env.integer("TRUSTED_PROXIES", 0)
TRACKING_TRIES = env.integer("TRACKING_TRIES", 300)  # look-ups an address may make in 15 minutes
UPLOAD_MAX_BYTES = env.integer("UPLOAD_MAX_BYTES", 20 * 1024 * 1024)
REQUEST_MAX_BYTES = env.integer("REQUEST_MAX_BYTES", 100 * 1024 * 1024)  # all files of a page together
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "portal.core.files.arriving.LimitedUploadHandler",
]
CLAMD_URL = env.url("CLAMD_URL") if env.text("CLAMD_URL", "") else ""  # tcp://host:3310

# --- Language and time ------------------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
FORMAT_MODULE_PATH = ["portal.core.formats"]

# --- Who signs in -----------------------------------------------------------------------------
AUTH_USER_MODEL = "identity.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name")},
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "identity.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "identity.adapters.VneidAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGOUT_ON_GET = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_AUTO_SIGNUP = True
SOCIALACCOUNT_STORE_TOKENS = False
VNEID_URL = env.url("VNEID_URL")
SOCIALACCOUNT_PROVIDERS = {
    "vneid": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "vneid",
                "name": "VNeID",
                "client_id": env.text("VNEID_CLIENT_ID"),
                "secret": env.text("VNEID_CLIENT_SECRET"),
                "settings": {"server_url": VNEID_URL, "uid_field": "TechID"},
            }
        ],
    }
}
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_LOCKOUT_TEMPLATE = "identity/locked.html"
DEMO_PASSWORD = env.text("DEMO_PASSWORD", "-")  # of the demo's accounts; made at the first start
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_SAVE_EVERY_REQUEST = False

# --- Work for later ---------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    # A page must not wait for a broker that is away: the sweeper finds what nobody woke.
    "socket_connect_timeout": 1,
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # workers log as LOGGING says, personal data blotted out
CELERY_TIMEZONE = TIME_ZONE
# After so long a worker that claimed a message counts as dead; longer than any delivery takes.
OUTBOX_LEASE_SECONDS = env.integer("OUTBOX_LEASE_SECONDS", 120)
OUTBOX_SWEEP_SECONDS = env.integer("OUTBOX_SWEEP_SECONDS", 5)
NATIONAL_CATALOGUE_MINUTES = env.integer("NATIONAL_CATALOGUE_MINUTES", 15)  # 200 procedures are read each time
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "outbox-sweep": {
        "task": "portal.core.outbox.sweep",
        "schedule": timedelta(seconds=OUTBOX_SWEEP_SECONDS),
    },
    "payments-query-pending": {"task": "payments.query_pending", "schedule": timedelta(minutes=1)},
    "catalogue-lists": {"task": "procedures.bring_lists_up_to_date", "schedule": timedelta(minutes=10)},
    "national-catalogue": {
        "task": "procedures.look_at_national_catalogue",
        "schedule": timedelta(minutes=NATIONAL_CATALOGUE_MINUTES),
    },
    "requests-lapse": {"task": "onestop.lapse_requests", "schedule": timedelta(minutes=1)},
    "opinions-remind": {"task": "onestop.remind_of_opinions", "schedule": timedelta(minutes=15)},
    "supplements-remind": {"task": "onestop.remind_of_supplements", "schedule": timedelta(hours=1)},
    "time-used-up": {"task": "onestop.warn_of_time_used_up", "schedule": timedelta(minutes=1)},
    "forecast": {"task": "onestop.forecast", "schedule": crontab(hour="1", minute="20")},
    "the-day": {"task": "onestop.tell_the_day", "schedule": crontab(hour="6", minute="45")},
    "ministries-ask": {"task": "onestop.ask_ministries", "schedule": timedelta(minutes=5)},
    "idle-drafts": {"task": "onestop.look_after_idle_drafts", "schedule": crontab(hour="8", minute="15")},
    "national-portal-pull": {"task": "onestop.pull_from_national_portal", "schedule": timedelta(seconds=30)},
    "forget-what-programs-left": {
        "task": "onestop.forget_what_programs_left",
        "schedule": crontab(hour="2", minute="10"),
    },
    "forget-searches": {"task": "procedures.forget_searches", "schedule": crontab(hour="2", minute="20")},
    "reap-orphan-files": {
        "task": "portal.core.files.reap_orphans",
        "schedule": crontab(hour="2", minute="30"),
    },
    "scan-quarantined-files": {"task": "portal.core.files.scan_waiting", "schedule": timedelta(minutes=1)},
}

# --- The outside world (sandboxes unless told otherwise) -----------------------------------------
SANDBOX_URL = env.text("SANDBOX_URL", "")
PAYGOV_URL = env.url("PAYGOV_URL")
PAYGOV_PARTNER = env.text("PAYGOV_PARTNER")
PAYGOV_SECRET = env.text("PAYGOV_SECRET")
NATIONAL_PORTAL_URL = env.url("NATIONAL_PORTAL_URL")
NATIONAL_PORTAL_USERNAME = env.text("NATIONAL_PORTAL_USERNAME")
NATIONAL_PORTAL_PASSWORD = env.text("NATIONAL_PORTAL_PASSWORD")
NATIONAL_PORTAL_DSTCODE = env.text("NATIONAL_PORTAL_DSTCODE", "VN:GOV:000.00.00.G22:vpcpdvcprovider")
NATIONAL_PORTAL_UNIT = env.text("NATIONAL_PORTAL_UNIT", "H09")
POPULATION_URL = env.url("POPULATION_URL")
POPULATION_TOKEN = env.text("POPULATION_TOKEN")
MESSAGING_URL = env.text("MESSAGING_URL", "")  # SMS and notices in VNeID; empty: neither is offered
MESSAGING_TOKEN = env.text("MESSAGING_TOKEN", "")
HOUSEHOLD_BUSINESS_URL = env.text("HOUSEHOLD_BUSINESS_URL", "")  # empty: cases there are not followed
HOUSEHOLD_BUSINESS_TOKEN = env.text("HOUSEHOLD_BUSINESS_TOKEN", "")
# Certificates trusted as roots for signed results, PEM; keys of the demo's signers stand beside it.
PKI_DIR = env.text("PKI_DIR", str(VAR_DIR / "pki"))
# PEM certificates of other authorities whose signatures on citizens' papers are reported as valid.
TRUSTED_ROOTS_DIR = env.text("TRUSTED_ROOTS_DIR", "")
TIMESTAMP_URL = env.url("TIMESTAMP_URL")
HTTP_TIMEOUT_SECONDS = env.integer("HTTP_TIMEOUT_SECONDS", 10)

# Drafts that nobody touches: their writers are reminded after so many days, and they are erased after so many.
DRAFT_REMINDER_DAYS = env.integer("DRAFT_REMINDER_DAYS", 30)
DRAFT_LIFETIME_DAYS = env.integer("DRAFT_LIFETIME_DAYS", 90)
DRAFT_WARNING_DAYS = env.integer("DRAFT_WARNING_DAYS", 7)  # so long before that their writers are told

# A file each unless told otherwise: letters printed to the console would stand in the logs.
EMAIL_BACKEND = env.text("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = env.text("MAIL_DIR", str(VAR_DIR / "mail"))
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "khong-tra-loi@dichvucong.example")

# --- Doors ------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],  # the paper beside the form
        # Signing in and paying post here and are redirected there.
        "form-action": [SELF, f"{VNEID_URL}/", f"{PAYGOV_URL}/"],
        "frame-ancestors": [NONE],  # the papers and the builder's preview open it to our own pages
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "camera": ["self"],
    "geolocation": [],
    "microphone": [],
    "payment": [],
}

API_CALLS_A_MINUTE = env.integer("API_CALLS_A_MINUTE", 120)  # with one key
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "portal.core.api.ApiSchema",
    "EXCEPTION_HANDLER": "portal.core.api.as_problem",
    "ALLOWED_VERSIONS": ["1"],  # what may be asked for: the schema writes it into a header
    "DEFAULT_THROTTLE_RATES": {"anon": "120/min", "key": f"{API_CALLS_A_MINUTE}/min"},
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Provincial public-service portal",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {"CaseState": "onestop.states.State", "FeeState": "payments.states.FeeState"},
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# --- Logs: one JSON line each, no personal data ---------------------------------------------------
_QUIET = ("httpx", "fontTools", "weasyprint", "weasyprint.progress", "pikepdf")
_SILENT = ("pyhanko", "pyhanko_certvalidator")  # they quote the papers that they refuse
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "portal.core.logs.formatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        **{name: {"level": "WARNING"} for name in _QUIET},
        **{name: {"level": "CRITICAL"} for name in _SILENT},
    },
}
