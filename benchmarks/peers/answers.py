"""The answers that the contenders are given: made up for the scripted endpoint, or rows of labelled files."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest
from pathlib import Path

from benchmarks.peers.contender import Answer
from probandum.bench.rows import Row, read
from probandum.tools.errors import InputError

FACT = re.compile(r"Gate (\d+) was painted by crew (\d+)\.")
_CLAIMS, _WRONG = 8, 4


def made_up(count: int, *, clear: bool = False) -> Iterator[Answer]:
    """Answers of eight sentences beside some 300 words, which do not carry the fourth and the eighth, unless clear."""
    for number in range(count):
        gates = range(100 * number, 100 * number + _CLAIMS)
        stated = [_fact(gate, wrong=not clear and place % _WRONG == _WRONG - 1) for place, gate in enumerate(gates)]
        filler = [f"Depot {number * 50 + place} keeps {place + 7} spare lamps in a dry room." for place in range(25)]
        yield Answer(
            id=f"made-up-{number}",
            question="Who painted the gates?",
            context=" ".join([*(_fact(gate, wrong=False) for gate in gates), *filler]),
            response=" ".join(stated),
        )


def holds(fact: re.Match[str]) -> bool:
    """Whether a made-up fact is true."""
    return int(fact[2]) == int(fact[1]) + 40


def labelled(files: Sequence[Path], *, each: int) -> Iterator[tuple[Answer, Row]]:
    """Rows of labelled files that have a context, spread evenly over each file, with what people say of them.

    The files take turns, so that a run which is stopped has some of each.

    Raises `InputError` for a row without a context, since no contender could be asked about it.
    """
    rows = ([(path, row) for row in read(path, limit=each)] for path in files)
    for path, row in filter(None, chain.from_iterable(zip_longest(*rows))):
        if not row.context:
            raise InputError(f"{str(path)!r}: row {row.id!r} has no context; choose another file")
        question = row.question or "What does the text say?"
        yield Answer(f"{path.stem} {row.id}", question, row.context, row.text), row


def _fact(gate: int, *, wrong: bool) -> str:
    return f"Gate {gate} was painted by crew {gate + (41 if wrong else 40)}."
