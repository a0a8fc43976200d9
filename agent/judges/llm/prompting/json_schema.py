"""The forms of a model's answers as JSON schemas: strict, bounded, consistent; what they hold is told elsewhere."""

from collections.abc import Mapping, Sequence
from functools import cache

from pydantic import BaseModel

_DECORATION = frozenset({"title", "default"})


def json_schema(kind: type[BaseModel]) -> dict[str, object]:
    """The JSON schema of ``kind`` as strict endpoints want it: every field required, no others, nothing decorative.

    Texts and lists are bounded: a server that makes a grammar of it then ends what a weak model would write on. An
    endpoint that refuses bounds is sent the form without them; the type checks them itself when the answer is read.
    """
    strict = _strict(_as_it_is(kind), _DECORATION)
    if not isinstance(strict, dict):
        raise TypeError(f"{kind.__name__} has no schema of an object")
    return strict


def keyed(schema: Mapping[str, object], ids: Sequence[str]) -> dict[str, object]:
    """The schema of an object that has one entry of ``schema`` under each id, in this order."""
    defined = schema.get("$defs", {})
    if not isinstance(defined, Mapping):
        raise TypeError("the definitions of a schema are no object")
    entry = {name: part for name, part in schema.items() if name != "$defs"}
    return {
        "type": "object",
        "properties": {id_: {"$ref": "#/$defs/entry"} for id_ in ids},
        "required": [*ids],
        "additionalProperties": False,
        "$defs": {**defined, "entry": entry},
    }


@cache
def _as_it_is(kind: type[BaseModel]) -> Mapping[str, object]:
    return kind.model_json_schema()


def _strict(node: object, dropped: frozenset[str]) -> object:
    if isinstance(node, Sequence) and not isinstance(node, str):
        return [_strict(each, dropped) for each in node]
    if not isinstance(node, Mapping):
        return node
    named = node.get("properties")
    kept = {key: _strict(value, dropped) for key, value in node.items() if key not in dropped}
    if isinstance(named, Mapping):
        # Below "properties" stand names of fields, which may be called "title" or "minimum" themselves.
        kept["properties"] = {name: _strict(value, dropped) for name, value in named.items()}
        kept["required"] = list(named)
        kept["additionalProperties"] = False
        kept.pop("description", None)  # our own notes on the type; those on fields are for the model
    return kept


def narrow(schema: Mapping[str, object], kind: str, **properties: Mapping[str, object]) -> None:
    """Add to properties of one of the types that a schema defines, or to its own where it defines no such type."""
    definitions = schema.get("$defs")
    named = definitions[kind] if isinstance(definitions, Mapping) and kind in definitions else schema
    fields = named["properties"]
    if isinstance(fields, dict):
        for name, added in properties.items():
            kept = {key: value for key, value in fields[name].items() if key != "maxLength" or "enum" not in added}
            fields[name] = {**kept, **added}
