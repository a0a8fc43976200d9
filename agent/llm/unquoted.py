"""What a model is told whose label rests on words that the evidence does not have; telling it is elsewhere."""

from collections.abc import Iterable, Iterator

from rapidfuzz import fuzz, process

from probandum.agent.judge import Case, Decision, Judgement
from probandum.agent.llm.chat import Answer
from probandum.agent.llm.decisions import inner
from probandum.agent.reopen import unproven
from probandum.prompts import fill
from probandum.tools.evidence import Evidence
from probandum.tools.sentences import sentences

_AT_ALL_ALIKE = 50.0
_MOST = 3


def unquoted(read: Decision, answer: Answer, case: Case) -> str | None:
    """What is wrong, and what comes nearest in the evidence; None where the label has its quote or needs none."""
    if not isinstance(read, Judgement) or not unproven(read.verdict):
        return None
    wanted = list(_quoted(answer.text))[:_MOST] or [case.claim.text]
    found = dict.fromkeys(near for words in wanted if (near := nearest(words, case.evidence)))
    shown = "\n".join(f"{identity}: {sentence}" for identity, sentence in found)
    return fill("unquoted", label=read.verdict.label.value, nearest=shown or fill("none"))


def nearest(words: str, evidence: Iterable[Evidence]) -> tuple[str, str] | None:
    """The sentence that shares most with some words, with the id of its evidence; None where nothing is like them."""
    told = [(item.id, item.text[each.start : each.end]) for item in evidence for each in sentences(item.text)]
    best = process.extractOne(
        words, [sentence for _, sentence in told], scorer=fuzz.token_sort_ratio, score_cutoff=_AT_ALL_ALIKE
    )
    return told[best[2]] if best else None


def _quoted(text: str) -> Iterator[str]:
    """The quotes of an answer as they were written."""
    written = inner(text).get("quotes")
    for entry in written if isinstance(written, list) else ():
        words = entry.get("text") if isinstance(entry, dict) else None
        if isinstance(words, str) and words.strip():
            yield words
