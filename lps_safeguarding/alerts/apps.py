from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "lps_safeguarding.alerts"
    verbose_name = "alerts"

    def ready(self) -> None:
        from lps_safeguarding.access import break_glass
        from lps_safeguarding.web import navigation

        from . import checks, own_reasons, registry, screen, sweeping

        checks.register()
        own_reasons.register()
        registry.register_sweep(sweeping.tell_of_undeliverable, "undeliverable")
        break_glass.announce.append(own_reasons.tell_of_break_glass)
        navigation.register(navigation.Link("Alerts", "alerts:alert_list", shown_to=screen.has_live_alerts, order=80))
        navigation.register_live_alerts("alerts:since", shown_to=screen.has_live_alerts)
