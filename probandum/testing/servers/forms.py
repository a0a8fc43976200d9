"""Puts a scripted reply in the form that a request asks for, as a model would; what it says is decided elsewhere."""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from probandum.testing.servers.replies import Reply
from probandum.testing.servers.told_forms import told_schema

_LINE = re.compile(r"^\[(\d+)\] (.*)$", re.MULTILINE)
_FENCED = re.compile(r"<<<begin (?:further )?evidence (\w+)>>>\n(.*?)\n<<<end (?:further )?evidence \1>>>", re.DOTALL)
_TOKEN = re.compile(r'"[a-z_]+":|"|[^"]+')
_CERTAIN = 0.95


def fit(reply: Reply, body: Mapping[str, Any], *, silent: bool = False) -> Reply:
    """The reply with its content in the form of the request, and its tokens where they are wanted."""
    if not reply.fitted or reply.content is None:
        return reply
    properties = _properties(schema_of(body))
    written = json.loads(reply.content)
    if "label" in written:
        fitted = _look(written, properties, body)
    else:
        fitted = {
            key: _look(each, properties.get(key, {}), body) if isinstance(each, dict) else each
            for key, each in written.items()
            if not properties or key in properties
        }
    text = json.dumps({"decision": fitted} if "decision" in properties else fitted, ensure_ascii=False)
    tokens = tuple(_tokens(text, reply.p_yes)) if body.get("logprobs") and not silent else ()
    return replace(reply, content=text, fitted=False, tokens=tokens)


def sentences(body: Mapping[str, Any]) -> dict[int, str]:
    """The numbered sentences that a request shows, by their numbers."""
    whole = "\n".join(str(message["content"]) for message in body["messages"][1:])
    shown = "\n".join(inside for _, inside in _FENCED.findall(whole))
    return {int(number): sentence for number, sentence in _LINE.findall(shown)}


def _look(written: Mapping[str, Any], properties: object, body: Mapping[str, Any]) -> dict[str, Any]:
    """A verdict with the fields that the form has; all of them where none is told."""
    stated = "yes" if str(written.get("label")).casefold() == "supported" else "no"
    cites = [_cited(str(quote["text"]), body) for quote in written.get("quotes", ())]
    whole = {**written, "cites": list(dict.fromkeys(cites)), "fully_stated": written.get("fully_stated", stated)}
    whole.pop("quotes", None)
    brief = isinstance(properties, Mapping) and "label" in properties and "restatement" not in properties
    names = properties if brief and isinstance(properties, Mapping) else _ORDER
    return {name: whole[name] for name in names if name in whole}


_ORDER = (
    "restatement",
    "cites",
    "comparison",
    "decision",
    "explanation",
    "fully_stated",
    "label",
    "error_types",
    "detail",
    "why",
    "correction",
    "confidence",
)


def _cited(words: str, body: Mapping[str, Any]) -> int:
    """The number of the sentence that has the words; one that no sentence has where none does."""
    wanted = " ".join(words.split()).rstrip(".")
    shown = sentences(body)
    return next((number for number, sentence in shown.items() if wanted in sentence or sentence in wanted), 999_999)


def schema_of(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of the answer, out of the request or out of the words that tell it."""
    told = body.get("response_format", {}).get("json_schema", {}).get("schema")
    if isinstance(told, dict):
        return told
    return told_schema(str(body["messages"][-1]["content"]))


def _properties(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The properties of the form, those of its entries with their references followed."""
    defined = schema.get("$defs", {})
    named = schema.get("properties", {})
    followed = {}
    for key, each in named.items():
        reference = each.get("$ref", "") if isinstance(each, dict) else ""
        target = defined.get(reference.rpartition("/")[2], {}) if reference else {}
        followed[key] = target.get("properties", each) if reference else each
    return followed


def _tokens(text: str, p_yes: float | None) -> Iterator[tuple[str, dict[str, float]]]:
    """The text in pieces, so that the word after ``fully_stated`` is a token of its own."""
    after = False
    for piece in _pieces(text):
        if after and piece in ("yes", "no"):
            p = p_yes if p_yes is not None else (_CERTAIN if piece == "yes" else 1 - _CERTAIN)
            yield piece, {"yes": math.log(max(p, 1e-9)), "no": math.log(max(1 - p, 1e-9))}
            after = False
            continue
        after = after or piece == '"fully_stated":'
        yield piece, {piece: 0.0}


def _pieces(text: str) -> Sequence[str]:
    return _TOKEN.findall(text)
