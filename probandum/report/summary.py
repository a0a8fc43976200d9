"""The report in one screen of a terminal: scores, then the claims, the worst first."""

from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from probandum.agent.models import ClaimResult
from probandum.agent.report import Report
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
_FEWEST_ROWS = 5
_MARGIN = 5
"""Lines of a screen that the headline and the prompt take."""
_LABEL_WIDTH = 34
_FINDINGS = 3
_REASONS = 2
_NO_SCORE = {
    ReportOutcome.NO_CLAIMS: "no score: the response makes no claim that could be checked",
    ReportOutcome.ABSTAINED: "no score: the response declines to answer",
}


def print_summary(report: Report, *, written_to: Path | None = None, console: Console | None = None) -> None:
    """Print the summary to stdout, within the height of one screen; colours only on a terminal."""
    console = console or Console(highlight=False)
    notes = list(_notes(report, written_to))
    console.print(headline(report))
    for reason in _reasons(report)[:_REASONS]:
        console.print(Text(reason, style="red"))
    if report.claims:
        rows = max(_FEWEST_ROWS, console.height - len(notes) - _MARGIN)
        console.print(_table(report, rows))
        if len(report.claims) > rows:
            console.print(Text(f"… and {len(report.claims) - rows} more claims: see --format md or --out"))
    for note in notes:
        console.print(note, no_wrap=True, overflow="ellipsis")


def print_check(report: Report, *, console: Console | None = None) -> None:
    """Print the claims with what shows each of them beneath it, the worst first, within the height of one screen."""
    console = console or Console(highlight=False)
    console.print(headline(report))
    for reason in _reasons(report)[:_REASONS]:
        console.print(Text(reason, style="red"))
    notes = list(_notes(report, None))
    rows = max(_FEWEST_ROWS, (console.height - len(notes) - _MARGIN) // 2)
    sources = {item.id: item.source for item in report.evidence}
    for claim in sorted(report.claims, key=_badness)[:rows]:
        console.print(
            Text.assemble(_said(claim), ": ", " ".join(claim.text.split())), no_wrap=True, overflow="ellipsis"
        )
        quotes = claim.verdict.quotes[:1] if claim.verdict else ()
        shown = next((f"{sources[each.evidence_id]}: " for each in quotes), "") + _shown(claim)
        console.print(Text(f"    {shown}", style="dim"), no_wrap=True, overflow="ellipsis")
    for note in notes:
        console.print(note, no_wrap=True, overflow="ellipsis")
    if len(report.claims) > rows:
        console.print(Text(f"… and {len(report.claims) - rows} more claims: see probandum audit"))


def _reasons(report: Report) -> list[str]:
    """Why claims have no verdict, each reason once and whole, since it says what to do; undecided ones say it below."""
    unjudged = (c for c in report.claims if c.verdict is None and c.outcome is not Outcome.UNDECIDED)
    return list(dict.fromkeys(" ".join(f"{claim.reason}: {claim.message}".split()) for claim in unjudged))


def _notes(report: Report, written_to: Path | None) -> Iterator[Text]:
    for finding in report.findings[:_FINDINGS]:
        yield Text(f"{finding.kind.value.replace('_', ' ')}: {' '.join(finding.message.split())}", style="yellow")
    if len(report.findings) > _FINDINGS:
        yield Text(f"… and {len(report.findings) - _FINDINGS} more findings", style="yellow")
    if report.judge.calibration and report.judge.calibration.acceptance:
        yield Text(f"your labels promise: {report.judge.calibration.acceptance.promise}")
    if report.scores.citation_recall is not None:
        recall, precision = report.scores.citation_recall, report.scores.citation_precision
        yield Text(f"citations: recall {percent(recall)}, precision {percent(precision)}")
    for limit in report.limits_hit:
        yield Text(f"the limit on {limit} was reached", style="yellow")
    if report.corrected:
        changes = len(report.corrected.changes)
        yield Text(f"{changes} correction{'' if changes == 1 else 's'} that verified quotes support: see the report")
    if written_to is not None:
        yield Text(f"written to {written_to}: report.html, report.md, report.json, graph.json")


def headline(report: Report) -> Text:
    """The scores in one line, or why there are none."""
    scores = report.scores
    if report.outcome in _NO_SCORE:
        return Text(_NO_SCORE[report.outcome])
    if scores.judged == 0 and not scores.undecided:
        return Text(f"no score: none of {scores.claims} claims could be judged")
    if scores.undecided:
        return Text(decided_line(report), style="bold")
    counts = ", ".join(f"{count} {label.value}" for label, count in scores.labels.items() if count)
    interval = scores.hallucination_interval
    within = f" ({percent(interval.low)} to {percent(interval.high)})" if interval else ""
    rate = f"hallucination rate {percent(scores.hallucination_rate)}{within}"
    coverage = f"coverage {percent(scores.coverage)} ({scores.judged} of {scores.claims} claims)"
    return Text(f"{rate}, {coverage}: {counts}; judge {report.judge.kind}", style="bold")


def decided_line(report: Report) -> str:
    """How many claims were decided, and as what; the rest is for a judge that reads, or for a person."""
    scores = report.scores
    counts = ", ".join(f"{count} {label.value.replace('_', ' ')}" for label, count in scores.labels.items() if count)
    decided = f"{scores.judged} of {scores.claims} claims decided" + (f": {counts}" if counts else "")
    rate = f"; hallucination rate {percent(scores.hallucination_rate)} of those" if scores.judged else ""
    needs = "needs" if scores.undecided == 1 else "need"
    return f"{decided}; {scores.undecided} {needs} a model or a person{rate}; judge {report.judge.kind}"


def _table(report: Report, rows: int) -> Table:
    shown = sorted(report.claims, key=_badness)[:rows]
    table = Table(expand=True, box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    said = [_said(claim) for claim in shown]
    table.add_column(no_wrap=True, overflow="ellipsis", min_width=min(_LABEL_WIDTH, max(map(len, said))))
    table.add_column(ratio=3, no_wrap=True, overflow="ellipsis")
    table.add_column(ratio=2, no_wrap=True, overflow="ellipsis", style="dim")
    for claim, label in zip(shown, said, strict=True):
        table.add_row(label, Text(" ".join(claim.text.split())), Text(_shown(claim)))
    return table


def _badness(claim: ClaimResult) -> float:
    if claim.outcome is Outcome.UNDECIDED:
        return _ORDER.index(Label.SUPPORTED) - 0.5
    return _ORDER.index(claim.verdict.label) if claim.verdict else len(_ORDER)


def _said(claim: ClaimResult) -> Text:
    if claim.verdict is None:
        if claim.outcome is Outcome.UNDECIDED:
            return Text(f"undecided (p = {claim.p_supported:.2f})", style="cyan")
        return Text(f"{claim.outcome.value}: {claim.reason}", style="red" if claim.outcome is Outcome.ERROR else "")
    types = ", ".join(error.value for error in claim.verdict.error_types)
    label = claim.verdict.label
    return Text(label.value + (f" ({types})" if types else ""), style=_COLOURS[label])


def _shown(claim: ClaimResult) -> str:
    if claim.verdict is None:
        return " ".join((claim.message or "").split())
    return f"“{' '.join(claim.verdict.quotes[0].text.split())}”" if claim.verdict.quotes else "no quote"
