"""Shows an open claim in the terminal and takes what a person says of it; what becomes of that is decided elsewhere."""

from typing import TYPE_CHECKING, Literal

import typer

from probandum.agent.review import OpenClaim, ReviewDecision, apply_decision
from probandum.agent.taxonomy import ErrorType, Label, Why
from probandum.tools.errors import InputError

if TYPE_CHECKING:
    from rich.console import Console

_KEYS = dict(zip("scapu", Label, strict=True))
_HELP = "[s]upported [c]ontradicted [a]bsent [p]artially supported [u]nevaluatable, or [n]ext, [q]uit"
_TYPED = (Label.CONTRADICTED, Label.PARTIALLY_SUPPORTED)
_QUOTED = (*_TYPED, Label.SUPPORTED)


def ask(waiting: OpenClaim, *, place: int, of: int) -> ReviewDecision | Literal["skip", "quit"]:
    """What the person says of a claim; asked again until it holds. Ctrl-C and end of input pass through."""
    from rich.console import Console

    console = Console(highlight=False)
    _show(console, waiting, place=place, of=of)
    while True:
        key = typer.prompt(_HELP, prompt_suffix="\n> ").strip().lower()[:1]
        if key in ("n", "q"):
            return "skip" if key == "n" else "quit"
        if key not in _KEYS:
            continue
        decision = _decision(waiting, _KEYS[key])
        try:
            apply_decision(decision, waiting)
        except InputError as error:
            console.print(str(error), style="red", markup=False, soft_wrap=True)
        else:
            return decision


def _decision(waiting: OpenClaim, label: Label) -> ReviewDecision:
    types = _chosen("Error types", ErrorType) if label in _TYPED else ()
    return ReviewDecision(
        claim=waiting.claim.id,
        label=label,
        why=next(map(Why, _chosen("Why", Why)), None) if label is Label.UNEVALUATABLE else None,
        error_types=tuple(ErrorType(each) for each in types),
        detail=(typer.prompt("Which other error", default="") or None) if ErrorType.OTHER in types else None,
        quotes=_quotes(waiting) if label in _QUOTED else (),
        note=typer.prompt("Note (may be empty)", default="", show_default=False) or None,
    )


def _chosen(title: str, kind: type[ErrorType] | type[Why]) -> tuple[str, ...]:
    """Members chosen by number, several with spaces between; numbers that do not exist are left out."""
    members = list(kind)
    listed = ", ".join(f"{number} {member.value}" for number, member in enumerate(members, start=1))
    said = typer.prompt(f"{title}: {listed}", prompt_suffix="\n> ").split()
    numbers = [int(word) for word in said if word.isdigit()]
    return tuple(members[number - 1].value for number in numbers if 1 <= number <= len(members))


def _quotes(waiting: OpenClaim) -> tuple[str, ...]:
    """The words it rests on: the machine's quotes by number, or words typed as they stand in the evidence."""
    known = waiting.claim.verdict.quotes if waiting.claim.verdict else ()
    said = typer.prompt("Words it rests on: numbers of the quotes above, or the words themselves", prompt_suffix="\n> ")
    numbers = [int(word) for word in said.split() if word.isdigit()]
    if numbers and len(numbers) == len(said.split()):
        return tuple(known[number - 1].text for number in numbers if 1 <= number <= len(known))
    return (said,) if said.strip() else ()


def _show(console: "Console", waiting: OpenClaim, *, place: int, of: int) -> None:
    from rich.text import Text

    claim, verdict = waiting.claim, waiting.claim.verdict
    console.rule(f"{place} of {of}")
    console.print(Text(claim.text, style="bold"))
    console.print(Text(f"open because: {waiting.reason}", style="yellow"))
    for item in waiting.evidence:
        text = Text(item.text)
        for quote in verdict.quotes if verdict else ():
            if quote.evidence_id == item.id:
                text.stylize("reverse", quote.start, quote.end)
        console.print(Text(f"[{item.source}{', ' + item.locator if item.locator else ''}]", style="dim"))
        console.print(text)
    if verdict:
        console.print(Text(f"the machine said {verdict.label.value} ({verdict.confidence:.0%})"))
        for step in verdict.steps:
            console.print(Text(f"  {step.name}: {step.text}", style="dim"))
        for number, quote in enumerate(verdict.quotes, start=1):
            console.print(Text(f"  quote {number}: “{' '.join(quote.text.split())}”"))
