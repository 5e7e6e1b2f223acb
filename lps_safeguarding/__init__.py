"""The project: its settings, its addresses, and the platform that the apps of the domain stand on."""

from lps_safeguarding.celery import app as celery_app

__all__ = ["celery_app"]
