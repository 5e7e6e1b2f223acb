from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "lps_safeguarding.web"
    verbose_name = "web"

    def ready(self) -> None:
        from lps_safeguarding.web import pdf  # noqa: F401 - registers its system check
