"""The command ``probandum check``: an answer and what it is held against, given as they are, to one screen."""

from pathlib import Path
from typing import Annotated

import typer

from probandum.cli import arguments
from probandum.cli.exits import clear_errors
from probandum.cli.outcome import exit_code

_ANSWER = typer.Argument(help="The answer: its text, a file with it, or - for standard input.", show_default=False)
_SOURCES = typer.Argument(
    metavar="SOURCE...",
    help="What it is held against: texts, files or folders, as many as you like.",
    show_default=False,
)
_LONGEST_NAME = 255


def command(
    answer: Annotated[str, _ANSWER],
    source: Annotated[list[str], _SOURCES],
    *,
    question: arguments.Question = None,
    judge: arguments.Judge = None,
    decide: arguments.Decide = None,
) -> None:
    """Check an answer against sources: one screen, each claim with the words that show it. Keeps nothing.

    Example: probandum check "The dam is 90 metres high." "The dam is 80 metres high."

    Example: probandum check answer.md contract.pdf notes/
    """
    with clear_errors():
        from probandum import audit
        from probandum import settings as configuration
        from probandum.report.summary import print_check
        from probandum.tools.documents import read_response

        settings = configuration.load()
        path = _path(answer, what="the answer")
        text = read_response(path) if path else answer
        given = [each if (each := _path(one, what="a source")) else one for one in source]
        folders = [each for each in given if isinstance(each, Path) and each.is_dir()]
        report = audit(
            text,
            context=[each for each in given if each not in folders],
            corpus=folders,
            question=question,
            judge=judge or settings.judge,
            settings=settings,
            options=configuration.override(configuration.options(settings.profile), decide=decide),
        )
        print_check(report)
    raise typer.Exit(exit_code(report, None))


def _path(given: str, *, what: str) -> Path | None:
    """The path that an argument is; None where it is a text. `InputError` for the name of a file that is not there."""
    from probandum.tools.documents import EXTENSIONS
    from probandum.tools.errors import InputError

    if not given.strip():
        raise InputError(f"{what} is empty")
    if given == "-":
        if what != "the answer":
            raise InputError("standard input can be the answer, not a source")
        return Path("-")
    if len(given) > _LONGEST_NAME or "\n" in given:
        return None
    path = Path(given)
    if path.exists():
        return path
    if " " not in given and path.suffix.lower() in EXTENSIONS:
        raise InputError(f"{what} {given!r} looks like the name of a file, but there is none of that name")
    return None
