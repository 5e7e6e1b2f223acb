from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "lps_safeguarding.people"
    verbose_name = "people"
