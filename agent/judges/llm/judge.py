"""The judge that asks a language model: joins extraction and classification to the protocol of every judge."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from probandum.agent.judges.llm import batching, cache_key, capabilities, examiner, extraction, voting
from probandum.agent.judges.llm.capabilities import Capabilities, EndpointCapabilities
from probandum.agent.judges.llm.chat.protocol import Chat, ChatReply
from probandum.agent.judges.llm.confidence import p_yes, with_measured_support
from probandum.agent.judges.llm.few_shot.examples import FewShotSelector
from probandum.agent.judges.llm.method import Method
from probandum.agent.judges.llm.prompting import messages
from probandum.agent.judges.llm.prompting.fence import Fence
from probandum.agent.judges.llm.prompting.messages import PromptStyle
from probandum.agent.judges.llm.quote_repair import QuoteRepair
from probandum.agent.judges.llm.replies.parsing import parse_batch, parse_decision
from probandum.agent.judges.llm.session import ModelSession
from probandum.agent.judges.protocol import Batch, Decision, EvidenceRequest, Judgement
from probandum.agent.models import AuditRequest, Case, Extraction, Verdict
from probandum.agent.prices import Price
from probandum.agent.report import JudgeInfo
from probandum.prompts import sha256
from probandum.tools.errors import ConfigError, JudgeError

Result = TypeVar("Result")

_REPAIRS = ("repair", "unquoted")
_CLEAR = 0.5
"""From which probability on the screen takes a claim for one that a batch may settle."""


class LLMJudge:
    """A language model as a judge.

    Every `JudgeError` that it raises carries what was spent until then as its ``usage``, a `Usage` by stage: ``probe``
    for finding out what the endpoint can do, ``extract``, ``classify`` for a claim's first look, ``recheck`` for later
    ones, ``confidence`` for the one token that is asked for beside a verdict.
    """

    def __init__(
        self,
        chat: Chat,
        *,
        secret: bytes,
        endpoint: EndpointCapabilities | None = None,
        method: Method | None = None,
        few_shot: FewShotSelector | None = None,
        price: Price | None = None,
        address: str = "",
    ) -> None:
        """Take the model.

        Args:
            chat: the model that is asked.
            secret: what fences are made from; known to this installation alone.
            endpoint: what it can do; by default it takes tools and schemas together and tells no probabilities.
            method: how it is made to judge.
            few_shot: which worked examples are shown; by default none.
            price: what its tokens cost, for the report.
            address: where the model is asked; under one name another model may answer elsewhere.
        """
        self._chat = chat
        self._secret = secret
        self._endpoint = endpoint or EndpointCapabilities(structured="tools", logprobs=False)
        self._method = method or Method()
        self._few_shot = few_shot
        names = sorted({*extraction.PROMPTS, *messages.PROMPTS, *capabilities.PROMPTS, *examiner.PROMPTS, *_REPAIRS})
        prompts = {name: sha256(name) for name in names}
        if few_shot:
            prompts["examples"] = few_shot.bank.sha256
        self._fingerprint = cache_key.fingerprint(chat.model, address, prompts, self._method, few_shot)
        self._info = JudgeInfo(kind="llm", model=chat.model, prompts=prompts, price=price)

    @property
    def info(self) -> JudgeInfo:
        """Who judges: the model's name, and the prompts and the bank of examples by the hash of their text."""
        return self._info

    async def extract(self, request: AuditRequest, *, all_checkable: bool = False) -> Extraction:
        """Account for every sentence of the response, one call per window of the response."""
        session = self._session(request)
        capabilities = await self._capabilities(session)
        return await extraction.extract(
            request, session=session, capabilities=capabilities, all_checkable=all_checkable
        )

    async def classify(self, case: Case) -> Decision:
        """One look at the claim: a verdict, or a search that the model asks for."""
        session = self._session(case.request)
        style = await self._style(case, session)

        question = messages.claim_prompt(case, style)

        async def once(temperature: float | None) -> Decision:
            repairing = QuoteRepair(case, question.response)

            def read(answer: ChatReply) -> Decision:
                return parse_decision(
                    repairing.resolved(answer), case=case, fence=session.fence, reasoning=style.reasoning
                )

            return await session.ask(question, read, defect=repairing.repair, temperature=temperature)

        first, *others = await self._votes(once)
        if not isinstance(first, Judgement):
            return first.model_copy(update={"usage": session.usage})
        given = [first.verdict, *(each.verdict for each in others if isinstance(each, Judgement))]
        p_supported = await self._p_supported(case, style, session) if self._method.measures_confidence else None
        return Judgement(verdict=self._verdict(given, p_supported, style), usage=session.usage)

    def batches(self, cases: Sequence[Case]) -> tuple[tuple[Case, ...], ...]:
        """The cases in as few batches as fit, so that the answer has room; a lone one is left for a look of its own."""
        made = batching.make_batches(cases, room=self._chat.max_output_tokens, reasoning=self._method.reasoning)
        return tuple(batch for batch in made if len(batch) > 1)

    async def classify_batch(self, cases: Sequence[Case]) -> Batch:
        """Verdicts on one batch in one call.

        A claim is missing where the answer has nothing usable for it, a label without the quote that it needs included,
        or where the screen finds it doubtful.
        """
        session = self._session(cases[0].request)
        style = await self._style(cases[0], session)
        p_supported_by_id = await self._all_p_supported(cases, style, session) if self._method.screens else {}
        clear = batching.with_shared_evidence(
            [case for case in cases if p_supported_by_id.get(case.claim.id, 1.0) >= _CLEAR]
        )
        if not clear:
            return Batch(usage=session.usage)

        question = messages.batch_prompt(clear, style)

        async def once(temperature: float | None) -> dict[str, Judgement]:
            def read(answer: ChatReply) -> dict[str, Judgement]:
                return parse_batch(answer, cases=clear, reasoning=style.reasoning)

            # One that is cut off is left: each of its claims is then asked about alone.
            read_ = await session.ask(question, read, temperature=temperature, retry_truncated=False)
            return {id_: judgement for id_, judgement in read_.items() if not judgement.verdict.lacks_quotes}

        first, *others = await self._votes(once)
        judged = [case for case in clear if case.claim.id in first]
        weighed_by = (
            (p_supported_by_id or await self._all_p_supported(judged, style, session))
            if self._method.measures_confidence
            else {}
        )
        votes_on = {id_: [each[id_].verdict for each in (first, *others) if id_ in each] for id_ in first}
        verdicts = {id_: self._verdict(given, weighed_by.get(id_), style) for id_, given in votes_on.items()}
        return Batch(decisions={id_: Judgement(verdict=verdicts[id_]) for id_ in verdicts}, usage=session.usage)

    def cache_key(self, case: Case, *, in_batch: bool = False) -> str:
        """A hash of the model, its prompts and method, and of what a prompt shows of the case; see ``cache_key``."""
        return cache_key.cache_key(case, judged_by=self._fingerprint, in_batch=in_batch)

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

    def _verdict(self, given: Sequence[Verdict], p_supported: float | None, style: PromptStyle) -> Verdict:
        """One verdict of all votes, as sure as the method says."""
        verdict = given[0] if self._method.confidence == "stated" else voting.majority(given)
        if p_supported is not None:
            verdict = with_measured_support(verdict, p_supported)
        return verdict.model_copy(update={"examples": tuple(example.id for example in style.examples)})

    async def _all_p_supported(
        self, cases: Sequence[Case], style: PromptStyle, session: ModelSession
    ) -> dict[str, float]:
        """By claim id, what the model told; claims for which it told nothing are left out."""
        told = await asyncio.gather(*(self._p_supported(case, style, session) for case in cases))
        return {case.claim.id: p for case, p in zip(cases, told, strict=True) if p is not None}

    async def _p_supported(self, case: Case, style: PromptStyle, session: ModelSession) -> float | None:
        """The probability of one token; None where it is not wanted or not told, or the model fails at it.

        A verdict is there already and stands without it: its confidence then has another source, and says which.
        """
        capabilities = await self._capabilities(session)
        if not capabilities.logprobs:
            return None
        try:
            return p_yes(await session.first_token(messages.confidence_prompt(case, style)))
        except JudgeError:
            return None

    async def _style(self, case: Case, session: ModelSession) -> PromptStyle:
        examples = messages.few_shot_examples(case, self._few_shot)
        capabilities = await self._capabilities(session)
        return PromptStyle(
            fence=session.fence,
            structured=capabilities.structured,
            bounds=capabilities.bounds,
            reasoning=self._method.reasoning,
            examples=examples,
            examples_first=self._few_shot is None or self._few_shot.per == "audit",
        )

    async def _capabilities(self, session: ModelSession) -> Capabilities:
        capabilities = await self._endpoint.capabilities(session)
        if self._method.needs_logprobs and not capabilities.logprobs:
            raise ConfigError(
                f"the endpoint of {self._chat.model!r} tells no probabilities of tokens; choose another "
                "--confidence than 'logprob' and another --screen than 'logprob'"
            )
        return capabilities

    def _session(self, request: AuditRequest) -> ModelSession:
        # Without the context, which a graph may carry apart from the request: the same fence in every call of an audit.
        content = request.model_copy(update={"context": ()}).fingerprint
        return ModelSession(chat=self._chat, fence=Fence.of(content, secret=self._secret), repairs=self._method.repairs)
