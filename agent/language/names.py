"""Names in a text and the other ways in which the same one may be written; what they stand for is not known here."""

from collections.abc import Container, Sequence
from typing import NamedTuple

from probandum.agent.language.lexicon import word_map
from probandum.agent.language.tokens import Token, stem

_TITLES = frozenset({"mr", "mrs", "ms", "dr", "sir", "prof", "professor", "president"})
_HOMES: dict[str, frozenset[str]] = {}
for _place, _people in word_map("homes").items():
    _group = frozenset(stem(word) for word in (_place, *_people.split()))
    _HOMES |= dict.fromkeys(_group, _group)
"""A country and its people, by the keys of either."""


class Name(NamedTuple):
    """A run of capitalised words; ``[start, end)`` in characters of the text."""

    start: int
    end: int
    keys: tuple[str, ...]
    initials: str
    """Lower case, of all its words."""


def names(text: str, words: Sequence[Token]) -> tuple[Name, ...]:
    """The names of a text in order, given its words; a first word alone does not count, since any sentence has one."""
    found: list[Name] = []
    run: list[Token] = []
    for word in words:
        if run and not (_capitalised(word) and text[run[-1].end : word.start].strip(" -&") == ""):
            found.extend(_name(run, words[0]))
            run = []
        if _capitalised(word) and word.key not in _TITLES:
            run.append(word)
    found.extend(_name(run, words[0]) if run else ())
    return tuple(found)


def known(name: Name, *, keys: Container[str], others: Sequence[Name]) -> bool:
    """Whether a text that has these words and names speaks of it: by surname, short form or initials too."""
    if any(key in keys for key in kin(name.keys[-1])) or all(key in keys for key in name.keys):
        return True
    if len(name.keys) > 1 and name.initials in keys:
        return True
    return len(name.keys) == 1 and any(len(other.keys) > 1 and other.initials == name.keys[0] for other in others)


def kin(key: str) -> frozenset[str]:
    """The keys by which the same country or its people may be called, itself among them."""
    return _HOMES.get(key, frozenset((key,)))


def _capitalised(word: Token) -> bool:
    return word.content and not word.number and word.text[0].isupper()


def _name(run: Sequence[Token], first: Token) -> tuple[Name, ...]:
    if len(run) == 1 and run[0] is first:
        return ()
    keys = tuple(word.key for word in run)
    return (Name(run[0].start, run[-1].end, keys, "".join(word.text[0].lower() for word in run)),)
