"""What tokens cost: the price of a model, and what an audit comes to at it; counting tokens is ``usage``'s work."""

from pathlib import Path

from pydantic import Field, TypeAdapter, ValidationError

from probandum.agent.usage import Cost
from probandum.tools.errors import ConfigError
from probandum.tools.evidence import Frozen

_MILLION = 1_000_000


class Price(Frozen):
    """What a million tokens of a model cost, in one currency."""

    prompt: float = Field(ge=0)
    completion: float = Field(ge=0)
    cached_prompt: float | None = Field(default=None, ge=0)
    """Of the prompt's tokens, those that the provider had cached; None is the price of all others."""
    currency: str = "USD"

    def of(self, spent: Cost) -> float:
        """What was spent, in the currency."""
        cached = self.prompt if self.cached_prompt is None else self.cached_prompt
        fresh = (spent.prompt_tokens - spent.cached_tokens) * self.prompt
        return (fresh + spent.cached_tokens * cached + spent.completion_tokens * self.completion) / _MILLION


_TABLE = TypeAdapter(dict[str, Price])


def price(path: Path, model: str) -> Price:
    """The price of a model from a table, a JSON file with an entry for every model by its name.

    Raises:
        ConfigError: the file cannot be read, is no such table, or does not name the model.
    """
    try:
        table = _TABLE.validate_json(path.read_bytes())
    except OSError as error:
        raise ConfigError(f"the price table {str(path)!r} cannot be read: {error.strerror}") from None
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise ConfigError(f"the price table {str(path)!r} does not hold: {wrong}") from None
    if model not in table:
        named = ", ".join(sorted(table)) or "none"
        raise ConfigError(
            f"the price table {str(path)!r} does not name {model!r}, only: {named}; add it, with zeros if it is free"
        )
    return table[model]
