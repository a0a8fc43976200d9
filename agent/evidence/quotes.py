"""Finds the words that a judge quotes again in the evidence, by code; what a quote proves is decided elsewhere.

Three looks, each only when the one before found nothing: the words as given; the words after typography, spaces and
hyphenation are evened out (case kept); an alignment in which every number, negation and word of content is the same
and only a letter, an article or punctuation may differ.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, Levenshtein

from probandum.agent.models import Quote
from probandum.tools.evidence import Evidence

MIN_WORDS = 3
MIN_CHARACTERS = 12
FUZZY_SCORE = 95.0
FUZZY_CHARACTERS = 20
FUZZY_LONGEST = 2_000  # alignment takes time in the product of both lengths

Match = Literal["exact", "normalized", "fuzzy"]

_SAME = {
    **dict.fromkeys("“”„‟«»″〝〞", '"'),
    **dict.fromkeys("‘’‚‛′`´", "'"),
    **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
    **dict.fromkeys("‹＜﹤〈《⟨⟪≪⋘", "<"),
    **dict.fromkeys("›＞﹥〉》⟩⟫≫⋙", ">"),
    "…": "...",
}
_WIDE = ("\uff01", "\uff5e")
_LIGATURES = ("\ufb00", "\ufb06")
_RUNS = frozenset(" -")
_LINE_BREAK_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u2010\u00ad][ \t]*\r?\n\s*(?=[^\W\d_])")
_WORD = re.compile(r"\w+(?:[.,:/'’-]\w+)*%?")
_ARTICLES = frozenset({"a", "an", "the", "that"})
_NEGATIONS = frozenset(
    {"no", "not", "nor", "none", "never", "neither", "without", "cannot", "nobody", "nothing", "hardly", "barely"}
)


@dataclass(frozen=True)
class _Even:
    """A text evened out, with the stretch of the original that each of its characters comes from."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]


def locate(quote: str, *, evidence: Iterable[Evidence], evidence_id: str | None = None) -> Quote | None:
    """The place of ``quote`` in the evidence, in the evidence's own words; None where it is not to be found.

    Args:
        quote: what the judge says it read; never used as a pattern.
        evidence: every item that the judge was shown.
        evidence_id: the item that the judge names; its words are looked for there first and elsewhere after.
    """
    wanted = _bare(quote)
    if not wanted:
        return None
    items = sorted(evidence, key=lambda item: item.id != evidence_id)
    for item in items:
        if found := _plain(wanted, item):
            return found
    return next((found for item in items if (found := _fuzzy(wanted, item))), None)


def find(words: str, text: str) -> tuple[int, int, Match] | None:
    """``[start, end)`` of ``words`` in ``text`` and how they were found; None where they were not.

    Numbers and words are never cut: "by 5" does not stand in "by 50".
    """
    if (start := _whole(words, text)) is not None:
        return start, start + len(words), "exact"
    for hyphen in ("", "-"):
        evened = _even(text, hyphen)
        needle = _even(words, hyphen).text.strip()
        start = _whole(needle, evened.text) if needle else None
        if start is not None:
            return evened.starts[start], evened.ends[start + len(needle) - 1], "normalized"
    return None


def align(words: str, text: str) -> tuple[int, int] | None:
    """``[start, end)`` of the stretch of ``text`` that says ``words`` but for a letter, an article or punctuation."""
    if not FUZZY_CHARACTERS <= len(words) <= FUZZY_LONGEST:
        return None
    needle, hay = _even(words, ""), _even(text, "")
    found = fuzz.partial_ratio_alignment(needle.text, hay.text, score_cutoff=FUZZY_SCORE - 5)
    if found is None or found.dest_end <= found.dest_start or len(hay.text) < len(needle.text) // 2:
        return None
    start, end = _snapped(hay.text, found.dest_start, found.dest_end)
    piece = hay.text[start:end]
    if fuzz.ratio(needle.text, piece) < FUZZY_SCORE or not _says_the_same(needle.text, piece):
        return None
    return hay.starts[start], hay.ends[end - 1]


def _plain(wanted: str, item: Evidence) -> Quote | None:
    found = find(wanted, item.text)
    if found is None or (_too_short(wanted) and not _too_short(item.text)):
        return None
    return _quote(item, found[0], found[1], found[2])


def _fuzzy(wanted: str, item: Evidence) -> Quote | None:
    found = None if _too_short(wanted) else align(wanted, item.text)
    return _quote(item, *found, "fuzzy") if found else None


def _quote(item: Evidence, start: int, end: int, match: Match) -> Quote:
    return Quote(evidence_id=item.id, text=item.text[start:end], start=start, end=end, match=match)


def _bare(quote: str) -> str:
    bare = quote.strip()
    if len(bare) > 1 and all(_SAME.get(edge, edge) == '"' for edge in (bare[0], bare[-1])):
        bare = bare[1:-1].strip()
    return bare.removeprefix("...").removeprefix("…").removesuffix("...").removesuffix("…").strip()


def _too_short(words: str) -> bool:
    return len(words.split()) < MIN_WORDS and len(words.strip()) < MIN_CHARACTERS


def _whole(words: str, text: str) -> int | None:
    start = text.find(words)
    while start >= 0:
        if not (_cut(text, start) or _cut(text, start + len(words))):
            return start
        start = text.find(words, start + 1)
    return None


def _cut(text: str, at: int) -> bool:
    """Whether a boundary at ``at`` would go through a word or a number."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if _letter(before) and _letter(after):
        return True
    if before.isdigit() and after in ".,":
        return text[at + 1 : at + 2].isdigit()
    return before in ".," and after.isdigit() and text[at - 2 : at - 1].isdigit()


def _letter(character: str) -> bool:
    # Scripts without case mostly write no spaces between words, so that any boundary may be right there.
    return character.isdigit() or character.lower() != character.upper()


@lru_cache(maxsize=128)
def _even(text: str, hyphen: str) -> _Even:
    """Kept for the passages seen last: all claims of an audit are quoted from the same ones."""
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end, piece in _pieces(text, hyphen):
        for character in piece:
            if characters and character in _RUNS and characters[-1] == character:
                ends[-1] = end
                continue
            characters.append(character)
            starts.append(start)
            ends.append(end)
    return _Even("".join(characters), tuple(starts), tuple(ends))


def _pieces(text: str, hyphen: str) -> Iterator[tuple[int, int, str]]:
    breaks = {match.start(): match.end() for match in _LINE_BREAK_HYPHEN.finditer(text)}
    at = 0
    while at < len(text):
        end = breaks.get(at, at + 1)
        if at in breaks:
            yield at, end, hyphen
        else:
            while end < len(text) and unicodedata.combining(text[end]):
                end += 1
            yield at, end, _evened(text[at:end])
        at = end


def _evened(cluster: str) -> str:
    first = cluster[0]
    if first.isspace():
        return " "
    if first in _SAME:
        return _SAME[first]
    if unicodedata.category(first) == "Cf":  # soft hyphens, zero-width spaces and joiners
        return ""
    if _WIDE[0] <= first <= _WIDE[1] or _LIGATURES[0] <= first <= _LIGATURES[1]:
        return unicodedata.normalize("NFKC", cluster)
    return unicodedata.normalize("NFC", cluster) if len(cluster) > 1 else cluster


def _snapped(text: str, start: int, end: int) -> tuple[int, int]:
    while _cut(text, start):
        start -= 1
    while _cut(text, end):
        end += 1
    while start < end and text[start] == " ":
        start += 1
    while end > start and text[end - 1] == " ":
        end -= 1
    return start, end


def _says_the_same(one: str, other: str) -> bool:
    ours, theirs = _WORD.findall(one.casefold()), _WORD.findall(other.casefold())
    changes = Levenshtein.opcodes(ours, theirs)
    return all(
        change.tag == "equal"
        or _harmless(ours[change.src_start : change.src_end], theirs[change.dest_start : change.dest_end])
        for change in changes
    )


def _harmless(ours: list[str], theirs: list[str]) -> bool:
    left = [word for word in ours if word not in _ARTICLES]
    right = [word for word in theirs if word not in _ARTICLES]
    return len(left) == len(right) and all(map(_slip, left, right))


def _slip(one: str, other: str) -> bool:
    """Whether two words are one word with a slip of the pen: never a number, a negation or a short word."""
    if one == other:
        return True
    if any(c.isdigit() for c in one + other) or {one, other} & _NEGATIONS or "n't" in one + other:
        return False
    return min(len(one), len(other)) >= 6 and OSA.distance(one, other) == 1 and one[:2] == other[:2]  # noqa: PLR2004
