"""Settings of the sandbox process. It reads the portal's env file for the secrets that both sides share."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from portal import env as _environment

env = _environment.load()

# --- Who is on the other side of the wire -------------------------------------------------------------------
PUBLIC_URL = env.url("PUBLIC_URL", "http://127.0.0.1:8000")
SANDBOX_URL = env.url("SANDBOX_URL", "http://127.0.0.1:8001")
VNEID_CLIENT_ID = env.text("VNEID_CLIENT_ID")
VNEID_CLIENT_SECRET = env.text("VNEID_CLIENT_SECRET")
PAYGOV_PARTNER = env.text("PAYGOV_PARTNER")
PAYGOV_SECRET = env.text("PAYGOV_SECRET")
NATIONAL_PORTAL_USERNAME = env.text("NATIONAL_PORTAL_USERNAME")
NATIONAL_PORTAL_PASSWORD = env.text("NATIONAL_PORTAL_PASSWORD")
POPULATION_TOKEN = env.text("POPULATION_TOKEN")
MESSAGING_TOKEN = env.text("MESSAGING_TOKEN", "")
MAIL_DIR = Path(env.text("MAIL_DIR", str(_environment.BASE_DIR / "var" / "mail")))
HOUSEHOLD_BUSINESS_TOKEN = env.text("HOUSEHOLD_BUSINESS_TOKEN", "")

# --- Django -------------------------------------------------------------------------------------------------
SANDBOX_DB = Path(env.text("SANDBOX_DB", str(_environment.BASE_DIR / "var" / "sandbox.sqlite3")))
SANDBOX_DB.parent.mkdir(parents=True, exist_ok=True)
SANDBOX_DIR = Path(__file__).resolve().parent
DEBUG = False
SECRET_KEY = secrets.token_urlsafe(48)  # nothing signed here outlives the process
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [
    "portal.sandbox.faults",
    "portal.sandbox.vneid",
    "portal.sandbox.paygov",
    "portal.sandbox.dvcqg",
    "portal.sandbox.dancu",
    "portal.sandbox.tinnhan",
    "portal.sandbox.hokinhdoanh",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",  # says how long an answer is, so connections stay open
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "portal.sandbox.urls"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SANDBOX_DIR / "templates"],
        "OPTIONS": {"context_processors": []},
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": SANDBOX_DB,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",  # two writers wait for each other instead of failing half-way
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "vi"
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
DATA_UPLOAD_MAX_MEMORY_SIZE = 40 * 1024 * 1024

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "sandbox %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Planned faults answer 5xx on purpose; only what the sandbox itself breaks is worth a line.
    "loggers": {"django.server": {"level": "CRITICAL"}, "django.request": {"level": "ERROR"}},
}
