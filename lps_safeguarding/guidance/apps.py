from django.apps import AppConfig


class GuidanceConfig(AppConfig):
    name = "lps_safeguarding.guidance"
    verbose_name = "guidance"

    def ready(self) -> None:
        from lps_safeguarding.web import navigation

        from . import need_to_know

        navigation.register(
            navigation.Link(
                "Duties and times", "guidance:duty_list", shown_to=need_to_know.can_read, order=90, also=("guidance:",)
            )
        )
