"""Draws the audit graph, and the subgraph of a claim, as Mermaid text for a page of the docs."""

import sys
from pathlib import Path
from typing import Any

from langgraph.graph.state import CompiledStateGraph

from probandum.graphs.audit import graph
from probandum.graphs.claim import build_claim_graph

_OPEN, _CLOSE = "<!-- picture of the graph: made by `make generated` -->\n", "<!-- end of the picture -->"


def mermaid() -> str:
    """The audit graph and the subgraph that checks one claim, as two Mermaid pictures drawn from the graphs."""
    return "\n\n".join(f"```mermaid\n{_picture(drawn)}\n```" for drawn in (graph, build_claim_graph()))


def _picture(drawn: CompiledStateGraph[Any, Any, Any, Any]) -> str:
    picture = drawn.get_graph()
    for node in [name for name in picture.nodes if name.startswith("__error_handler__")]:
        picture.nodes.pop(node)  # LangGraph's own wiring; it has no edges in the picture
    return picture.draw_mermaid(with_styles=False).strip()


def drawn_into(page: str) -> str:
    """A page with the picture between its two marks made anew; ValueError where the marks are missing."""
    before, rest = page.split(_OPEN)
    _, after = rest.split(_CLOSE)
    return f"{before}{_OPEN}\n{mermaid()}\n\n{_CLOSE}{after}"


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(drawn_into(file.read_text(encoding="utf-8")), encoding="utf-8")
