"""History of rows by django-simple-history, without Django's permissions on the version tables."""

from django.db import models
from simple_history.models import HistoricalRecords


class Versions(HistoricalRecords):
    """`HistoricalRecords` whose tables have no add/change/delete/view permissions: nobody is granted any."""

    def get_meta_options(self, model: type[models.Model]) -> dict:
        return super().get_meta_options(model) | {"default_permissions": ()}
