"""A server of the Model Context Protocol on standard input and output, for editors and agents on this machine."""

import asyncio
import uuid
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import BaseModel

from probandum.agent.events import Settled
from probandum.agent.report import Report
from probandum.api import AuditArguments, astream
from probandum.graphs.persistence.checkpoints import open_checkpoints
from probandum.graphs.run import review
from probandum.graphs.stored_audits import stored_request
from probandum.report.explain import explain
from probandum.report.files import as_text
from probandum.settings import Settings
from probandum.tools.documents import EXTENSIONS, read_document
from probandum.tools.errors import InputError, ProbandumError
from probandum.tools.evidence import Document

_INSTRUCTIONS = (
    "Checks what an answer says against sources, claim by claim. Call 'check' for a quick look and 'audit' for one "
    "that is kept. A claim that is 'undecided' is not known to be wrong. Quotes are verbatim words of the sources."
)


_NAME = 255
"""Characters of the longest name of a file."""


class CheckedClaim(BaseModel):
    """One claim of an answer and what became of it."""

    text: str
    verdict: str
    """``supported``, ``contradicted``, ``absent``, ``partially_supported``, ``unevaluatable``; without a verdict
    ``undecided``, ``not_checked`` or ``error``."""
    error_types: list[str]
    quotes: list[str]
    """Verbatim words of the sources that the verdict rests on."""
    message: str | None


class CheckedAnswer(BaseModel):
    """What an audit came to."""

    audit_id: str
    outcome: str
    hallucination_rate: float | None
    """Share of the judged claims that are not supported; None where none was judged."""
    coverage: float | None
    """Share of the claims that were judged."""
    judge: str
    claims: list[CheckedClaim]


def server(settings: Settings, *, judge: str | None = None, files: Path | None = None) -> MCPServer:
    """The server; ``run("stdio")`` serves until its client goes away.

    Args:
        settings: what the environment says.
        judge: in place of the settings'.
        files: a folder whose files may be named as sources; None lets texts alone be sources.
    """
    made = MCPServer("probandum", version=version("probandum"), instructions=_INSTRUCTIONS, log_level="WARNING")
    how: AuditArguments = {"settings": settings, "judge": judge or settings.judge}

    @made.tool()
    async def check(answer: str, sources: list[str], question: str | None = None) -> str:
        """Check an answer against sources: the claims that are not supported, with the words that show it.

        Nothing is kept. Each source is a text, or the path of a file in the folder that the server was started with.
        """
        report = await _audited(answer, {**how, "context": _documents(sources, files), "question": question}, None)
        return explain(report)

    @made.tool()
    async def audit(
        answer: str, sources: list[str], context: Context, question: str | None = None, audit_id: str | None = None
    ) -> CheckedAnswer:
        """Audit an answer against sources and keep it; the same audit_id again goes on, or gives the same result.

        Each source is a text, or the path of a file in the folder that the server was started with.
        """
        name = audit_id or uuid.uuid4().hex[:12]
        async with open_checkpoints(settings.home, database=settings.database_url) as store:
            asked: AuditArguments = {**how, "question": question, "audit_id": name, "checkpointer": store}
            report = await _audited(answer, {**asked, "context": _documents(sources, files)}, context)
        return _told(report)

    @made.tool()
    async def get_report(audit_id: str, format: Literal["md", "json"] = "md") -> str:  # noqa: A002 - a word for callers
        """The whole report of an audit that was kept, as Markdown or JSON."""
        try:
            async with open_checkpoints(settings.home, database=settings.database_url) as store:
                await stored_request(audit_id, store)
                found = await review(audit_id, None, checkpointer=store)
        except ProbandumError as error:
            raise ToolError(str(error)) from None
        if not isinstance(found, Report):
            raise ToolError(f"audit {audit_id!r} waits for a person; probandum review {audit_id}")
        return as_text(found, format)

    return made


async def _audited(answer: str, how: AuditArguments, context: Context | None) -> Report:
    try:
        settled, report = 0, None
        async for event in astream(answer, **how):
            if isinstance(event, Report):
                report = event
            elif isinstance(event, Settled) and context is not None:
                settled += 1
                await context.report_progress(settled, message=event.text[:200])
    except ProbandumError as error:
        raise ToolError(f"{type(error).__name__}: {error}") from None
    if report is None:
        raise AssertionError("an audit ends with its report")
    return report


def _documents(sources: Sequence[str], files: Path | None) -> list[Document]:
    """Texts, and files of the folder by their paths in it; `ToolError` for a path that leads elsewhere."""
    try:
        return [_document(each, place, files) for place, each in enumerate(sources, start=1)]
    except ProbandumError as error:
        raise ToolError(str(error)) from None


def _document(given: str, place: int, files: Path | None) -> Document:
    named = files / given if files and "\n" not in given and len(given) < _NAME else None
    if named is not None and files is not None and named.is_file():
        if not named.resolve().is_relative_to(files.resolve()):
            raise InputError(f"{given!r} is not in the folder that may be read")
        return read_document(named)
    if " " not in given and Path(given[:_NAME]).suffix.lower() in EXTENSIONS:
        raise InputError(f"{given!r} looks like the name of a file, and no such file may be read here")
    return Document(text=given, source=f"source {place}")


def _told(report: Report) -> CheckedAnswer:
    scores = report.scores
    claims = [
        CheckedClaim(
            text=claim.text,
            verdict=claim.verdict.label.value if claim.verdict else claim.outcome.value,
            error_types=[error.value for error in claim.verdict.error_types] if claim.verdict else [],
            quotes=[quote.text for quote in claim.verdict.quotes] if claim.verdict else [],
            message=claim.message,
        )
        for claim in report.claims
    ]
    return CheckedAnswer(
        audit_id=report.audit_id,
        outcome=report.outcome.value,
        hallucination_rate=scores.hallucination_rate,
        coverage=scores.coverage,
        judge=f"{report.judge.kind} {report.judge.model}",
        claims=claims,
    )


def serve(settings: Settings, *, judge: str | None, files: Path | None) -> None:
    """Serve on standard input and output until the client goes away."""
    asyncio.run(server(settings, judge=judge, files=files).run_stdio_async())
