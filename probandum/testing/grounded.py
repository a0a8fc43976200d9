"""The assertion that an answer is grounded, for the tests of whoever builds on a language model."""

from typing import Unpack

from probandum.agent.report import Report
from probandum.agent.request import AuditRequest
from probandum.agent.taxonomy import ReportOutcome
from probandum.api import AuditArguments, audit
from probandum.intake.answer import Message
from probandum.intake.context import Context
from probandum.report.explain import explain
from probandum.report.markdown import percent

_SAYS_NOTHING = (ReportOutcome.NO_CLAIMS, ReportOutcome.ABSTAINED)


def assert_grounded(  # type: ignore[misc]  # here a context may come second
    response: str | AuditRequest | Message,
    context: Context | None = None,
    *,
    max_rate: float = 0.0,
    min_coverage: float = 1.0,
    min_citation_recall: float = 0.0,
    min_citation_precision: float = 0.0,
    may_say_nothing: bool = False,
    **arguments: Unpack[AuditArguments],
) -> Report:
    """Fail unless the claims of a response are supported by the evidence; the message shows which are not, and why.

    Args:
        response: the answer, a whole request, or a message.
        context: the reference, as for `probandum.audit`.
        max_rate: the hallucination rate that is still allowed, in [0, 1].
        min_coverage: the share of claims that must have been judged, in [0, 1]; what is not checked is not grounded.
        min_citation_recall: the share of the citing claims that what they cite must support, in [0, 1].
        min_citation_precision: the share of the citations that their claims must need, in [0, 1].
        may_say_nothing: let a response pass that makes no claim or declines to answer.
        **arguments: as for `probandum.audit`: ``question``, ``judge``, ``profile`` and so on.

    Returns:
        The report, for whatever else is to be tested of it.

    Raises:
        AssertionError: the rate is above ``max_rate``, the coverage or a measure of citations below what it must be,
            or nothing was claimed.
        ProbandumError: the audit itself failed, which says nothing about the response; see `probandum.audit`.
    """
    __tracebackhide__ = True
    if context is not None and not isinstance(response, AuditRequest):
        arguments["context"] = context
    report = audit(response, **arguments)
    problem = _problem(report, max_rate, min_coverage, may_say_nothing=may_say_nothing)
    if problem := problem or _miscited(report, min_citation_recall, min_citation_precision):
        raise AssertionError(f"{problem}: {explain(report)}")
    return report


def _miscited(report: Report, recall: float, precision: float) -> str | None:
    scores = report.scores
    found = {"recall": (scores.citation_recall, recall), "precision": (scores.citation_precision, precision)}
    for name, (value, least) in found.items():
        if least and (value is None or value < least):
            return (
                f"the response cites badly, with a citation {name} of {percent(value)} where {percent(least)} must be"
            )
    return None


def _problem(report: Report, max_rate: float, min_coverage: float, *, may_say_nothing: bool) -> str | None:
    rate, coverage = report.scores.hallucination_rate, report.scores.coverage
    if report.outcome in _SAYS_NOTHING:
        return None if may_say_nothing else "the response claims nothing that could be grounded"
    if rate is not None and rate > max_rate:
        return f"the response is not grounded, {percent(rate)} where {percent(max_rate)} is allowed"
    if coverage is None or coverage < min_coverage:
        return f"the response is not checked, {percent(coverage)} of its claims where {percent(min_coverage)} must be"
    return None
