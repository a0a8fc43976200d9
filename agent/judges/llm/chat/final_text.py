"""What a model finally says, without its thinking and without words around the JSON; reading the JSON is elsewhere."""

import json
import re
from collections.abc import Sequence

from probandum.agent.judges.llm.chat.protocol import TokenCandidates

_NAMES = r"think|thinking|thought|thoughts|reasoning|reflection"
_CLOSED = re.compile(rf"<({_NAMES})>.*?</\1>", re.IGNORECASE | re.DOTALL)
_CLOSING = re.compile(rf"</(?:{_NAMES})>", re.IGNORECASE)
_OPENING = re.compile(rf"<(?:{_NAMES})>", re.IGNORECASE)
_CHANNEL = re.compile(r"<\|channel\|>\s*final\b[^<]*<\|message\|>", re.IGNORECASE)
_BRACKETS = re.compile(r"\[THINK\].*?\[/THINK\]", re.DOTALL)
_MOST_STARTS = 40


def final_text(text: str, *, form: bool) -> str:
    """The reply without thinking; empty where the thinking has no end.

    Args:
        text: as the model wrote it.
        form: whether a JSON object is wanted: it is then taken out of a code fence and of words around it.
    """
    said = _after_thinking(text)
    return _json_within(said) if form else said


def final_tokens(tokens: Sequence[TokenCandidates], text: str) -> tuple[TokenCandidates, ...]:
    """The tokens of the final text, those of the thinking before it left out."""
    written = "".join(token.token for token in tokens)
    start = written.rfind(text) if text else -1
    if start <= 0:
        return tuple(tokens)
    at, kept = 0, []
    for token in tokens:
        if at + len(token.token) > start:
            kept.append(token)
        at += len(token.token)
    return tuple(kept)


def _after_thinking(text: str) -> str:
    if channels := [*_CHANNEL.finditer(text)]:
        text = text[channels[-1].end() :].partition("<|")[0]
    text = _BRACKETS.sub("", _CLOSED.sub("", text)) if "<" in text or "[THINK]" in text else text
    if closings := [*_CLOSING.finditer(text)]:
        text = text[closings[-1].end() :]
    opening = _OPENING.search(text)
    if opening and "{" not in text[: opening.start()]:
        return ""
    return text.strip()


def _json_within(text: str) -> str:
    """The JSON object that the text holds, the last whole one; the text itself where there is none."""
    if text.startswith("{") and text.endswith("}"):
        return text
    start, end = text.find("{"), text.rfind("}")
    if not 0 <= start < end:
        return text
    decoder = json.JSONDecoder()
    found = ""
    for _ in range(_MOST_STARTS):
        if start < 0:
            break
        try:
            value, after = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            after = start + 1
        else:
            found = text[start:after] if isinstance(value, dict) and value else found
        start = text.find("{", after)
    return found or text[text.find("{") : end + 1]
