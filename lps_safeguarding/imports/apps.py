from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "lps_safeguarding.imports"
    verbose_name = "imports"
    tables_without_case_content = {
        "imports_remembered": "headings of columns and names of services, to be offered again the next time",
    }

    def ready(self) -> None:
        from lps_safeguarding.imports import need_to_know
        from lps_safeguarding.web import navigation

        navigation.register(
            navigation.Link(
                "Imports",
                "imports:list",
                shown_to=need_to_know.can_import_anything,
                order=88,
                also=("imports:",),
            )
        )
