import asyncio
import contextlib
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probandum.tools import calculator as module
from probandum.tools.calculator import Calculator, result
from probandum.tools.errors import ConfigError, ToolError
from probandum.tools.evidence import Origin
from probandum.tools.source import SearchArguments, Source


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("(40 - 35) / 35", "0.1428571429"),
        ("15% of 80", "12"),
        ("80 * 15%", "12"),
        ("1,200,000 / 12", "100000"),
        ("2^10", "1024"),
        ("5 mile to km", "8.04672 kilometer"),
        ("3 km/hour * 2 hour to km", "6 kilometer"),
        ("32 degF to degC", "0 degree_Celsius"),
        ("2024-03-05 - 2020-01-01", "1525 days"),
        ("2020-01-01 + 90 days", "2020-03-31"),
        ("2020-01-15 - 2 weeks", "2020-01-01"),
        ("0.1 + 0.2", "0.3"),
    ],
)
def test_an_expression_is_worked_out(expression, expected):
    assert result(expression) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "1 / 0",
        "9**9**9**9**9",
        "9^9^9^9",
        "__import__('os').system('true')",
        "().__class__",
        "the height of the tower",
        "3 apples * 2",
        "5 km to kg",
        "5 km to m to cm",
        "2024-02-30 - 2020-01-01",
        "9999-12-31 + 10 days",
        "(((((",
        "1 +",
        "x" * 300,
    ],
)
def test_what_cannot_be_worked_out_is_a_named_failure(expression):
    with pytest.raises(ToolError, match=r"^calculate: "):
        result(expression)


@settings(max_examples=300)
@given(st.text(alphabet="0123456789.+-*/^()% eabkmoft_", max_size=40))
def test_nothing_else_comes_of_any_text(expression):
    with contextlib.suppress(ToolError):
        assert result(expression)


def test_it_is_a_source_whose_result_is_evidence_with_its_input():
    source = Calculator()
    assert isinstance(source, Source)
    (item,) = asyncio.run(source(SearchArguments(query=" 15%  of 80 ")))
    assert (item.text, item.origin, item.source) == ("15% of 80 = 12", Origin.CALCULATION, "calculator")


def test_without_its_extra_it_says_which(monkeypatch):
    module._units.cache_clear()
    monkeypatch.setitem(sys.modules, "pint", None)
    with pytest.raises(ConfigError, match=r"probandum\[calculator\]"):
        Calculator()
    monkeypatch.undo()
    module._units.cache_clear()
