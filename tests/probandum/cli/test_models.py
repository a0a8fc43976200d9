"""Models of this machine from the command line: listed, removed, found by doctor, fetched from a hub."""

import hashlib
import json
import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler

import pytest
from typer.testing import CliRunner

from probandum.cli import app, local_servers
from probandum.judges import make_chat
from probandum.recordings import Recording
from probandum.settings import Settings
from probandum.testing.servers.chat import ChatServer
from probandum.testing.servers.loopback import Loopback
from probandum.tools.errors import ConfigError, InputError
from probandum.tools.recording import read_header

GGUF = b"GGUF" + bytes(2_000)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("PROBANDUM_HOME", str(tmp_path))
    for place in ("tiny.gguf", "owner/one/small.gguf", "owner/two/small.gguf"):
        file = tmp_path / "models" / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(GGUF)
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(app, arguments)


def test_models_are_listed_with_the_command_for_each(home):
    shown = run("models").stdout
    assert "--judge gguf:tiny.gguf" in shown
    assert "--judge gguf:owner/one/small.gguf" in shown


def test_a_model_is_removed_by_its_name_and_never_one_of_several(home):
    done = run("models", "remove", "small")
    assert done.exit_code == 2
    assert "say which" in done.stderr
    assert run("models", "remove", "owner/one/small.gguf").exit_code == 0
    assert run("models", "remove", "small").exit_code == 0
    assert run("models", "remove", "small").exit_code == 2
    assert [path.name for path in home.rglob("*.gguf")] == ["tiny.gguf"]


def test_without_models_it_is_said_how_to_get_one(tmp_path, monkeypatch):
    monkeypatch.setenv("PROBANDUM_HOME", str(tmp_path))
    assert "gguf:hf:OWNER/REPO/FILE.gguf" in run("models").stdout


def test_doctor_finds_servers_and_files_and_says_the_command(home, monkeypatch):
    with ChatServer([]) as server:
        monkeypatch.setattr(local_servers, "_SERVERS", {"LM Studio": int(server.address.rpartition(":")[2])})
        lines = [*local_servers.local_models(Settings())]
    assert lines[0].startswith(f"LM Studio answers at {server.address} (scripted): OPENAI_BASE_URL={server.url}")
    assert any("--judge gguf:tiny.gguf" in line for line in lines)


class Hostile(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.server.owner.said)

    def log_message(self, *_):
        pass


class Saying(Loopback):
    def __init__(self, said):
        self.said = said
        super().__init__(Hostile)


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        (b"<html>", 0),
        (b"[" * 100_000, 0),
        (b'{"data": [{"id": "' + b"x" * 9_000_000 + b'"}]}', 0),
        (b'{"data": 1}', 0),
        (b'{"data": [{"id": "a\\u001b[2J\\u202eb"}]}', 1),
        (b'{"data": []}', 1),
    ],
)
def test_whatever_listens_on_a_usual_port_does_no_harm(said, lines, tmp_path, monkeypatch):
    with Saying(said) as server:
        monkeypatch.setattr(local_servers, "_SERVERS", {"vLLM": int(server.address.rpartition(":")[2])})
        found = [*local_servers.local_models(Settings(home=tmp_path))]
    assert len(found) == lines
    assert all(line.isprintable() for line in found)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1:11434", "http://127.0.0.1:11434"),
        ("0.0.0.0", "http://127.0.0.1:11434"),  # noqa: S104 - what Ollama listens on
        ("models.example", "http://models.example:11434"),
        ("http://box:8080/", "http://box:8080"),
        ("https://models.example/ollama", "https://models.example/ollama"),
        ("https://models.example", "https://models.example"),
    ],
)
def test_ollama_s_address_is_read_as_ollama_reads_it(host, url):
    assert Settings(ollama_host=host).ollama_url == url


@pytest.mark.parametrize(
    ("name", "called", "room"),
    [
        ("gguf:tiny", "tiny", 2_048),
        ("gguf:owner/one/small.gguf", "small", 2_048),
        ("ollama:qwen3:4b", "qwen3:4b", 4_096),
    ],
)
def test_a_model_is_replayed_under_the_name_and_with_the_room_that_it_was_recorded_with(name, called, room, home):
    from probandum import judges

    chat = make_chat(name, Settings(home=home))
    assert (chat.model, chat.max_output_tokens, chat.local) == (called, room, True)
    kind, _, model = name.partition(":")
    assert (judges._called(kind, model), judges._room(kind, Settings())) == (called, room)
    assert Recording().chat(called, lambda: chat, max_output_tokens=room) is chat


def test_a_recording_of_an_older_version_is_refused_by_name(tmp_path):
    old = tmp_path / "old.jsonl"
    old.write_text('{"kind": "header", "recording": 1, "audit_id": "a", "request": "b"}\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"recording of version 1: .*record the audit again"):
        read_header(old)


class Hub(BaseHTTPRequestHandler):
    """As much of a hub as one file needs."""

    def do_HEAD(self):
        self._head()

    def do_GET(self):
        if self._head():
            self.wfile.write(GGUF)

    def _head(self):
        there = self.path == "/owner/model/resolve/main/tiny.gguf"
        self.send_response(200 if there else 404)
        for name, value in {
            "X-Repo-Commit": "a" * 40,
            "ETag": f'"{hashlib.sha256(GGUF).hexdigest()}"',
            "Content-Length": str(len(GGUF) if there else 0),
        }.items():
            self.send_header(name, value)
        if not there:
            self.send_header("X-Error-Code", "EntryNotFound")
        self.end_headers()
        return there

    def log_message(self, *_):
        pass


FETCHING = """
import json, sys
from pathlib import Path
from probandum.local_models import model_path
from probandum.tools.errors import ConfigError
try:
    print(json.dumps(str(model_path(sys.argv[1], Path(sys.argv[2])))))
except ConfigError as error:
    print(json.dumps(["refused", str(error)]))
"""


def fetched(name, home, endpoint):
    """What becomes of a model of the hub at an address, which the hub's client reads when it is imported."""
    environment = {**os.environ, "HF_ENDPOINT": endpoint, "HF_HOME": str(home / "hub"), "HF_HUB_DISABLE_XET": "1"}
    environment.pop("HF_HUB_OFFLINE", None)
    done = subprocess.run(
        [sys.executable, "-P", "-c", FETCHING, name, str(home)],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_model_is_fetched_once_from_the_hub_that_is_set(tmp_path):
    hub = type("AHub", (Loopback,), {})(Hub)
    with hub:
        place = fetched("hf:owner/model/tiny.gguf", tmp_path, hub.address)
        missing = fetched("hf:owner/model/none.gguf", tmp_path, hub.address)
    assert place == str(tmp_path / "models" / "owner" / "model" / "tiny.gguf")
    assert missing[0] == "refused"
    assert "check the name" in missing[1]
    assert fetched("hf:owner/model/tiny.gguf", tmp_path, hub.address) == place


def test_a_hub_that_cannot_be_reached_is_said(tmp_path):
    said = fetched("hf:owner/model/tiny.gguf", tmp_path, "http://127.0.0.1:9")
    assert "HF_ENDPOINT" in said[1]


def test_a_model_that_is_nowhere_is_named(tmp_path):
    with pytest.raises(ConfigError, match="there is no file 'gone'"):
        make_chat("gguf:gone", Settings(home=tmp_path))
