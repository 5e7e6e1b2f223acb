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
                also=("overview:child", "overview:chronology", "overview:children_found"),
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
        for label, page, order, also in (
            ("Records", "overview:records", 32, ("overview:records_found",)),
            ("Trends", "overview:trends", 34, ("overview:trends_children", "overview:trends_places")),
            ("Saved views", "overview:saved", 36, ()),
        ):
            navigation.register(
                navigation.Link(label, page, shown_to=need_to_know.is_on_safeguarding_team, order=order, also=also)
            )
