"""Reads two outputs of ``bench`` or ``batch`` and pairs what is in both; what follows from the pairs is elsewhere."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from probandum.agent.taxonomy import Label
from probandum.bench.audited_rows import AuditedRow, FoundClaim, read_rows
from probandum.bench.results import FileResult
from probandum.bench.table import Bench
from probandum.tools.errors import InputError
from probandum.tools.evidence import Frozen

_Line = TypeVar("_Line", bound=BaseModel)


class Claim(Frozen):
    """A judged claim."""

    text: str
    label: Label
    error_types: tuple[str, ...] = ()


class Unit(Frozen):
    """A labelled row, or an answer: what is drawn anew in a bootstrap."""

    id: str
    group: str
    """The file of a row; all answers of a batch are one group."""
    text: str
    """What was audited: pairs with the same text are of the same answers."""
    hallucinated: bool | None = None
    """What people say; None for answers."""
    called: bool | None = None
    """Whether the judge calls a row hallucinated, or a claim of an answer not supported; None where none is judged."""
    risk: float | None = None
    rate: float | None = None
    """Share of an answer's claims that are not supported."""
    claims: Mapping[str, Claim] = {}
    """By id."""


class Side(Frozen):
    """One of the two outputs."""

    name: str
    kind: Literal["bench", "batch"]
    judge: str
    units: Mapping[str, Unit]
    """By id, the group included."""


class Paired(Frozen):
    """What is in both outputs."""

    a: Side
    b: Side
    pairs: tuple[tuple[Unit, Unit], ...]
    same_answers: bool
    """Whether the pairs are of the same texts, so that their claims can be paired, too."""


class _AnswerLine(BaseModel):
    """What is read of a line of ``answers.jsonl``."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    answer_id: str
    response: str
    judge: str
    hallucination_rate: float | None = None
    risk: float | None = None
    unsupported: int = 0
    judged: int = 0


class _ClaimLine(BaseModel):
    """What is read of a line of ``claims.jsonl``."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    answer_id: str
    claim_id: str
    text: str
    label: Label | None = None
    error_types: tuple[str, ...] = ()
    detail: str | None = None


def side(path: Path) -> Side:
    """The output in a folder, or beside its ``bench.json`` or ``answers.jsonl``; `InputError` where there is none."""
    folder = path if path.is_dir() else path.parent
    if (folder / "rows.jsonl").is_file() and (folder / "bench.json").is_file():
        return _bench(path, folder)
    if (folder / "answers.jsonl").is_file():
        return _batch(path, folder)
    hint = "give a folder that 'probandum bench --out' or 'probandum batch --out' wrote"
    raise InputError(f"{str(path)!r} holds no output to compare: {hint}")


def paired(a: Side, b: Side, *, across_judges: bool = False) -> Paired:
    """What both have, by id.

    Raises InputError where that is nothing, or where the two are not of one judge and ``across_judges`` is not said:
    what differs then may be the judges' doing alone.
    """
    if a.kind != b.kind:
        raise InputError(f"{a.name!r} is of a {a.kind} and {b.name!r} of a {b.kind}; compare two of the same kind")
    if a.judge != b.judge and not across_judges:
        raise InputError(
            f"two judges: {a.judge!r} judged {a.name!r}, and {b.judge!r} judged {b.name!r}; what differs may be their "
            "doing alone. To compare the judges themselves, say so (--across-judges)"
        )
    pairs = tuple((unit, b.units[id_]) for id_, unit in sorted(a.units.items()) if id_ in b.units)
    if not pairs:
        rows = "the same labelled files" if a.kind == "bench" else "answers with the same ids"
        raise InputError(f"nothing can be paired: {a.name!r} and {b.name!r} have no id in common; measure {rows}")
    return Paired(a=a, b=b, pairs=pairs, same_answers=all(one.text == other.text for one, other in pairs))


def _bench(path: Path, folder: Path) -> Side:
    measured = _one(Bench, folder / "bench.json")
    thresholds = {(file.file, file.variant): file for file in measured.files}
    units = (_row(row, thresholds) for row in read_rows(folder / "rows.jsonl") if not row.variant)
    judge = f"{measured.judge.kind} {measured.judge.model}"
    return Side(name=str(path), kind="bench", judge=judge, units=_by_id(units))


def _row(row: AuditedRow, files: Mapping[tuple[str, str], FileResult]) -> Unit:
    found, file = row.first, files.get((row.file, row.variant))
    threshold = file.threshold if file else 0.5
    return Unit(
        id=row.id,
        group=row.file,
        text=row.text,
        hallucinated=row.hallucinated,
        called=None if found.risk is None else found.risk > threshold,
        risk=found.risk,
        claims={claim.id: _found(claim) for claim in found.claims},
    )


def _found(claim: FoundClaim) -> Claim:
    return Claim(text=claim.text, label=claim.label, error_types=claim.error_types)


def _batch(path: Path, folder: Path) -> Side:
    claims: dict[str, dict[str, Claim]] = {}
    for line in _lines(_ClaimLine, folder / "claims.jsonl"):
        if line.label:
            types = tuple(f"other:{line.detail}" if t == "other" and line.detail else t for t in line.error_types)
            claims.setdefault(line.answer_id, {})[line.claim_id] = Claim(
                text=line.text, label=line.label, error_types=types
            )
    answers = list(_lines(_AnswerLine, folder / "answers.jsonl"))
    units = (
        Unit(
            id=line.answer_id,
            group="answers",
            text=line.response,
            called=line.unsupported > 0 if line.judged else None,
            risk=line.risk,
            rate=line.hallucination_rate,
            claims=claims.get(line.answer_id, {}),
        )
        for line in answers
    )
    judge = ", ".join(dict.fromkeys(line.judge for line in answers))
    return Side(name=str(path), kind="batch", judge=judge, units=_by_id(units))


def _by_id(units: Iterable[Unit]) -> dict[str, Unit]:
    return {f"{unit.group}\n{unit.id}": unit for unit in units}


def _one(model: type[_Line], path: Path) -> _Line:
    try:
        return model.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise InputError(f"{str(path)!r} does not hold: {str(error).splitlines()[0]}; make it anew") from None


def _lines(model: type[_Line], path: Path) -> Iterator[_Line]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {str(path)!r}: {error}") from None
    for number, line in enumerate(lines, start=1):
        try:
            yield model.model_validate_json(line)
        except ValidationError as error:
            where = ".".join(map(str, error.errors()[0]["loc"])) or "the line"
            raise InputError(f"{str(path)!r}, line {number}: {where} does not hold; make the batch anew") from None
