"""What a batch comes to: rates with intervals, groups, worst answers and frequent errors, added up from its rows."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from heapq import nlargest
from pathlib import Path

from pydantic import ValidationError

from probandum.agent.consolidation.intervals import bootstrap, bootstrap_ratio
from probandum.agent.taxonomy import ErrorType, Label, Outcome, Reason
from probandum.agent.usage import Cost
from probandum.batch.output.folder import BAD_LINES, MANIFEST, BatchManifest
from probandum.batch.output.row_files import read_answers, read_claims
from probandum.batch.output.rows import AnswerOutcome, AnswerRow
from probandum.batch.summary.grouping import Columns, Grouping
from probandum.batch.summary.models import Breakdown, Failure, Group, Metrics, Rate, Summary, Worst
from probandum.batch.summary.patterns import Patterns
from probandum.tools.errors import InputError

_WORST = 20
_EXCERPT = 200
_BINS = 10


def summarize(folder: Path, *, group_by: Sequence[str] = ()) -> Summary:
    """Add up the rows of a batch.

    Args:
        folder: that the batch wrote.
        group_by: columns to break it down by; by default those of few values.

    Raises:
        InputError: the folder holds no batch, or no answer has a column of that name.
    """
    begun = _begun(folder)
    groupings = Columns(read_answers(folder)).chosen(group_by)
    whole, groups, failures = _Totals(), _Groups(groupings), _Failures()
    for row in read_answers(folder):
        whole.add(row)
        groups.add(row)
        failures.add(row)
    if not whole.answers:
        raise InputError(f"{str(folder)!r} holds no answers yet; go on with 'probandum batch'")
    patterns = Patterns()
    for claim in read_claims(folder):
        patterns.add(claim)
        failures.add_claim(claim.outcome, claim.reason, claim.message)
    return Summary(
        probandum=begun.probandum,
        input=begun.input,
        judge=begun.judge,
        how=begun.how,
        figures=whole.figures(),
        histogram=whole.histogram(),
        breakdowns=tuple(groups.breakdowns()),
        worst=tuple(_worst(row) for row in nlargest(_WORST, _wrong(folder), key=_badness)),
        patterns=patterns.most_frequent(),
        failures=failures.all(),
        bad_lines=_lines(folder / BAD_LINES),
        usage=whole.usage,
        cost=whole.cost,
        currency=whole.currency,
    )


class _Totals:
    """The running sums over some answers; of each answer two numbers are kept."""

    def __init__(self) -> None:
        self.answers = 0
        self.usage = Cost()
        self.cost: float | None = None
        self.currency: str | None = None
        self._outcomes: Counter[AnswerOutcome] = Counter()
        self._numbers: Counter[str] = Counter()
        self._labels: Counter[Label] = Counter()
        self._error_types: Counter[ErrorType] = Counter()
        self._unjudged: Counter[Reason] = Counter()
        self._wrong: list[int] = []
        self._counted: list[int] = []

    def add(self, row: AnswerRow) -> None:
        self.answers += 1
        self._outcomes[row.outcome] += 1
        self._numbers.update(claims=row.claims, judged=row.judged, undecided=row.undecided)
        self._labels.update(row.labels)
        self._error_types.update(row.error_types)
        self._unjudged.update(row.unjudged)
        self._unjudged.update([row.reason] if row.reason else [])
        if row.counted:
            self._wrong.append(row.unsupported)
            self._counted.append(row.counted)
        self.usage = Cost(**{name: getattr(self.usage, name) + getattr(row.usage, name) for name in Cost.model_fields})
        if row.cost is not None:
            self.cost, self.currency = (self.cost or 0.0) + row.cost, row.currency

    def figures(self) -> Metrics:
        claims, judged, counted = self._numbers["claims"], self._numbers["judged"], sum(self._counted)
        rates = [wrong / all_ for wrong, all_ in zip(self._wrong, self._counted, strict=True)]
        return Metrics(
            answers=self.answers,
            outcomes=dict(self._outcomes),
            claims=claims,
            judged=judged,
            undecided=self._numbers["undecided"],
            counted=counted,
            coverage=judged / claims if claims else None,
            micro=Rate(
                value=sum(self._wrong) / counted if counted else None,
                interval=bootstrap_ratio(self._wrong, self._counted),
            ),
            macro=_mean(rates),
            with_error=_mean([float(rate > 0) for rate in rates]),
            labels={label: self._labels[label] for label in Label},
            error_types={error: self._error_types[error] for error in ErrorType if self._error_types[error]},
            unjudged=dict(self._unjudged.most_common()),
        )

    def histogram(self) -> tuple[int, ...]:
        bins = [0] * (_BINS + 1)
        for wrong, counted in zip(self._wrong, self._counted, strict=True):
            # In whole numbers, for 0.3 is no tenth of a number.
            bins[-(-wrong * _BINS // counted)] += 1
        return tuple(bins)


class _Groups:
    """The running sums of every group of every column."""

    def __init__(self, groupings: Mapping[str, Grouping]) -> None:
        self._groupings = groupings
        self._sums: dict[tuple[str, str], _Totals] = defaultdict(_Totals)

    def add(self, row: AnswerRow) -> None:
        for column, grouping in self._groupings.items():
            self._sums[column, grouping.of(row)].add(row)

    def breakdowns(self) -> Iterator[Breakdown]:
        for column, grouping in self._groupings.items():
            names = [name for name in grouping.names if (column, name) in self._sums]
            groups = tuple(Group(name=name, figures=self._sums[column, name].figures()) for name in names)
            yield Breakdown(column=column, groups=groups)


class _Failures:
    """How often what went wrong, each with the words of one."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[Reason, str]] = Counter()
        self._messages: dict[tuple[Reason, str], str] = {}

    def add(self, row: AnswerRow) -> None:
        if row.reason:
            self._add(row.reason, row.outcome.value, row.message)

    def add_claim(self, outcome: Outcome, reason: Reason | None, message: str | None) -> None:
        if reason:
            self._add(reason, outcome.value, message)

    def all(self) -> tuple[Failure, ...]:
        return tuple(
            Failure(reason=reason, outcome=outcome, count=count, message=self._messages[reason, outcome])
            for (reason, outcome), count in self._counts.most_common()
        )

    def _add(self, reason: Reason, outcome: str, message: str | None) -> None:
        self._counts[reason, outcome] += 1
        self._messages.setdefault((reason, outcome), message or "")


def _mean(values: Sequence[float]) -> Rate:
    return Rate(value=sum(values) / len(values) if values else None, interval=bootstrap(values))


def _wrong(folder: Path) -> Iterator[AnswerRow]:
    return (row for row in read_answers(folder) if row.unsupported)


def _badness(row: AnswerRow) -> tuple[int, float, str]:
    """More wrong claims first, since one wrong claim of one is no worse than nine of ten."""
    return row.unsupported, row.risk or 0.0, row.answer_id


def _worst(row: AnswerRow) -> Worst:
    return Worst(
        answer_id=row.answer_id,
        audit_id=row.audit_id,
        line=row.line,
        unsupported=row.unsupported,
        counted=row.counted,
        error_types=row.error_types,
        columns=row.columns,
        excerpt=" ".join(row.response[: 2 * _EXCERPT].split())[:_EXCERPT],
    )


def _begun(folder: Path) -> BatchManifest:
    path = folder / MANIFEST
    try:
        return BatchManifest.model_validate_json(path.read_bytes())
    except OSError as error:
        hint = "give the folder that 'probandum batch … --out' wrote"
        raise InputError(f"cannot read {str(path)!r}: {error.strerror}; {hint}") from None
    except ValidationError as error:
        raise InputError(f"{str(path)!r} is no beginning of a batch: {error.errors()[0]['msg']}") from None


def _lines(path: Path) -> int:
    return len(path.read_bytes().splitlines()) if path.exists() else 0
