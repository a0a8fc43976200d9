"""The scripted endpoint's answers to every contender, in the form that each asks for and with about equal words.

It knows which of the made-up facts are true and says so to whoever asks: what is compared is how much is asked, not how
well it is answered.
"""

import json
import re

from pydantic import JsonValue

from benchmarks.peers.answers import FACT, holds
from probandum.testing.servers import replies
from probandum.testing.servers.chat import ChatRequest
from probandum.testing.servers.forms import fit
from probandum.testing.servers.replies import Reply

_REASON = "The context says in so many words which crew painted this gate, and the statement was compared with it."
TOKEN = 4
"""Characters that count as one token."""


def answer(request: ChatRequest) -> Reply:
    """The reply, with the tokens that it and its prompt would cost."""
    reply = fit(_reply(request), request.body)
    written = len(reply.content or "") + sum(len(arguments) for _, arguments in reply.calls)
    completion = max(1, written // TOKEN)
    return reply.costing(prompt=len(prompt(request)) // TOKEN, completion=completion)


def prompt(request: ChatRequest) -> str:
    """Everything that a request sends, in the order in which endpoints lay it out: tools, form, messages."""
    form = [request.body.get("tools"), request.body.get("response_format")]
    return json.dumps(form) + "".join(request.texts)


def _reply(request: ChatRequest) -> Reply:
    text = request.texts[-1]
    if "<<<begin " in "".join(request.texts):
        return _for_probandum(request)
    if form := request.body.get("tools"):
        [call] = form
        return Reply(calls=((call["function"]["name"], json.dumps(_ragas(text))),))
    schema = request.body.get("response_format", {}).get("json_schema", {}).get("schema", {})
    if "score" in schema.get("properties", {}):
        return replies.content(_openevals(text))
    return replies.content(_ragas(text) if "\ninput: {" in text else _deepeval(text))


def _for_probandum(request: ChatRequest) -> Reply:
    if request.extracts:
        return replies.claims(*[[fact] for fact in _facts(request.texts[1])])
    if request.claims:
        return replies.verdicts({identity: _verdict(claim) for identity, claim in request.claims.items()})
    return _verdict(request.claim)


def _verdict(claim: str) -> Reply:
    if _all_hold(claim):
        return replies.verdict("supported", quotes=[("any", claim)])
    return replies.verdict("absent")


def _ragas(text: str) -> JsonValue:
    given = text.rpartition("input: ")[2]
    if '"statements"' in given:
        return {"statements": [_judged(fact) for fact in FACT.finditer(given.partition('"statements"')[2])]}
    return {"statements": [*_facts(given)]}


def _judged(fact: re.Match[str]) -> JsonValue:
    return {"statement": fact[0], "reason": _REASON, "verdict": int(holds(fact))}


def _deepeval(text: str) -> JsonValue:
    """The four questions are told apart by the heading of what stands last."""
    if "\nContradictions:" in text:
        return {"reason": _REASON}
    if "\nClaims:" in text:
        facts = FACT.finditer(text.rpartition("\nClaims:")[2])
        return {"verdicts": [{"reason": _REASON, "verdict": "yes" if holds(fact) else "no"} for fact in facts]}
    if "\nAI Output:" in text:
        return {"claims": [*_facts(text.rpartition("\nAI Output:")[2])]}
    return {"truths": [*map(str, re.findall(r"[A-Z][^.]*\.", text.rpartition("\nText:")[2]))]}


def _openevals(text: str) -> JsonValue:
    answered = text.rpartition("<output>")[2]
    return {"reasoning": _REASON, "score": _all_hold(answered)}


def _all_hold(text: str) -> bool:
    return all(holds(fact) for fact in FACT.finditer(text))


def _facts(text: str) -> list[str]:
    return [fact[0] for fact in FACT.finditer(text)]
