"""Looks through the whole input before anything is audited: what is to be done, what is done, what cannot be read."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from probandum.batch.input.items import BatchItem, FieldMap, parse_item
from probandum.batch.input.records import Position, Record, records
from probandum.intake.columns import at
from probandum.tools.errors import InputError
from probandum.tools.evidence import Frozen, digest

ALL = 2**63


class BadLine(Frozen):
    """A line of the input that holds no answer to audit."""

    line: int
    problem: str


class Chunk(NamedTuple):
    """A stretch of the input with answers to be audited."""

    start: Position
    last: int
    """Number of its last line."""
    items: int
    passed_over: frozenset[int]
    """Lines in it that are done, or bad."""
    again: Mapping[int, int]
    """Lines without an id that say what an earlier one said, and for which time."""


@dataclass(frozen=True)
class Survey:
    """What an input holds."""

    path: Path
    fields: FieldMap
    chunks: tuple[Chunk, ...]
    """What is to be audited."""
    bad: tuple[BadLine, ...]
    done: int
    """Answers that were audited before."""
    read_as: Mapping[str, str]
    """Part of an audit to where it was found, as it is told: ``response`` to ``actual_output``."""
    columns: tuple[str, ...]
    """What the answers can be grouped by, beside what every batch knows of them."""

    @property
    def pending(self) -> int:
        """Answers that are to be audited."""
        return sum(chunk.items for chunk in self.chunks)


def survey(
    path: Path, *, fields: FieldMap, done: Mapping[str, str], chunk: int = ALL, needs_context: bool = False
) -> Survey:
    """Look through an input.

    Args:
        path: the file.
        fields: in which columns it has what.
        done: of the answers that were audited before, id to key.
        chunk: how many answers to be audited go together.
        needs_context: whether an input in which no line has a context is refused.

    Raises:
        InputError: the file cannot be read, a column that was named is in no line, no line holds an answer, or a
            context where one is needed, or an answer that was audited before is not in it any more, or not as it was.
    """
    look = _Look(fields, done)
    chunks: list[Chunk] = []
    growing: _Growing | None = None
    for record in records(path):
        said = look.at(record)
        if said is None and growing is not None:
            growing.passed_over.add(record.place.line)
        if said is not None:
            growing = growing or _Growing(record.place)
            growing.take(said)
            if growing.items == chunk:
                chunks.append(growing.grown())
                growing = None
    if growing is not None:
        chunks.append(growing.grown())
    look.check(path, needs_context=needs_context)
    return Survey(path, fields, tuple(chunks), tuple(look.bad), look.done, look.read_as, tuple(look.columns))


def items(path: Path, chunk: Chunk, *, fields: FieldMap) -> Iterator[BatchItem]:
    """The answers of a chunk, as the survey saw them."""
    for record in records(path, start=chunk.start):
        line = record.place.line
        if line > chunk.last:
            return
        if line not in chunk.passed_over:
            found = parse_item(record.values, line=line, fields=fields)
            yield found.again(chunk.again[line]) if line in chunk.again else found


@dataclass
class _Growing:
    """A chunk that is being gathered."""

    start: Position
    last: int = 0
    items: int = 0
    passed_over: set[int] = field(default_factory=set)
    again: dict[int, int] = field(default_factory=dict)

    def take(self, found: BatchItem) -> None:
        self.last = found.line
        self.items += 1
        if found.nth > 1:
            self.again[found.line] = found.nth

    def grown(self) -> Chunk:
        return Chunk(self.start, self.last, self.items, frozenset(self.passed_over), self.again)


class _Look:
    """What is known while the lines go by; of each line no more than a few bytes."""

    def __init__(self, fields: FieldMap, done: Mapping[str, str]) -> None:
        self.bad: list[BadLine] = []
        self.done = 0
        self.columns: dict[str, None] = {}
        self._fields = fields
        self._missing = dict(fields.renamed)
        self._left = dict(done)
        self._all: dict[str, None] = {}
        self._found: Counter[tuple[str, str]] = Counter()
        self._contexts: Counter[int] = Counter()
        self._seen: dict[str, int] = {}
        """By a short hash of the id: the line of an id that was given, or how often one was made from the content."""

    def at(self, record: Record) -> BatchItem | None:
        """The answer of a line, if it is to be audited."""
        line = record.place.line
        self._missing = {part: c for part, c in self._missing.items() if at(record.values, c) is None}
        self._all |= dict.fromkeys(record.values)
        if record.problem:
            self.bad.append(BadLine(line=line, problem=record.problem))
            return None
        try:
            found = self._distinct(parse_item(record.values, line=line, fields=self._fields))
        except InputError as error:
            self.bad.append(BadLine(line=line, problem=str(error)))
            return None
        self.columns |= dict.fromkeys(found.columns)
        self._found.update(self._fields.columns_in(record.values).items())
        self._contexts[len(found.request.context)] += 1
        return None if self._was_done(found) else found

    @property
    def read_as(self) -> dict[str, str]:
        """Where each part was found, by far the most often first; the context with how many a row has."""
        told: dict[str, list[str]] = {}
        for (part, column), _ in self._found.most_common():
            told.setdefault(part, []).append(column)
        said = {part: " or ".join(told[part]) for part in FieldMap.model_fields if part in told}
        if "context" in said and (counts := [count for count in self._contexts if count]):
            said["context"] += f" ({min(counts)}{f' to {max(counts)}' if len(counts) > 1 else ''} a row)"
        return said

    def check(self, path: Path, *, needs_context: bool) -> None:
        """Raise `InputError` where the input as a whole cannot be what is meant."""
        for part, column in self._missing.items():
            raise InputError(f"no line of {str(path)!r} has a column {column!r}, which --field names as the {part}")
        if not self._seen:
            first = f"; the first, line {self.bad[0].line}: {self.bad[0].problem}" if self.bad else ""
            raise InputError(f"{str(path)!r} holds no answer to audit{first}")
        if needs_context and not any(self._contexts):
            columns = ", ".join(map(repr, list(self._all)[:12]))
            raise InputError(
                f"no line of {str(path)!r} has a context; its columns are {columns}: say which it is with "
                "--field context=COLUMN, or that there is none with --no-context"
            )
        for answer_id in self._left:
            raise InputError(
                f"{len(self._left)} answers that were audited before are not in {str(path)!r}, {answer_id!r} for one; "
                "go on with the same input (lines may be added), or choose another --out"
            )

    def _distinct(self, found: BatchItem) -> BatchItem:
        mark = digest(found.answer_id)[:16]
        before = self._seen.get(mark)
        if found.own_id:
            self._seen.setdefault(mark, found.line)
            if before is not None:
                raise InputError(f"the id {found.answer_id!r} is that of line {before} already")
            return found
        self._seen[mark] = nth = (before or 0) + 1
        return found.again(nth) if nth > 1 else found

    def _was_done(self, found: BatchItem) -> bool:
        key = self._left.pop(found.answer_id, None)
        if key is not None and key != found.key:
            raise InputError(
                f"line {found.line}: the answer {found.answer_id!r} was audited before and has changed since; "
                "choose another --out"
            )
        self.done += key is not None
        return key is not None
