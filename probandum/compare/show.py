"""A comparison as a table on a terminal and as Markdown."""

from collections import Counter
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from probandum.compare.difference import Comparison, Difference, Flip
from probandum.report.markdown import plain

_FLIPS = 10


def print_comparison(found: Comparison, console: Console) -> None:
    """Print the figures, and the first of the flips; JSON has them all."""
    for line in headlines(found):
        console.print(Text(line))
    table = Table(box=None, pad_edge=False)
    for heading in _HEAD:
        table.add_column(heading, justify="left" if heading == "figure" else "right")
    for row in rows(found):
        table.add_row(*map(Text, row))
    console.print(table)
    for line in _closing(found):
        console.print(Text(line))


def as_markdown(found: Comparison) -> str:
    """The same for a pull request or a file; foreign text is escaped."""
    lines = [*(f"{plain(line)}  " for line in headlines(found)), "", f"| {' | '.join(_HEAD)} |"]
    lines += ["|---" + "|---:" * (len(_HEAD) - 1) + "|"]
    lines += [f"| {' | '.join(map(plain, row))} |" for row in rows(found)]
    return "\n".join([*lines, "", *(f"- {plain(line)}" for line in _closing(found))]) + "\n"


_HEAD = ("figure", "pairs", "A", "B", "B - A", "95% / p")


def headlines(found: Comparison) -> Iterator[str]:
    """What is compared, and how much of it could be paired."""
    thing = "rows" if found.kind == "bench" else "answers"
    yield f"A: {found.a} ({found.judges[0]})"
    yield f"B: {found.b} ({found.judges[1]})"
    alone = f"; {found.only_a} in A alone, {found.only_b} in B alone" if found.only_a or found.only_b else ""
    yield f"{found.pairs} {thing} in both{alone}"
    if not found.same_answers:
        yield "the answers are not the same, so claims cannot be paired: rates are compared, and no flips"


def rows(found: Comparison) -> Iterator[tuple[str, ...]]:
    """The figures, a row each."""
    for each in found.differences:
        yield (
            f"{each.group}: {each.name}",
            str(each.pairs),
            f"{each.a:.3f}",
            f"{each.b:.3f}",
            f"{each.difference:+.3f}",
            _interval(each),
        )
    for test in found.tests:
        name = f"{test.group}: {test.name} (A alone, B alone)"
        yield name, str(test.pairs), str(test.only_a), str(test.only_b), f"{test.only_b - test.only_a:+d}", _p(test.p)


def _interval(each: Difference) -> str:
    return f"{each.interval.low:+.3f} to {each.interval.high:+.3f}" if each.interval else "–"


def _p(p: float) -> str:
    return f"p = {p:.3f}" if p >= 0.001 else "p < 0.001"  # noqa: PLR2004 - as many digits as are shown


def _closing(found: Comparison) -> Iterator[str]:
    for change in found.error_types:
        if change.a != change.b:
            yield f"{change.error_type}: named {change.a} times in A, {change.b} in B"
    if not found.flips:
        return
    kinds = Counter((flip.a.value, flip.b.value) for flip in found.flips)
    better = sum(flip.better is True for flip in found.flips)
    worse = sum(flip.better is False for flip in found.flips)
    judged = f", {better} for the better and {worse} for the worse by people's labels" if better or worse else ""
    yield f"{len(found.flips)} claims flipped{judged}"
    yield from (f"{count} from {a} to {b}" for (a, b), count in kinds.most_common())
    yield from map(_flip, found.flips[:_FLIPS])
    if len(found.flips) > _FLIPS:
        yield f"… and {len(found.flips) - _FLIPS} more: see --json"


def _flip(flip: Flip) -> str:
    judged = {True: ", better", False: ", worse", None: ""}[flip.better]
    return f"{flip.group} {flip.unit}: {flip.a.value} to {flip.b.value}{judged}: {' '.join(flip.text.split())}"
