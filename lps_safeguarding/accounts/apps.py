from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "lps_safeguarding.accounts"
    verbose_name = "accounts"

    def ready(self) -> None:
        from lps_safeguarding.accounts import navigation, sign_in_events

        sign_in_events.connect()
        navigation.register()
