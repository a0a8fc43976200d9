"""The command ``probandum audits``: which audits are kept, how far each is, and how they are forgotten."""

import asyncio
import sys
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from probandum.cli.exits import Exit, clear_errors
from probandum.tools.errors import InputError

if TYPE_CHECKING:
    from rich.table import Table

    from probandum.graphs.persistence.saver import CheckpointStore
    from probandum.graphs.stored_audits import StoredAudit

Result = TypeVar("Result")

_WORDS = 60
_IDS = typer.Argument(help="Names of audits, as 'probandum audits' lists them.", show_default=False)
_OLDER = typer.Option(help="Those that wrote nothing down for so many days.", min=0)
_ALL = typer.Option("--all", help="All of them, and the decisions that are kept to be recalled.")
_YES = typer.Option("--yes", "-y", help="Do not ask before --all.")
_JSON = typer.Option("--json", help="Print them as JSON.")

app = typer.Typer(invoke_without_command=True, no_args_is_help=False)


@app.callback()
def command(context: typer.Context, *, as_json: Annotated[bool, _JSON] = False) -> None:
    """List the audits that are kept, the latest first: finished, stopped or running, or waiting for a person.

    'probandum audit … --audit-id ID' goes on with one that was stopped, or shows the report of a finished one again;
    'probandum review ID' settles what one waits for; 'probandum audits purge' forgets them.
    """
    if context.invoked_subcommand is not None:
        return
    with clear_errors():
        audits = _with_keeper(_listed)
        if as_json:
            _print_json(audits)
        elif not audits:
            sys.stderr.write("probandum: no audits are kept\n")
        else:
            from rich.console import Console

            Console(highlight=False).print(_table(audits))


@app.command("purge")
def purge(
    ids: Annotated[list[str] | None, _IDS] = None,
    *,
    older_than: Annotated[float | None, _OLDER] = None,
    everything: Annotated[bool, _ALL] = False,
    yes: Annotated[bool, _YES] = False,
) -> None:
    """Forget audits: by name, by age, or all. What is forgotten cannot be gone on with, reviewed or shown again."""
    with clear_errors():
        if sum(map(bool, (ids, older_than is not None, everything))) != 1:
            raise InputError("say which audits to forget: their names, or --older-than DAYS, or --all")
        if everything and not yes:
            _agreed()
        gone = _with_keeper(lambda store: _purged(store, ids, older_than))
        if everything:
            _forget_decisions()
        sys.stderr.write(f"probandum: {gone} audit{'' if gone == 1 else 's'} forgotten\n")


def _print_json(audits: "Sequence[StoredAudit]") -> None:
    import json

    listed = [{**audit.model_dump(mode="json"), "state": _state(audit)} for audit in audits]
    sys.stdout.write(json.dumps(listed, indent=1, ensure_ascii=False) + "\n")


def _state(audit: "StoredAudit") -> str:
    """As `StoredAudit` says it, and of an unfinished one whether a process is at it."""
    from probandum import settings as configuration
    from probandum.graphs.persistence.threads import is_locked

    if audit.state != "unfinished":
        return audit.state
    return "running" if is_locked(configuration.load().home, audit.audit_id) else "stopped"


def _agreed() -> None:
    if not sys.stdin.isatty():
        raise InputError("--all forgets every audit that is kept; where nobody can be asked, add --yes")
    if not typer.confirm("Forget every audit that is kept?", err=True):
        raise typer.Exit(Exit.DONE)


def _with_keeper(work: "Callable[[CheckpointStore], Coroutine[Any, Any, Result]]") -> Result:
    from probandum import settings as configuration
    from probandum.graphs.persistence.checkpoints import open_checkpoints

    settings = configuration.load()

    async def done() -> Result:
        async with open_checkpoints(settings.home, database=settings.database_url) as store:
            return await work(store)

    return asyncio.run(done())


async def _listed(store: "CheckpointStore") -> "Sequence[StoredAudit]":
    from probandum.graphs.stored_audits import list_audits

    return await list_audits(store)


async def _purged(store: "CheckpointStore", ids: Sequence[str] | None, older_than: float | None) -> int:
    from probandum.graphs.stored_audits import delete_audit, list_audits

    if not ids:
        kept, now = await list_audits(store), datetime.now(UTC)
        before = now if older_than is None else now - timedelta(days=older_than)
        ids = [audit.audit_id for audit in kept if audit.at <= before]
    for audit_id in ids:
        await delete_audit(audit_id, store)
    await store.compact()
    return len(ids)


def _forget_decisions() -> None:
    from probandum import settings as configuration
    from probandum.graphs.persistence.checkpoints import DECISIONS, stored_decisions

    path = configuration.load().home / DECISIONS
    if path.exists():
        stored_decisions(path).clear()


def _table(audits: "Sequence[StoredAudit]") -> "Table":
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in ("audit", "last written", "state", "settled", "response"):
        table.add_column(name, no_wrap=True, overflow="ellipsis")
    for audit in audits:
        total = "?" if audit.claims is None else str(audit.claims)
        words = "".join(c for c in " ".join(audit.response[: 4 * _WORDS].split()) if c.isprintable())[:_WORDS]
        when = audit.at.astimezone().strftime("%Y-%m-%d %H:%M")
        table.add_row(escape(audit.audit_id), when, _state(audit), f"{len(audit.settled)} of {total}", escape(words))
    return table
