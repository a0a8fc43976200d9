"""What an audit spends, by stage and in sum; counting and limiting it is ``budget``'s work."""

from collections.abc import Mapping

from pydantic import Field, model_validator

from probandum.tools.evidence import Frozen


class Cost(Frozen):
    """What was spent."""

    llm_calls: int = 0
    repairs: int = 0
    """Of the calls, those that asked again because an answer could not be used."""
    prompt_tokens: int = 0
    cached_tokens: int = 0
    """Of the prompt's tokens, those that the provider had cached."""
    completion_tokens: int = 0
    tool_calls: int = 0
    recalled: int = 0
    """Decisions of the judge that were kept from before and cost nothing."""
    seconds: float = 0.0
    """Summed over calls, so it may exceed the time on the clock."""


class StageUsage(Cost):
    """What one stage of an audit cost."""

    def __add__(self, other: "StageUsage") -> "StageUsage":
        return StageUsage(**{name: getattr(self, name) + getattr(other, name) for name in Cost.model_fields})


class Usage(Cost):
    """What an audit cost, by stage and all together; the sums follow from the stages."""

    by_stage: Mapping[str, StageUsage] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _summed(cls, given: object) -> object:
        if not isinstance(given, Mapping):
            return given
        stages = {name: StageUsage.model_validate(spent) for name, spent in given.get("by_stage", {}).items()}
        return {**sum(stages.values(), StageUsage()).model_dump(), "by_stage": stages}

    def __add__(self, other: "Usage") -> "Usage":
        stages = sorted({*self.by_stage, *other.by_stage})
        none = StageUsage()
        return Usage(by_stage={s: self.by_stage.get(s, none) + other.by_stage.get(s, none) for s in stages})


class Ledger:
    """An account that several write into and one empties."""

    def __init__(self) -> None:
        self._spent = Usage()

    def add(self, spent: Usage) -> None:
        """Write down what was spent."""
        self._spent += spent

    def take(self) -> Usage:
        """What was spent since this was last asked."""
        spent, self._spent = self._spent, Usage()
        return spent
