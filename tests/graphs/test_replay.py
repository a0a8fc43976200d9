"""An audit recorded at a real client on a real server, and replayed where there is neither."""

import asyncio
import json
import socket
from dataclasses import replace

import pytest

from probandum import aaudit
from probandum.agent.judges.llm.chat.client import ChatModel
from probandum.agent.judges.llm.chat.protocol import Chat
from probandum.agent.judges.llm.chat.recording import RecordedChat
from probandum.agent.options import Options
from probandum.agent.taxonomy import Label, Outcome
from probandum.testing.judge import ScriptedJudge, judgement
from probandum.testing.servers.chat import ChatServer
from probandum.testing.servers.replies import claims, fault, refusal, verdict, wants
from probandum.testing.source import ScriptedSource
from probandum.tools.errors import ConfigError, InputError, ReplayError, ToolError
from probandum.tools.evidence import Origin

BUILT, LIT, PAINTED = "The light was built in 1871.", "Its lamp burns oil.", "The tower was painted red."
RESPONSE = f"{BUILT} {LIT} {PAINTED}"
ALONE = Options(granularity="claim")
KEY = "sk-very-secret-indeed"


def reader(request):
    """Searches for one claim, changes its mind on it, refuses another, and is down for the third."""
    if request.extracts:
        return claims([BUILT], [LIT], [PAINTED])
    if LIT in request.own:
        return refusal()
    if PAINTED in request.own:
        return fault(503, retry_after=0.001)
    if "search_script" in request.searches and "found 1" not in request.own:
        return wants("search_script", "year of the light")
    if "found 1" in request.own:
        shown = "\n".join(request.texts)
        marker = shown.split("<<<begin ")[1].split(" ")[-1].split(">>>")[0]  # a model that repeats its fence
        given = verdict("supported", quotes=[("any", "stones were laid in 1871")])
        return replace(given, content=given.content.replace("Why the label", f"{marker} Why the label"))
    return verdict("unevaluatable", why="undecidable")


@pytest.fixture
def home(monkeypatch, tmp_path):
    def move(name):
        monkeypatch.setenv("PROBANDUM_HOME", str(tmp_path / name))

    move("here")
    return move


@pytest.fixture
def source():
    return ScriptedSource(lambda query: ["The stones were laid in 1871."] if "year" in query else [])


@pytest.fixture
def taped(monkeypatch, tmp_path, home, source):
    """The path of a recording, and the report of the audit that it is of."""
    path = tmp_path / "audit.jsonl"
    with ChatServer(reader) as server:
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        report = asyncio.run(
            aaudit(
                RESPONSE,
                context=["A note on lights."],
                judge="openai:reader",
                sources=[source],
                record=path,
                options=ALONE,
            )
        )
    return path, report


@pytest.fixture
def offline(monkeypatch, taped, home):
    """Another installation, without key or network."""
    home("there")
    monkeypatch.delenv("OPENAI_API_KEY")
    monkeypatch.delenv("OPENAI_BASE_URL")

    def refused(*_):
        raise AssertionError("a replay opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refused)
    return taped


def replay(path, response=RESPONSE, **how):
    return asyncio.run(aaudit(response, context=["A note on lights."], replay=path, **how))


def test_a_replay_on_another_installation_gives_the_same_report_byte_for_byte(offline):
    path, report = offline
    again = replay(path)
    assert again.model_dump_json() == report.model_dump_json()
    built, lit, painted = again.claims
    assert built.verdict.label is Label.SUPPORTED
    assert [search.query for search in built.trail][-1] == "year of the light"
    assert "[removed] Why the label" in next(step.text for step in built.verdict.steps if step.name == "decide")
    assert (lit.outcome, painted.outcome) == (Outcome.ERROR, Outcome.ERROR)
    assert replay(path).model_dump_json() == report.model_dump_json()


def test_a_recording_holds_neither_key_nor_marker_nor_secret(offline, tmp_path):
    text = offline[0].read_text()
    assert KEY not in text
    assert "authorization" not in text.lower()
    secret = (tmp_path / "here" / "secret").read_bytes()
    assert secret.hex() not in text
    prompts = [line["text"] for line in map(json.loads, text.splitlines()) if line["kind"] == "text"]
    fenced = [prompt for prompt in prompts if "<<<begin " in prompt and "marker>>>" in prompt]
    assert fenced
    assert not (tmp_path / "there").exists()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"response": f"{RESPONSE} More."}, r"to the model: message 2 \(user\) differs at character"),
        ({"question": "When?"}, r"to the model: message 2 \(user\) differs"),
        ({"profile": "fast"}, r"to the model: message \d \(user\) differs|has no|as well"),
        ({"judge": "openai:other"}, r"to the model: the model's name differs at character 0: .*reader.*other"),
    ],
)
def test_a_replay_of_something_else_ends_with_what_differs(offline, changed, message):
    with pytest.raises(ReplayError, match=message):
        replay(offline[0], **changed)


def test_a_replay_that_stops_matching_at_one_claim_ends_as_a_whole(offline):
    path, _ = offline
    lines = path.read_text().splitlines()
    kept = [line for line in lines if '"seam": "source"' not in line]
    path.write_text("\n".join(kept) + "\n")
    with pytest.raises(ReplayError, match="nothing was asked of a source"):
        replay(path)


def test_an_audit_cannot_be_recorded_and_replayed_at_once(taped, tmp_path):
    with pytest.raises(ConfigError, match="either recorded or replayed"):
        replay(taped[0], record=tmp_path / "other.jsonl")


def test_a_second_audit_is_not_recorded_over_the_first(taped):
    path, _ = taped
    with pytest.raises(InputError, match="recording of another audit"):
        asyncio.run(aaudit("Another text.", context=["A note."], judge="embedded", record=path))


def test_what_is_refused_before_its_first_question_leaves_no_recording(monkeypatch, tmp_path):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    path = tmp_path / "audit.jsonl"
    with pytest.raises(ConfigError, match="OPENAI_API_KEY"):
        asyncio.run(aaudit("A text.", context=["A note."], judge="openai:any", record=path))
    assert not path.exists()
    report = asyncio.run(aaudit("Another text.", context=["A note."], judge="embedded", record=path))
    assert asyncio.run(aaudit("Another text.", context=["A note."], replay=path)).scores == report.scores


def test_a_judge_of_ones_own_is_not_recorded(tmp_path):
    judge = ScriptedJudge(lambda case: judgement(Label.ABSENT))
    with pytest.raises(ConfigError, match="a judge of your own cannot be recorded"):
        asyncio.run(aaudit("A text.", context=["A note."], judge=judge, record=tmp_path / "audit.jsonl"))


def test_with_the_embedded_judge_the_sources_are_replayed(tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "note.txt").write_text("The ferry sails at nine o'clock every morning.")
    (folder / "torn.pdf").write_text("no PDF")
    path = tmp_path / "audit.jsonl"
    response = "The ferry sails at nine o'clock every morning."
    report = asyncio.run(aaudit(response, corpus=[folder], judge="embedded", record=path))
    (folder / "note.txt").unlink()
    again = asyncio.run(aaudit(response, replay=path))
    assert report.claims[0].verdict.label is Label.SUPPORTED
    assert report.claims[0].verdict.basis is Origin.CORPUS
    assert [finding.kind for finding in report.findings] == ["files_skipped"]
    without_times = {"usage": True, "claims": {"__all__": {"usage"}}}
    assert again.model_dump_json(exclude=without_times) == report.model_dump_json(exclude=without_times)


def test_a_source_that_is_down_is_replayed_as_down(tmp_path):
    def down(_):
        raise ToolError("the shelf is closed")

    path = tmp_path / "audit.jsonl"
    source = ScriptedSource(down)
    report = asyncio.run(aaudit("The ferry sails at nine.", sources=[source], judge="embedded", record=path))
    asked = len(source.asked)
    again = asyncio.run(aaudit("The ferry sails at nine.", replay=path))
    assert again.claims[0].trail == report.claims[0].trail
    assert report.claims[0].trail[0].outcome == "failed"
    assert len(source.asked) == asked


def test_a_recorded_model_is_a_chat():
    chat: Chat = ChatModel("any", base_url="http://127.0.0.1:9/v1")
    assert RecordedChat(chat, recorder=None).model == "any"
