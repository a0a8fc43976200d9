"""What was handed in, as a message shows it."""

_SHOWN = 80


def described(given: object) -> str:
    """A value in short and its type: ``4, of type int``."""
    shown = repr(given)
    return f"{shown if len(shown) <= _SHOWN else shown[:_SHOWN] + '…'}, of type {type(given).__name__}"
