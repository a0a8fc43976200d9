"""The contender openevals: its hallucination prompt, judged by a model in one call, as its documentation sets it up."""

from langchain_core.exceptions import OutputParserException
from langchain_openai import ChatOpenAI
from openai import OpenAIError
from openevals.llm import create_async_llm_as_judge
from openevals.prompts import HALLUCINATION_PROMPT
from pydantic import SecretStr

from benchmarks.peers.contender import Answer, Endpoint, Score, run


def contender(endpoint: Endpoint) -> Score:
    """0 where the model finds no hallucination, 1 where it finds one."""
    model = ChatOpenAI(
        model=endpoint.model, base_url=endpoint.url, api_key=SecretStr(endpoint.key), timeout=1_800, temperature=0
    )
    judge = create_async_llm_as_judge(prompt=HALLUCINATION_PROMPT, feedback_key="hallucination", judge=model)

    async def score(answer: Answer) -> float | None:
        result = await judge(
            inputs=answer.question, outputs=answer.response, context=answer.context, reference_outputs=""
        )
        return 1.0 - float(result["score"])

    return score


if __name__ == "__main__":
    run(contender, failures=(OutputParserException, OpenAIError, ValueError, TypeError, KeyError))
