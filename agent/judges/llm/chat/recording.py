"""A model whose answers are written down, and one that answers from what was; the file itself is elsewhere.

The marker of the fence follows from the installation's secret. It is left out of what is written, so that a recording
can be replayed anywhere and gives nothing of the secret away: in questions one word stands for it, and from answers it
is removed, as the judge itself would.
"""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import JsonValue, TypeAdapter

from probandum.agent.judges.llm.chat.protocol import Chat, ChatCall, ChatReply
from probandum.agent.judges.llm.prompting.fence import Fence, find_marker
from probandum.agent.usage import StageUsage
from probandum.tools.errors import ConfigError, JudgeError, JudgeOutputError, JudgeRefused, JudgeUnavailable
from probandum.tools.recording import RecordedRequest, Recorder, Replies

_MARKER = "marker"
_ANSWER = TypeAdapter(ChatReply)
_JUDGE_ERRORS = {kind.__name__: kind for kind in (JudgeUnavailable, JudgeOutputError, JudgeRefused, JudgeError)}


class RecordedChat:
    """A model whose answers and errors are written down.

    Attributes:
        model: as the model itself.
        max_output_tokens: as the model itself.
        local: as the model itself.
    """

    def __init__(self, inner: Chat, recorder: Recorder) -> None:
        self.model = inner.model
        self.max_output_tokens = inner.max_output_tokens
        self.local = inner.local
        self._inner = inner
        self._recorder = recorder

    async def complete(self, call: ChatCall) -> ChatReply:
        """Ask the model, and write down what it says."""
        asked, fence = _asked(self.model, call)
        try:
            answer = await self._inner.complete(call)
        except (JudgeError, ConfigError) as error:
            self._recorder.add("model", asked, _failure(error))
            raise
        written = _unmarked(_ANSWER.dump_python(answer, mode="json"), fence)
        self._recorder.add("model", asked, {"answer": written})
        return answer


class ReplayedChat:
    """A model that answers from a recording and asks nobody.

    Attributes:
        model: the name of the model that was recorded.
        max_output_tokens: as of the model that was recorded.
        local: as of the model that was recorded.
    """

    def __init__(self, replies: Replies, *, model: str, max_output_tokens: int, local: bool = False) -> None:
        self.model = model
        self.max_output_tokens = max_output_tokens
        self.local = local
        self._replies = replies

    async def complete(self, call: ChatCall) -> ChatReply:
        """What the model answered, or its error, when it was recorded; `ReplayError` where this was not asked."""
        asked, _ = _asked(self.model, call)
        reply = self._replies.take("model", asked)
        if "failed" in reply:
            raise _error(reply)
        return _ANSWER.validate_python(reply["answer"])


def _asked(model: str, call: ChatCall) -> tuple[RecordedRequest, Fence | None]:
    """What is asked, free of the fence's marker, and the fence that it stands in."""
    marker = next((found for _, text in call.messages if (found := find_marker(text))), None)
    asked = {"the model's name": model}
    for place, (role, text) in enumerate(call.messages, start=1):
        asked[f"message {place} ({role})"] = text.replace(marker, _MARKER) if marker else text
    if call.response is not None:
        asked["the schema"] = json.dumps([call.response.name, call.response.schema], sort_keys=True)
    how = {
        "the room for the answer": call.max_output_tokens,
        "the temperature": call.temperature,
        "the log-probabilities": call.logprobs or None,
    }
    asked |= {name: str(value) for name, value in how.items() if value is not None}
    return asked, Fence(marker) if marker else None


def _unmarked(value: JsonValue, fence: Fence | None) -> JsonValue:
    if fence is None:
        return value
    if isinstance(value, str):
        return fence.unmarked(value)
    if isinstance(value, list):
        return [_unmarked(each, fence) for each in value]
    if isinstance(value, dict):
        return {fence.unmarked(name): _unmarked(each, fence) for name, each in value.items()}
    return value


def _failure(error: JudgeError | ConfigError) -> dict[str, JsonValue]:
    usage = getattr(error, "usage", None)
    spent = usage.model_dump(mode="json") if isinstance(usage, StageUsage) else None
    return {"failed": type(error).__name__, "message": str(error), "usage": spent}


def _error(reply: Mapping[str, Any]) -> JudgeError | ConfigError:
    kind = _JUDGE_ERRORS.get(reply["failed"])
    if kind is None:
        return ConfigError(reply["message"])
    error = kind(reply["message"])
    error.usage = StageUsage.model_validate(reply["usage"]) if reply["usage"] else None
    return error
