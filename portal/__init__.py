"""The project. Importing it loads the Celery application and nothing else."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
