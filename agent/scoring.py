"""The sums over judged claims; pure functions, None wherever nothing was judged."""

from collections.abc import Sequence


def risk(unsupported: Sequence[float]) -> float | None:
    """One number in [0, 1] to rank answers by, from each judged claim's probability of not being supported.

    None where no claim was judged.
    """
    if not unsupported:
        return None
    return sum(unsupported) / len(unsupported)
