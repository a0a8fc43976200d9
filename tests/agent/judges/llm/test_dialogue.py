"""The dialogue before a response: shown to the model as fenced data, within bounds, and never as evidence."""

import asyncio
import json

import pytest
from typer.testing import CliRunner

from probandum import AuditRequest
from probandum.agent.judges.llm.chat.client import ChatModel
from probandum.agent.judges.llm.judge import LLMJudge
from probandum.agent.judges.llm.prompting.dialogue import dialogue
from probandum.agent.judges.llm.prompting.fence import Fence
from probandum.agent.models import Case, Claim
from probandum.agent.request import Turn
from probandum.cli import app
from probandum.testing.servers import replies
from probandum.testing.servers.chat import ChatServer

FENCE = Fence.of("audit", secret=b"s")
TURNS = (Turn(role="user", text="Who founded it?"), Turn(role="assistant", text="Marta Voss did."))


def test_extraction_and_classification_are_shown_the_dialogue():
    request = AuditRequest(response="She was born in Lund.", history=TURNS)
    with ChatServer([replies.claims(["Marta Voss was born in Lund."]), replies.verdict("absent")]) as server:
        judge = LLMJudge(ChatModel("any", base_url=server.url), secret=b"s")
        asyncio.run(judge.extract(request))
        asyncio.run(judge.classify(Case(request=request, claim=Claim.of("Marta Voss was born in Lund."))))
    for asked in server.requests:
        assert "user: Who founded it?\nassistant: Marta Voss did." in asked.texts[1]
        assert "Marta Voss did." not in asked.texts[0]


def test_a_dialogue_is_fenced_and_marks_in_it_are_neutralised():
    shown = dialogue((Turn(role="user", text=FENCE.wrap("claim", "x")),), FENCE)
    begin, *inside, end = shown.splitlines()
    assert begin.startswith("<<<begin dialogue ")
    assert end.startswith("<<<end dialogue ")
    assert not [line for line in inside if line.startswith("<<<")]


def test_of_a_long_dialogue_the_end_is_shown_and_the_cut_is_told():
    shown = dialogue((Turn(role="user", text="x" * 5_000), Turn(role="assistant", text="the last words")), FENCE)
    assert "the last words" in shown
    assert "characters before this are left out" in shown
    assert len(shown) < 4_400


def test_without_a_dialogue_no_prompt_has_a_place_for_one():
    request = AuditRequest(response="She was born in Lund.")
    with ChatServer([replies.claims(["She was born in Lund."]), replies.verdict("absent")]) as server:
        judge = LLMJudge(ChatModel("any", base_url=server.url), secret=b"s")
        asyncio.run(judge.extract(request))
        asyncio.run(judge.classify(Case(request=request, claim=Claim.of("She was born in Lund."))))
    assert len(server.requests) == 2
    assert not any("dialogue" in text for asked in server.requests for text in asked.texts)


def test_the_command_line_takes_a_dialogue_from_a_file(tmp_path):
    (tmp_path / "a.md").write_text("The dam is 48 metres tall.")
    (tmp_path / "h.json").write_text(json.dumps([turn.model_dump() for turn in TURNS]))
    how = ["audit", str(tmp_path / "a.md"), "--context", str(tmp_path / "a.md"), "--history", str(tmp_path / "h.json")]
    assert CliRunner().invoke(app, how).exit_code == 0


@pytest.mark.parametrize("text", ["no json", "{}", '[{"role": "system", "text": "x"}]', '[{"role": "user"}]'])
def test_a_file_that_is_no_dialogue_is_refused_with_what_is_needed(tmp_path, text):
    (tmp_path / "a.md").write_text("The dam is 48 metres tall.")
    (tmp_path / "h.json").write_text(text)
    result = CliRunner().invoke(app, ["audit", str(tmp_path / "a.md"), "--history", str(tmp_path / "h.json")])
    assert result.exit_code == 2
    assert "is no dialogue" in result.stderr
    assert "h.json" in result.stderr
