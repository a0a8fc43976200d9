"""A JSON schema as a form that a model reads, for endpoints that take no schema; sending it is elsewhere.

A small model that is shown the schema itself writes the schema back; shown the form, it fills it in.
"""

import json
from collections.abc import Mapping, Sequence

_MOST_CHOICES = 16
_DEEPEST = 12
_KINDS = {"string": '"..."', "integer": "number", "number": "number", "boolean": "true | false", "null": "null"}


def form_words(schema: Mapping[str, object]) -> str:
    """The form, such as ``{"label": "yes" | "no", "cites": [number, ...]}``; bounds are not told."""
    defined = schema.get("$defs")
    return _words(schema, defined if isinstance(defined, Mapping) else {}, 0)


def _words(node: object, defined: Mapping[str, object], depth: int) -> str:
    if not isinstance(node, Mapping) or depth > _DEEPEST:
        return "..."
    if "$ref" in node:
        return _words(defined.get(str(node["$ref"]).rpartition("/")[2]), defined, depth + 1)
    several = node.get("anyOf", node.get("oneOf"))
    if isinstance(several, Sequence):
        return " | ".join(dict.fromkeys(_words(each, defined, depth + 1) for each in several))
    choices = [node["const"]] if "const" in node else node.get("enum")
    if isinstance(choices, Sequence):
        return _choices([json.dumps(each, ensure_ascii=False) for each in choices])
    return _typed(node, defined, depth)


def _typed(node: Mapping[str, object], defined: Mapping[str, object], depth: int) -> str:
    kind, named = node.get("type"), node.get("properties")
    if isinstance(named, Mapping):
        told = (f"{json.dumps(name)}: {_words(each, defined, depth + 1)}" for name, each in named.items())
        return "{" + ", ".join(told) + "}"
    if kind == "array":
        return f"[{_words(node.get('items'), defined, depth + 1)}, ...]"
    return " | ".join(_KINDS.get(str(each), "...") for each in (kind if isinstance(kind, list) else [kind]))


def _choices(told: Sequence[str]) -> str:
    many = len(told) > _MOST_CHOICES
    return " | ".join((*told[: _MOST_CHOICES - 1], "...", told[-1]) if many else told)
