"""The command ``probandum audit``: one answer, read from the command line, to one report."""

import asyncio
import sys
import uuid
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from probandum.cli import arguments
from probandum.cli.exits import clear_errors
from probandum.cli.option_groups import Exports, Judging, Sources, Spending, with_groups
from probandum.cli.outcome import exit_code, show_report
from probandum.cli.signals import stopping
from probandum.tools.errors import InputError

if TYPE_CHECKING:
    from probandum.agent.options import Options
    from probandum.agent.report import Report
    from probandum.agent.request import Turn
    from probandum.api import AuditArguments
    from probandum.settings import Settings

_RESPONSE = typer.Argument(
    help="File with the answer to audit (.txt .md .html .pdf), or - for standard input. Left out, --audit-id goes on "
    "with the answer and documents of a kept audit; judge, sources and options are those of this command.",
    show_default=False,
)
_OUT = typer.Option(help="Folder that receives report.json, .md and .html and graph.json; made if need be.")
_FORMAT = typer.Option("--format", help="Print the whole report in this format instead of the summary.")
_FAIL = typer.Option(help="Exit with 1 when the hallucination rate is above this.", min=0, max=1)
_LEAST = typer.Option(help="Exit with 3 when a smaller share of the claims has a verdict than this.", min=0, max=1)
_ID = typer.Option(help="Name of this audit: killed or stopped, the same command goes on where it was.")
_KEEP = typer.Option("--keep/--no-keep", help="Keep the audit, to go on with it or look at it again.")
_RECALLS = typer.Option("--recall/--no-recall", help="Ask the model for no decision that it has given before.")
_JSON = typer.Option("--json", help="The same as --format json.")


@with_groups
def command(
    response: Annotated[Path | None, _RESPONSE] = None,
    *,
    question: arguments.Question = None,
    context: arguments.Context = None,
    embeddings: arguments.Embeddings = None,
    history: arguments.History = None,
    sources: Sources,
    judging: Judging,
    out: Annotated[Path | None, _OUT] = None,
    format_: Annotated[Literal["json", "md", "html"] | None, _FORMAT] = None,
    as_json: Annotated[bool, _JSON] = False,
    fail_above: Annotated[float | None, _FAIL] = None,
    min_coverage: Annotated[float | None, _LEAST] = None,
    audit_id: Annotated[str | None, _ID] = None,
    record: arguments.Record = None,
    replay: arguments.Replay = None,
    keep: Annotated[bool, _KEEP] = True,
    recalls: Annotated[bool, _RECALLS] = True,
    all_checkable: arguments.AllCheckable = False,
    review: arguments.Review = False,
    spending: Spending,
    exports: Exports,
) -> None:
    """Audit one answer: every claim gets a verdict with the words of the source that show it.

    Example: probandum audit answer.md --context contract.pdf --out report
    """
    with clear_errors():
        from probandum import settings as configuration
        from probandum.intake.context import source_items
        from probandum.tools.documents import read_response

        if response is None and (audit_id is None or question or context or history):
            raise InputError("say which answer to audit: a file, or - for standard input, or --audit-id alone")
        settings = judging.applied_to(configuration.load())
        given = _arguments(judging, sources, spending, replay, settings, all_checkable=all_checkable, review=review)
        given["settings"] = settings
        given |= {"question": question, "context": list(source_items(context or ())), "embeddings": embeddings}
        given |= {"history": read_history(history) if history else (), "record": record, "replay": replay}
        text = None if response is None else read_response(response)
        if out is not None:
            from probandum.report.files import write_texts

            write_texts({}, out)  # better now than after the audit
        kept = review or audit_id is not None or (keep and not replay)
        given["audit_id"] = audit_id = audit_id or (uuid.uuid4().hex[:12] if kept else None)
        hint = f"; to go on, add --audit-id {audit_id}" if kept else ""
        if kept and given["judge"] not in (None, "embedded"):
            sys.stderr.write(
                f"probandum: this is audit {audit_id}; if it is stopped, add --audit-id {audit_id} to go on\n"
            )
    with clear_errors(hint_when_stopped=hint):
        report = asyncio.run(_audit(text, given, settings=settings, kept=kept, recalls=recalls, hint=hint))
        show_report(report, "json" if as_json else format_, out)
        exports.write(str(response or audit_id), text or report.response, report)
    raise typer.Exit(exit_code(report, fail_above, min_coverage))


def _arguments(
    judging: Judging,
    sources: Sources,
    spending: Spending,
    replay: Path | None,
    settings: "Settings",
    *,
    all_checkable: bool,
    review: bool,
) -> "AuditArguments":
    """How the audit is run, as the library takes it."""
    from probandum import settings as configuration

    return {
        "corpus": sources.corpus or [],
        "web": sources.web,
        "cross_examine": sources.cross_examine,
        "calculate": sources.calculate,
        "sources": sources.source or [],
        "judge": judging.judge or (None if replay else settings.judge),
        "examples": judging.examples,
        "calibrated": not judging.no_calibration,
        "options": configuration.override(
            _base(judging.profile, replay, settings),
            **judging.overrides,
            **sources.overrides,
            all_checkable=all_checkable or None,
            review=review or None,
            limits=spending.limits,
        ),
    }


def _base(profile: str | None, replay: Path | None, settings: "Settings") -> "Options":
    """The options to start from: those of a profile, or of the recording that is replayed."""
    from probandum import settings as configuration
    from probandum.recordings import recorded_options

    if replay and not profile:
        return recorded_options(replay)
    return configuration.options(profile or settings.profile)


def read_history(path: Path) -> "tuple[Turn, ...]":
    """The turns of a dialogue from a JSON file; `InputError` says what is wrong with it."""
    from pydantic import TypeAdapter, ValidationError

    from probandum.agent.request import Turn
    from probandum.tools.documents import read_text

    try:
        return TypeAdapter(tuple[Turn, ...]).validate_json(read_text(path))
    except ValidationError as error:
        problem = error.errors()[0]
        place = ".".join(map(str, problem["loc"])) or "the file"
        hint = 'a list of {"role": "user" or "assistant", "text": "…"} is needed'
        raise InputError(f"{str(path)!r} is no dialogue ({place}: {problem['msg']}); {hint}") from None


async def _audit(
    response: str | None, how: "AuditArguments", *, settings: "Settings", kept: bool, recalls: bool, hint: str
) -> "Report":
    from probandum.agent.report import Report
    from probandum.agent.request import AuditRequest
    from probandum.api import astream
    from probandum.cli.progress import Counter, show
    from probandum.graphs.persistence.checkpoints import DECISIONS, open_checkpoints, stored_decisions
    from probandum.graphs.persistence.threads import audit_lock
    from probandum.graphs.stored_audits import stored_request

    async with AsyncExitStack() as stack:
        how["stop"] = await stack.enter_async_context(stopping(hint=hint))
        request: str | AuditRequest = response or ""
        if kept and (audit_id := how.get("audit_id")):
            stack.enter_context(audit_lock(settings.home, audit_id))
            store = await stack.enter_async_context(open_checkpoints(settings.home, database=settings.database_url))
            how["checkpointer"] = store
            if response is None:
                request = await stored_request(audit_id, store)
        if recalls and how.get("judge") not in (None, "embedded"):
            how["cache"] = stored_decisions(settings.home / DECISIONS)
        counter = stack.enter_context(Counter(total=None))
        counter.describe("reading the answer")
        how["corpus_progress"] = counter.reading
        async for event in astream(request, **how):
            if isinstance(event, Report):
                return event
            show(event, counter)
    raise AssertionError("an audit ends with its report")
