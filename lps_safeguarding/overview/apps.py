from django.apps import AppConfig


class OverviewConfig(AppConfig):
    name = "lps_safeguarding.overview"
    verbose_name = "overview"

    def ready(self) -> None:
        from concerns import need_to_know
        from lps_safeguarding.web import navigation

        navigation.register(
            navigation.Link(
                "Queue",
                "overview:queue",
                shown_to=need_to_know.is_on_safeguarding_team,
                order=20,
                main=True,
                also=("concerns:concern_detail", "concerns:decision_add", "concerns:referral_detail"),
            )
        )
        navigation.register(
            navigation.Link(
                "Children",
                "overview:children",
                shown_to=need_to_know.is_on_safeguarding_team,
                order=30,
                main=True,
                also=("overview:child", "overview:chronology"),
            )
        )
        navigation.register(
            navigation.Link(
                "Lists",
                "overview:lists",
                shown_to=need_to_know.can_keep_lists,
                order=35,
                also=("overview:list",),
            )
        )
