"""What a batch has come to so far, kept while it runs; the whole sums are the summary's."""

from probandum.agent.taxonomy import Reason
from probandum.batch.output.rows import AnswerOutcome, AnswerRow


class RunningTotals:
    """Counts over the answers that are done."""

    def __init__(self) -> None:
        self.answers = 0
        self.failed = 0
        self.failed_in_a_row = 0
        self.unavailable = 0
        """Failed answers and claims without a verdict because the judge could not be reached."""
        self.claims = 0
        self.judged = 0
        self.undecided = 0
        self.counted = 0
        self.unsupported = 0
        self.tokens = 0
        self.cost = 0.0
        self.currency: str | None = None
        self.last_failure: str | None = None

    def add(self, row: AnswerRow) -> None:
        """Count one answer."""
        failed = row.outcome is AnswerOutcome.FAILED
        self.answers += 1
        self.failed += failed
        self.failed_in_a_row = self.failed_in_a_row + 1 if failed else 0
        self.last_failure = row.message if failed else self.last_failure
        self.unavailable += row.unjudged.get(Reason.JUDGE_UNAVAILABLE, 0) + (row.reason is Reason.JUDGE_UNAVAILABLE)
        self.claims += row.claims
        self.judged += row.judged
        self.undecided += row.undecided
        self.counted += row.counted
        self.unsupported += row.unsupported
        self.tokens += row.usage.prompt_tokens + row.usage.completion_tokens
        self.cost += row.cost or 0.0
        self.currency = row.currency or self.currency

    @property
    def rate(self) -> float | None:
        """Of all counted claims, the share that is not supported; None before there are any."""
        return self.unsupported / self.counted if self.counted else None

    @property
    def is_whole(self) -> bool:
        """Whether every answer was audited and every claim judged."""
        return self.failed == 0 and self.judged + self.undecided == self.claims
