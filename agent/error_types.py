"""Error types of a user's own, beside those of the taxonomy: for judges that read, who are told what each means."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from probandum.agent.taxonomy import ErrorType, Label
from probandum.tools.evidence import Frozen

MOST = 20
_TEXT = Annotated[str, Field(min_length=1, max_length=300)]


class OwnErrorType(Frozen):
    """One way in which a claim may be wrong, as a user's field knows it.

    A verdict has it as ``other`` with its name as ``detail``, so that every reader of a report understands it.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")
    """Unlike any of the taxonomy, in lower case: ``off_label_use``."""
    definition: _TEXT
    example: _TEXT | None = None
    """A claim that is wrong in this way, beside what is right."""


def told(types: Iterable[OwnErrorType]) -> str:
    """What a judge is told of them; empty where there are none."""
    lines = [
        f"- {each.name}: {' '.join(each.definition.split())}"
        + (f" Example: {' '.join(each.example.split())}" if each.example else "")
        for each in types
    ]
    return "\n".join(["Further `error_types`, each before any of the others that would fit:", *lines]) if lines else ""


def names(types: Iterable[OwnErrorType]) -> tuple[str, ...]:
    """Their names."""
    return tuple(each.name for each in types)


def problem_with(types: Iterable[OwnErrorType]) -> str | None:
    """What keeps types from being told apart; None where nothing does."""
    given = names(types)
    taken = {*ErrorType, *Label}
    if clash := [name for name in given if name in taken]:
        return f"{clash[0]!r} is a word of the taxonomy already; choose another name"
    if len(set(given)) < len(given):
        return f"{next(name for name in given if given.count(name) > 1)!r} is defined twice"
    if len(given) > MOST:
        return f"{len(given)} are too many for a judge to keep apart; {MOST} is the most"
    return None
