"""The contender ragas: its metric ``Faithfulness``, as its documentation sets it up."""

from instructor.core.exceptions import InstructorError
from openai import AsyncOpenAI, OpenAIError
from ragas.llms.base import llm_factory
from ragas.metrics.collections import Faithfulness

from benchmarks.peers.contender import Answer, Endpoint, Score, run


def contender(endpoint: Endpoint) -> Score:
    """The share of statements that the context does not carry."""
    client = AsyncOpenAI(base_url=endpoint.url, api_key=endpoint.key, timeout=1_800)
    metric = Faithfulness(llm=llm_factory(endpoint.model, client=client, max_tokens=4_096))

    async def score(answer: Answer) -> float | None:
        result = await metric.ascore(
            user_input=answer.question, response=answer.response, retrieved_contexts=[answer.context]
        )
        return 1.0 - float(result.value)

    return score


if __name__ == "__main__":
    run(contender, failures=(InstructorError, OpenAIError, ValueError))
