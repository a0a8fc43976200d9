"""What the process says at its end: exit codes, and errors as one clear line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

import typer

from probandum.cli.signals import INTERRUPTED, terminable
from probandum.tools.errors import AuditStopped, ConfigError, InputError, JudgeError, ProbandumError, ReviewPending


class Exit(IntEnum):
    """The exit codes; when several hold, the order is 2, 4, 3, 1."""

    DONE = 0
    CHECK_FAILED = 1
    BAD_INPUT = 2
    INCOMPLETE = 3
    JUDGE_UNAVAILABLE = 4
    INTERRUPTED = INTERRUPTED


@contextmanager
def clear_errors(*, hint_when_stopped: str = "") -> Iterator[None]:
    """Turn what Probandum raises on purpose, Ctrl-C and SIGTERM into one line on stderr and the right exit code."""
    try:
        with terminable():
            yield
    except (InputError, ConfigError) as error:
        _say(f"error: {error}")
        raise typer.Exit(Exit.BAD_INPUT) from None
    except JudgeError as error:
        _say(f"error: the judge gave no claims: {error}{hint_when_stopped}")
        raise typer.Exit(Exit.JUDGE_UNAVAILABLE) from None
    except ReviewPending as pending:
        _say(f"{pending}: probandum review {pending.audit_id}")
        raise typer.Exit(Exit.INCOMPLETE) from None
    except (AuditStopped, KeyboardInterrupt, typer.Abort):  # typer's word for Ctrl-C, or no more input, at a prompt
        _say(f"stopped{hint_when_stopped}")
        raise typer.Exit(Exit.INTERRUPTED) from None
    except ProbandumError as error:
        _say(f"error: {error}{hint_when_stopped}")
        raise typer.Exit(Exit.INCOMPLETE) from None


def _say(message: str) -> None:
    sys.stderr.write(f"probandum: {message}\n")
