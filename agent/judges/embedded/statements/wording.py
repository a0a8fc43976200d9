"""The little words that turn, widen, weaken or narrow what a sentence says; the table is ``wording.json``."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

_BOUNDARY = re.compile(r",\s|[()\[\]:]\s?|\s[–—-]\s|\sbut\s|\swhile\s|\swhereas\s|\salthough\s")
_N_T = re.compile(r"(?<=\w)n['’]t\b")


class Wording(NamedTuple):
    """What of each sort a text has, as it stands; empty where it has none."""

    negations: tuple[str, ...]
    universal: tuple[str, ...]
    modal: tuple[str, ...]
    plan: tuple[str, ...]
    tentative: tuple[str, ...]
    limiting: tuple[str, ...]
    condition: tuple[str, ...]
    superlative: tuple[str, ...]
    ranking: tuple[str, ...]
    """What makes a superlative less than the most of all."""
    cause: tuple[str, ...]
    together: tuple[str, ...]
    """What tells a total."""
    apart: tuple[str, ...]
    """What tells a difference."""

    @property
    def denies(self) -> bool:
        """Whether it denies what it would say without its negations: two of them take each other back."""
        return len(self.negations) % 2 == 1


def wording(text: str, *, without: Sequence[tuple[int, int]] = ()) -> Wording:
    """The words of each sort in a text, in order.

    Args:
        text: a claim, or a part of a sentence.
        without: spans that are left out, such as those of values, since "May" is a month and "at most" a bound there.
    """
    for start, end in without:
        text = text[:start] + " " * (end - start) + text[end:]
    plain = _N_T.sub(" n't", text)
    return Wording(*(tuple(match.group() for match in pattern.finditer(plain)) for pattern in _patterns()))


def densest(told: Sequence[tuple[int, str]]) -> list[int]:
    """The shortest run of places, in order, that has every word once at least: what else repeats a word is left out."""
    wanted = len({word for _, word in told})
    counts: Counter[str] = Counter()
    best, first = (0, len(told)), 0
    for last, (_, word) in enumerate(told):
        counts[word] += 1
        while counts[told[first][1]] > 1:
            counts[told[first][1]] -= 1
            first += 1
        if len(counts) == wanted and told[last][0] - told[first][0] < told[best[1] - 1][0] - told[best[0]][0]:
            best = (first, last + 1)
    return [place for place, _ in told[slice(*best)]]


def stretch_around(text: str, places: Sequence[int]) -> tuple[int, int]:
    """``[start, end)`` of the part of a sentence that holds certain places, out to the commas and the like around."""
    if not places:
        return 0, len(text)
    cuts = [match.span() for match in _BOUNDARY.finditer(text)]
    start = max((end for _, end in cuts if end <= min(places)), default=0)
    end = min((begin for begin, _ in cuts if begin > max(places)), default=len(text))
    return start, end


def condition_after(text: str, last: int, end: int) -> int:
    """Behind the word that opens a condition between two places, since its words do not say what holds; or the end."""
    found = _patterns()[Wording._fields.index("condition")].search(text, last, end)
    return found.end() if found else end


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    table = json.loads(files(__package__).joinpath("wording.json").read_text(encoding="utf-8"))
    order = (
        "negation",
        "universal",
        "modal",
        "plan",
        "tentative",
        "limiting",
        "condition",
        "superlative",
        "ranking",
        "cause",
        "together",
        "apart",
    )
    return tuple(re.compile(rf"(?<![\w-])(?:{table[name]})(?![\w-])", re.IGNORECASE) for name in order)
