"""Compiles every template, so that a misspelt tag, filter or parent is found before a person finds it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """1 when any template does not compile, after naming each."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lps_safeguarding.settings")
    import django
    from django.template import TemplateDoesNotExist, TemplateSyntaxError
    from django.template.loader import get_template

    django.setup()
    faults = 0
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix not in (".html", ".txt", ".xml"):
            continue
        try:
            get_template(str(path.relative_to(ROOT / "templates")))
        except (TemplateSyntaxError, TemplateDoesNotExist) as why:
            faults += 1
            print(f"{path.relative_to(ROOT)}: {type(why).__name__}: {why}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
