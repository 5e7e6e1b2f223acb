from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate


class AccessConfig(AppConfig):
    name = "lps_safeguarding.access"
    verbose_name = "access"

    def ready(self) -> None:
        from lps_safeguarding.access import break_glass, seal
        from lps_safeguarding.access import checks as access_checks
        from lps_safeguarding.web import navigation

        checks.register(access_checks.check_role, checks.Tags.database)
        post_migrate.connect(seal.install_after_migrate, sender=self, dispatch_uid="access.seal")
        navigation.register(navigation.Link("Conflicts of interest", "access:conflict_list", order=85))
        navigation.register(
            navigation.Link(
                "Open a closed record",
                "access:break_glass_open",
                shown_to=break_glass.could_open,
                order=86,
                also=("access:break_glass_list", "access:break_glass_review"),
            )
        )
