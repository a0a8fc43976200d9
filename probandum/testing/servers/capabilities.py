"""What a scripted endpoint can do: it refuses what goes beyond, as real endpoints do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from probandum.testing.servers.replies import Reply, fault

StructuredMode = Literal["json_schema", "json_object", "text"]


@dataclass(frozen=True)
class ScriptedCapabilities:
    """The abilities of a scripted endpoint.

    Attributes:
        structured: how it can be held to a form.
        bounds: whether a schema may say how long texts and lists may get.
        logprobs: whether it takes a request for log-probabilities.
        silent: whether it takes such a request and tells none.
        seconds: how long it works on every chat request.
        seconds_per_token: how long it works on every token that it writes, beside that.
        at_once: on how many it works at a time; further ones wait.
    """

    structured: StructuredMode = "json_schema"
    bounds: bool = True
    logprobs: bool = True
    silent: bool = False
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
            "json_schema": (None, "json_schema", "json_object"),
            "json_object": (None, "json_object"),
            "text": (None,),
        }
        if form not in allowed[self.structured]:
            return fault(400, message=f"response_format {form!r} is not supported")
        schema = body.get("response_format", {}).get("json_schema", {}).get("schema", {})
        if not self.bounds and "maxLength" in str(schema):
            return fault(400, message="the schema must not have maxLength")
        if body.get("logprobs") and not self.logprobs:
            return fault(400, message="logprobs are not supported")
        return None
