"""A scorer for Inspect (``inspect_ai``): how much of a model's output its sample's context supports."""

from typing import Unpack

from inspect_ai.scorer import Score, Scorer, Target, mean, scorer, stderr
from inspect_ai.solver import TaskState

from probandum.agent.report import Report
from probandum.api import AuditArguments, aaudit
from probandum.intake.context import Context
from probandum.integrations.evaluator import context_in
from probandum.report.explain import explain
from probandum.tools.errors import ProbandumError


@scorer(metrics=[mean(), stderr()])  # type: ignore[untyped-decorator]  # it is not installed where types are checked
def grounded(**arguments: Unpack[AuditArguments]) -> Scorer:
    """Score 1 minus the hallucination rate; a sample of which nothing could be judged is unscored, with the reason.

    The context is the sample's metadata ``context``, ``contexts`` or ``documents``, unless ``arguments`` bring one;
    the question is the sample's input. Claims, labels and error types stand in the score's metadata.

    Args:
        **arguments: as for `probandum.audit`: ``judge``, ``context``, ``corpus``, ``profile`` and so on.
    """

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001 - the answer is checked against evidence
        response = state.output.completion
        context: Context | None = arguments.get("context") or context_in(state.metadata)
        asked: AuditArguments = {
            **arguments,
            "context": context,
            "question": arguments.get("question") or state.input_text,
        }
        try:
            report = await aaudit(response, **asked)
        except ProbandumError as error:
            return Score.unscored(
                answer=response, explanation=f"{type(error).__name__}: {error}", reason="audit_failed"
            )
        return scored(report)

    return score


def scored(report: Report) -> Score:
    """A report as a score."""
    rate, said = report.scores.hallucination_rate, explain(report)
    if rate is None:
        return Score.unscored(answer=report.response, explanation=said, reason=report.outcome.value)
    claims = [
        {"text": claim.text, "label": claim.verdict.label.value, "error_types": [*claim.verdict.error_types]}
        for claim in report.claims
        if claim.verdict
    ]
    more = {"claims": claims, "coverage": report.scores.coverage, "judge": report.judge.model}
    return Score(value=1.0 - rate, answer=report.response, explanation=said, metadata=more)
