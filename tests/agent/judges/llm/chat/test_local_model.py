"""A model in this process, over a library that stands in for llama.cpp: stopping, deadlines, failures."""

import asyncio
import sys
import threading
import types
from pathlib import Path

import pytest

from probandum.agent.judges.llm.chat.local_model import LocalModel
from probandum.agent.judges.llm.chat.protocol import ChatCall, ResponseSchema
from probandum.tools.errors import ConfigError, JudgeOutputError, JudgeUnavailable

SCHEMA = ResponseSchema("it", {"type": "object", "properties": {"so": {"type": "string"}}})
CALL = ChatCall((("system", "Judge."), ("user", "Is it so?")), response=SCHEMA, logprobs=True)
USAGE = {"prompt_tokens": 9, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 4}}


def chunk(content=None, *, finish=None, reasoning=None):
    told = {"content": [{"token": content, "logprob": -0.1, "top_logprobs": []}]} if content else None
    delta = {"content": content, "reasoning_content": reasoning}
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish, "logprobs": told}]}


SO = [chunk('{"so"'), chunk(': "yes"}'), chunk(finish="stop"), {"choices": [], "usage": USAGE}]


class Library:
    """Stands in for xllamacpp: says what it is told to, piece by piece, until it is stopped."""

    def __init__(self, answers, *, fails=False):
        self.answers, self.fails = answers, fails
        self.loaded, self.bodies, self.params = 0, [], None
        self.writing, self.stopped = threading.Event(), threading.Event()
        library = self

        class Server:
            def __init__(self, params):
                library.loaded += 1
                library.params = params
                if library.fails:
                    raise RuntimeError("Failed to init \x1b[31mserver")

            def handle_chat_completions(self, body, take):
                library.bodies.append(body)
                for piece in library.answers(len(library.bodies)):
                    library.writing.set()
                    if take(piece):
                        library.stopped.set()
                        return

        def params():
            some = types.SimpleNamespace
            return some(model=some(), cpuparams=some(), cpuparams_batch=some())

        self.module = types.SimpleNamespace(Server=Server, CommonParams=params)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "qwen2.5-0.5b.gguf"
    path.write_bytes(b"GGUF and more")
    return path


@pytest.fixture
def use(monkeypatch):
    def stand_in(answers, **options):
        library = Library(answers, **options)
        monkeypatch.setitem(sys.modules, "xllamacpp", library.module)
        monkeypatch.setattr("probandum.agent.judges.llm.chat.local_model.find_spec", lambda _: library)
        return library

    return stand_in


def without_end(_):
    while True:
        yield chunk("on ")


def test_an_answer_is_put_together_from_its_pieces(use, file):
    library = use(lambda _: SO)
    model = LocalModel(file)
    reply = asyncio.run(model.complete(CALL))
    assert (model.model, model.local) == ("qwen2.5-0.5b", True)
    assert reply.text == '{"so": "yes"}'
    assert [token.token for token in reply.tokens] == ['{"so"', ': "yes"}']
    assert (reply.usage.prompt_tokens, reply.usage.cached_tokens, reply.usage.completion_tokens) == (9, 4, 3)
    (body,) = library.bodies
    assert body["messages"][0] == {"role": "system", "content": "Judge."}
    assert body["response_format"]["json_schema"]["name"] == "it"


def test_a_file_is_loaded_once_in_a_process_and_one_thing_is_asked_at_a_time(use, file):
    library = use(lambda _: SO)

    async def many():
        return await asyncio.gather(*(LocalModel(file).complete(CALL) for _ in range(5)))

    assert len(asyncio.run(many())) == 5
    assert library.loaded == 1


def test_nobody_else_can_ask_it(use, file):
    library = use(lambda _: SO)
    asyncio.run(LocalModel(file).complete(CALL))
    (place,), (key,) = library.params.hostnames, library.params.api_keys
    assert len(key) > 30
    assert place == "127.0.0.1" or not Path(place).parent.exists()


def test_a_call_that_is_cancelled_stops_the_model(use, file):
    library = use(without_end)

    async def cancelled():
        task = asyncio.create_task(LocalModel(file).complete(CALL))
        await asyncio.to_thread(library.writing.wait, 10)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(cancelled())
    assert library.stopped.wait(10)


def test_an_answer_without_end_is_unavailable_when_its_time_is_over(use, file):
    use(without_end)
    with pytest.raises(JudgeUnavailable, match=r"within 0\.05 s"):
        asyncio.run(LocalModel(file, timeout=0.05).complete(CALL))


def test_a_model_that_is_cut_off_while_it_thinks_gets_more_room(use, file):
    thinking = [chunk(reasoning="On and on"), chunk(finish="length")]
    library = use(lambda asked: thinking if asked == 1 else SO)
    reply = asyncio.run(LocalModel(file, max_output_tokens=100).complete(CALL))
    assert reply.text == '{"so": "yes"}'
    assert [body["max_tokens"] for body in library.bodies] == [100, 400]


@pytest.mark.parametrize(
    ("said", "match"),
    [("request (5030 tokens) exceeds the available context size", "window"), ("no \x1b[2Jtemplate", "does not take")],
)
def test_what_the_library_refuses_is_an_output_error(use, file, said, match):
    use(lambda _: [{"error": {"code": 400, "message": said}}])
    with pytest.raises(JudgeOutputError, match=match) as caught:
        asyncio.run(LocalModel(file).complete(CALL))
    assert str(caught.value).isprintable()


def test_a_file_that_cannot_be_loaded_is_tried_once_and_said_what_to_check(use, file):
    library = use(lambda _: SO, fails=True)

    async def twice():
        return await asyncio.gather(*(LocalModel(file).complete(CALL) for _ in range(2)), return_exceptions=True)

    errors = asyncio.run(twice())
    assert all(isinstance(error, ConfigError) and "memory for it" in str(error) for error in errors)
    assert library.loaded == 1


def test_the_extra_that_is_missing_is_named(monkeypatch, file):
    monkeypatch.setattr("probandum.agent.judges.llm.chat.local_model.find_spec", lambda _: None)
    with pytest.raises(ConfigError, match=r"pip install 'probandum\[local\]'"):
        LocalModel(file)
