"""The decision whether a verdict stands or the claim is looked at again; pure, so that it can be read as a table."""

from probandum.agent.models import Verdict
from probandum.agent.taxonomy import Label
from probandum.agent.verdicts.quote_check import quote_conflict

_CLEAR = 0.5
"""Below it a supported verdict is doubted by what its own confidence was read from."""


def clearly_supported(verdict: Verdict) -> bool:
    """Whether a verdict given among many needs no look at its claim alone."""
    proven = verdict.label is Label.SUPPORTED and not verdict.lacks_quotes and not quote_conflict(verdict)
    return proven and verdict.confidence >= _CLEAR


def reason_to_reopen(
    verdict: Verdict,
    *,
    new_questions: bool,
    source_unasked: bool,
    may_reconsider: bool,
    looks_closer: bool = True,
    decided: bool = True,
) -> str | None:
    """Why a claim should get another round, or None where its verdict stands.

    Args:
        verdict: the verdict of this round.
        new_questions: whether there is anything to ask that was not asked before.
        source_unasked: whether some source has not been asked about the claim at all.
        may_reconsider: whether the judge may come to another verdict on the same evidence and has not looked twice yet.
        decided: whether it is sure enough to be a verdict.
        looks_closer: whether a look at the same evidence again is more than the first was.
    """
    if not (new_questions or may_reconsider):
        return None
    if verdict.lacks_quotes:
        return f"{verdict.label.value} without a verified quote"
    if quote_conflict(verdict):
        return f"{verdict.label.value}, with quotes that say otherwise"
    if verdict.label in (Label.UNEVALUATABLE, Label.PARTIALLY_SUPPORTED) and (new_questions or looks_closer):
        return f"{verdict.label.value}: " + ("there is more to ask" if new_questions else "a second look")
    if source_unasked and (not decided or verdict.label is Label.ABSENT):
        return f"{'absent' if decided else 'undecided'}, and a source has not been asked yet"
    return None
