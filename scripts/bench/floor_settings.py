"""The portal's database behind a bare view."""

from portal import settings as ours

SECRET_KEY = ours.SECRET_KEY
ALLOWED_HOSTS = ["127.0.0.1"]
DATABASES = ours.DATABASES
ROOT_URLCONF = "scripts.bench.floor"
MIDDLEWARE: list[str] = []
INSTALLED_APPS: list[str] = []
USE_TZ = True
LOGGING = {
    "version": 1,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"django.request": {"handlers": ["console"], "level": "ERROR"}},
}
