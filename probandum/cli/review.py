"""The command ``probandum review``: a person settles what the machine left open, one claim at a time or from a file."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from probandum.cli.exits import Exit, clear_errors
from probandum.tools.errors import InputError

if TYPE_CHECKING:
    from probandum.agent.report import Report
    from probandum.agent.review import ReviewRequest, ReviewResponse
    from probandum.settings import Settings

_ID = typer.Argument(help="Name of an audit that was run with --review and waits.")
_EXPORT = typer.Option("--export", help="Write the open claims to this JSON file, for elsewhere, and decide nothing.")
_IMPORT = typer.Option(
    "--import", help="Take decisions from this JSON file, as --export describes them, or an export of Label Studio."
)
_TASK = typer.Option("--label-studio", help="Write the open claims to this file as a task of Label Studio.")
_FINISH = typer.Option("--finish", help="Leave what is still open as the machine left it, and write the report.")
_OUT = typer.Option(help="Folder that receives the report; made if need be.")
_FORMAT = typer.Option("--format", help="Print the whole report in this format instead of the summary.")
_LABELS = typer.Option("--to-labels", help="Append what people decided to this JSONL, as 'probandum bench' reads it.")

_EXAMPLES = typer.Option("--to-examples", help="Append what people decided to this bank of worked examples (JSONL).")


def command(
    audit_id: Annotated[str, _ID],
    *,
    export: Annotated[Path | None, _EXPORT] = None,
    label_studio: Annotated[Path | None, _TASK] = None,
    import_: Annotated[Path | None, _IMPORT] = None,
    finish: Annotated[bool, _FINISH] = False,
    out: Annotated[Path | None, _OUT] = None,
    format_: Annotated[Literal["json", "md", "html"] | None, _FORMAT] = None,
    to_labels: Annotated[Path | None, _LABELS] = None,
    to_examples: Annotated[Path | None, _EXAMPLES] = None,
) -> None:
    """Settle the claims that an audit left open; every decision is kept at once, and Ctrl-C loses none.

    Example: probandum review 4f1c9a --out report
    """
    from probandum import settings as configuration

    with clear_errors(hint_when_stopped=f"; decisions so far are kept: probandum review {audit_id}"):
        settings = configuration.load()
        asked = _hand_in(settings, audit_id, None)
        if export is not None:
            _export(asked, export)
            raise typer.Exit(Exit.DONE)
        if label_studio is not None:
            _export_task(settings, asked, label_studio)
            raise typer.Exit(Exit.DONE)
        if import_ is not None:
            asked = _hand_in(settings, audit_id, _read(import_, asked))
        elif not finish:
            asked = _in_turn(settings, audit_id, asked)
        asked = _finished(settings, audit_id, asked, finish=finish)
        _tell(asked, out, format_)
        _keep(asked, labels=to_labels, examples=to_examples)
    raise typer.Exit(Exit.DONE if _is_report(asked) else Exit.INCOMPLETE)


def _hand_in(settings: "Settings", audit_id: str, given: "ReviewResponse | None") -> "ReviewRequest | Report":
    from probandum.graphs.persistence.checkpoints import open_checkpoints
    from probandum.graphs.run import review

    async def hand_in() -> "ReviewRequest | Report":
        async with open_checkpoints(settings.home, database=settings.database_url) as checkpointer:
            return await review(audit_id, given, checkpointer=checkpointer)

    return asyncio.run(hand_in())


def _finished(
    settings: "Settings", audit_id: str, asked: "ReviewRequest | Report", *, finish: bool
) -> "ReviewRequest | Report":
    from probandum.agent.review import ReviewResponse

    return _hand_in(settings, audit_id, ReviewResponse(finish=True)) if finish and not _is_report(asked) else asked


def _is_report(asked: "ReviewRequest | Report") -> bool:
    from probandum.agent.report import Report

    return isinstance(asked, Report)


def _in_turn(settings: "Settings", audit_id: str, asked: "ReviewRequest | Report") -> "ReviewRequest | Report":
    """Ask about each open claim; a decision that does not hold is asked for again."""
    from probandum.agent.review import ReviewRequest, ReviewResponse
    from probandum.cli.review_prompts import ask

    if not isinstance(asked, ReviewRequest):
        return asked
    now: ReviewRequest | Report = asked
    for place, waiting in enumerate(asked.claims, start=1):
        decision = ask(waiting, place=place, of=len(asked.claims))
        if decision == "quit":
            break
        if decision != "skip":
            now = _hand_in(settings, audit_id, ReviewResponse(decisions=(decision,)))
    return now


def _export(asked: "ReviewRequest | Report", path: Path) -> None:
    from probandum.agent.review import ReviewRequest

    if not isinstance(asked, ReviewRequest):
        raise InputError(f"audit {asked.audit_id!r} waits for nobody: its report is finished")
    template: list[dict[str, object]] = [{"claim": each.claim.id, "label": None, "quotes": []} for each in asked.claims]
    text = asked.model_dump_json(indent=1)
    import json

    _write(path, json.dumps({"open": json.loads(text), "decisions": template}, indent=1, ensure_ascii=False) + "\n")


def _export_task(settings: "Settings", asked: "ReviewRequest | Report", path: Path) -> None:
    import json

    from probandum.agent.review import ReviewRequest
    from probandum.export.label_studio import label_config, review_task
    from probandum.graphs.persistence.checkpoints import open_checkpoints
    from probandum.graphs.stored_audits import stored_request

    if not isinstance(asked, ReviewRequest):
        raise InputError(f"audit {asked.audit_id!r} waits for nobody: its report is finished")

    async def task() -> dict[str, object]:
        async with open_checkpoints(settings.home, database=settings.database_url) as store:
            return review_task(asked, await stored_request(asked.audit_id, store))

    _write(path, json.dumps([asyncio.run(task())], indent=1, ensure_ascii=False) + "\n")
    _write(path.with_suffix(".xml"), label_config() + "\n")


def _of_label_studio(tasks: "list[dict[str, Any]]", asked: "ReviewRequest | Report") -> "ReviewResponse":
    """What people decided in Label Studio on the claims that wait."""
    from probandum.agent.review import ReviewRequest, ReviewResponse
    from probandum.export.label_studio import decisions

    own = [task for task in tasks if task.get("data", {}).get("audit_id") == asked.audit_id]
    if not own:
        raise InputError(f"the file holds no decisions: none of its tasks is of audit {asked.audit_id!r}")
    waiting = {each.claim.id for each in asked.claims} if isinstance(asked, ReviewRequest) else set()
    return ReviewResponse(decisions=tuple(each for each in decisions(own[-1]) if each.claim in waiting))


def _read(path: Path, asked: "ReviewRequest | Report") -> "ReviewResponse":
    """Decisions from a file, ours or Label Studio's; those whose label is still null are not decided yet."""
    import json

    from pydantic import ValidationError

    from probandum.agent.review import ReviewResponse

    try:
        given = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(given, list):
            return _of_label_studio(given, asked)
        listed = [each for each in given["decisions"] if each.get("label") is not None]
        return ReviewResponse.model_validate({"decisions": listed})
    except OSError as error:
        raise InputError(f"cannot read {str(path)!r}: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(f"{str(path)!r}, {_named(first['loc'], listed)}: {first['msg']}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        hint = '{"decisions": [{"claim": "c-…", "label": "supported", "quotes": ["…"]}, …]} is needed'
        raise InputError(f"{str(path)!r} holds no decisions; {hint}, as --export writes it") from None


def _named(place: Sequence[int | str], listed: list[dict[str, object]]) -> str:
    number = next((step for step in place if isinstance(step, int)), None)
    claim = listed[number].get("claim") if number is not None and number < len(listed) else None
    return f"claim {claim!r}, {place[-1]}" if claim else ".".join(map(str, place))


def _tell(asked: "ReviewRequest | Report", out: Path | None, format_: Literal["json", "md", "html"] | None) -> None:
    from probandum.agent.review import ReviewRequest

    if isinstance(asked, ReviewRequest):
        left = len(asked.claims)
        _say(f"{left} claim{' still waits' if left == 1 else 's still wait'}: probandum review {asked.audit_id}")
        return
    from probandum.cli.outcome import show_report

    show_report(asked, format_, out)


def _keep(asked: "ReviewRequest | Report", *, labels: Path | None, examples: Path | None) -> None:
    """Write down what people decided, for measuring and for teaching, once the audit is done."""
    from probandum.agent.report import Report

    if isinstance(asked, Report) and labels is not None:
        _append_labels(asked, labels)
    if isinstance(asked, Report) and examples is not None:
        _append_examples(asked, examples)


def _append_examples(report: "Report", path: Path) -> None:
    """Add what people decided to a bank of worked examples; a verdict that tells too little is named and left out."""
    from probandum.agent.judges.llm.few_shot.bank import append_examples
    from probandum.agent.judges.llm.few_shot.from_review import example_of

    made = []
    for claim in report.claims:
        if claim.verdict and claim.verdict.decided_by == "person":
            try:
                made.append(example_of(claim, report.evidence, claim.verdict))
            except InputError as error:
                _say(str(error))
    new = append_examples(path, made)
    _say(f"{new} new example{'' if new == 1 else 's'} in {path}")


def _say(message: str) -> None:
    import sys

    sys.stderr.write(f"probandum: {message}\n")


def _append_labels(report: "Report", path: Path) -> None:
    """What people decided, as rows that a bench reads; the context is what the judge was shown for the claim."""
    import json

    rows = []
    for claim in report.claims:
        if claim.verdict and claim.verdict.decided_by == "person":
            row = {"id": claim.id, "level": "claim", "question": report.question, "claim": claim.text}
            row |= {"context": "\n\n".join(item.text for item in report.evidence), "label": claim.verdict.label.value}
            rows.append(
                json.dumps({**row, "hallucinated": claim.verdict.label.value != "supported"}, ensure_ascii=False)
            )
    known = path.read_text(encoding="utf-8") if path.is_file() else ""
    _write(path, known + "".join(f"{row}\n" for row in rows if row not in known))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot write to {str(path)!r}: {error.strerror}; choose another file") from None
