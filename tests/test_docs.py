"""What the pages say of the code: routes, tests and settings that they name."""

import re
from pathlib import Path

import pytest

from probandum.service.routes import OFFERED
from probandum.settings import Settings

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "docs").rglob("*.md"))
WHO = {"all": "everybody", "keys": "any key", "owner": "any key, its own"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_test_and_setting_that_a_page_names_is_there(page):
    text = page.read_text(encoding="utf-8")
    known = {str(path.relative_to(ROOT / "tests")) for path in (ROOT / "tests").rglob("*.py")}
    named = {name.removeprefix("tests/") for name in re.findall(r"`((?:[\w./]+/)?test_\w+\.py)`", text)}
    assert {name for name in named if not any(each.endswith(name) for each in known)} == set()
    settings = {f"PROBANDUM_{each.upper()}" for each in Settings.model_fields}
    assert set(re.findall(r"PROBANDUM_[A-Z_]+", text)) <= settings


def test_the_page_on_security_has_the_table_of_the_routes():
    text = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    rows = [f"| {', '.join(route.methods)} | `{route.path}` | {WHO[route.who]} | {route.does} |" for route in OFFERED]
    assert [line for line in text.splitlines() if re.match(r"\| [A-Z, ]+ \| `/", line)][: len(rows)] == rows
