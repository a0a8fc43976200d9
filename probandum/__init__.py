"""Probandum audits the answer of a language model, claim by claim, against evidence."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from probandum.agent.report import Report
    from probandum.agent.request import AuditRequest
    from probandum.api import aaudit, astream, audit
    from probandum.guarding.guard import guard
    from probandum.table import audit_rows
    from probandum.tools.errors import ProbandumError
    from probandum.tools.evidence import Document

__all__ = ["AuditRequest", "Document", "ProbandumError", "Report", "aaudit", "astream", "audit", "audit_rows", "guard"]

_HOMES = {
    "AuditRequest": "probandum.agent.request",
    "Document": "probandum.tools.evidence",
    "ProbandumError": "probandum.tools.errors",
    "Report": "probandum.agent.report",
    "aaudit": "probandum.api",
    "astream": "probandum.api",
    "audit": "probandum.api",
    "audit_rows": "probandum.table",
    "guard": "probandum.guarding.guard",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for, so that importing the package costs next to nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
