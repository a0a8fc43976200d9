"""What is kept of every measured row, and the file that it is kept in, so that a measurement goes on after a stop."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TextIO

from pydantic import Field, ValidationError

from probandum.agent.consolidation.scoring import unjudged_by_reason
from probandum.agent.models import ClaimResult, Verdict
from probandum.agent.report import Report
from probandum.agent.taxonomy import ErrorType, Label, Reason
from probandum.agent.usage import Cost
from probandum.agent.verdicts.decision import Setting, is_decided
from probandum.tools.errors import InputError
from probandum.tools.evidence import Frozen


class FoundClaim(Frozen):
    """A judged claim as far as it is compared with what people say."""

    id: str
    text: str
    label: Label
    error_types: tuple[str, ...] = ()
    """With ``other`` written as ``other:DETAIL``."""
    p_unsupported: float
    uncalibrated: float
    """The judge's own probability of ``supported``."""
    confidence_source: str
    """Of the judge's own probability."""
    decided: bool = True
    """Whether it is sure enough to be a verdict where nobody says how sure."""
    conflicts: bool
    """Whether any part of the claim is said to conflict with the evidence."""


class AuditPass(Frozen):
    """One audit of a row."""

    risk: float | None = None
    stated: bool = True
    """Whether the row has any sentence that states something."""
    made: int = 0
    """Claims, judged or not."""
    claims: tuple[FoundClaim, ...] = ()
    """Those that were judged."""
    unjudged: Mapping[Reason, int] = Field(default_factory=dict)
    """Those that were not, by why."""
    usage: Cost = Cost()
    cost: float | None = None
    currency: str | None = None
    seconds: float = 0.0
    failed: str | None = None
    """Why there is no report."""


class AuditedRow(Frozen):
    """A labelled row and what came of auditing it, once or several times."""

    key: str
    """SHA-256 of everything that the audit depends on."""
    file: str
    variant: str = ""
    """What was changed for it, in an ablation."""
    id: str
    level: str
    dataset: str | None
    text: str
    hallucinated: bool | None
    label: str | None
    error_types: tuple[str, ...]
    """What people said, in the data set's own words."""
    passes: tuple[AuditPass, ...]

    @property
    def first(self) -> AuditPass:
        """The audit that the figures are about."""
        return self.passes[0]

    @property
    def one_claim(self) -> FoundClaim | None:
        """The judged claim of a row that is about nothing else."""
        return self.first.claims[0] if self.first.made == 1 and self.first.claims else None


def audit_pass(report: Report, *, seconds: float, decide: Setting = "auto") -> AuditPass:
    """What is kept of a report in which everything was decided, and what of it would be under a setting."""
    return AuditPass(
        risk=report.scores.risk,
        stated=report.scores.claims > 0,
        made=len(report.claims),
        claims=tuple(_found(claim, claim.verdict, decide) for claim in report.claims if claim.verdict),
        unjudged=unjudged_by_reason(report.claims),
        usage=Cost.model_validate(report.usage.model_dump(exclude={"by_stage"})),
        cost=report.cost,
        currency=report.judge.price.currency if report.judge.price else None,
        seconds=seconds,
    )


def _found(claim: ClaimResult, verdict: Verdict, decide: Setting) -> FoundClaim:
    own = verdict.uncalibrated
    return FoundClaim(
        id=claim.id,
        text=claim.text,
        label=verdict.label,
        error_types=tuple(_typed(each, verdict.detail) for each in verdict.error_types),
        p_unsupported=verdict.p_unsupported,
        uncalibrated=1.0 - verdict.p_unsupported if own is None else own,
        confidence_source=verdict.confidence_source,
        decided=is_decided(verdict, decide),
        conflicts=any(part.status == "conflict" for part in verdict.parts),
    )


def _typed(given: ErrorType, detail: str | None) -> str:
    return f"{given.value}:{detail}" if given is ErrorType.OTHER and detail else given.value


class RowStore:
    """Rows on file as they come; without a file nothing is kept."""

    def __init__(self, path: Path | None) -> None:
        """Open the file; `InputError` where it cannot be written."""
        self._path = path
        self._known = {row.key: row for row in read_rows(path, cut=True)} if path and path.is_file() else {}
        self._file: TextIO | None = None
        if path:
            try:
                self._file = path.open("a", encoding="utf-8")
            except OSError as error:
                raise InputError(f"cannot write to {str(path)!r}: {error.strerror}; choose another --out") from None

    @property
    def known(self) -> Mapping[str, AuditedRow]:
        """Rows of an earlier run, by key, but for those whose audit failed."""
        return {key: row for key, row in self._known.items() if all(each.failed is None for each in row.passes)}

    def add(self, row: AuditedRow) -> None:
        """Keep a row at once."""
        if self._file:
            self._file.write(row.model_dump_json() + "\n")
            self._file.flush()

    def close(self, rows: Iterable[AuditedRow] | None = None) -> None:
        """Close the file; with rows, these and no others are in it, in their order."""
        if self._file is None or self._path is None:
            return
        self._file.close()
        if rows is not None:
            part = self._path.with_suffix(".part")
            part.write_text("".join(row.model_dump_json() + "\n" for row in rows), encoding="utf-8")
            part.replace(self._path)


def read_rows(path: Path, *, cut: bool = False) -> Iterator[AuditedRow]:
    """The rows in a file.

    Args:
        path: the file.
        cut: cut off a last line that a kill left unfinished.

    Raises `InputError` for a line that is no such row.
    """
    try:
        text = path.read_text(encoding="utf-8")
        if cut and not text.endswith("\n") and text:
            text = text[: text.rfind("\n") + 1]
            path.write_text(text, encoding="utf-8")
        for number, line in enumerate(text.splitlines(), start=1):
            try:
                yield AuditedRow.model_validate_json(line)
            except ValidationError as error:
                where = ".".join(map(str, error.errors()[0]["loc"])) or "the line"
                hint = "give the rows.jsonl of a 'probandum bench --out' of this version, or another --out"
                raise InputError(f"{str(path)!r}, line {number}: {where} does not hold; {hint}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {str(path)!r}: {error}") from None
