"""Models that are no OpenAI endpoint: LangChain's own objects, the clients of providers, a file in this process."""

import asyncio
import gc
import json
from http.server import BaseHTTPRequestHandler

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel, GenericFakeChatModel
from langchain_core.messages import AIMessage

from probandum import audit
from probandum.agent.judges.llm.chat.langchain_model import LangChainModel, named_model
from probandum.agent.judges.llm.chat.local_model import LocalModel
from probandum.agent.judges.llm.chat.protocol import ChatCall, ResponseSchema
from probandum.agent.taxonomy import Label
from probandum.local_models import kept_models, model_path, remove_model
from probandum.testing.servers.loopback import Loopback
from probandum.tools.errors import ConfigError, InputError, JudgeUnavailable

SCHEMA = ResponseSchema("it", {"type": "object", "properties": {"so": {"type": "string"}}})
CALL = ChatCall((("system", "Judge."), ("user", "What all share."), ("user", "Is it so?")), response=SCHEMA)
SO = '{"so": "yes"}'

# The clients of providers leave their connections to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed", "ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(autouse=True)
def nothing_is_left_for_other_tests():
    yield
    gc.collect()


class Provider(Loopback):
    """Answers every request alike, and keeps what it was asked."""

    def __init__(self, answer, status=200):
        self.asked, self.said, self.status = [], answer, status
        super().__init__(Handler)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        owner = self.server.owner
        owner.asked.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
        body = json.dumps(owner.said).encode()
        self.send_response(owner.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def test_a_chat_model_of_langchain_may_be_the_judge(monkeypatch, tmp_path):
    monkeypatch.setenv("PROBANDUM_HOME", str(tmp_path))
    verdict = {"fully_stated": "yes", "cites": [1], "label": "supported", "error_types": []}
    model = FakeListChatModel(responses=[json.dumps({"s1": ["The mill is old."]}), json.dumps(verdict)])
    report = audit("The mill is old.", context=["The mill is old and red."], judge=model)
    assert [claim.verdict.label for claim in report.claims] == [Label.SUPPORTED]
    assert report.judge.kind == "llm"


def test_usage_and_thinking_are_read_whoever_answers():
    usage = {"input_tokens": 9, "output_tokens": 3, "total_tokens": 12}
    said = AIMessage(content=[{"type": "text", "text": f"<think>hm</think>{SO}"}], usage_metadata=usage)
    reply = asyncio.run(LangChainModel(GenericFakeChatModel(messages=iter([said]))).complete(CALL))
    assert (reply.text, reply.usage.prompt_tokens, reply.usage.completion_tokens) == (SO, 9, 3)


def test_the_client_of_anthropic_is_asked_with_what_is_shared_marked_for_its_cache(monkeypatch):
    answer = {
        "id": "m", "type": "message", "role": "assistant", "model": "claude", "stop_reason": "end_turn",
        "content": [{"type": "text", "text": SO}], "usage": {"input_tokens": 5, "output_tokens": 2},
    }  # fmt: skip
    with Provider(answer) as server:
        monkeypatch.setenv("ANTHROPIC_API_KEY", "none")
        monkeypatch.setenv("ANTHROPIC_API_URL", server.address)
        model = named_model("anthropic", "claude-3-5-haiku-latest", max_output_tokens=99, timeout=9)
        reply = asyncio.run(model.complete(CALL))
        ((_, asked),) = server.asked
    assert reply.text == SO
    assert "'cache_control': {'type': 'ephemeral'}" in str(asked["messages"])
    assert "What all share." in str(asked["messages"][0]["content"])


def test_the_client_of_ollama_is_asked(monkeypatch):
    answer = {"model": "m", "created_at": "2026-01-01T00:00:00Z", "message": {"role": "assistant", "content": SO}}
    with Provider({**answer, "done": True, "done_reason": "stop"}) as server:
        from langchain_ollama import ChatOllama

        model = LangChainModel(ChatOllama(model="m", base_url=server.address, disable_streaming=True))
        reply = asyncio.run(model.complete(CALL))
    assert reply.text == SO


def test_the_client_of_google_is_asked(monkeypatch):
    answer = {"candidates": [{"content": {"role": "model", "parts": [{"text": SO}]}, "finishReason": "STOP"}]}
    with Provider(answer) as server:
        from langchain_google_genai import ChatGoogleGenerativeAI

        model = ChatGoogleGenerativeAI(model="gemini-2.5-flash", google_api_key="none", base_url=server.address)

        async def asked():
            try:
                return await LangChainModel(model).complete(CALL)
            finally:
                await model.client.aio.aclose()

        reply = asyncio.run(asked())
    assert reply.text == SO


def test_a_provider_s_own_errors_become_ours(monkeypatch):
    refused = {"type": "error", "error": {"type": "authentication_error", "message": "invalid x-api-key"}}
    with Provider(refused, status=401) as server:
        monkeypatch.setenv("ANTHROPIC_API_KEY", "none")
        monkeypatch.setenv("ANTHROPIC_API_URL", server.address)
        model = named_model("anthropic", "claude-3-5-haiku-latest", max_output_tokens=99, timeout=9)
        with pytest.raises(ConfigError, match="does not accept the key"):
            asyncio.run(model.complete(CALL))
    gone = LangChainModel(type("Down", (FakeListChatModel,), {"_call": _down})(responses=["x"]))
    with pytest.raises(JudgeUnavailable):
        asyncio.run(gone.complete(CALL))


def _down(*_, **__):
    raise OSError("the network is down")


def test_a_package_that_is_missing_is_named():
    with pytest.raises(ConfigError, match=r"langchain-mistralai|langchain_mistralai"):
        named_model("mistralai", "mistral-small", max_output_tokens=9, timeout=9)


def test_a_file_that_is_no_model_is_refused_before_anything_is_loaded(tmp_path):
    (tmp_path / "a.gguf").write_bytes(b"not one")
    with pytest.raises(ConfigError, match="no GGUF"):
        LocalModel(tmp_path / "a.gguf")
    with pytest.raises(ConfigError, match="cannot be read"):
        LocalModel(tmp_path / "b.gguf")


def test_models_are_found_by_name_listed_and_removed(tmp_path):
    file = tmp_path / "models" / "tiny.gguf"
    file.parent.mkdir()
    file.write_bytes(b"GGUF")
    assert model_path("tiny", tmp_path) == model_path(str(file), tmp_path) == file
    assert kept_models(tmp_path) == (file,)
    with pytest.raises(ConfigError, match="models there: tiny"):
        model_path("large", tmp_path)
    with pytest.raises(ConfigError, match="names no file"):
        model_path("hf:owner/repository", tmp_path)
    assert remove_model("tiny", tmp_path) == file
    with pytest.raises(InputError, match="no model"):
        remove_model("tiny", tmp_path)
