"""The contender deepeval: its metric ``FaithfulnessMetric`` with the model class it has for endpoints of one's own."""

from deepeval.errors import DeepEvalError
from deepeval.metrics import FaithfulnessMetric
from deepeval.models import LocalModel
from deepeval.test_case import LLMTestCase
from openai import OpenAIError
from tenacity import RetryError

from benchmarks.peers.contender import Answer, Endpoint, Score, run


def contender(endpoint: Endpoint) -> Score:
    """The share of claims that the truths of the context do not carry."""
    model = LocalModel(model=endpoint.model, base_url=endpoint.url, api_key=endpoint.key)

    async def score(answer: Answer) -> float | None:
        metric = FaithfulnessMetric(model=model)
        case = LLMTestCase(input=answer.question, actual_output=answer.response, retrieval_context=[answer.context])
        return 1.0 - float(await metric.a_measure(case, _show_indicator=False))

    return score


if __name__ == "__main__":
    run(contender, failures=(DeepEvalError, OpenAIError, RetryError, TimeoutError, ValueError, TypeError, KeyError))
