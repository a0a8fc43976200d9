"""What an audit says of its progress while it runs; how that is shown is the front door's business."""

from typing import Literal

from probandum.agent.taxonomy import Label, Outcome
from probandum.tools.evidence import Frozen


class Extracted(Frozen):
    """The response is read: so many claims in so many sentences."""

    event: Literal["extracted"] = "extracted"
    sentences: int
    claims: int


class Searched(Frozen):
    """One source was asked on behalf of one claim."""

    event: Literal["searched"] = "searched"
    claim: str
    source: str
    query: str
    outcome: Literal["found", "nothing_found", "failed"]


class Reopening(Frozen):
    """A verdict does not stand and is looked at again."""

    event: Literal["reopening"] = "reopening"
    claim: str
    label: Label
    reason: str


class Settled(Frozen):
    """One claim is done."""

    event: Literal["settled"] = "settled"
    claim: str
    text: str
    outcome: Outcome
    label: Label | None


Event = Extracted | Searched | Reopening | Settled
