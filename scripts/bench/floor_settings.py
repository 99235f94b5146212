"""The portal with nothing in it but the bare view of the floor: same server, same middleware, same database."""

from portal.settings import *  # noqa: F403

ROOT_URLCONF = "scripts.bench.floor"
