"""Draws the pictures of a report that README.md shows, light and dark: the demo's own, in Chromium.

Run it in the root of the checkout, after `make demo`: python -P examples/picture.py
"""

import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
REPORT, PICTURES = ROOT / "out/demo/report.html", ROOT / "docs/images"
SIZE = {"width": 900, "height": 935}


def main() -> None:
    """Two pictures of the top of the report, as somebody sees it who opens it."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            page = browser.new_page(viewport=SIZE, color_scheme=scheme)
            page.goto(REPORT.as_uri())
            picture = PICTURES / f"report-{scheme}.png"
            page.screenshot(path=picture)
            Image.open(picture).quantize(128).save(picture, optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
