"""The WSGI entry point that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lps_safeguarding.settings")

application = get_wsgi_application()

from lps_safeguarding.access.checks import refuse_dangerous_role  # noqa: E402 (the apps are ready only now)
from lps_safeguarding.access.refusals import DangerousRole  # noqa: E402
from lps_safeguarding.environment import stop  # noqa: E402

try:
    refuse_dangerous_role()
except DangerousRole as why:
    stop(str(why))
