"""What a language model goes by when it judges a claim, as one hash; the keeping of decisions is elsewhere.

In it is what the prompt shows of the case and what decides how it is asked. Left out are the marker of the fence, which
tells nothing; the other members of a batch, for each is asked about by itself; and the response, which reaches a prompt
by the choice of worked examples alone: the bank counts and how it is chosen from, not the choice.
"""

import json
from collections.abc import Mapping

from probandum.agent.judges.llm.few_shot.examples import FewShotSelector
from probandum.agent.judges.llm.method import Method
from probandum.agent.models import Case, Verdict
from probandum.tools.evidence import digest


def fingerprint(
    model: str, address: str, prompts: Mapping[str, str], method: Method, few_shot: FewShotSelector | None
) -> str:
    """A hash of who is asked, and how."""
    chosen = (few_shot.per, str(few_shot.tokens)) if few_shot else ()
    return digest(model, address, json.dumps(dict(prompts), sort_keys=True), repr(method), *chosen)


def cache_key(case: Case, *, judged_by: str, in_batch: bool) -> str:
    """A hash of who judges and of all that is shown of a case.

    Args:
        case: what is to be decided.
        judged_by: the judge's `fingerprint`.
        in_batch: whether it is asked about in a batch, where no tools are offered and each look is a short one.
    """
    request = case.request
    return digest(
        judged_by,
        "among" if in_batch else "alone",
        case.claim.text,
        request.question or "",
        _json([turn.model_dump() for turn in request.history]),
        _json([(item.id, item.title) for item in case.evidence]),
        _json([tool.model_dump() for tool in case.tools]),
        _json([search.model_dump(mode="json", exclude={"message"}) for search in case.trail]),
        _json(_shown(case.previous)),
    )


def _shown(previous: Verdict | None) -> object:
    return previous and previous.model_dump(mode="json", include={"label", "why", "steps"})


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
