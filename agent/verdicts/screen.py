"""The embedded judge as a screen before a judge that is paid for: what it decides, a model need not be asked about."""

from collections.abc import Mapping, Sequence

from probandum.agent.judges.embedded.judge import EmbeddedJudge
from probandum.agent.judges.protocol import Judgement
from probandum.agent.models import Case, Verdict
from probandum.agent.taxonomy import Label
from probandum.agent.verdicts.decision import Setting, is_decided


class EmbeddedScreen:
    """Settles the claims that the embedded judge calls supported or in conflict, and leaves what it calls undecided.

    What it finds nowhere is left, too: a judge that reads may find it there in other words.
    """

    def __init__(self, *, decide: Setting = "balanced", flags: bool = True) -> None:
        """Make one.

        Args:
            decide: how sure it must be; ``auto`` and ``lenient``, under which a model decides everything, are
                ``balanced`` for the screen, since what it does not decide is not lost.
            flags: whether it settles what is in conflict, too; a large model is right about that more often.
        """
        self._decide: Setting = decide if decide in ("strict", "balanced") else "balanced"
        self._flags = flags
        self._judge = EmbeddedJudge()

    async def screen(self, cases: Sequence[Case]) -> Mapping[str, Judgement]:
        """The verdict for each claim that is decided, by claim id."""
        batch = await self._judge.classify_batch(cases)
        return {
            id_: found.model_copy(update={"verdict": found.verdict.model_copy(update={"decided_by": "screen"})})
            for id_, found in batch.decisions.items()
            if isinstance(found, Judgement)
            and _settles(found.verdict, self._decide)
            and (self._flags or found.verdict.label is Label.SUPPORTED)
        }


def _settles(verdict: Verdict, setting: Setting) -> bool:
    """Whether a model need not be asked; of what is absent, only what stands there and is not asserted."""
    nowhere = verdict.label is Label.ABSENT and not verdict.error_types
    return not nowhere and verdict.label is not Label.UNEVALUATABLE and is_decided(verdict, setting)
