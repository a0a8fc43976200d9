"""The judge that asks a language model: joins extraction and classification to the protocol of every judge."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from probandum.agent.claims.clauses import extract_clauses
from probandum.agent.judges.llm import batching, cache_key, examiner, extraction, voting
from probandum.agent.judges.llm.chat.protocol import Chat, ChatReply
from probandum.agent.judges.llm.few_shot.examples import FewShotSelector
from probandum.agent.judges.llm.method import Method, WrittenReasoning
from probandum.agent.judges.llm.prompting import messages
from probandum.agent.judges.llm.prompting.fence import Fence
from probandum.agent.judges.llm.prompting.messages import PromptStyle
from probandum.agent.judges.llm.replies.parsing import parse_batch, parse_decision
from probandum.agent.judges.llm.session import ModelSession
from probandum.agent.judges.protocol import Batch, Decision, EvidenceRequest, Judgement
from probandum.agent.models import Case, Extraction, Verdict
from probandum.agent.prices import Price
from probandum.agent.report import JudgeInfo
from probandum.agent.request import AuditRequest
from probandum.agent.workers import in_worker
from probandum.prompts import fill, sha256
from probandum.tools.errors import ConfigError, JudgeError
from probandum.tools.segmentation.structure.tool_results import is_tool_result

Result = TypeVar("Result")

_REPAIRS = ("repair", "uncited")


class LLMJudge:
    """A language model as a judge.

    Every `JudgeError` that it raises carries what was spent until then as its ``usage``, a `Usage` by stage:
    ``extract``, ``classify`` for a claim's first looks, ``recheck`` for later ones.
    """

    def __init__(
        self,
        chat: Chat,
        *,
        secret: bytes,
        method: Method | None = None,
        few_shot: FewShotSelector | None = None,
        price: Price | None = None,
        address: str = "",
    ) -> None:
        """Take the model.

        Args:
            chat: the model that is asked.
            secret: what fences are made from; known to this installation alone.
            method: how it is made to judge.
            few_shot: which worked examples are shown beside written reasoning; by default none.
            price: what its tokens cost, for the report.
            address: where the model is asked; under one name another model may answer elsewhere.
        """
        self._chat = chat
        self._secret = secret
        self._method = method or Method()
        self._few_shot = few_shot
        names = sorted({*extraction.PROMPTS, *messages.PROMPTS, *examiner.PROMPTS, *_REPAIRS})
        prompts = {name: sha256(name) for name in names}
        if few_shot:
            prompts["examples"] = few_shot.bank.sha256
        self._fingerprint = cache_key.fingerprint(chat.model, address, prompts, self._method, few_shot)
        self._info = JudgeInfo(kind="llm", model=chat.model, prompts=prompts, price=price)

    @property
    def info(self) -> JudgeInfo:
        """Who judges: the model's name, and the prompts and the bank of examples by the hash of their text."""
        return self._info

    @property
    def is_local(self) -> bool:
        """Whether the model runs on this machine, and is a small one."""
        return self._chat.local

    @property
    def looks_closer(self) -> bool:
        """Whether a claim that is looked at alone gets more thought than among others."""
        return self._method.reasoning == "cot"

    async def extract(self, request: AuditRequest, *, all_checkable: bool = False) -> Extraction:
        """Account for every sentence of the response: a call per window of it, or none where rules do it."""
        if self._method.by_clauses:
            acts = any(is_tool_result(document.text) for document in request.context)
            take_apart = partial(extract_clauses, request.response, all_checkable=all_checkable, fine=True, acts=acts)
            return await in_worker(take_apart, what="taking the answer apart")
        return await extraction.extract(request, session=self._session(request), all_checkable=all_checkable)

    async def classify(self, case: Case) -> Decision:
        """One look at the claim: a verdict, or a search that the model asks for."""
        session = self._session(case.request)
        style = self._style(case, session, self._method.reasoning)
        look = messages.claim_prompt(case, style)

        async def once(temperature: float | None) -> Decision:
            def read(answer: ChatReply) -> Decision:
                return parse_decision(answer, look=look, fence=session.fence)

            return await session.ask(look.prompt, read, defect=_uncited, temperature=temperature)

        first, *others = await self._votes(once)
        if not isinstance(first, Judgement):
            return first.model_copy(update={"usage": session.usage})
        given = [first.verdict, *(each.verdict for each in others if isinstance(each, Judgement))]
        return Judgement(verdict=self._verdict(given, style), usage=session.usage)

    def batches(self, cases: Sequence[Case]) -> tuple[tuple[Case, ...], ...]:
        """The cases in as few batches as the method allows and the answer has room for."""
        method = self._method
        most, room = method.batch, self._chat.max_output_tokens
        return tuple(batching.make_batches(cases, most=most, room=room, reasoning=self._first_reasoning))

    async def classify_batch(self, cases: Sequence[Case]) -> Batch:
        """Verdicts on one batch in one call, at first sight where the method says so.

        A claim is missing where the answer has nothing usable for it, a label without a sentence that it needs
        included.
        """
        session = self._session(cases[0].request)
        style = self._style(cases[0], session, self._first_reasoning)
        look = messages.batch_prompt(batching.with_shared_evidence(cases), style)

        async def once(temperature: float | None) -> Mapping[str, Judgement]:
            def read(answer: ChatReply) -> Mapping[str, Judgement]:
                if look.ids:
                    return parse_batch(answer, look=look)
                decision = parse_decision(answer, look=look, fence=session.fence)
                return {cases[0].claim.id: decision} if isinstance(decision, Judgement) else {}

            # One that is cut off is left: each of its claims is then asked about alone.
            read_ = await session.ask(look.prompt, read, temperature=temperature, retry_truncated=False)
            return {id_: judgement for id_, judgement in read_.items() if not judgement.verdict.lacks_quotes}

        first, *others = await self._votes(once)
        votes_on = {id_: [each[id_].verdict for each in (first, *others) if id_ in each] for id_ in first}
        verdicts = {id_: self._verdict(given, style) for id_, given in votes_on.items()}
        return Batch(decisions={id_: Judgement(verdict=verdicts[id_]) for id_ in verdicts}, usage=session.usage)

    def cache_key(self, case: Case, *, in_batch: bool = False) -> str:
        """A hash of the model, its prompts and method, and of what a prompt shows of the case; see ``cache_key``."""
        return cache_key.cache_key(case, judged_by=self._fingerprint, in_batch=in_batch)

    @property
    def _first_reasoning(self) -> WrittenReasoning:
        return "direct" if self._method.first_look else self._method.reasoning

    async def _votes(self, once: Callable[[float | None], Awaitable[Result]]) -> list[Result]:
        """What comes of asking once, and of as many times more as there are votes; a search ends it.

        A later vote that fails is one vote fewer; the failure of the first is the judge's.
        """
        first = await once(None)
        if isinstance(first, EvidenceRequest):
            return [first]

        async def another() -> Result | None:
            try:
                return await once(voting.TEMPERATURE)
            except JudgeError:
                return None

        others = await asyncio.gather(*(another() for _ in range(self._method.votes - 1)))
        return [first, *(each for each in others if each is not None)]

    def _verdict(self, given: Sequence[Verdict], style: PromptStyle) -> Verdict:
        """One verdict of all votes, as sure as the method says."""
        verdict = given[0] if self._method.confidence == "stated" else voting.majority(given)
        if self._method.confidence == "logprob" and verdict.confidence_source == "stated":
            raise ConfigError(
                f"the endpoint of {self._chat.model!r} tells no probabilities of tokens; choose another "
                "--confidence, such as 'votes' or 'stated'"
            )
        return verdict.model_copy(update={"examples": tuple(example.id for example in style.examples)})

    def _style(self, case: Case, session: ModelSession, reasoning: WrittenReasoning) -> PromptStyle:
        examples = messages.few_shot_examples(case, self._few_shot) if reasoning == "cot" else ()
        return PromptStyle(
            fence=session.fence,
            reasoning=reasoning,
            examples=examples,
            examples_first=self._few_shot is None or self._few_shot.per == "audit",
            logprobs=self._method.measures_confidence,
            repeated=self._method.repeated,
            own_types=self._method.own_types,
        )

    def _session(self, request: AuditRequest) -> ModelSession:
        # Without the context, which a graph may carry apart from the request, and without what is judged: audits of
        # many answers with one context then share the prompt up to the claim, which a server has read before.
        content = request.model_copy(update={"context": (), "response": "", "claims": (), "citations": ()}).fingerprint
        return ModelSession(chat=self._chat, fence=Fence.of(content, secret=self._secret), repairs=self._method.repairs)


def _uncited(decision: Decision) -> str | None:
    """What to tell a model whose label rests on no sentence; None where it has one or needs none."""
    if not isinstance(decision, Judgement) or not decision.verdict.lacks_quotes:
        return None
    return fill("uncited", label=decision.verdict.label.value).strip()
