"""Scores for MLflow: feedback on the traces of a batch, and a scorer for ``mlflow.genai.evaluate``."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from probandum.api import AuditArguments, audit
from probandum.export.scored import NAME, scored_answers
from probandum.export.traces import trace_of
from probandum.integrations.evaluator import context_in, question_in, response_in
from probandum.report.explain import explain
from probandum.tools.errors import ConfigError, ProbandumError

if TYPE_CHECKING:
    from mlflow.entities import Feedback

_MISSING = "feedback goes to MLflow by its own package: pip install mlflow"


def to_mlflow(folder: Path) -> str:
    """Log feedback on the trace of every answer of a batch's folder; one that nothing was judged of is an error there.

    The tracking server is that of MLflow's own environment (``MLFLOW_TRACKING_URI``).

    Raises ConfigError where mlflow is not installed.
    """
    try:
        import mlflow
        from mlflow.entities import AssessmentError, AssessmentSource
    except ImportError:
        raise ConfigError(_MISSING) from None
    sent = 0
    for answer in scored_answers(folder):
        error = None
        if answer.value is None:
            error = AssessmentError(error_code=answer.label.upper(), error_message=answer.explanation)
        kind = "LLM_JUDGE" if answer.asks_a_model else "CODE"
        mlflow.log_feedback(
            trace_id=trace_of(answer.row, "trace_id"),
            name=NAME,
            value=answer.value,
            error=error,
            rationale=answer.explanation,
            source=AssessmentSource(source_type=kind, source_id=f"probandum {answer.row.judge}"),
        )
        sent += 1
    return f"sent to MLflow: {sent} assessments"


def grounded(*, name: str = NAME, **arguments: Unpack[AuditArguments]) -> "Callable[..., Feedback]":
    """A scorer for ``mlflow.genai.evaluate(scorers=[grounded()])``: how much of an output its context supports.

    Answer, question and context are found in ``outputs``, ``inputs`` and ``expectations`` as by
    `probandum.integrations.evaluator.grounded_evaluator`.

    Args:
        name: of the feedback.
        **arguments: as for `probandum.audit`: ``judge``, ``context``, ``corpus``, ``profile`` and so on.

    Raises ConfigError where mlflow is not installed.
    """
    try:
        from mlflow.entities import AssessmentSource, Feedback
        from mlflow.genai.scorers import scorer
    except ImportError:
        raise ConfigError(_MISSING) from None

    def grounded(inputs: Any = None, outputs: Any = None, expectations: Any = None) -> Feedback:  # noqa: ANN401 - theirs
        asked: AuditArguments = {"question": question_in(inputs), **arguments}
        asked.setdefault("context", context_in(outputs, inputs, expectations))
        try:
            report = audit(response_in(outputs), **asked)
        except ProbandumError as error:
            return Feedback(name=name, error=error)
        rate = report.scores.hallucination_rate
        kind = "LLM_JUDGE" if report.judge.asks_a_model else "CODE"
        source = AssessmentSource(source_type=kind, source_id=f"probandum {report.judge.kind} {report.judge.model}")
        said = explain(report)
        value = None if rate is None else 1.0 - rate
        unscored = None if rate is not None else ProbandumError(said)
        return Feedback(name=name, value=value, error=unscored, rationale=said, source=source)

    found: Callable[..., Feedback] = scorer(grounded, name=name)
    return found
