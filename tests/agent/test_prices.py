import pytest

from probandum.agent.prices import Price, price
from probandum.agent.usage import StageUsage
from probandum.tools.errors import ConfigError

SPENT = StageUsage(prompt_tokens=1_000_000, cached_tokens=400_000, completion_tokens=100_000)


def test_fresh_cached_and_written_tokens_have_their_own_price():
    assert Price(prompt=2.0, cached_prompt=0.5, completion=8.0).of(SPENT) == pytest.approx(1.2 + 0.2 + 0.8)


def test_cached_tokens_cost_what_others_do_where_nothing_else_is_said():
    assert Price(prompt=2.0, completion=0.0).of(SPENT) == pytest.approx(2.0)


def test_a_table_names_models(tmp_path):
    table = tmp_path / "prices.json"
    table.write_text('{"small": {"prompt": 1, "completion": 2, "currency": "EUR"}}')
    assert price(table, "small") == Price(prompt=1, completion=2, currency="EUR")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "cannot be read"),
        ("[]", "does not hold"),
        ('{"small": {"prompt": -1, "completion": 2}}', "small.prompt"),
        ('{"large": {"prompt": 1, "completion": 2}}', "does not name 'small', only: large"),
    ],
)
def test_a_table_that_does_not_hold_is_said_to(tmp_path, text, said):
    table = tmp_path / "prices.json"
    if text is not None:
        table.write_text(text)
    with pytest.raises(ConfigError, match=said):
        price(table, "small")
