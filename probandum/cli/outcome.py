"""How a command ends that has a report: what is printed and written of it, and what the process says."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from probandum.cli.exits import Exit

if TYPE_CHECKING:
    from probandum.agent.report import Report


def exit_code(report: "Report", fail_above: float | None, min_coverage: float | None = None) -> Exit:
    """What the process says of a finished report."""
    from probandum.agent.taxonomy import Reason, ReportOutcome

    unavailable = any(claim.reason is Reason.JUDGE_UNAVAILABLE for claim in report.claims)
    if unavailable and report.scores.judged + report.scores.undecided == 0:
        return Exit.JUDGE_UNAVAILABLE
    covered = report.scores.coverage
    too_little = min_coverage is not None and covered is not None and covered < min_coverage
    if report.outcome is ReportOutcome.INCOMPLETE or too_little:
        return Exit.INCOMPLETE
    rate = report.scores.hallucination_rate
    above = rate is not None and fail_above is not None and rate > fail_above
    return Exit.CHECK_FAILED if above else Exit.DONE


def show_report(report: "Report", format_: Literal["json", "md", "html"] | None, out: Path | None) -> None:
    """Write the report where it should go, and print it or its summary."""
    from probandum.report.files import as_text, write

    if out is not None:
        write(report, out)
    if format_ is not None:
        sys.stdout.write(as_text(report, format_))
    else:
        from probandum.report.summary import print_summary

        print_summary(report, written_to=out)
