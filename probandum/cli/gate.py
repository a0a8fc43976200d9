"""The command ``probandum gate``: files checked against their sources, as a CI step or a hook before a commit."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from probandum.cli import arguments
from probandum.cli.exits import Exit, clear_errors
from probandum.cli.option_groups import Exports, Judging, with_groups

if TYPE_CHECKING:
    from probandum.export.ci import Checked
    from probandum.guarding.auditor import Auditor

_FILES = typer.Argument(metavar="FILE...", help="Answers: Markdown, text, HTML or PDF.")
_FAIL = typer.Option(help="Exit with 1 when a larger share of the claims of a file is not supported.", min=0, max=1)
_SUMMARY = typer.Option(help="Append a summary in Markdown to this file, such as a job's own.")


@with_groups
def command(
    files: Annotated[list[Path], _FILES],
    *,
    context: arguments.Context = None,
    corpus: arguments.Corpus = None,
    question: arguments.Question = None,
    judging: Judging,
    fail_above: Annotated[float, _FAIL] = 0.0,
    summary: Annotated[Path | None, _SUMMARY] = None,
    exports: Exports,
) -> None:
    """Check files against their sources: a line for each claim that is not supported, and exit code 1 where one is.

    Claims that the judge cannot decide pass: a gate stops what is shown to be wrong. Nothing is kept.

    Example: probandum gate answer.md --context contract.pdf --junit report.xml --sarif report.sarif
    """
    with clear_errors():
        from probandum import settings as configuration
        from probandum.export.ci import lines, write_ci
        from probandum.guarding.auditor import Auditor
        from probandum.intake.context import source_items
        from probandum.tools.errors import InputError

        if not context and not corpus:
            raise InputError("say what to check against: --context FILE or --corpus FOLDER")
        settings = judging.applied_to(configuration.load())
        auditor = Auditor(
            context=list(source_items(context or ())),
            corpus=corpus or [],
            question=question,
            judge=judging.judge or settings.judge,
            examples=judging.examples,
            calibrated=not judging.no_calibration,
            settings=settings,
            options=configuration.options(judging.profile or settings.profile, **judging.overrides),
        )
        checked = asyncio.run(_all(auditor, files))
        for each in checked:
            sys.stdout.writelines(f"{line}\n" for line in lines(each))
        write_ci(checked, junit=exports.junit, sarif_file=exports.sarif)
        if summary is not None:
            _append(summary, checked)
    raise typer.Exit(_exit_code(checked, fail_above))


async def _all(auditor: "Auditor", files: list[Path]) -> "list[Checked]":
    from probandum.cli.progress import Counter
    from probandum.export.ci import Checked
    from probandum.tools.documents import read_response

    checked = []
    with Counter(total=len(files)) as counter:
        for path in files:
            counter.describe(str(path))
            text = read_response(path)
            checked.append(Checked(str(path), text, await auditor.audit(text)))
            counter.advance()
    return checked


def _append(path: Path, checked: "list[Checked]") -> None:
    from probandum.agent.taxonomy import Label
    from probandum.export.ci import lines
    from probandum.tools.errors import InputError

    rows = ["| file | claims | supported | not supported | undecided |", "|---|---:|---:|---:|---:|"]
    for each in checked:
        scores = each.report.scores
        counted = sum(scores.labels.values())
        good = scores.labels.get(Label.SUPPORTED, 0)
        rows.append(f"| {each.path} | {scores.claims} | {good} | {counted - good} | {scores.undecided} |")
    faults = [f"- `{line}`" for each in checked for line in lines(each)]
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write("\n".join(["### Probandum", "", *rows, "", *faults, ""]))
    except OSError as error:
        raise InputError(f"cannot write {str(path)!r}: {error.strerror}; choose another file") from None


def _exit_code(checked: "list[Checked]", fail_above: float) -> Exit:
    from probandum.cli.outcome import exit_code

    codes = [exit_code(each.report, fail_above) for each in checked]
    order = (Exit.JUDGE_UNAVAILABLE, Exit.INCOMPLETE, Exit.CHECK_FAILED)
    return next((code for code in order if code in codes), Exit.DONE)
