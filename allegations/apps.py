from django.apps import AppConfig


class AllegationsConfig(AppConfig):
    name = "allegations"
    verbose_name = "allegations"

    def ready(self) -> None:
        from allegations import alerts, need_to_know, tasks
        from lps_safeguarding.web import navigation

        alerts.register()
        tasks.register()
        navigation.register(
            navigation.Link(
                "Concerns about adults",
                "allegations:received",
                shown_to=need_to_know.may_receive,
                order=60,
                also=("allegations:detail",),
            )
        )
