"""What README and docs say of the code: routes, tests and settings that they name, and the code that they show."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from probandum.cli import app
from probandum.service.access.routes import OFFERED
from probandum.settings import Settings

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FORMS = ("action.yml", "compose.yaml", ".pre-commit-hooks.yaml", ".github/workflows/release.yml")
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


def _blocks(text):
    return re.findall(r"^```python\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)


@pytest.mark.filterwarnings("default")  # of the libraries that a page shows
@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if "walks" not in page.parts and _blocks(page.read_text("utf-8"))],
    ids=lambda page: page.stem,
)
def test_the_code_of_a_page_runs_and_prints_what_stands_below_it(page, capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("PROBANDUM_HOME", str(tmp_path))
    text, names = page.read_text("utf-8"), {}
    for block in _blocks(text):
        for module in re.findall(r"^from (\w+)", block, flags=re.MULTILINE):
            pytest.importorskip(module)
        exec(compile(block, str(page), "exec"), names)  # noqa: S102 - our own page
    said = " ".join(capsys.readouterr().out.split())
    for shown in re.findall(r"^```text\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE):
        assert " ".join(shown.split()) in said


def test_the_pages_make_a_site_without_a_dead_link_or_an_orphan(tmp_path):
    pytest.importorskip("material", reason="the extra 'dev' brings it")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)]
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=quiet, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_containers_actions_and_hooks_are_made_of_is_whole():
    yaml = pytest.importorskip("yaml")
    read = {path.name: yaml.safe_load(path.read_text("utf-8")) for path in map(ROOT.joinpath, FORMS)}
    action, compose = read["action.yml"], read["compose.yaml"]
    assert set(re.findall(r"inputs\.([\w-]+)", (ROOT / "action.yml").read_text("utf-8"))) == {*action["inputs"]}
    for step in action["runs"]["steps"]:
        assert "${{" not in step.get("run", ""), "an input in a script is run"
    assert set(compose["services"]) == {"probandum", "postgres"}
    image = (ROOT / "Dockerfile").read_text("utf-8")
    for copied in re.findall(r"^COPY (\S+) \.$", image, flags=re.MULTILINE):
        assert (ROOT / copied).exists()
    assert "--require-hashes -r requirements.lock" in image
    variables = set(re.findall(r"PROBANDUM_[A-Z_]+", image + (ROOT / "compose.yaml").read_text("utf-8")))
    assert variables <= {f"PROBANDUM_{each.upper()}" for each in Settings.model_fields}
    (hook,) = read[".pre-commit-hooks.yaml"]
    assert hook["entry"].split()[1] in {each.name for each in app.registered_commands}
