"""The links of this app in the head of every page."""

from lps_safeguarding.web import navigation

from . import need_to_know


def register() -> None:
    """Called once when the app starts."""
    navigation.register(
        navigation.Link(
            "Who is on duty", "accounts:rota", order=60,
            also=("accounts:rota_week", "accounts:week_plan", "accounts:duty_add", "accounts:duty_change"),
        )
    )  # fmt: skip
    navigation.register(navigation.Link("Whom to talk to", "accounts:contacts", order=61))
    navigation.register(navigation.Link("Calendar", "accounts:calendar", order=62))
    navigation.register(
        navigation.Link(
            "Accounts", "accounts:account_list", shown_to=need_to_know.can_administer, order=80,
            also=("accounts:account_detail", "accounts:account_new", "accounts:account_edit", "accounts:role_add"),
        )
    )  # fmt: skip
    navigation.register(
        navigation.Link(
            "Requests", "accounts:request_list", shown_to=need_to_know.can_see_requests, order=81,
            also=("accounts:request_answer",),
        )
    )  # fmt: skip
    navigation.register(navigation.Link("My account", "accounts:my_account", order=90, also=("mfa_index",)))
