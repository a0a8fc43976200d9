"""What an endpoint can do is found out by asking it, once, and remembered."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest

from probandum.agent.judges.llm.capabilities import Capabilities, CapabilitiesFile, EndpointCapabilities
from probandum.agent.judges.llm.chat.client import ChatModel
from probandum.agent.judges.llm.judge import LLMJudge
from probandum.agent.judges.llm.prompting.fence import Fence
from probandum.agent.judges.llm.session import ModelSession
from probandum.agent.models import AuditRequest, Case, Claim
from probandum.agent.taxonomy import Label, NoClaim
from probandum.testing.servers import replies
from probandum.testing.servers.capabilities import ScriptedCapabilities as Scripted
from probandum.testing.servers.chat import ChatServer
from probandum.tools.errors import ConfigError, JudgeUnavailable

MODES = ["tools", "json_schema", "json_object", "text"]


def asker(server):
    chat = ChatModel("any", base_url=server.url, max_retries=0, timeout=5)
    return ModelSession(chat=chat, fence=Fence.of("x", secret=b"s"), repairs=0)


@pytest.mark.parametrize("logprobs", [True, False])
@pytest.mark.parametrize("bounds", [True, False])
@pytest.mark.parametrize("structured", MODES)
def test_the_strongest_way_that_works_is_found(structured, bounds, logprobs):
    with ChatServer([], endpoint=Scripted(structured=structured, bounds=bounds, logprobs=logprobs)) as server:
        asking = asker(server)
        found = asyncio.run(EndpointCapabilities().capabilities(asking))
    in_words = structured in ("json_object", "text")  # nobody refuses what is only said
    assert found == Capabilities(structured=structured, bounds=bounds or in_words, logprobs=logprobs)
    assert list(asking.usage.by_stage) == ["probe"]
    assert server.requests == []


@pytest.mark.parametrize("structured", MODES)
def test_an_audit_works_with_every_kind_of_endpoint(structured):
    def rule(request):
        if "numbered sentences" in request.texts[1]:
            return replies.claims(["The mill is old."], NoClaim.QUESTION)
        return replies.verdict("absent")

    request = AuditRequest(response="The mill is old. Is it red?")
    with ChatServer(rule, endpoint=Scripted(structured=structured)) as server:
        judge = LLMJudge(ChatModel("any", base_url=server.url), secret=b"s", endpoint=EndpointCapabilities())
        extraction = asyncio.run(judge.extract(request))
        assert [claim.text for claim in extraction.claims] == ["The mill is old."]
    forms = {request.body.get("response_format", {}).get("type") for request in server.requests}
    assert forms == {{"tools": "json_schema", "text": None}.get(structured, structured)}
    in_words = "must fit this JSON schema" in server.requests[0].texts[-1]
    assert in_words == (structured in ("json_object", "text"))


@pytest.mark.parametrize("bounds", [True, False])
def test_a_form_says_how_long_an_answer_may_get_where_the_endpoint_takes_that(bounds):
    able = Scripted(bounds=bounds)
    with ChatServer([replies.claims(["The mill is old."])], endpoint=able) as server:
        judge = LLMJudge(
            ChatModel("any", base_url=server.url), secret=b"s", endpoint=EndpointCapabilities(logprobs=False)
        )
        asyncio.run(judge.extract(AuditRequest(response="The mill is old.")))
    assert ("maxLength" in str(server.requests[0].body["response_format"])) == bounds


def test_many_that_ask_at_once_find_out_once():
    async def all_at_once(server):
        endpoint = EndpointCapabilities()
        return await asyncio.gather(*(endpoint.capabilities(asker(server)) for _ in range(8)))

    with ChatServer([], endpoint=Scripted(logprobs=True)) as server:
        found = asyncio.run(all_at_once(server))
        assert len(set(found)) == 1
        assert server.probes == 3


def test_what_was_found_is_remembered_for_a_week_by_endpoint_and_model(tmp_path):
    path = tmp_path / "endpoints.json"
    with ChatServer([], endpoint=Scripted("json_schema")) as server:
        asyncio.run(EndpointCapabilities(memory=CapabilitiesFile(path, name="one")).capabilities(asker(server)))
    known = Capabilities(structured="json_schema", bounds=True, logprobs=False)
    assert CapabilitiesFile(path, name="one").load() == known
    assert CapabilitiesFile(path, name="another").load() is None
    asyncio.run(
        EndpointCapabilities(memory=CapabilitiesFile(path, name="one")).capabilities(asker(server))
    )  # the server is gone
    CapabilitiesFile(path, name="another").save(Capabilities(structured="text", bounds=True, logprobs=True))
    assert CapabilitiesFile(path, name="one").load() == known
    aged = json.loads(path.read_text())
    aged["endpoints"]["one"]["at"] = (datetime.now(UTC) - timedelta(days=8)).isoformat()
    path.write_text(json.dumps(aged))
    assert CapabilitiesFile(path, name="one").load() is None


def test_a_broken_note_is_written_anew_and_one_that_cannot_be_written_is_an_error(tmp_path):
    path = tmp_path / "endpoints.json"
    path.write_text("no json")
    memory = CapabilitiesFile(path, name="one")
    assert memory.load() is None
    memory.save(Capabilities(structured="tools", bounds=False, logprobs=True))
    assert memory.load() == Capabilities(structured="tools", bounds=False, logprobs=True)
    with pytest.raises(ConfigError, match="PROBANDUM_HOME"):
        CapabilitiesFile(path / "below", name="one").save(Capabilities(structured="tools", bounds=False, logprobs=True))


def test_an_endpoint_that_is_down_is_down_and_not_without_abilities():
    with ChatServer([]) as server:
        gone = asker(server)
    with pytest.raises(JudgeUnavailable):
        asyncio.run(EndpointCapabilities().capabilities(gone))


def test_labels_of_a_verdict_in_plain_text_are_read():
    said = "Here you are: " + (replies.verdict("Absent").content or "")
    with ChatServer([replies.content(said)], endpoint=Scripted("text")) as server:
        judge = LLMJudge(ChatModel("any", base_url=server.url), secret=b"s", endpoint=EndpointCapabilities())
        case = AuditRequest(response="The mill is old.")

        decision = asyncio.run(judge.classify(Case(request=case, claim=Claim.of("The mill is old."))))
    assert decision.verdict.label is Label.ABSENT
