"""Puts answers into groups by a column: words by themselves, many numbers in ranges; nothing is summed here.

The columns are the input's own, and a few that the audit knows: the turns of the dialogue, the words of context and
response, the claims.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from pydantic import JsonValue

from probandum.batch.output.rows import AnswerRow
from probandum.tools.errors import InputError

NONE = "(none)"
OTHERS = "(others)"
KNOWN: Mapping[str, Callable[[AnswerRow], JsonValue]] = {
    "turns": lambda row: row.turns,
    "context_words": lambda row: row.context_words,
    "response_words": lambda row: row.response_words,
    "claims": lambda row: row.claims,
}
"""Columns that every batch has, by name; an input's own column of the same name goes before."""
_GROUPS = 20
"""Of words; those that fewer answers have go together."""
_SINGLE = 8
"""Numbers up to so many different ones are groups by themselves."""
_RANGES = 5
_FEW = 12
"""Values that a column may have to be taken by itself, where no column was named."""
_COLUMNS = 4
"""As many of these at most."""

Naming = Callable[[AnswerRow], str]


def check_columns(given: Iterable[str], there: Iterable[str]) -> None:
    """Raise `InputError` for a column to group by that is neither there nor known of every answer."""
    found = dict.fromkeys((*there, *KNOWN))
    for name in given:
        if name not in found:
            listed = ", ".join(map(repr, found))
            raise InputError(f"no answer has a column {name!r} to group by; there are {listed}")


class Columns:
    """How often each value of each column comes."""

    def __init__(self, rows: Iterable[AnswerRow]) -> None:
        self._counts: dict[str, Counter[JsonValue]] = {name: Counter() for name in KNOWN}
        answers = 0
        for answers, row in enumerate(rows, start=1):  # noqa: B007 - how many there were is wanted
            for name in {**KNOWN, **row.columns}:
                self._counts.setdefault(name, Counter())[_value(row, name)] += 1
        for counts in self._counts.values():
            lacking = answers - counts.total()
            counts.update({None: lacking} if lacking else {})

    def chosen(self, given: Sequence[str]) -> dict[str, "Grouping"]:
        """How each of the named columns groups; where none is named, those of few values, and the turns.

        Raises `InputError` for a column that no answer has.
        """
        check_columns(given, self._counts)
        return {name: Grouping(name, self._counts[name]) for name in given or self._few()}

    def _few(self) -> list[str]:
        turns = ["turns"] if len(self._counts["turns"]) > 1 else []
        few = [name for name, counts in self._counts.items() if 1 < len(counts) <= _FEW and name not in KNOWN]
        return [*few[:_COLUMNS], *turns]


class Grouping:
    """Which group an answer belongs to by one column.

    Attributes:
        column: its name.
        names: of the groups, in the order in which they are shown.
    """

    def __init__(self, column: str, counts: Mapping[JsonValue, int]) -> None:
        self.column = column
        numbers = _numbers(counts)
        if numbers is None:
            self._name, names = _by_words(counts)
        elif len(numbers) <= _SINGLE:
            self._name, names = _by_numbers(numbers)
        else:
            self._name, names = _by_ranges(numbers)
        self.names = tuple(dict.fromkeys((*names, *([NONE] if counts.get(None) else []))))

    def of(self, row: AnswerRow) -> str:
        """The name of the answer's group."""
        value = _value(row, self.column)
        return NONE if value is None else self._name(value)


def _value(row: AnswerRow, column: str) -> JsonValue:
    """What an answer has in a column; a truth is a word, since Python takes it for a number."""
    known = KNOWN.get(column)
    value = row.columns.get(column, known(row) if known else None)
    return str(value).lower() if isinstance(value, bool) else value


def _numbers(counts: Mapping[JsonValue, int]) -> Counter[float] | None:
    """The values as numbers, as often as they come; None where one of them is none."""
    numbers: Counter[float] = Counter()
    for value, count in counts.items():
        if value is None:
            continue
        number = _number(value)
        if number is None:
            return None
        numbers[number] += count
    return numbers


def _number(value: JsonValue) -> float | None:
    """A number, also where a table has it as text."""
    if not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _by_words(counts: Mapping[JsonValue, int]) -> tuple[Callable[[JsonValue], str], list[str]]:
    words: Counter[str] = Counter()
    for value, count in counts.items():
        if value is not None:
            words[_word(value)] += count
    ranked = sorted(words, key=lambda word: (-words[word], word))
    names = ranked if len(ranked) <= _GROUPS else [*ranked[: _GROUPS - 1], OTHERS]
    alone = frozenset(names)
    return lambda value: _word(value) if _word(value) in alone else OTHERS, names


def _word(value: JsonValue) -> str:
    """How a value is shown; numbers that are equal are counted as one, so they are written as one."""
    return str(int(value) if isinstance(value, float) and value.is_integer() else value) or '""'


def _by_numbers(numbers: Mapping[float, int]) -> tuple[Callable[[JsonValue], str], list[str]]:
    return lambda value: f"{_number(value):g}", [f"{number:g}" for number in sorted(numbers)]


def _by_ranges(numbers: Mapping[float, int]) -> tuple[Callable[[JsonValue], str], list[str]]:
    """Ranges that hold about equally many answers each, named by the least and the greatest number in them."""
    values = np.repeat(list(numbers.keys()), list(numbers.values()))
    cuts = np.unique(np.quantile(values, [step / _RANGES for step in range(1, _RANGES)], method="higher"))
    ranges: dict[int, list[float]] = {}
    for number in numbers:
        ranges.setdefault(int(np.searchsorted(cuts, number, side="left")), []).append(number)
    names = {place: f"{min(held):g} to {max(held):g}" for place, held in sorted(ranges.items())}

    def name(value: JsonValue) -> str:
        return names[int(np.searchsorted(cuts, _number(value) or 0.0, side="left"))]

    return name, list(names.values())
