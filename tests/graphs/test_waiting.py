"""Patience with words: who is waited for stands among an audit's events, with for how long and which try it is."""

import asyncio

import pytest

from probandum import astream
from probandum.agent import events
from probandum.agent.events import Waiting, told_while_waiting
from probandum.agent.judges.llm.chat.client import ChatModel
from probandum.agent.judges.llm.chat.client_process import ModelAddress, SubprocessChat
from probandum.agent.judges.llm.chat.protocol import ChatCall
from probandum.cli.progress import show
from probandum.settings import Settings
from probandum.testing.servers import replies
from probandum.testing.servers.capabilities import ScriptedCapabilities
from probandum.testing.servers.chat import ChatServer


@pytest.fixture(autouse=True)
def little_patience(monkeypatch):
    monkeypatch.setattr(events, "PATIENCE_SECONDS", 0.1)


def judging(request):
    return replies.claims(["The mill is old."]) if request.extracts else replies.verdict("absent")


def waited(server, home, **options):
    settings = Settings(openai_base_url=server.url, openai_api_key="none", home=home, **options)

    async def audited():
        told = astream("The mill is old.", context=["It is red."], judge="openai:slow", settings=settings)
        return [event async for event in told]

    return [event for event in asyncio.run(audited()) if isinstance(event, Waiting)]


def test_who_is_waited_for_is_among_the_events_of_an_audit(tmp_path):
    with ChatServer(judging, endpoint=ScriptedCapabilities(seconds=0.35)) as server:
        told = waited(server, tmp_path)
    assert told
    assert {(event.what, event.attempt) for event in told} == {("'slow'", 1)}


def test_a_client_in_a_process_of_its_own_is_waited_for_in_words_too():
    told = []

    async def asked(url):
        events.on_waiting.set(told.append)
        chat = SubprocessChat(ModelAddress(model="slow", base_url=url, api_key="none"))
        try:
            return await chat.complete(ChatCall((("user", "x"),)))
        finally:
            await chat.close()

    with ChatServer([replies.content("yes")], endpoint=ScriptedCapabilities(seconds=0.35)) as server:
        assert asyncio.run(asked(server.url)).text == "yes"
    assert {event.what for event in told} == {"'slow'"}


def test_nothing_is_said_where_the_answers_come_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(events, "PATIENCE_SECONDS", 10.0)
    with ChatServer(judging) as server:
        assert waited(server, tmp_path) == []


def test_the_try_is_said_and_nobody_is_told_after_the_answer():
    told = []

    async def asked(server):
        events.on_waiting.set(told.append)
        chat = ChatModel("any", base_url=server.url, timeout=0.3, max_retries=1)
        await chat.complete(ChatCall((("user", "x"),)))
        before = len(told)
        await asyncio.sleep(0.25)
        assert len(told) == before

    with ChatServer([replies.hang(), replies.content("yes")], endpoint=ScriptedCapabilities(seconds=0.15)) as server:
        asyncio.run(asked(server))
    attempts = [event.attempt for event in told]
    assert attempts == sorted(attempts)
    assert set(attempts) == {1, 2}


@pytest.mark.parametrize(("listener", "timers"), [(None, 0), (lambda _: None, 1)])
def test_without_a_listener_nothing_is_set_up_to_be_said(monkeypatch, listener, timers):
    async def counted():
        events.on_waiting.set(listener)
        loop, later = asyncio.get_running_loop(), []
        monkeypatch.setattr(loop, "call_later", lambda *given: later.append(given) or loop.call_at(loop.time(), print))
        with told_while_waiting("x"):
            return len(later)

    assert asyncio.run(counted()) == timers


def test_the_line_says_who_for_how_long_and_which_try():
    class Line:
        said = ""

        def describe(self, description):
            self.said = description

    line = Line()
    show(Waiting(what="'slow'", seconds=20, attempt=1), line)
    assert line.said == "waiting for 'slow': 20 s"
    show(Waiting(what="'slow'", seconds=20, attempt=3), line)
    assert line.said == "waiting for 'slow': 20 s, try 3"


@pytest.mark.parametrize(("given", "local", "remote"), [({}, 600, 60), ({"call_seconds": 20.0}, 20, 20)])
def test_what_is_set_for_a_call_holds_for_every_model(given, local, remote):
    settings = Settings(**given)
    assert (settings.seconds_of_call(local=True), settings.seconds_of_call(local=False)) == (local, remote)
