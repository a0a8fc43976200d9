"""The first hours that the docs describe, walked: every command and program of those pages, in order."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from probandum.testing.servers.chat import ChatServer
from probandum.testing.servers.filling import filling
from probandum.testing.servers.forms import schema_of
from probandum.testing.servers.replies import Reply

ROOT = Path(__file__).parent.parent
WALKS = sorted((ROOT / "docs/walks").glob("*.md"))
BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.DOTALL | re.MULTILINE)
RUN = {"sh": ("bash", "-euo", "pipefail", "-c"), "python": (sys.executable, "-c")}


def finding_nothing(request):
    """A model that finds no claim in its context: a form without a sentence that it names."""
    if "cites" not in (schema_of(request.body) or {}).get("properties", {}):
        return filling(request)
    return Reply(content=json.dumps({"fully_stated": "no", "cites": [], "label": "absent", "error_types": []}))


@pytest.mark.parametrize("page", WALKS, ids=lambda page: page.stem)
def test_a_walk_ends_where_its_page_says(page, tmp_path):
    shutil.copytree(ROOT / "examples/lawyer", tmp_path / "examples/lawyer")
    said = ""
    with ChatServer(finding_nothing) as model:
        environment = {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "HOME": str(tmp_path),
            "PROBANDUM_HOME": str(tmp_path / "home"),
            "OLLAMA_HOST": model.url.removesuffix("/v1"),
            "COLUMNS": "160",
        }
        for language, title, text in BLOCK.findall(page.read_text("utf-8")):
            if title:
                _there(tmp_path / title, text)
            elif language in RUN:
                said = _run(*RUN[language], text, folder=tmp_path, environment=environment)
            elif language == "text":
                assert [line for line in text.splitlines() if _plain(line) not in _plain(said)] == []


def _there(path, text):
    """A file that the page shows: one that is shipped has that text, another is written."""
    if path.exists():
        assert text in path.read_text("utf-8")
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _run(*command, folder, environment):
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def _plain(text):
    return " ".join(text.split())
