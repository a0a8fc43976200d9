"""A rule for scripted chat servers that fills whatever form is asked for with the smallest values that fit it."""

import json
from collections.abc import Mapping
from typing import Any

from probandum.testing.servers.chat import ChatRequest
from probandum.testing.servers.forms import schema_of
from probandum.testing.servers.replies import Reply


def filling(request: ChatRequest) -> Reply:
    """The smallest answer in the form of the request, or ``ok`` where it names none; with tokens where they are wanted.

    Enumerations give their first value, texts one letter, numbers 1, lists as many entries as they must have.
    """
    schema = schema_of(request.body)
    text = json.dumps(smallest(schema)) if schema else "ok"
    tokens = tuple((letter, {letter: -0.1, "?": -2.5}) for letter in text) if request.body.get("logprobs") else ()
    return Reply(content=text, tokens=tokens)


def smallest(schema: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON value
    """The smallest value that fits a JSON schema without recursion."""
    return _smallest(schema, schema.get("$defs", {}))


def _smallest(schema: Mapping[str, Any], defined: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON value
    if "$ref" in schema:
        return _smallest(defined[schema["$ref"].rpartition("/")[2]], defined)
    if "const" in schema or "enum" in schema:
        return schema["const"] if "const" in schema else schema["enum"][0]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return _smallest(schema[several][0], defined)
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return {name: _smallest(each, defined) for name, each in schema.get("properties", {}).items()}
    if kind == "array":
        return [_smallest(schema.get("items", {}), defined)] * schema.get("minItems", 0)
    return {"string": "a" * max(1, schema.get("minLength", 1)), "boolean": True, "null": None}.get(kind, 1)
