"""The contender Probandum: whole audits with a language model as the judge, as its options say."""

import argparse
import json

from pydantic import SecretStr

from probandum import settings as configuration
from probandum.agent.models import AuditRequest
from probandum.agent.options import Options
from probandum.api import aaudit
from probandum.bench.peers.contender import Answer, Endpoint, Score, run
from probandum.judges import judge_called
from probandum.tools.errors import ProbandumError
from probandum.tools.evidence import Document


def contender(endpoint: Endpoint) -> Score:
    """The risk of the report; none where no claim was judged."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--options", type=json.loads, default={}, help="how thorough, as a JSON object")
    given, _ = parser.parse_known_args()
    options = Options.model_validate({"claim_seconds": 3_600, **given.options})
    settings = configuration.load().model_copy(
        update={"openai_base_url": endpoint.url, "openai_api_key": SecretStr(endpoint.key), "call_seconds": 1_800}
    )

    async def score(answer: Answer) -> float | None:
        judge = judge_called(f"openai:{endpoint.model}", settings, options)
        request = AuditRequest(
            response=answer.response, question=answer.question, context=(Document(text=answer.context),)
        )
        report = await aaudit(request, judge=judge, options=options)
        return report.scores.risk

    return score


if __name__ == "__main__":
    run(contender, failures=(ProbandumError,))
