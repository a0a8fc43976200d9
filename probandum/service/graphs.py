"""The graphs that the server shows as assistants: one that takes the server's profile, and one per profile."""

from probandum.graphs.audit import served
from probandum.service.choices import Choices, Deep, Fast, Standard
from probandum.service.figures import Meter

CONCURRENCY = 16
"""Claims of one audit that are checked at once."""


def _with_figures(choices: type[Choices]):  # type: ignore[no-untyped-def]  # noqa: ANN202 - LangGraph's own type
    return served(choices).with_config(max_concurrency=CONCURRENCY, callbacks=[Meter()])


audit = _with_figures(Choices)
fast = _with_figures(Fast)
standard = _with_figures(Standard)
deep = _with_figures(Deep)
