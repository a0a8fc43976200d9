"""Reads the form of an answer that a prompt tells in words back into a JSON schema, as a model would understand it."""

import json
import re
from collections.abc import Iterator
from typing import Any

_PIECE = re.compile(r'\s*("(?:[^"\\]|\\.)*"|\.\.\.|-?\d+(?:\.\d+)?|[a-z]+|[{}\[\]:,|])')
_KINDS = {"number": "number", "null": "null", "true": "boolean", "false": "boolean"}


def told_schema(text: str) -> dict[str, Any]:
    """The schema of the form that ends the text; empty where none does."""
    at = text.find('\n{"')
    if at < 0:
        return {}
    pieces = iter([match[1] for match in _PIECE.finditer(text, at)])
    try:
        return _value(next(pieces), pieces)[0]
    except (StopIteration, ValueError):
        return {}


def _value(piece: str, pieces: Iterator[str]) -> tuple[dict[str, Any], str]:
    """A schema with all its choices, and the piece after it."""
    choices = []
    while True:
        choices.append(_one(piece, pieces))
        after = next(pieces, "")
        if after != "|":
            break
        piece = next(pieces)
    named = [each["const"] for each in choices if "const" in each]
    if named and len(named) == len(choices):
        return {"enum": named}, after
    return (choices[0] if len(choices) == 1 else {"anyOf": choices}), after


def _one(piece: str, pieces: Iterator[str]) -> dict[str, Any]:
    if piece == "{":
        return _object(pieces)
    if piece == "[":
        items, after = _value(next(pieces), pieces)
        while after != "]":
            after = next(pieces)
        return {"type": "array", "items": items}
    if piece in _KINDS:
        return {"type": _KINDS[piece]}
    if piece in ('"..."', "..."):
        return {"type": "string"}
    return {"const": json.loads(piece)}


def _object(pieces: Iterator[str]) -> dict[str, Any]:
    named: dict[str, Any] = {}
    piece = next(pieces)
    while piece != "}":
        if piece != ",":
            next(pieces)  # the colon
            named[json.loads(piece)], piece = _value(next(pieces), pieces)
        else:
            piece = next(pieces)
    return {"type": "object", "properties": named}
