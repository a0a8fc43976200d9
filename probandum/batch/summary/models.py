"""The nouns of a batch's summary: rates, groups, worst answers, reasons for missing verdicts; sums are elsewhere."""

from collections.abc import Mapping

from pydantic import JsonValue

from probandum.agent.report import Interval, JudgeInfo
from probandum.agent.taxonomy import ErrorType, Label, Reason
from probandum.agent.usage import Cost
from probandum.batch.output.rows import AnswerOutcome
from probandum.batch.summary.patterns import Pattern
from probandum.tools.evidence import Frozen


class Rate(Frozen):
    """A share, and how far it could be off by the luck of which answers were audited."""

    value: float | None
    """None where there is nothing to share."""
    interval: Interval | None = None
    """95%, bootstrap over answers; None below ten answers."""


class Metrics(Frozen):
    """The sums over some answers."""

    answers: int
    outcomes: Mapping[AnswerOutcome, int]
    claims: int
    judged: int
    undecided: int = 0
    """Claims that the judge looked at and could not tell of."""
    counted: int
    """Judged claims, those that an answer repeats once."""
    coverage: float | None
    """Judged claims / claims."""
    micro: Rate
    """Of all counted claims, the share that is not supported: long answers count more."""
    macro: Rate
    """The mean of the answers' hallucination rates: every answer that has one counts alike."""
    with_error: Rate
    """Of the answers that have a rate, the share with at least one claim that is not supported."""
    labels: Mapping[Label, int]
    error_types: Mapping[ErrorType, int]
    unjudged: Mapping[Reason, int]
    """Claims without a verdict and answers that failed as a whole, by reason."""


class Group(Frozen):
    """The answers that have the same in a column."""

    name: str
    figures: Metrics


class Breakdown(Frozen):
    """The answers by one column."""

    column: str
    groups: tuple[Group, ...]


class Worst(Frozen):
    """One of the answers with the most that is not supported."""

    answer_id: str
    audit_id: str
    """What its whole report is called by, where there is one."""
    line: int
    unsupported: int
    counted: int
    error_types: Mapping[ErrorType, int]
    columns: Mapping[str, JsonValue]
    excerpt: str
    """The beginning of the response."""


class Failure(Frozen):
    """A reason why claims or answers have no verdict."""

    reason: Reason
    outcome: str
    """``not_checked`` or ``error`` for claims, ``failed`` for whole answers."""
    count: int
    message: str
    """Of one of them."""


class Summary(Frozen):
    """What a batch comes to."""

    probandum: str
    input: str
    judge: JudgeInfo
    how: Mapping[str, JsonValue]
    figures: Metrics
    histogram: tuple[int, ...]
    """Answers by hallucination rate, in tenths; the first is those without any error, the last ends with 1."""
    breakdowns: tuple[Breakdown, ...]
    worst: tuple[Worst, ...]
    patterns: tuple[Pattern, ...]
    failures: tuple[Failure, ...]
    bad_lines: int
    """Lines of the input that hold no answer."""
    usage: Cost
    cost: float | None
    currency: str | None
