"""Options that commands share, in groups: a command takes a group as one parameter and shows its single options."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any, get_type_hints

from probandum.cli import arguments

if TYPE_CHECKING:
    from probandum.agent.options import Limits
    from probandum.agent.report import Report
    from probandum.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Judging:
    """Who judges, and how thoroughly."""

    judge: arguments.Judge = None
    profile: arguments.Profile = None
    max_rounds: arguments.MaxRounds = None
    granularity: arguments.Granularity = None
    reasoning: arguments.Reasoning = None
    votes: arguments.Votes = None
    confidence: arguments.Confidence = None
    decide: arguments.Decide = None
    citations: arguments.Citations = None
    screen: arguments.Screen = None
    few_shot: arguments.FewShot = None
    examples: arguments.Examples = None
    error_types: arguments.ErrorTypes = None
    no_calibration: arguments.NoCalibration = False
    claim_seconds: arguments.ClaimSeconds = None
    timeout: arguments.Timeout = None

    def applied_to(self, settings: "Settings") -> "Settings":
        """The settings with what it says of them."""
        return settings.model_copy(update={"call_seconds": self.timeout}) if self.timeout else settings

    @property
    def overrides(self) -> dict[str, object]:
        """What it says of the fields of `Options`; None leaves one as the profile has it."""
        names = (
            "max_rounds",
            "granularity",
            "reasoning",
            "votes",
            "confidence",
            "decide",
            "screen",
            "few_shot",
            "citations",
        )
        given = {name: getattr(self, name) for name in (*names, "claim_seconds")}
        if self.error_types is not None:
            from probandum.intake.own_types import read_error_types

            given["error_types"] = read_error_types(self.error_types)
        return given


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Where evidence may come from, beside the documents that are given."""

    corpus: arguments.Corpus = None
    web: arguments.Web = None
    cross_examine: arguments.CrossExamine = None
    calculate: arguments.Calculate = None
    trust_domain: arguments.TrustDomain = None
    include_domain: arguments.IncludeDomain = None
    exclude_domain: arguments.ExcludeDomain = None
    max_age_days: arguments.MaxAgeDays = None
    source: arguments.Source = None

    @property
    def overrides(self) -> dict[str, object]:
        """What it says of the fields of `Options`; None leaves one as the profile has it."""
        return {
            "trusted_domains": self.trust_domain,
            "include_domains": self.include_domain,
            "exclude_domains": self.exclude_domain,
            "max_age_days": self.max_age_days,
        }


@dataclass(frozen=True, kw_only=True)
class Spending:
    """How much may be spent."""

    max_calls: arguments.MaxCalls = None
    max_tokens: arguments.MaxTokens = None
    max_seconds: arguments.MaxSeconds = None
    max_claims: arguments.MaxClaims = None

    @property
    def limits(self) -> "Limits | None":
        """The limits of an audit; None where none is given."""
        from probandum.agent.options import Limits

        if self == Spending():
            return None
        return Limits(calls=self.max_calls, tokens=self.max_tokens, seconds=self.max_seconds, claims=self.max_claims)


@dataclass(frozen=True, kw_only=True)
class Exports:
    """What is left behind for CI."""

    junit: arguments.Junit = None
    sarif: arguments.Sarif = None

    def write(self, path: str, text: str, report: "Report") -> None:
        """Write what is wanted of the audit of one file."""
        if self != Exports():
            from probandum.export.ci import Checked, write_ci

            write_ci([Checked(path, text, report)], junit=self.junit, sarif_file=self.sarif)


def with_groups(command: Callable[..., None]) -> Callable[..., None]:
    """The command with each parameter that is a group in place of the group's own options, as typer reads them."""
    hints = get_type_hints(command, include_extras=True)
    groups: dict[str, Any] = {name: kind for name, kind in hints.items() if is_dataclass(kind)}
    shown: list[inspect.Parameter] = []
    for parameter in inspect.signature(command).parameters.values():
        if parameter.name in groups:
            shown += _options(groups[parameter.name])
        else:
            shown.append(parameter.replace(annotation=hints[parameter.name]))

    def grouped(**given: Any) -> None:  # noqa: ANN401 - whatever the options are
        made = {
            name: kind(**{field.name: given.pop(field.name) for field in fields(kind)}) for name, kind in groups.items()
        }
        command(**given, **made)

    grouped.__doc__ = command.__doc__
    grouped.__signature__ = inspect.Signature(shown)  # type: ignore[attr-defined]  # what inspect and typer look for
    grouped.__annotations__ = {parameter.name: parameter.annotation for parameter in shown}
    return grouped


def _options(group: Any) -> list[inspect.Parameter]:  # noqa: ANN401 - any dataclass
    hints = get_type_hints(group, include_extras=True)
    return [
        inspect.Parameter(
            field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=hints[field.name]
        )
        for field in fields(group)
    ]
