"""What a model is offered whose label rests on words that the evidence does not have; asking it is elsewhere.

A weak model that paraphrases will paraphrase again. So it is shown the sentences that come nearest, by number, and may
name those that decide the claim; the words are then put in by code, and looked up like any other quote.
"""

import copy
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from heapq import nlargest

from probandum.agent.judges.llm.chat.protocol import ChatReply, ResponseSchema
from probandum.agent.judges.llm.prompting.json_schema import narrow
from probandum.agent.judges.llm.replies.parsing import json_object
from probandum.agent.judges.llm.replies.schema import QuoteWritten
from probandum.agent.judges.llm.session import Repair
from probandum.agent.judges.protocol import Decision, Judgement
from probandum.agent.models import Case
from probandum.prompts import fill
from probandum.tools.evidence import Evidence
from probandum.tools.segmentation.search_terms import query_tokens
from probandum.tools.segmentation.sentences import sentences

NearSentence = tuple[str, str]
"""Id of the evidence, and one sentence of it as it stands."""

_SHARED = 0.2
"""What a sentence has to share of the words; less is chance."""
_LENGTH = 0.2
"""How much a word of the sentence weighs beside one of the words looked for: of two that share as much, the shorter."""
_EACH = 2
_MOST = 6


@dataclass
class QuoteRepair:
    """What is offered in one exchange about one claim."""

    case: Case
    response: ResponseSchema | None
    """The form of the answer that the exchange began with."""
    sentences: Mapping[str, NearSentence] = field(default_factory=dict)
    """By number; none until something is offered."""

    def resolved(self, answer: ChatReply) -> ChatReply:
        """The answer with the words that its numbers stand for."""
        written = json_object(answer.text) if self.sentences else {}
        quotes = written.get("quotes")
        if not isinstance(quotes, list):
            return answer
        return replace(answer, text=json.dumps({**written, "quotes": [self._words(entry) for entry in quotes]}))

    def repair(self, read: Decision, answer: ChatReply) -> Repair | None:
        """What to tell the model; None where the label has its quote or needs none."""
        if not isinstance(read, Judgement) or not read.verdict.lacks_quotes:
            return None
        wanted = [*_quoted(answer.text), self.case.claim.text]
        found = dict.fromkeys(near for words in wanted for near in nearest_sentences(words, self.case.evidence))
        self.sentences = {f"n{place}": near for place, near in enumerate([*found][:_MOST], start=1)}
        shown = "\n".join(f"{number}: {' '.join(sentence.split())}" for number, (_, sentence) in self.sentences.items())
        told = fill("unquoted", label=read.verdict.label.value, nearest=shown or fill("none"))
        return Repair(told, response=self._narrowed())

    def _narrowed(self) -> ResponseSchema | None:
        if self.response is None or not self.sentences:
            return self.response
        schema = copy.deepcopy(self.response.schema)
        narrow(schema, QuoteWritten.__name__, text={"enum": list(self.sentences)})
        return replace(self.response, schema=schema)

    def _words(self, entry: object) -> object:
        near = self.sentences.get(_text(entry))
        return {"evidence_id": near[0], "text": near[1]} if near else entry


def nearest_sentences(words: str, evidence: Iterable[Evidence]) -> tuple[NearSentence, ...]:
    """The few sentences that share most with some words, the nearest first; none where nothing is like them."""
    wanted = frozenset(query_tokens(words))
    told = ((item.id, item.text[each.start : each.end]) for item in evidence for each in sentences(item.text))
    similarity = {near: _similarity(wanted, frozenset(query_tokens(near[1]))) for near in told} if wanted else {}
    return tuple(near for near in nlargest(_EACH, similarity, key=similarity.__getitem__) if similarity[near])


def _similarity(wanted: frozenset[str], sentence: frozenset[str]) -> float:
    shared = len(wanted & sentence)
    return shared / (len(wanted) + _LENGTH * len(sentence)) if shared > _SHARED * len(wanted) else 0.0


def _quoted(text: str) -> Iterator[str]:
    """The quotes of an answer as they were written."""
    written = json_object(text).get("quotes")
    yield from filter(None, map(_text, written if isinstance(written, list) else ()))


def _text(quote: object) -> str:
    words = quote.get("text") if isinstance(quote, Mapping) else None
    return words.strip() if isinstance(words, str) else ""
