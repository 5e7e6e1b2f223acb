from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "lps_safeguarding.vault"
    verbose_name = "vault"
