"""What the words of labelled files mean in Probandum's own; the table is ``meanings.json``, and nothing here measures.

Three things are told apart: labels; error types that are labels in disguise (what conflicts with the context, what is
not in it); and error types that are one of ours and no other. Words that are none of these are null or left out.
"""

import json
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files

from probandum.agent.taxonomy import Label
from probandum.tools.evidence import Frozen


class LabelMeanings(Frozen):
    """All by data set, then by its own word."""

    labels: Mapping[str, Mapping[str, Label]]
    """A file whose labels do not tell absent from contradicted has both as absent."""
    disguised: Mapping[str, Mapping[str, Label]]
    types: Mapping[str, Mapping[str, str | None]]
    """An error type, or ``other:DETAIL``; None where a word has no one type of ours."""


@cache
def label_meanings() -> LabelMeanings:
    """The table."""
    text = files("probandum.bench").joinpath("meanings.json").read_text(encoding="utf-8")
    return LabelMeanings.model_validate(json.loads(text))


def label_of(dataset: str | None, given: str | None) -> Label | None:
    """The label that people gave; None where the file's are not known here."""
    return label_meanings().labels.get(dataset or "", {}).get(given or "")


def to_dataset_label(dataset: str | None, found: Label) -> Label:
    """A judge's label among those that the people of a data set could choose from."""
    choices = set(label_meanings().labels.get(dataset or "", {}).values())
    if found in choices:
        return found
    if found is Label.PARTIALLY_SUPPORTED and Label.ABSENT not in choices:
        return Label.CONTRADICTED
    return Label.ABSENT if Label.ABSENT in choices else found


def label_of_error_types(dataset: str | None, types: Collection[str]) -> Label | None:
    """The one label that the error types of a row stand for; None where they stand for none or for several."""
    known = label_meanings().disguised.get(dataset or "", {})
    found = {known.get(word) for word in types}
    return found.pop() if len(found) == 1 else None


def error_types_of(dataset: str | None, types: Collection[str]) -> frozenset[str]:
    """The error types of ours that a row's own stand for; empty where any of them has none of ours."""
    known = label_meanings().types.get(dataset or "", {})
    found = {known.get(word) for word in types}
    return frozenset() if None in found else frozenset(each for each in found if each)
