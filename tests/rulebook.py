"""Which rules of the rulebook the tests prove: checks the ids of `rule` marks, and lists what is unproven."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


def rules() -> dict[str, str]:
    """Every rule's id and kind: M, must be impossible to break; P, the software prompts and the person decides."""
    lines = (Path(__file__).with_name("rulebook_ids.txt")).read_text().splitlines()
    return dict(line.split() for line in lines if line and not line.startswith("#"))


class Proofs:
    """Collects the rule ids of passing and failing tests, over all workers."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.known = rules()
        self.proven: set[str] = set()
        self.broken: set[str] = set()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """A mark that names no rule is a mistake."""
        for item in items:
            for mark in item.iter_markers("rule"):
                unknown = [rule for rule in mark.args if rule not in self.known]
                if unknown or not mark.args:
                    raise pytest.UsageError(
                        f"{item.nodeid}: the rulebook has no rule {', '.join(unknown) or '(none)'}"
                    )

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: Any) -> Any:
        """Writes the test's rules on its report, which reaches the process that prints."""
        report = yield
        if report.when == "call":
            report.user_properties.extend(("rule", rule) for mark in item.iter_markers("rule") for rule in mark.args)
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Notes what a test proved, or failed to."""
        if report.when == "call":
            named = {str(value) for key, value in report.user_properties if key == "rule"}
            if report.passed:
                self.proven |= named
            elif report.failed:
                self.broken |= named

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Prints the unproven rules when asked."""
        if not self.config.getoption("--rules"):
            return
        unproven = [rule for rule in self.known if rule not in self.proven or rule in self.broken]
        terminalreporter.section(f"rules: {len(self.known) - len(unproven)} of {len(self.known)} proven")
        for rule in unproven:
            terminalreporter.line(
                f"{rule} ({self.known[rule]}) {'is broken' if rule in self.broken else 'is unproven'}"
            )
