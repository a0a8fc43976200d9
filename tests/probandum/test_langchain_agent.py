"""The middleware in real agents of LangChain, whose model is scripted."""

import asyncio

import pytest

from probandum.tools.errors import InputError

pytest.importorskip("langchain.agents", reason="the extra 'providers' brings it")

from langchain.agents import create_agent
from langchain_core.documents import Document
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.tools import tool

from probandum.integrations.langchain_agent import BLOCKED, MARK, GroundedMiddleware

FACT = "The Aven bridge was opened in 1931. It has four arches."
WRONG = "The Aven bridge was opened in 1941. It has four arches."


class Scripted(GenericFakeChatModel):
    """Answers in turn, and takes tools."""

    def bind_tools(self, tools, **options):
        return self


@tool
def facts(bridge: str) -> str:
    """What is known of a bridge."""
    return FACT


@tool(response_format="content_and_artifact")
def retrieve(query: str):
    """Documents about something."""
    return "1 document", [Document(FACT, metadata={"source": "bridges.md"})]


@tool
def cancel_order(order_id: str) -> str:
    """Cancel an order."""
    return "error: already shipped"


def run(*answers, called="facts", arguments=None, asynchronous=False, **options):
    call = {"name": called, "args": arguments or {"bridge": "Aven"}, "id": "1"}
    first = [AIMessage("", tool_calls=[call])] if called else []
    model = Scripted(messages=iter([*first, *map(AIMessage, answers)]))
    guarded = GroundedMiddleware(judge="embedded", **options)
    agent = create_agent(model, [facts, retrieve, cancel_order], middleware=[guarded])
    asked = {"messages": [HumanMessage("When was the Aven bridge opened?")]}
    return (asyncio.run(agent.ainvoke(asked)) if asynchronous else agent.invoke(asked))["messages"]


@pytest.mark.parametrize("asynchronous", [False, True])
def test_an_answer_that_holds_passes_with_its_figures(asynchronous):
    last = run(FACT, asynchronous=asynchronous)[-1]
    assert last.content == FACT
    told = last.response_metadata[MARK]
    assert (told["action"], told["hallucination_rate"], told["flagged"]) == ("passed", 0.0, [])


def test_an_answer_that_does_not_hold_is_annotated_with_the_words_of_the_tool():
    last = run(WRONG)[-1]
    assert last.content.startswith(WRONG)
    assert "contradicted: “The Aven bridge was opened in 1931.”" in last.content
    assert [each["label"] for each in last.response_metadata[MARK]["flagged"]] == ["contradicted"]


def test_an_answer_that_does_not_hold_is_blocked():
    messages = run(WRONG, mode="block")
    assert messages[-1].content == BLOCKED
    assert WRONG not in [message.content for message in messages]


@pytest.mark.parametrize("asynchronous", [False, True])
def test_an_answer_that_does_not_hold_is_written_again_once(asynchronous):
    messages = run(WRONG, FACT, mode="repair", asynchronous=asynchronous)
    asked = next(message for message in messages if message.name == MARK)
    assert "The Aven bridge was opened in 1941." in asked.content
    assert "The Aven bridge was opened in 1931." in asked.content
    assert messages[-1].content == FACT
    stubborn = run(WRONG, WRONG, mode="repair")
    assert sum(message.name == MARK for message in stubborn) == 1
    assert stubborn[-1].response_metadata[MARK]["action"] == "annotated"


def test_a_share_of_claims_may_be_wrong_where_it_is_allowed():
    assert run(WRONG, max_rate=0.5)[-1].content == WRONG


def test_documents_that_a_tool_retrieved_and_those_given_beforehand_are_evidence():
    assert "1931" in run(WRONG, called="retrieve", arguments={"query": "Aven"})[-1].content
    assert "1931" in run(WRONG, called=None, context=FACT)[-1].content


def test_an_act_that_failed_is_not_told_as_done():
    last = run("I have cancelled the order 4711.", called="cancel_order", arguments={"order_id": "4711"})[-1]
    assert [each["label"] for each in last.response_metadata[MARK]["flagged"]] == ["contradicted"]
    done = run("Done! I looked at the bridge.", called="facts")[-1]
    assert not done.response_metadata[MARK]["flagged"]


def test_without_evidence_or_without_an_answer_nothing_is_done():
    assert run(WRONG, called=None)[-1].response_metadata.get(MARK) is None


@pytest.mark.parametrize(("options", "said"), [({"mode": "shout"}, "mode 'shout'"), ({"max_rate": 2}, "no share")])
def test_what_does_not_hold_is_refused(options, said):
    with pytest.raises(InputError, match=said):
        GroundedMiddleware(**options)
