"""The folder of a batch as it is written: who may write, what a stop left behind, and rows as they come.

The claims of an answer are written before the answer itself, so that an answer that is there has all its claims. What
a kill left torn or without its answer is taken out when the batch goes on.
"""

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, Self, TypeVar

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from probandum.agent.report import JudgeInfo
from probandum.batch.engines.auditor import AuditedAnswer
from probandum.batch.input.survey import BadLine
from probandum.batch.output.row_files import ANSWERS, CLAIMS
from probandum.batch.output.rows import AnswerOutcome
from probandum.tools.errors import ConfigError, InputError
from probandum.tools.evidence import Frozen

MANIFEST = "batch.json"
BAD_LINES = "bad_lines.jsonl"
_LOCK = ".lock"
_ANOTHER = "give the same options as before, or choose another --out"


class BatchManifest(Frozen):
    """How a batch was begun; who goes on with it has to do it the same way."""

    probandum: str
    """Version."""
    input: str
    """Name of the file that it was begun with."""
    judge: JudgeInfo
    how: Mapping[str, JsonValue]
    """The options, and what else decides what comes out."""


class _Part(BaseModel):
    """The little of a row that tells whether it is whole."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    answer_id: str


class _Answer(_Part):
    key: str
    claims: int
    outcome: AnswerOutcome


class BatchFolder:
    """A folder that one process at a time writes a batch into."""

    def __init__(self, path: Path, begun: BatchManifest) -> None:
        """Name the folder, which is made if need be.

        Args:
            path: of the folder.
            begun: how the batch is run, which has to be as it was begun.
        """
        self.path = path
        self._begun = begun
        self._open = ExitStack()
        self._claims: IO[bytes] | None = None
        self._answers: IO[bytes] | None = None

    def __enter__(self) -> Self:
        """Take the folder.

        Raises:
            InputError: it cannot be written to, or another process does.
            ConfigError: the batch in it was begun in another way.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with ExitStack() as files:
                _hold(files.enter_context((self.path / _LOCK).open("wb")), self.path)
                self._check_begun()
                self._open = files.pop_all()
        except OSError as error:
            raise InputError(
                f"cannot write to {str(self.path)!r}: {error.strerror or error}; choose another --out"
            ) from None
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._open.close()

    def mend(self) -> dict[str, str]:
        """Take out what is not whole, and what failed and may go better; id to key of the answers that stay."""
        answers, claims = self.path / ANSWERS, self.path / CLAIMS
        there = Counter(claim.answer_id for _, claim in _lines(claims, _Part) if claim)
        known: dict[str, str] = {}
        for _, answer in _lines(answers, _Answer):
            whole = answer and answer.outcome is not AnswerOutcome.FAILED and there[answer.answer_id] == answer.claims
            if answer and whole:
                known[answer.answer_id] = answer.key
        # In this order, so that a kill in between leaves answers that lack claims, which the next start takes out.
        _rewrite(claims, _Part, keep=lambda claim: claim.answer_id in known)
        _rewrite(answers, _Answer, keep=lambda answer: known.get(answer.answer_id) == answer.key)
        return known

    def write(self, done: AuditedAnswer) -> None:
        """Append an answer and its claims; `InputError` where that cannot be done."""
        try:
            self._claims = self._claims or self._open.enter_context((self.path / CLAIMS).open("ab"))
            self._answers = self._answers or self._open.enter_context((self.path / ANSWERS).open("ab"))
            for file, lines in ((self._claims, done.claims), (self._answers, done.answer)):
                file.write(lines)
                file.flush()
        except OSError as error:
            raise InputError(f"cannot write to {str(self.path)!r}: {error.strerror}; make room and go on") from None

    def note_bad(self, lines: Iterable[BadLine]) -> None:
        """Write down which lines of the input were passed over."""
        text = "".join(line.model_dump_json() + "\n" for line in lines)
        (self.path / BAD_LINES).write_text(text, encoding="utf-8")

    def _check_begun(self) -> None:
        path = self.path / MANIFEST
        if not path.exists():
            _replace(path, self._begun.model_dump_json(indent=2).encode() + b"\n")
            return
        try:
            before = BatchManifest.model_validate_json(path.read_bytes())
        except ValidationError as error:
            said = error.errors()[0]["msg"]
            raise InputError(f"{str(path)!r} is no beginning of a batch ({said}); choose another --out") from None
        for name, was, now in _differences(before, self._begun):
            raise ConfigError(
                f"the batch in {str(self.path)!r} was begun with {name} {was!r}, and now it is {now!r}; {_ANOTHER}"
            )


Row = TypeVar("Row", bound=_Part)


def _differences(before: BatchManifest, now: BatchManifest) -> Iterable[tuple[str, object, object]]:
    for name in ("kind", "model", "prompts", "calibration"):
        was, is_ = getattr(before.judge, name), getattr(now.judge, name)
        if was != is_:
            yield f"the judge's {name}", was, is_
    for name in sorted(before.how.keys() | now.how.keys()):
        if before.how.get(name) != now.how.get(name):
            yield name, before.how.get(name), now.how.get(name)


def _hold(lock: IO[bytes], folder: Path) -> None:
    """Keep other processes out for as long as this one lives, however it ends."""
    if sys.platform == "win32":
        return
    import fcntl

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise InputError(
            f"another process is writing to {str(folder)!r}; wait for it, or choose another --out"
        ) from None


def _lines(path: Path, kind: type[Row]) -> Iterator[tuple[bytes, Row | None]]:
    """The lines of a file, each with what it holds, which is None for one that is torn."""
    if not path.exists():
        return
    with path.open("rb") as file:
        for line in file:
            try:
                yield line, kind.model_validate_json(line) if line.endswith(b"\n") else None
            except ValidationError:
                yield line, None  # torn by whatever stopped the writing


def _rewrite(path: Path, kind: type[Row], *, keep: Callable[[Row], bool]) -> None:
    """Leave the lines that are to be kept; the file is not touched where those are all."""
    if all(row and keep(row) for _, row in _lines(path, kind)):
        return
    with path.with_suffix(".mended").open("wb") as file:
        file.writelines(line for line, row in _lines(path, kind) if row and keep(row))
        file.flush()
        os.fsync(file.fileno())
    path.with_suffix(".mended").replace(path)


def _replace(path: Path, text: bytes) -> None:
    written = path.with_name(path.name + ".new")
    written.write_bytes(text)
    written.replace(path)
