"""The door for the rows of a table: every row audited, its columns recognised by the names that other tools use."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import NamedTuple, Unpack

from probandum.agent.report import Report
from probandum.api import AuditArguments, aaudit, wait
from probandum.batch.input.items import FieldMap, parse_item
from probandum.intake.answer import Answer
from probandum.intake.rows import rows_of
from probandum.tools.errors import InputError

_AT_ONCE = 4


class AuditedRow(NamedTuple):
    """A row and its report."""

    row: int
    """Its place in the table, from 0."""
    columns: Mapping[str, str]
    """Part of the audit to the column it was read from."""
    report: Report


def audit_rows(
    rows: object,
    *,
    fields: Mapping[str, str] | None = None,
    at_once: int = _AT_ONCE,
    no_context: bool = False,
    **arguments: Unpack[AuditArguments],
) -> list[AuditedRow]:
    """Audit every row of a table and wait for all; for files and thousands of rows there is ``probandum batch``.

    Args:
        rows: a list of dicts, a Hugging Face ``Dataset``, or a frame of pandas or polars.
        fields: ``response``, ``question``, ``context``, ``history``, ``claims`` or ``id`` to the column that holds it;
            what is not named is looked for under the names in `probandum.intake.columns`.
        at_once: how many rows are audited at the same time.
        no_context: that the rows bring no context, and none is missed.
        **arguments: as for `probandum.audit`: ``judge``, ``corpus``, ``profile`` and so on.

    Raises:
        InputError: it is no table, a row holds no answer or, where one is needed, no context; it names row and columns.
        ProbandumError: as `probandum.audit`.
    """

    async def gathered() -> list[AuditedRow]:
        found = aaudit_rows(rows, fields=fields, at_once=at_once, no_context=no_context, **arguments)
        return [each async for each in found]

    return wait(gathered())


async def aaudit_rows(
    rows: object,
    *,
    fields: Mapping[str, str] | None = None,
    at_once: int = _AT_ONCE,
    no_context: bool = False,
    **arguments: Unpack[AuditArguments],
) -> AsyncIterator[AuditedRow]:
    """The same, row by row in their order as soon as each is done; arguments and errors as for `audit_rows`."""
    known = FieldMap.of(f"{part}={column}" for part, column in (fields or {}).items())
    elsewhere = {"context", "corpus", "web", "sources", "cross_examine"}
    needs_context = not (no_context or any(arguments.get(name) for name in elsewhere))
    waiting: list[asyncio.Task[AuditedRow]] = []
    try:
        for place, row in enumerate(rows_of(rows)):
            work = _audited(place, row, known, arguments, needs_context=needs_context)
            waiting.append(asyncio.create_task(work))
            if len(waiting) >= max(1, at_once):
                yield await waiting.pop(0)
        while waiting:
            yield await waiting.pop(0)
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def _audited(
    place: int, row: Mapping[str, object], fields: FieldMap, arguments: AuditArguments, *, needs_context: bool
) -> AuditedRow:
    try:
        request = parse_item(row, line=place, fields=fields).request
    except InputError as error:
        raise InputError(f"row {place}: {error}") from None
    columns = fields.columns_in(row)
    if needs_context and not request.context:
        names = ", ".join(map(repr, list(row)[:12]))
        hint = "name its column in fields={'context': …}, or say no_context=True"
        raise InputError(f"row {place} has no context; its columns are {names}: {hint}")
    given = {"context": request.context, "question": request.question, "history": request.history}
    asked: AuditArguments = {**arguments}
    for name, value in {**given, "claims": request.claims}.items():
        if value and name not in arguments:
            asked[name] = value  # type: ignore[literal-required]  # each is one of them
    return AuditedRow(place, columns, await aaudit(Answer(request.response, request.citations), **asked))
