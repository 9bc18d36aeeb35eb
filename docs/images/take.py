"""Take the picture of the README: the first screen of a brief.

paget brief --example --output brief.html && python docs/images/take.py brief.html
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

PICTURE = Path(__file__).with_name("brief.png")


def main(page_file: str) -> None:
    """Write the picture of a page."""
    chromium = os.environ.get("PAGET_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=[] if os.geteuid() else ["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1366, "height": 900}, color_scheme="light")
        page.goto(Path(page_file).resolve().as_uri())
        answers = page.locator(".two").first.bounding_box()
        height = int(answers["y"] + answers["height"]) + 8 if answers else 900
        page.screenshot(path=PICTURE, full_page=True, clip={"x": 0, "y": 0, "width": 1366, "height": height})
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
