"""Works out an expression with numbers, per cents, units or dates; what the result proves is decided elsewhere."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import Any

from probandum.tools.errors import ConfigError, ToolError
from probandum.tools.evidence import Evidence, Origin, digest
from probandum.tools.source import SearchArguments

_LONGEST = 200
_DATE = r"(\d{4}-\d{2}-\d{2})"
_BETWEEN = re.compile(rf"{_DATE}\s*(?:-|−|–|minus)\s*{_DATE}")
_LATER = re.compile(rf"{_DATE}\s*([+-])\s*(\d{{1,6}})\s*(day|week)s?")
_TO = re.compile(r"\s+(?:to|in)\s+")
_PER_CENT_OF = re.compile(r"(\d+(?:\.\d+)?)\s*%\s*of\b")
_PER_CENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_WHOLE = re.compile(r"(?<![\w.])(\d+)(?![\w.])")
_ALLOWED = re.compile(r"[\w\s.+*/()^°µ·-]*")


class Calculator:
    """A `probandum.tools.source.Source` that computes; it is asked by a judge alone, with an expression as the query.

    Attributes:
        name: what a judge calls it by.
        description: what it works out, for a judge to read.
        origin: of every result.
    """

    name = "calculate"
    description = (
        "Works out one expression, given as the query: arithmetic '(40 - 35) / 35', per cents '15% of 80', units "
        "'5 mile to km', dates '2024-03-05 - 2020-01-01' or '2020-01-01 + 90 days'. It knows no facts."
    )
    origin = Origin.CALCULATION

    def __init__(self) -> None:
        """Raises ConfigError where the extra ``calculator`` is not installed."""
        _units()

    async def __call__(self, arguments: SearchArguments) -> tuple[Evidence, ...]:
        """The expression and its result; ToolError where it cannot be worked out."""
        expression = " ".join(arguments.query.split())
        text = f"{expression} = {result(expression)}"
        return (Evidence.of(text, origin=self.origin, source="calculator", document_sha256=digest(text)),)


def result(expression: str) -> str:
    """What an expression comes to, in words of the same kind; ToolError says what is wrong with it."""
    if len(expression) > _LONGEST:
        raise ToolError(f"calculate: the expression has more than {_LONGEST} characters; ask for its parts")
    for pattern, worked in _DATES.items():
        if found := pattern.fullmatch(expression):
            return _dated(worked, found)
    return _computed(expression)


def _dated(worked: Callable[[re.Match[str]], str], found: re.Match[str]) -> str:
    try:
        return worked(found)
    except (ValueError, OverflowError) as error:
        raise ToolError(f"calculate: {found.group()!r} names no day ({error})") from error


def _days_between(found: re.Match[str]) -> str:
    days = (date.fromisoformat(found[1]) - date.fromisoformat(found[2])).days
    return f"{days} days"


def _day(found: re.Match[str]) -> str:
    span = timedelta(days=int(found[3]) * (7 if found[4] == "week" else 1))
    begin = date.fromisoformat(found[1])
    return (begin + span if found[2] == "+" else begin - span).isoformat()


_DATES: dict[re.Pattern[str], Callable[[re.Match[str]], str]] = {_BETWEEN: _days_between, _LATER: _day}


def _computed(expression: str) -> str:
    registry = _units()
    plain = _PER_CENT.sub(r"(\1/100)", _PER_CENT_OF.sub(r"(\1/100)*", _THOUSANDS.sub("", expression)))
    wanted, *units = _TO.split(plain)
    # Whole numbers become fractions, so that a tower of powers overflows at once in place of filling the memory.
    wanted = _WHOLE.sub(r"\1.0", wanted)
    if len(units) > 1 or not all(map(_ALLOWED.fullmatch, (wanted, *units))):
        raise ToolError(f"calculate: {expression!r} is no expression with numbers, per cents, units or dates")
    try:
        worked = _quantity(registry, wanted, converts=bool(units))
        return _shown(worked.to(units[0]) if units else worked)
    except ArithmeticError as error:
        raise ToolError(f"calculate: {expression!r} has no result ({error})") from error
    except (AssertionError, AttributeError, TypeError, ValueError, _token_error()) as error:
        # The ways in which the library says that it cannot read something; it is handed text and no code of ours.
        raise ToolError(f"calculate: {expression!r} cannot be worked out ({error or 'unknown form'})") from error


def _quantity(registry: Any, text: str, *, converts: bool) -> Any:  # noqa: ANN401 - a library without one type for it
    amount = re.fullmatch(r"(-?\d+(?:\.\d+)?)\s*([A-Za-z°µ]\w*)", text.strip())
    if converts and amount:  # also for temperatures, which cannot be multiplied
        return registry.Quantity(float(amount[1]), amount[2])
    worked = registry.parse_expression(text)
    return worked if hasattr(worked, "to") else registry.Quantity(worked)


def _shown(worked: Any) -> str:  # noqa: ANN401 - as above
    number = f"{round(worked.magnitude, 10):.10g}"
    return number if worked.unitless else f"{number} {worked.units}"


def _token_error() -> type[Exception]:
    from tokenize import TokenError

    return TokenError


@cache
def _units() -> Any:  # noqa: ANN401 - as above
    try:
        import pint
    except ModuleNotFoundError:
        raise ConfigError("the calculator needs the extra 'calculator': pip install 'probandum[calculator]'") from None
    return pint.UnitRegistry()
