"""What a scripted chat server may answer: verdicts, claims, searches, and every fault; serving it is elsewhere."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from pydantic import JsonValue

from probandum.agent.taxonomy import ErrorType, Label, NoClaim, Why

_PARTS = {
    "supported": (("the whole", "match"),),
    "contradicted": (("the whole", "conflict"),),
    "absent": (("the whole", "missing"),),
    "partially_supported": (("one half", "match"), ("the other half", "missing")),
}


@dataclass(frozen=True)
class Reply:
    """One answer of the server; the fields follow the chat-completions protocol."""

    content: str | None = None
    """Text as it is; where it is JSON of ours that leaves the form open, see ``fitted``."""
    fitted: bool = False
    """Whether the content is a verdict, a search or claims, to be put in whatever form the request asks for."""
    p_yes: float | None = None
    """The probability that the model gives "yes" where it says whether a claim is fully stated; by default what goes
    with its label."""
    calls: tuple[tuple[str, str], ...] = ()
    """Tool calls, for clients of others that ask for them: name, and arguments as JSON text."""
    finish_reason: str | None = None
    """None stands for ``tool_calls`` where there are calls, else ``stop``."""
    refusal: str | None = None
    prompt_tokens: int = 100
    cached_tokens: int = 0
    completion_tokens: int = 10
    tokens: tuple[tuple[str, Mapping[str, float]], ...] = ()
    """The content token by token, each with log-probabilities of its candidates; empty tells none."""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    """Sent as it is, in place of all of the above but status and headers."""
    transport: Literal["answer", "reset", "hang", "drip"] = "answer"
    """``reset`` closes the connection hard; ``hang`` answers nothing until the server closes; ``drip`` sends one byte
    at a time, so slowly that no client wants to wait for the last."""

    def costing(self, *, prompt: int, completion: int, cached: int = 0) -> "Reply":
        """The same answer with these token counts."""
        return replace(self, prompt_tokens=prompt, completion_tokens=completion, cached_tokens=cached)

    def completion(self, *, number: int, model: str) -> bytes:
        """The body of the HTTP answer."""
        return self.body if self.body is not None else json.dumps(self._completion(number, model)).encode()

    def _completion(self, number: int, model: str) -> dict[str, JsonValue]:
        calls: list[JsonValue] = [
            {"id": f"call-{number}-{place}", "type": "function", "function": {"name": name, "arguments": arguments}}
            for place, (name, arguments) in enumerate(self.calls)
        ]
        message: dict[str, JsonValue] = {"role": "assistant", "content": self.content, "refusal": self.refusal}
        if calls:
            message["tool_calls"] = calls
        return {
            "id": f"chatcmpl-{number}",
            "object": "chat.completion",
            "created": 0,
            "model": model,
            "choices": [
                {
                    "index": 0,
                    "message": message,
                    "finish_reason": self.finish_reason or ("tool_calls" if calls else "stop"),
                    "logprobs": _logprobs(self.tokens) if self.tokens else None,
                }
            ],
            "usage": {
                "prompt_tokens": self.prompt_tokens,
                "completion_tokens": self.completion_tokens,
                "total_tokens": self.prompt_tokens + self.completion_tokens,
                "prompt_tokens_details": {"cached_tokens": self.cached_tokens},
            },
        }


def content(value: JsonValue) -> Reply:
    """An answer with ``value`` as its content: text as it is, anything else as JSON."""
    return Reply(content=value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _logprobs(tokens: Iterable[tuple[str, Mapping[str, float]]]) -> dict[str, JsonValue]:
    listed: list[JsonValue] = []
    for token, candidates in tokens:
        others: list[JsonValue] = [{"token": each, "logprob": p, "bytes": None} for each, p in candidates.items()]
        listed.append({"token": token, "logprob": candidates[token], "bytes": None, "top_logprobs": others})
    return {"content": listed, "refusal": None}


def verdicts(given: Mapping[str, Reply]) -> Reply:
    """Verdicts on several claims as a model writes them together, by claim id."""
    return replace(content({id_: json_of(reply) for id_, reply in given.items()}), fitted=True)


def json_of(reply: Reply) -> JsonValue:
    """The content of an answer that is JSON; an empty object where it has none."""
    value: JsonValue = json.loads(reply.content or "{}")
    return value


def verdict(
    label: Label | str,
    *,
    quotes: Iterable[tuple[str, str]] = (),
    parts: Iterable[tuple[str, str]] = (),
    error_types: Sequence[ErrorType | str] = (),
    detail: str | None = None,
    why: Why | str | None = None,
    correction: str | None = None,
    confidence: float = 0.9,
    p_yes: float | None = None,
) -> Reply:
    """A verdict as a model writes it.

    Args:
        label: any spelling; the judge's own tolerance is part of what is tested.
        quotes: pairs of anything and words; the sentence that has the words is cited, by the number it is shown under.
        parts: pairs of a part of the claim and ``match``, ``conflict`` or ``missing``; by default what fits the label.
        error_types: as in a verdict.
        detail: as in a verdict.
        why: as in a verdict.
        correction: as in a verdict.
        confidence: as in a verdict.
        p_yes: see `Reply`.
    """
    compared = tuple(parts) or _PARTS.get(str(label).casefold(), ())
    written = content(
        {
            "restatement": "What the claim says.",
            "quotes": [{"evidence_id": identity, "text": words} for identity, words in quotes],
            "comparison": [{"part": part, "finding": "Compared.", "status": status} for part, status in compared],
            "decision": "Why the label follows.",
            "explanation": "What is wrong with it, if anything.",
            "error_types": [str(each) for each in error_types],
            "detail": detail,
            "why": None if why is None else str(why),
            "correction": correction,
            "confidence": confidence,
            "label": str(label),
        }
    )
    return replace(written, fitted=True, p_yes=p_yes)


def wants(tool: str, query: str, *, limit: int = 8) -> Reply:
    """A model asking for evidence."""
    call: dict[str, JsonValue] = {"tool": tool, "query": query, "limit": limit}
    return content({"decision": {"reasoning": "More is needed.", "calls": [call]}})


def claims(*sentences: Sequence[str | tuple[str, str]] | NoClaim | str) -> Reply:
    """An extraction as a model writes it: for each sentence in order, its claims, or the reason why it gives none.

    A claim is its text, or a pair of its text and anything. Sentences that the request leaves out for their form are
    left out here, too.
    """
    listed: dict[str, JsonValue] = {f"s{place}": _accounted(given) for place, given in enumerate(sentences, start=1)}
    return replace(content(listed), fitted=True)


def fault(status: int, *, retry_after: float | None = None, message: str = "scripted fault") -> Reply:
    """An HTTP error; ``retry_after`` in seconds, in the header that the client reads to the millisecond."""
    headers = {} if retry_after is None else {"retry-after-ms": f"{retry_after * 1000:.0f}"}
    body = json.dumps({"error": {"message": message, "type": "scripted", "param": None, "code": None}}).encode()
    return Reply(status=status, headers=headers, body=body)


def reset() -> Reply:
    """The connection breaks off without an answer."""
    return Reply(transport="reset")


def hang() -> Reply:
    """No answer until the server closes."""
    return Reply(transport="hang")


def dripping(reply: Reply) -> Reply:
    """The same answer a byte at a time: something arrives all the while, and the whole of it never in time."""
    return replace(reply, transport="drip")


def invalid_json() -> Reply:
    """A body that is no JSON, under a header that says it is."""
    return Reply(body=b'{"choices": [')


def truncated(text: str = '{"restatement": "The claim says th') -> Reply:
    """An answer cut off at the output limit."""
    return Reply(content=text, finish_reason="length")


def refusal(message: str = "I cannot help with that.") -> Reply:
    """The model declines, in the protocol's own field."""
    return Reply(refusal=message)


def filtered() -> Reply:
    """The provider's content filter took the answer away."""
    return Reply(content="", finish_reason="content_filter")


def empty() -> Reply:
    """An answer without a word."""
    return Reply(content="")


def _accounted(given: Sequence[str | tuple[str, str]] | NoClaim | str) -> JsonValue:
    if isinstance(given, str):
        return [str(given)]
    return [claim if isinstance(claim, str) else claim[0] for claim in given]
