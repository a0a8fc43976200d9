"""What a scripted endpoint can do: it refuses what it cannot, and answers by itself when it is asked what it can."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from probandum.agent.judges.llm.capabilities import probe_name
from probandum.agent.judges.llm.chat.protocol import StructuredMode
from probandum.testing.servers.replies import Reply, content, fault, word

_FITS = content({"wet": True, "why": ["liquid"], "sure": 0.9})
_PROSE = content("Yes, it is, and I am quite sure.")


@dataclass(frozen=True)
class ScriptedCapabilities:
    """The abilities of a scripted endpoint.

    Attributes:
        structured: how it can be held to a form.
        bounds: whether a schema may say how long texts and lists may get, and be one of several.
        logprobs: whether it tells log-probabilities.
        seconds: how long it works on every chat request.
        seconds_per_token: how long it works on every token that it writes, beside that.
        at_once: on how many it works at a time; further ones wait.
    """

    structured: StructuredMode = "tools"
    bounds: bool = True
    logprobs: bool = False
    seconds: float = 0.0
    seconds_per_token: float = 0.0
    at_once: int = 128

    def seconds_for(self, reply: Reply) -> float:
        """How long it works on a request that it answers so."""
        return self.seconds + self.seconds_per_token * reply.completion_tokens

    def refusal(self, body: Mapping[str, Any]) -> Reply | None:
        """The HTTP error for a request that goes beyond what it can do; None where it does not."""
        form = body.get("response_format", {}).get("type")
        allowed = {
            "tools": (None, "json_schema", "json_object"),
            "json_schema": (None, "json_schema", "json_object"),
            "json_object": (None, "json_object"),
            "text": (None,),
        }
        if form not in allowed[self.structured]:
            return fault(400, message=f"response_format {form!r} is not supported")
        if body.get("tools") and self.structured != "tools":
            return fault(400, message="tools are not supported")
        schema = body.get("response_format", {}).get("json_schema", {}).get("schema", {})
        if not self.bounds and ("maxLength" in str(schema) or "anyOf" in schema):
            return fault(400, message="the schema is not an object without bounds")
        if body.get("logprobs") and not self.logprobs:
            return fault(400, message="logprobs are not supported")
        return None

    def probed(self, body: Mapping[str, Any]) -> Reply | None:
        """The answer to a question for its abilities; None for any other."""
        match probe_name(str(body["messages"][0]["content"])):
            case "probe_word":
                return word(0.9)
            case "probe_tool":
                return Reply(calls=(("almanac", '{"query": "tide at noon", "limit": 1}'),))
            case "probe_form":
                return _FITS if body.get("response_format") else _PROSE
        return None
