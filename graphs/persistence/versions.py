"""Tells audits that an earlier version kept and this one cannot read, so that they are refused by name."""

from collections.abc import Mapping

from probandum.agent.report import Report
from probandum.agent.request import AuditRequest
from probandum.tools.errors import InputError


def is_of_this_version(values: Mapping[str, object]) -> bool:
    """Whether the state of an audit is made of what this version reads: what it cannot is a mapping or None."""
    report = values.get("report")
    return isinstance(values.get("request"), AuditRequest | None) and isinstance(report, Report | None)


def check_version(values: Mapping[str, object], audit_id: str) -> None:
    """Raise InputError where the state of an audit is that of an earlier version."""
    if not is_of_this_version(values):
        hint = f"take another id, or forget it with 'probandum audits purge {audit_id}'"
        raise InputError(f"audit {audit_id!r} was kept by an earlier version, which this one cannot read: {hint}")
