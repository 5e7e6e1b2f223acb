from django.apps import AppConfig


class ConcernsConfig(AppConfig):
    name = "concerns"
    verbose_name = "concerns"
    tables_without_case_content = {
        "concerns_localpriority": "which kinds of concern are priorities here",
        "concerns_historicallocalpriority": "the same, as it was",
    }

    def ready(self) -> None:
        from concerns import alerts, escalation, kinds_of_record, need_to_know, operations
        from concerns.operations import printing
        from lps_safeguarding.alerts import registry
        from lps_safeguarding.guidance import touches
        from lps_safeguarding.imports import registry as imports
        from lps_safeguarding.web import navigation

        alerts.register()
        registry.register_sweep(escalation.sweep, name="concerns")
        registry.register_sweep(printing.sweep, name="printed chronologies")
        kinds_of_record.register()
        imports.register_contacts(operations.receive_contacts)
        touches.register("concerns", kinds_of_record.under_an_older_edition)
        navigation.register(
            navigation.Link(
                "Hand-overs",
                "concerns:hand_over_list",
                shown_to=need_to_know.is_on_safeguarding_team,
                order=45,
                also=("concerns:hand_over", "concerns:hand_over_own"),
            )
        )
        navigation.register(
            navigation.Link(
                "Caseload",
                "concerns:caseload",
                shown_to=need_to_know.can_see_caseload,
                order=46,
                also=("concerns:hand_over_of",),
            )
        )
        navigation.register(
            navigation.Link(
                "Log a concern",
                "concerns:log",
                order=10,
                prominent=True,
                also=("concerns:log_immediate", "concerns:log_pink_form", "concerns:log_standard_form"),
            )
        )
        navigation.register(
            navigation.Link(
                "Places and groups",
                "concerns:context_list",
                shown_to=need_to_know.is_on_safeguarding_team,
                order=40,
                also=("concerns:context_detail",),
            )
        )
