"""The assertion that an answer is grounded, for the tests of whoever builds on a language model."""

from collections.abc import Sequence
from pathlib import Path
from typing import Unpack

from probandum.agent.models import AuditRequest
from probandum.agent.report import Report
from probandum.agent.taxonomy import ReportOutcome
from probandum.api import AuditArguments, audit
from probandum.report.explain import explain
from probandum.report.markdown import percent
from probandum.tools.evidence import Document

_SAYS_NOTHING = (ReportOutcome.NO_CLAIMS, ReportOutcome.ABSTAINED)


def assert_grounded(  # type: ignore[misc]  # here a context may also be a single one, and come second
    response: str | AuditRequest,
    context: str | Path | Document | Sequence[str | Path | Document] = (),
    *,
    max_rate: float = 0.0,
    min_coverage: float = 1.0,
    may_say_nothing: bool = False,
    **arguments: Unpack[AuditArguments],
) -> Report:
    """Fail unless the claims of a response are supported by the evidence; the message shows which are not, and why.

    Args:
        response: the answer, or a whole request.
        context: the reference: a text, the path of a file, a document, or several of these.
        max_rate: the hallucination rate that is still allowed, in [0, 1].
        min_coverage: the share of claims that must have been judged, in [0, 1]; what is not checked is not grounded.
        may_say_nothing: let a response pass that makes no claim or declines to answer.
        **arguments: as for `probandum.audit`: ``question``, ``judge``, ``profile`` and so on.

    Returns:
        The report, for whatever else is to be tested of it.

    Raises:
        AssertionError: the rate is above ``max_rate``, the coverage below ``min_coverage``, or nothing was claimed.
        ProbandumError: the audit itself failed, which says nothing about the response; see `probandum.audit`.
    """
    __tracebackhide__ = True
    if context and not isinstance(response, AuditRequest):
        arguments["context"] = [context] if isinstance(context, str | Path | Document) else context
    report = audit(response, **arguments)
    if problem := _problem(report, max_rate, min_coverage, may_say_nothing=may_say_nothing):
        raise AssertionError(f"{problem}: {explain(report)}")
    return report


def _problem(report: Report, max_rate: float, min_coverage: float, *, may_say_nothing: bool) -> str | None:
    rate, coverage = report.scores.hallucination_rate, report.scores.coverage
    if report.outcome in _SAYS_NOTHING:
        return None if may_say_nothing else "the response claims nothing that could be grounded"
    if rate is not None and rate > max_rate:
        return f"the response is not grounded, {percent(rate)} where {percent(max_rate)} is allowed"
    if coverage is None or coverage < min_coverage:
        return f"the response is not checked, {percent(coverage)} of its claims where {percent(min_coverage)} must be"
    return None
