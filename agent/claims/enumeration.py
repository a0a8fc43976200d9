"""Takes the list that ends a clause apart, an item a statement: "It covers A, B and C" says three things.

Only where each item alone is meant: not where the list is counted, added up or compared, and not where an item might be
a clause or a part of a name. There is no parser, and wherever the words leave it open the clause stays whole.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from probandum.agent.claims.splitting import has_verb, is_inside
from probandum.agent.language.lexicon import word_set

_SEPARATOR = re.compile(r"(?P<last>,?\s+(?:and|as\s+well\s+as)\s+)|,\s+", re.IGNORECASE)
_TOGETHER = re.compile(
    r"\b(?:between|among|either|neither|respectively|total\w*|combin\w+|together|altogether|sums?|mix\w*|blend|both|versus"
    r"|except|rather|not only|or|each other|one another)\b",
    re.IGNORECASE,
)
_ANCHOR = re.compile(
    r"(?<![\w'-])(?:about|across|after|against|as|at|before|by|during|for|from|in|including|includes?|included|into|like"
    r"|of|on|onto|over|through|to|toward|towards|under|via|with|without|is|are|was|were|be|been|has|have|had|contains?"
    r"|covers?|offers?|provides?|supports?|makes?|uses?|sells?|speaks?|requires?|needs?|wrote|written|won|visited|studied"
    r"|played|produced|released|published|received)\s+(?=\S)|:\s+(?=\S)",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"an?\s+", re.IGNORECASE)
_COPULA = re.compile(r"(?<![\w'-])(?:is|was|became|as)\s+(?=an?\s)", re.IGNORECASE)
_DETERMINED = re.compile(r"(?:an?|the|his|her|its|their|our|your|my|some|many|several|other|\d)\b", re.IGNORECASE)
_DETERMINER = re.compile(r"(?:an?|the|his|her|its|their|our|your|my)\s+", re.IGNORECASE)
_NUMBER = re.compile(r"(?:\d|two|three|four|five|six|seven|eight|nine|ten|dozens|hundreds|thousands)", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_NO_ITEM = frozenset(
    {"which", "who", "that", "where", "when", "including", "such", "especially", "particularly", "also", "then", "not"}
) | word_set("subordinators")
_QUOTED_COMMA = re.compile(r"([,.])([\"”])(?=\s)")
_FEWEST, _MOST = 2, 30
_LONGEST_ITEM = 8
"""Words of an item; a longer one is a clause in disguise."""
_LONGEST = 2_000
"""Characters of a clause that is looked into."""


class Item(NamedTuple):
    """One statement: what it says by itself, and ``[start, end)`` of its own words in the clause."""

    text: str
    start: int
    end: int


class _Stretch(NamedTuple):
    start: int
    end: int


def split_list(clause: str) -> tuple[Item, ...]:
    """The statements of a clause that ends with a list, in its order; the clause alone where it does not."""
    whole = (Item(clause, 0, len(clause)),)
    if len(clause) > _LONGEST or _TOGETHER.search(clause):
        return whole
    text = _QUOTED_COMMA.sub(r"\2\1", clause).rstrip(" .;")
    found = _items(text)
    if not _FEWEST <= len(found) <= _MOST:
        return whole
    first = found[0]
    if (anchor := _anchor(text[first.start : first.end])) is None:
        return whole
    if (copula := _COPULA.search(text, first.start, first.end)) and all(map(_is_bare, found[1:], [text] * len(found))):
        anchor = copula.end() - first.start  # "a campaigner against slavery, author and speaker"
    lead = text[: first.start + anchor]
    items = [_Stretch(first.start + anchor, first.end), *found[1:]]
    words = [text[item.start : item.end] for item in items]
    if (not has_verb(f"{lead} it") and ":" not in lead) or not all(map(_is_item, words)) or _is_one_thing(words):
        return whole
    return tuple(_told(lead, words, items))


def _told(lead: str, words: Sequence[str], items: Sequence[_Stretch]) -> Iterator[Item]:
    article = _ARTICLE.match(words[0])
    for place, (word, item) in enumerate(zip(words, items, strict=True)):
        needs = place and article and not _DETERMINED.match(word) and not word[:1].isupper()
        said = f"{'an' if word[:1].lower() in 'aeiou' else 'a'} {word}" if needs else word
        yield Item(f"{lead}{said}", item.start if place else 0, item.end)


def _items(text: str) -> list[_Stretch]:
    """The stretches between the separators of the last list, the first of them with all that stands before it."""
    joints = [match for match in _SEPARATOR.finditer(text) if not is_inside(text, 0, match.start())]
    last = next((place for place in reversed(range(len(joints))) if joints[place].lastgroup), None)
    if last is None:
        return []
    first = last
    while first and not joints[first - 1].lastgroup and _is_item(text[joints[first - 1].end() : joints[first].start()]):
        first -= 1
    chosen = joints[first : last + 1]
    if last + 1 < len(joints):
        return []
    ends = [*(joint.start() for joint in chosen), len(text)]
    starts = [0, *(joint.end() for joint in chosen)]
    return [_Stretch(start, end) for start, end in zip(starts, ends, strict=True)]


def _anchor(first: str) -> int | None:
    """Where the first item begins in the stretch that it ends; None where no word shows it."""
    ends = [match.end() for match in _ANCHOR.finditer(first) if not is_inside(first, 0, match.start())]
    return ends[-1] if ends else None


def _is_item(text: str) -> bool:
    """Whether a stretch may be an item: a few words without a verb, and not a number alone."""
    words = [word.lower() for word in _WORD.findall(text)]
    plain = text.strip()
    quoted = plain[:1] in '"“«'
    return (
        0 < len(words) <= _LONGEST_ITEM
        and words[0] not in _NO_ITEM
        and not all(word.isdigit() for word in words)
        and (quoted or not has_verb(f"it {plain}"))
    )


def _is_bare(item: _Stretch, text: str) -> bool:
    """Whether it is a noun in the singular without an article, as what somebody is may be told."""
    word = text[item.start : item.end]
    return word[:1].islower() and not _DETERMINED.match(word) and not word.endswith("s")


def _is_one_thing(words: Sequence[str]) -> bool:
    """Whether what looks like items belongs together: "a fast, cheap and reliable service"."""
    first, last = words[0].split(), words[-1].split()
    if len(words) == _FEWEST and len(first) == 1 and first[0][:1].isupper() and len(last) > 1 and last[1][:1].isupper():
        return True  # "Joel and Ethan Coen"
    if _NUMBER.match(words[0]) and not all(_DETERMINED.match(word) for word in words[1:]):
        return True  # "40 men and women"
    counts = [len(_WORD.findall(_DETERMINER.sub("", word))) for word in words]
    return counts[-1] > 1 and all(count == 1 for count in counts[:-1]) and words[0][:1].islower()
