"""The graphs that the server shows as assistants: one that takes the server's profile, and one per profile."""

from typing import Any

from langchain_core.runnables import RunnableConfig

from probandum.graphs.audit import AuditGraph, served_graph
from probandum.service.metrics import MetricsCallback
from probandum.service.run_options import Deep, Fast, RunOptions, Standard

CONCURRENCY = 16
"""Claims of one audit that are checked at once."""


def _counted(choices: type[Any], *, name: str) -> AuditGraph:
    config: RunnableConfig = {"max_concurrency": CONCURRENCY, "callbacks": [MetricsCallback()]}
    return served_graph(choices, name=name).with_config(config)


audit = _counted(RunOptions, name="audit")
fast = _counted(Fast, name="fast")
standard = _counted(Standard, name="standard")
deep = _counted(Deep, name="deep")
