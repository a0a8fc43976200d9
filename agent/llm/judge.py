"""The judge that asks a language model: joins extraction and classification to the protocol of every judge."""

import asyncio

from probandum.agent.fence import Fence
from probandum.agent.judge import Case, Decision, EvidenceWanted, Extraction, Judgement
from probandum.agent.llm import classify, extract
from probandum.agent.llm.ask import Asker
from probandum.agent.llm.chat import Chat
from probandum.agent.llm.classify import Structured
from probandum.agent.llm.examples import FewShot
from probandum.agent.models import AuditRequest, JudgeInfo
from probandum.prompts import sha256


class LLMJudge:
    """A language model as a judge.

    Every `JudgeError` that it raises carries what was spent until then as its ``usage``, a `Usage` by stage:
    ``extract``, ``classify`` for a claim's first look, ``recheck`` for later ones.
    """

    def __init__(
        self,
        chat: Chat,
        *,
        secret: bytes,
        structured: Structured = "tools",
        repairs: int = 2,
        few_shot: FewShot | None = None,
    ) -> None:
        """Take the model.

        Args:
            chat: the model that is asked.
            secret: what fences are made from; known to this installation alone.
            structured: how the model asks for evidence: ``tools`` by native tool calls beside a JSON schema for the
                verdict, ``json_schema`` by one schema for both, for servers that cannot combine the two.
            repairs: how often an answer that cannot be used is asked for again, with the problem shown.
            few_shot: which worked examples are shown; by default none.
        """
        self._chat = chat
        self._secret = secret
        self._structured: Structured = structured
        self._repairs = repairs
        self._few_shot = few_shot
        names = sorted({*extract.PROMPTS, *classify.PROMPTS, "repair"})
        prompts = {name: sha256(name) for name in names}
        if few_shot:
            prompts["examples"] = few_shot.bank.sha256
        self._info = JudgeInfo(kind="llm", model=chat.model, prompts=prompts)

    @property
    def info(self) -> JudgeInfo:
        """Who judges: the model's name, and the prompts and the bank of examples by the hash of their text."""
        return self._info

    async def extract(self, request: AuditRequest, *, all_checkable: bool = False) -> Extraction:
        """Account for every sentence of the response, one call per window of the response."""
        bounded = self._structured == "json_schema"
        return await extract.extract(request, asker=self._asker(request), bounded=bounded, all_checkable=all_checkable)

    async def classify(self, case: Case) -> Decision:
        """One look at the claim: five steps and a verdict, or a search that the model asks for."""
        asker = self._asker(case.request)
        # In a thread, since the first choice builds an index.
        examples = await asyncio.to_thread(classify.worked_examples, case, self._few_shot)
        question = classify.question(
            case,
            fence=asker.fence,
            structured=self._structured,
            examples=examples,
            examples_first=self._few_shot is None or self._few_shot.per == "audit",
        )
        decision = await asker.ask(question, lambda answer: classify.decision(answer, case=case, fence=asker.fence))
        if isinstance(decision, Judgement):
            verdict = decision.verdict.model_copy(update={"examples": tuple(example.id for example in examples)})
            return Judgement(verdict=verdict, usage=asker.usage)
        if isinstance(decision, EvidenceWanted):
            return decision.model_copy(update={"usage": asker.usage})
        return decision

    def _asker(self, request: AuditRequest) -> Asker:
        # Without the context, which a graph may carry apart from the request: the same fence in every call of an audit.
        content = request.model_copy(update={"context": ()}).fingerprint
        return Asker(chat=self._chat, fence=Fence.of(content, secret=self._secret), repairs=self._repairs)
