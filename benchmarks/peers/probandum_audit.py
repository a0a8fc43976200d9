"""The contender Probandum: whole audits with a language model as the judge, as its options say."""

import argparse
import json

from pydantic import SecretStr

from benchmarks.peers.contender import Answer, Endpoint, Score, run
from probandum import settings as configuration
from probandum.agent.consolidation.scoring import unjudged_by_reason
from probandum.agent.options import Options
from probandum.agent.report import Report
from probandum.agent.request import AuditRequest
from probandum.api import aaudit
from probandum.judges import make_judge
from probandum.tools.errors import JudgeError, ProbandumError
from probandum.tools.evidence import Document


def contender(endpoint: Endpoint) -> Score:
    """The risk of the report; where no claim was judged it fails with the reasons."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--options", type=json.loads, default={}, help="how thorough, as a JSON object")
    parser.add_argument("--small", action="store_true", help="a small model of this machine")
    given, _ = parser.parse_known_args()
    options = Options.model_validate({"claim_seconds": 3_600, **given.options})
    settings = configuration.load().model_copy(
        update={
            "openai_base_url": endpoint.url,
            "ollama_host": endpoint.url.removesuffix("/v1"),
            "openai_api_key": SecretStr(endpoint.key),
            "call_seconds": 1_800,
        }
    )
    judged_by = f"ollama:{endpoint.model}" if given.small else f"openai:{endpoint.model}"

    async def score(answer: Answer) -> float:
        judge = make_judge(judged_by, settings, options)
        request = AuditRequest(
            response=answer.response, question=answer.question, context=(Document(text=answer.context),)
        )
        report = await aaudit(request, judge=judge, options=options)
        if report.scores.risk is None:
            raise JudgeError(unscored(report))
        return report.scores.risk

    return score


def unscored(report: Report) -> str:
    """Why there is no score: what became of the audit, of how many claims and why, and what the first of them says."""
    counted = ", ".join(f"{count} {reason}" for reason, count in unjudged_by_reason(report.claims).most_common())
    said = next((claim.message for claim in report.claims if claim.message), None)
    return "; ".join(filter(None, (report.outcome.value, counted, said)))


if __name__ == "__main__":
    run(contender, failures=(ProbandumError,))
