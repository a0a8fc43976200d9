"""The report in one screen of a terminal: scores, then the claims, the worst first."""

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from probandum.agent.models import ClaimResult, Report
from probandum.agent.taxonomy import Label, Outcome, ReportOutcome
from probandum.report.markdown import percent

_COLOURS = {
    Label.SUPPORTED: "green",
    Label.CONTRADICTED: "bold red",
    Label.ABSENT: "magenta",
    Label.PARTIALLY_SUPPORTED: "yellow",
    Label.UNEVALUATABLE: "blue",
}
_ORDER = [Label.CONTRADICTED, Label.PARTIALLY_SUPPORTED, Label.ABSENT, Label.UNEVALUATABLE, Label.SUPPORTED]
_ROWS = 20
_FINDINGS = 5
_NO_SCORE = {
    ReportOutcome.NO_CLAIMS: "no score: the response makes no claim that could be checked",
    ReportOutcome.ABSTAINED: "no score: the response declines to answer",
}


def print_summary(report: Report, *, written_to: Path | None = None, console: Console | None = None) -> None:
    """Print the summary to stdout; colours only on a terminal."""
    console = console or Console(highlight=False)
    console.print(_headline(report))
    if report.claims:
        console.print(_table(report))
    if len(report.claims) > _ROWS:
        console.print(Text(f"… and {len(report.claims) - _ROWS} more claims: see --format md or --out"))
    for finding in report.findings[:_FINDINGS]:
        console.print(Text(finding.message, style="yellow"))
    for limit in report.limits_hit:
        console.print(Text(f"the limit on {limit} was reached", style="yellow"))
    if written_to is not None:
        console.print(Text(f"written to {written_to}/report.json and {written_to}/report.md"))


def _headline(report: Report) -> Text:
    scores = report.scores
    if report.outcome in _NO_SCORE:
        return Text(_NO_SCORE[report.outcome])
    if scores.judged == 0:
        return Text(f"no score: none of {scores.claims} claims could be judged")
    counts = ", ".join(f"{count} {label.value}" for label, count in scores.labels.items() if count)
    rate = f"hallucination rate {percent(scores.hallucination_rate)}"
    coverage = f"coverage {percent(scores.coverage)} ({scores.judged} of {scores.claims} claims)"
    return Text(f"{rate}, {coverage}: {counts}; judge {report.judge.kind}", style="bold")


def _table(report: Report) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(ratio=3)
    table.add_column(ratio=3, style="dim")
    for claim in sorted(report.claims, key=_badness)[:_ROWS]:
        table.add_row(_said(claim), Text(claim.text), Text(_shown(claim)))
    return table


def _badness(claim: ClaimResult) -> int:
    return _ORDER.index(claim.verdict.label) if claim.verdict else len(_ORDER)


def _said(claim: ClaimResult) -> Text:
    if claim.verdict is None:
        return Text(f"{claim.outcome.value}: {claim.reason}", style="red" if claim.outcome is Outcome.ERROR else "")
    types = ", ".join(error.value for error in claim.verdict.error_types)
    label = claim.verdict.label
    return Text(label.value + (f"\n  {types}" if types else ""), style=_COLOURS[label])


def _shown(claim: ClaimResult) -> str:
    if claim.verdict is None:
        return claim.message or ""
    return f"“{' '.join(claim.verdict.quotes[0].text.split())}”" if claim.verdict.quotes else "no quote"
