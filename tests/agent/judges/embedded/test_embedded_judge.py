"""The judge as the graph meets it: the protocol, what it declines, where it computes."""

import asyncio
import concurrent.futures
import subprocess
import sys
import threading

import pytest

from probandum.agent.judges.embedded.judge import EmbeddedJudge
from probandum.agent.judges.embedded.weights import shipped_weights
from probandum.agent.judges.protocol import BatchJudge, Declined, Judgement
from probandum.agent.models import Case, Claim
from probandum.agent.request import AuditRequest
from probandum.agent.taxonomy import Label, Reason
from probandum.tools.evidence import Evidence, Origin

REQUEST = AuditRequest(response="The Harlow dam is 48 metres tall. Is it? It was built in 1931.")
EVIDENCE = Evidence.of("The Harlow dam is 48 metres tall.", origin=Origin.CONTEXT, source="note", document_sha256="0")


def case(claim, *evidence):
    return Case(request=REQUEST, claim=Claim.of(claim), evidence=evidence)


class Held(concurrent.futures.ThreadPoolExecutor):
    """A pool whose work waits until it is let go."""

    def __init__(self):
        super().__init__(max_workers=1)
        self.let_go = threading.Event()

    def submit(self, fn, /, *args, **kwargs):
        return super().submit(lambda: self.let_go.wait(10) and fn(*args, **kwargs))


def test_it_is_a_batch_judge_that_names_its_weights():
    judge = EmbeddedJudge()
    assert isinstance(judge, BatchJudge)
    assert judge.info.kind == "embedded"
    assert judge.info.model == shipped_weights().name
    assert judge.info.model.startswith("lexical-3/")


def test_extraction_gives_claims_and_reasons():
    extraction = asyncio.run(EmbeddedJudge().extract(REQUEST))
    assert [sentence.id for sentence in extraction.sentences] == ["s1", "s2", "s3"]
    assert [claim.sentence for claim in extraction.claims] == ["s1", "s3"]


def test_a_batch_decides_as_one_by_one_and_by_id():
    judge = EmbeddedJudge()
    cases = [case(text, EVIDENCE) for text in ("The dam is 48 metres tall.", "The dam is 50 metres tall.")]

    async def both():
        return await judge.classify_batch(cases), [await judge.classify(each) for each in cases]

    cooccurring, alone = asyncio.run(both())
    assert [cooccurring.decisions[each.claim.id] for each in cases] == alone


def test_a_claim_in_another_language_is_declined():
    decision = asyncio.run(EmbeddedJudge().classify(case("Der Damm ist sehr hoch und wurde 1931 gebaut.", EVIDENCE)))
    assert isinstance(decision, Declined)
    assert decision.reason is Reason.LANGUAGE


def test_a_case_without_evidence_is_declined():
    decision = asyncio.run(EmbeddedJudge().classify(case("The dam is tall.")))
    assert isinstance(decision, Declined)
    assert decision.reason is Reason.NO_EVIDENCE_SOURCE


def test_the_loop_goes_on_while_it_computes_and_a_timeout_ends_the_wait():
    pool = Held()
    judge = EmbeddedJudge(workers=pool)

    async def wait_in_vain():
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(judge.classify(case("The dam is tall.", EVIDENCE)), 0.01)
        pool.let_go.set()
        return await judge.classify(case("The Harlow dam is 48 metres tall.", EVIDENCE))

    try:
        decision = asyncio.run(wait_in_vain())
    finally:
        pool.let_go.set()
        pool.shutdown()
    assert isinstance(decision, Judgement)
    assert decision.verdict.label is Label.SUPPORTED


def test_it_computes_on_another_thread():
    seen = []

    class Watched(concurrent.futures.ThreadPoolExecutor):
        def submit(self, fn, /, *args, **kwargs):
            return super().submit(lambda: seen.append(threading.get_ident()) or fn(*args, **kwargs))

    with Watched(max_workers=1) as pool:
        asyncio.run(EmbeddedJudge(workers=pool).classify(case("The dam is tall.", EVIDENCE)))
    assert seen
    assert threading.get_ident() not in seen


def test_importing_it_loads_nothing_heavy():
    code = (
        "import sys, probandum.agent.judges.embedded.judge;"
        "print(sorted({'numpy', 'sklearn', 'bm25s', 'langgraph', 'openai', 'networkx'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
