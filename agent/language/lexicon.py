"""The small word lists of our own that the embedded judge works with; they stand in ``lexicon.json``."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _lists() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = json.loads(files(__package__).joinpath("lexicon.json").read_text(encoding="utf-8"))
    return loaded


def word_list(name: str) -> tuple[str, ...]:
    """The words of a list in their order; KeyError where there is no such list."""
    return tuple(_lists()[name].split())


def word_set(name: str) -> frozenset[str]:
    """The words of a list; KeyError where there is no such list."""
    return frozenset(word_list(name))


def word_map(name: str) -> dict[str, Any]:
    """A list that says something of each of its words."""
    return dict(_lists()[name])


def word_pairs(name: str) -> tuple[tuple[str, str], ...]:
    """A list of pairs of words."""
    return tuple((one, other) for one, other in _lists()[name])


def word_groups(name: str) -> tuple[tuple[str, ...], ...]:
    """A list of groups of words."""
    return tuple(tuple(group.split()) for group in _lists()[name])
