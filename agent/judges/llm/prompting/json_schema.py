"""The forms of a model's answers as JSON schemas: strict, bounded, consistent; what they hold is told elsewhere."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from pydantic import BaseModel

from probandum.agent.judges.llm.replies.schema import DirectWritten, VerdictWritten
from probandum.agent.taxonomy import Label
from probandum.tools.source import SearchArguments

_DECORATION = frozenset({"title", "default"})
_BOUNDS = frozenset({"minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum"})
_VERDICTS = (VerdictWritten, DirectWritten)


def json_schema(kind: type[BaseModel], *, bounded: bool) -> dict[str, object]:
    """The JSON schema of ``kind`` as strict endpoints want it: every field required, no others, nothing decorative.

    Args:
        kind: the type; it checks the bounds itself when the answer is read.
        bounded: whether the schema names them too. A server that turns it into a grammar should know them, or a weak
            model writes on until it is cut off; OpenAI's own endpoint refuses a schema that has some of them.
    """
    strict = _strict(_as_it_is(kind), _DECORATION if bounded else _DECORATION | _BOUNDS)
    if not isinstance(strict, dict):
        raise TypeError(f"{kind.__name__} has no schema of an object")
    return strict


def label_consistent(schema: Mapping[str, object], kind: type[BaseModel]) -> dict[str, object]:
    """The schema of ``kind`` in which what a verdict says after its label fits the label.

    A server that makes a grammar of it then leaves the model no way to name errors of a supported claim, none of a
    contradicted one, or no reason for one that cannot be evaluated, each of which would have to be asked for again.
    """
    definitions = schema.get("$defs", {})
    if not isinstance(definitions, Mapping):
        raise TypeError(f"{kind.__name__} has no definitions")
    names = [verdict.__name__ for verdict in _VERDICTS]
    defined = {name: _by_label(node) if name in names else node for name, node in definitions.items()}
    if kind.__name__ not in names:
        return {**schema, "$defs": defined}
    return {**_by_label({name: part for name, part in schema.items() if name != "$defs"}), "$defs": defined}


@cache
def _as_it_is(kind: type[BaseModel]) -> Mapping[str, object]:
    return kind.model_json_schema()


def tool_schema(name: str, description: str) -> dict[str, object]:
    """A source as a function that a model may call."""
    parameters = json_schema(SearchArguments, bounded=False)
    function = {"name": name, "description": description, "parameters": parameters, "strict": True}
    return {"type": "function", "function": function}


def _by_label(verdict: Mapping[str, object]) -> dict[str, object]:
    return {"anyOf": list(_variants(verdict))}


def _variants(verdict: Mapping[str, object]) -> Iterator[dict[str, object]]:
    fields = verdict["properties"]
    if not isinstance(fields, Mapping):
        raise TypeError("a verdict has no fields")
    null: dict[str, object] = {"type": "null"}
    types, no_types = {**fields["error_types"], "minItems": 1}, {**fields["error_types"], "maxItems": 0}
    why = next(each for each in fields["why"]["anyOf"] if each != null)
    left_out = {"error_types": no_types, "detail": null, "why": null, "correction": null}
    by_labels: Mapping[tuple[Label, ...], Mapping[str, object]] = {
        (Label.SUPPORTED,): left_out,
        (Label.CONTRADICTED, Label.PARTIALLY_SUPPORTED): {"error_types": types, "why": null},
        (Label.ABSENT,): {"why": null, "correction": null},
        (Label.UNEVALUATABLE,): {**left_out, "why": why},
    }
    for labels, changed in by_labels.items():
        label = {"type": "string", "enum": [each.value for each in labels]}
        yield {**verdict, "properties": {**fields, "label": label, **changed}}


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
