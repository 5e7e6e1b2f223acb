"""The Celery application. Tasks are found in each app's tasks.py; settings are Django's, with CELERY_ before them."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, celeryd_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lps_safeguarding.settings")

app = Celery("lps_safeguarding")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_init.connect
@beat_init.connect
def refuse_dangerous_role(**_about: Any) -> None:
    """Worker and beat end with a sentence where row-level security would not hold, as the web does (wsgi.py)."""
    from lps_safeguarding.access.checks import refuse_dangerous_role
    from lps_safeguarding.access.refusals import DangerousRole
    from lps_safeguarding.environment import stop

    try:
        refuse_dangerous_role()
    except DangerousRole as why:
        stop(str(why))
