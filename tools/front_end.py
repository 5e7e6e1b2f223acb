"""Copies the compiled files of GOV.UK Frontend and MOJ Frontend from node_modules to static/vendor/.

There is no build. The packages are MIT, but two things in them are for gov.uk alone: the GDS Transport font and the
crest. Both are left out, and every reference to them is taken from the style sheets. Standard library only.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FONT = 'system-ui,"Helvetica Neue",Arial,sans-serif'
FORBIDDEN = re.compile(rb"GDS Transport|crest\.|/assets/|sourceMappingURL", re.IGNORECASE)
FILES = {
    "govuk/govuk-frontend.min.css": "govuk-frontend/dist/govuk/govuk-frontend.min.css",
    "govuk/govuk-frontend.min.js": "govuk-frontend/dist/govuk/govuk-frontend.min.js",
    "moj/moj-frontend.min.css": "@ministryofjustice/frontend/moj/moj-frontend.min.css",
    "moj/moj-frontend.min.js": "@ministryofjustice/frontend/moj/moj-frontend.min.js",
}
MOJ_IMAGES = "@ministryofjustice/frontend/moj/assets/images"


def clean_css(text: str) -> str:
    """A style sheet without font, crest and source map, its pictures beside it."""
    text = re.sub(r"@font-face\{[^}]*GDS Transport[^}]*\}", "", text)
    text = re.sub(r'"?GDS Transport"?,\s*arial,\s*sans-serif', FONT, text)
    text = re.sub(r"font-family:\s*\"?GDS Transport\"?;", f"font-family:{FONT};", text)
    text = re.sub(r"(?:background-image|(?:-webkit-)?mask-image):url\(/assets/images/govuk-crest\.svg\);?", "", text)
    text = text.replace("url(/assets/images/", "url(images/")
    return re.sub(r"/\*# sourceMappingURL=.*?\*/", "", text)


def clean_js(text: str) -> str:
    """A script without its source map."""
    return re.sub(r"//# sourceMappingURL=.*", "", text)


def copy(packages: Path, target: Path) -> int:
    """Makes `target` anew from `packages`; the number of files. Raises ValueError when something forbidden is left."""
    making = target.with_name(target.name + ".making")
    shutil.rmtree(making, ignore_errors=True)
    for name, source in FILES.items():
        text = (packages / source).read_text(encoding="utf-8")
        file = making / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(clean_css(text) if name.endswith(".css") else clean_js(text), encoding="utf-8")
    named = re.findall(r"url\(images/([^)]+)\)", (making / "moj/moj-frontend.min.css").read_text(encoding="utf-8"))
    (making / "moj/images").mkdir()
    for image in sorted(set(named)):
        shutil.copyfile(packages / MOJ_IMAGES / image, making / "moj/images" / image)
    files = [path for path in making.rglob("*") if path.is_file()]
    left = [str(path.relative_to(making)) for path in files if FORBIDDEN.search(path.read_bytes())]
    if left:
        raise ValueError(
            f"These files still refer to a font, a crest or an address that is not ours: {', '.join(left)}"
        )
    shutil.rmtree(target, ignore_errors=True)
    making.rename(target)
    return len(files)


if __name__ == "__main__":
    print(copy(ROOT / "node_modules", ROOT / "static" / "vendor"), "files in static/vendor")
    sys.exit(0)
